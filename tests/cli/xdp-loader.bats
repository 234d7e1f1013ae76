#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# xdp-loader - the alias does what xdp-tools' own does

load ../lib

setup() {
	make_veth
}

@test "it is our alias that is tested" {
	run xdp-loader --version
	assert_matches "^xdp-loader [0-9]"
	assert_equal "$(command -v xdp-loader)" "$BUILD/xdp-loader"
}

@test "it loads in skb mode and unloads by id" {
	run xdp-loader load -m skb lo "$BPF/pass.o"
	assert_status 0
	assert_output ""
	run xdp-loader unload -i "$(attached lo)" lo
	assert_status 0
	assert_output ""
	assert_equal "$(attached lo)" ""
}

@test "its mode is native unless said otherwise" {
	run xdp-loader load lo "$BPF/pass.o"
	assert_status 5
	xdp-loader load -m unspecified lo "$BPF/pass.o"
	[[ -n $(attached lo) ]]
	xdp-loader load veth0 "$BPF/pass.o"
	run ip link show veth0
	assert_contains "prog/xdp id"
}

@test "of several programs it takes the first in the file" {
	xdp-loader load veth0 "$BPF/two.o"
	run xdplab status -j veth0
	assert_json '.[0].name == "xdp_first"'
}

@test "it chooses by name and by section" {
	xdp-loader load -n xdp_second veth0 "$BPF/two.o"
	unreachable
	xdp-loader unload -a veth0
	xdp-loader load -s xdp.frags veth0 "$BPF/two.o"
	unreachable
}

@test "unload needs an id or --all" {
	xdp-loader load veth0 "$BPF/drop.o"
	run xdp-loader unload veth0
	assert_status 1
	assert_contains "Need prog ID or --all"
	unreachable
	run xdp-loader unload -a veth0
	assert_status 0
	reachable
	run xdp-loader unload -a veth0
	assert_status 1
}

# The ids of the stages on veth0 in their order, a line each: the fourth column.
stage_ids() {
	xdp-loader status veth0 | sed -nE 's/^ => +[0-9]+ +[^ ]+ +([0-9]+) .*/\1/p'
}

stages() {
	xdp-loader status veth0 | awk '$1 == "=>" { printf "%s ", $3 }'
}

@test "its status is xdp-loader's table, to the column" {
	local id tag stage_id stage_tag
	xdp-loader load -P 7 -A XDP_PASS,XDP_DROP veth0 "$BPF/pass.o"
	read -r id tag stage_id stage_tag <<<"$(xdplab status -j veth0 |
		jq -r '[.[] | .id, .tag] | join(" ")')"
	run xdp-loader status
	assert_status 0
	assert_contains "CURRENT XDP PROGRAM STATUS:

Interface        Prio  Program name      Mode     ID   Tag               Chain actions
--------------------------------------------------------------------------------------
lo                     <No XDP program loaded!>
$(printf '%-16s %-5s %-17s %-8s %-4d %-17s' \
		veth0 '' xdp_pass native "$id" "$tag")
$(printf '%-16s %-5d  %-16s %-8s %-4u %-17s %s' \
		' =>' 7 xdp_pass '' "$stage_id" "$stage_tag" XDP_DROP,XDP_PASS)"
	assert_equal "$(stage_ids)" "$stage_id"
}

@test "what is loaded twice are two programs, and each is taken off by its id" {
	local ids
	xdp-loader load veth0 "$BPF/pass.o"
	xdp-loader load veth0 "$BPF/pass.o"
	xdp-loader load -P 10 veth0 "$BPF/stage_three.o"
	assert_equal "$(stages)" "xdp_three xdp_pass xdp_pass "
	mapfile -t ids < <(stage_ids)
	run xdp-loader unload -i "${ids[1]}" veth0
	assert_status 0
	assert_output ""
	assert_equal "$(stages)" "xdp_three xdp_pass "
	assert_equal "$(stage_ids)" "${ids[0]}"$'\n'"${ids[2]}"
	run xdp-loader unload -i "${ids[1]}" veth0
	assert_status 1
	assert_contains "${ids[1]} is not attached"
	run xdp-loader unload --all veth0
	assert_status 0
	assert_equal "$(attached veth0)" ""
}

@test "the id of the interface's own row stands for all of them" {
	xdp-loader load veth0 "$BPF/pass.o" "$BPF/drop.o"
	xdp-loader unload veth0 -i "$(attached veth0)"
	assert_equal "$(attached veth0)" ""
}

@test "several files are loaded at once, in the order of their priorities" {
	run xdp-loader load veth0 "$BPF/stage_gate.o" "$BPF/run_config.o" \
		"$BPF/count.o"
	assert_status 0
	assert_output ""
	assert_equal "$(stages)" "xdp_configured xdp_count xdp_gate "
	unreachable
	run xdp-loader status veth0
	assert_matches "^ => +7 +xdp_configured +[0-9]+ +[0-9a-f]{16} +XDP_DROP,XDP_PASS$"
	xdp-loader unload -a veth0
	run xdp-loader load -n xdp_first veth0 "$BPF/two.o" "$BPF/pass.o"
	assert_status 1
	assert_contains "pass.o: no program xdp_first"
	assert_equal "$(attached veth0)" ""
}

@test "a stage that drops ends the chain, wherever its priority puts it" {
	xdp-loader load -P 20 veth0 "$BPF/pass.o"
	reachable
	xdp-loader load -P 30 veth0 "$BPF/drop.o"
	unreachable
	xdp-loader unload -i "$(stage_ids | tail -n 1)" veth0
	reachable
	xdp-loader load -P 10 -A XDP_DROP veth0 "$BPF/drop.o"
	reachable
}

@test "of one that it did not load it shows the row alone" {
	ip link set veth0 xdpgeneric obj "$BPF/pass.o" sec xdp
	run xdp-loader status veth0
	assert_matches "^veth0 +xdp_pass +skb +$(attached veth0) +[0-9a-f]{16} *$"
	assert_lacks "=>"
	assert_lacks "lo "
}

@test "clean says what it does, as the original" {
	xdp-loader load veth0 "$BPF/pass.o"
	ip link set veth0 xdp off
	run xdp-loader clean
	assert_status 0
	assert_contains "Cleaning up detached XDP program links for all interfaces"
	assert_contains "Removed /sys/fs/bpf/xdplab/"
	run xdp-loader clean veth0
	assert_output "Cleaning up detached XDP program links for veth0"
}

@test "features names every flag with yes or no" {
	kernel_tells_features || skip "Linux tells features since 6.3"
	run xdp-loader features veth0
	assert_status 0
	assert_matches "^NETDEV_XDP_ACT_BASIC:.*yes$"
	assert_matches "^NETDEV_XDP_ACT_REDIRECT:.*yes$"
	assert_matches "^NETDEV_XDP_ACT_HW_OFFLOAD:.*no$"
}

@test "Debian's own and ours see each other's programs" {
	[[ -x /usr/sbin/xdp-loader ]] || skip "Debian's xdp-loader is not installed"
	xdp-loader load -m skb lo "$BPF/pass.o"
	run /usr/sbin/xdp-loader status lo
	assert_matches "^lo +xdp_pass +skb +$(attached lo) "
	xdp-loader load lo -m skb "$BPF/pass.o"
	run /usr/sbin/xdp-loader status lo
	assert_matches "^lo +xdplab_chain +skb +$(attached lo) "
	xdp-loader unload -a lo
	/usr/sbin/xdp-loader load -m skb lo "$BPF/pass.o"
	[[ -n $(attached lo) ]]
	run xdp-loader status lo
	assert_matches "^lo .* skb +[0-9]+ "
	run xdp-loader unload -a lo
	assert_status 0
	assert_equal "$(attached lo)" ""
}

@test "of what neither has loaded both say the same, byte for byte" {
	[[ -x /usr/sbin/xdp-loader ]] || skip "Debian's xdp-loader is not installed"
	assert_equal "$(xdp-loader status lo)" "$(/usr/sbin/xdp-loader status lo)"
	ip link set lo xdpgeneric obj "$BPF/pass.o" sec xdp
	assert_equal "$(xdp-loader status lo | cat -A)" \
		"$(/usr/sbin/xdp-loader status lo | cat -A)"
}
