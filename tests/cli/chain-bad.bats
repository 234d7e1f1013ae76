#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2030,SC2031,SC2154 # what `run` sets
# chain-bad - what cannot be in a chain, and what is done to one by others
#
# Whatever is refused leaves the interface, the pins and the maps as they were.

load ../lib

setup() {
	make_veth
}

# Asked often, of a neighbour that answers within a millisecond.
unreachable() {
	! at_peer ping -q -c 1 -W 0.1 10.11.0.1 >&2
}

# The names of the stages in their order, in a line.
order() {
	xdplab status -j "$@" |
		jq -r '[.[] | select(.stage) | .name] | join(" ")'
}

# What the status tells of the stage NAME: stage NAME EXPR [OPTION...]
stage() {
	xdplab status -j "${@:3}" |
		jq -r ".[] | select(.stage and .name == \"$1\") | $2"
}

# What must not change: what is attached, the pins, and of each stage all but
# the packets that it counts.
everything() {
	attached veth0
	pins | grep "/$(cat /sys/class/net/veth0/ifindex)/" | sort || true
	xdplab status -j veth0 | jq -c '.[] | [.id, .stage, .name, .prio,
		.actions, .how, .why, .group, .map_ids, .link_id]'
}

# refused STATUS COMMAND...: it is, with that status, and nothing changes
refused() {
	local before
	before=$(everything)
	run "${@:2}"
	assert_status "$1"
	assert_equal "$(everything)" "$before"
}

# repeat N WORD: the word N times, a line each
repeat() {
	local i
	for ((i = 0; i < $1; i++)); do
		printf '%s\n' "$2"
	done
}

# compile NAME: the program on stdin into $TMPDIR/NAME.o
compile() {
	{
		echo '#include <linux/bpf.h>'
		echo '#include <bpf/bpf_helpers.h>'
		cat
		echo 'char _license[] SEC("license") = "GPL";'
	} >"$TMPDIR/$1.bpf.c"
	clang -target bpf -O2 -g -I"/usr/include/$(uname -m)-linux-gnu" -c \
		-o "$TMPDIR/$1.o" "$TMPDIR/$1.bpf.c"
}

# ---- what does not go together ------------------------------------------

@test "licences that cannot be combined are named, with whose they are" {
	xdplab load veth0 "$BPF/pass.o"
	refused 1 xdplab load veth0 "$BPF/stage_owned.o"
	assert_contains "veth0: the licence of xdp_owned, \"Proprietary\", cannot"
	assert_contains "with that of xdp_pass, \"GPL\""
	assert_contains "put one of them on another interface"
	refused 1 xdplab load --force veth0 "$BPF/stage_owned.o"
	refused 1 xdplab chain veth0 replace xdp_pass \
		"$BPF/refused_map_null.o"
	xdplab load veth0 "$BPF/stage_mit.o"
	refused 1 xdplab chain veth0 replace xdp_mit "$BPF/stage_owned.o"
	assert_contains "the licence of xdp_owned"
	run xdplab chain veth0 replace xdp_pass "$BPF/stage_owned.o"
	assert_status 0
	assert_equal "$(order)" "xdp_mit xdp_owned"
}

@test "two licences in one load are refused before anything is there" {
	refused 1 xdplab load veth0 "$BPF/pass.o" "$BPF/stage_owned.o"
	assert_contains "cannot be combined"
	assert_equal "$(attached veth0)" ""
}

@test "a stage for one buffer makes no chain of frags lose them, but by force" {
	xdplab load veth0 "$BPF/deep_stack.o" "$BPF/stage_frags.o"
	refused 5 xdplab load veth0 "$BPF/pass.o"
	assert_contains "veth0: with xdp_pass the chain would be for packets in one"
	assert_contains 'SEC("xdp.frags")'
	assert_contains "--force"
	refused 5 xdplab load veth0 "$BPF/deep_stack.o" "$BPF/pass.o"
	refused 5 xdplab chain veth0 replace xdp_frags "$BPF/pass.o"
	assert_contains "with xdp_pass the chain would be for packets in one"

	run xdplab chain veth0 replace --force xdp_frags "$BPF/pass.o"
	assert_status 0
	assert_equal "$(order)" "xdp_deep_stack xdp_pass"
	run xdplab load veth0 "$BPF/stage_gate.o" # there is nothing to lose
	assert_status 0
	assert_equal "$(order)" "xdp_deep_stack xdp_gate xdp_pass"
}

@test "a chain gets its frags back when the stage without them goes" {
	at_peer ip link set peer0 mtu 9000
	ip link set veth0 mtu 9000
	xdplab load veth0 "$BPF/deep_stack.o"
	refused 1 xdplab load --force veth0 "$BPF/pass.o"
	assert_contains "veth0: cannot attach in native mode: "
	at_peer ip link set peer0 mtu 1500
	ip link set veth0 mtu 1500
	xdplab load --force veth0 "$BPF/pass.o"
	xdplab unload veth0 -n xdp_pass
	ip link set veth0 mtu 9000
	refused 5 xdplab load veth0 "$BPF/pass.o"
}

@test "another mode than the one that runs is refused, with both named" {
	xdplab load -m skb veth0 "$BPF/pass.o"
	for force in '' --force --adopt; do
		# shellcheck disable=SC2086 # none or one
		refused 1 xdplab load $force -m native veth0 "$BPF/pass.o"
		assert_contains "veth0: runs in skb mode, asked for native"
		assert_contains "xdplab unload veth0 --all"
	done
	xdplab unload veth0 --all
	xdplab load veth0 "$BPF/pass.o"
	refused 1 xdplab load -m skb veth0 "$BPF/pass.o"
	assert_contains "veth0: runs in native mode, asked for skb"
}

# ---- what is no such thing ----------------------------------------------

@test "a priority that is none is refused, of whatever kind" {
	xdplab load veth0 "$BPF/pass.o"
	for prio in -1 x 1x 1.5 '' ' ' 0x 2147483648 99999999999 \
		99999999999999999999999 $'\e[31m'; do
		refused 2 xdplab load veth0 -P "$prio" "$BPF/pass.o"
		assert_matches "--prio .*: not (a whole number|in 0 to 2147483647)"
		assert_lacks $'\e'
	done
}

@test "actions that are none are refused, with those that are" {
	xdplab load veth0 "$BPF/pass.o"
	for list in PASS,FOO '' ',' 'PASS,' ',PASS' 2 none,PASS 'PASS DROP' \
		XDP_ \
		$'\e[31m'; do
		refused 2 xdplab load veth0 -A "$list" "$BPF/pass.o"
		assert_contains "no such verdict"
		assert_contains "ABORTED, DROP, PASS, TX and REDIRECT"
		assert_lacks $'\e'
	done
}

# configured MEMBER...: an object whose run configuration has these
configured() {
	compile configured <<-END
		struct {
			$*
		} _xdp_configured SEC(".xdp_run_config");
		SEC("xdp") int xdp_configured(struct xdp_md *ctx)
		{
			return XDP_PASS;
		}
	END
}

@test "a run configuration that is none is refused, and its mistake named" {
	xdplab load veth0 "$BPF/pass.o"
	configured '__uint(priority, 7); __uint(XDP_PAS, 1);'
	refused 1 xdplab load veth0 "$TMPDIR/configured.o"
	assert_contains "configured.o: the run configuration of xdp_configured has"
	assert_contains 'an unknown member "XDP_PAS"'
	assert_contains "XDP_ABORTED, XDP_DROP, XDP_PASS, XDP_TX and XDP_REDIRECT"

	configured 'int priority;'
	refused 1 xdplab load veth0 "$TMPDIR/configured.o"
	assert_contains "priority in the run configuration of xdp_configured has no"
	assert_contains "write __uint(priority, NUMBER)"

	configured '__uint(priority, 3000000000);'
	refused 1 xdplab load veth0 "$TMPDIR/configured.o"
	assert_contains "3000000000, which is more than 2147483647"

	compile configured <<-END
		int _xdp_configured SEC(".xdp_run_config") = 1;
		SEC("xdp") int xdp_configured(struct xdp_md *ctx)
		{
			return XDP_PASS;
		}
	END
	refused 1 xdplab load veth0 "$TMPDIR/configured.o"
	assert_contains "_xdp_configured in section .xdp_run_config is no run"
}

@test "with -P and -A a wrong run configuration is still refused" {
	configured '__uint(prio, 7);'
	refused 1 xdplab load veth0 -P 1 -A none "$TMPDIR/configured.o"
	assert_contains 'unknown member "prio"'
	xdplab load veth0 "$BPF/pass.o"
	refused 1 xdplab chain veth0 replace xdp_pass "$TMPDIR/configured.o"
}

# ---- what is too much ---------------------------------------------------

@test "a chain of more than 64 maps runs as groups, and says so once" {
	local files
	mapfile -t files < <(repeat 25 "$BPF/stage_three.o")
	run --separate-stderr xdplab load veth0 "${files[@]}"
	assert_status 0
	assert_equal "$stderr" "xdplab load: veth0: the chain is too large for one\
 program, and runs as 2, one after the other"
	assert_equal "$(stage xdp_three .group | sort | uniq -c | wc -l)" 2
	reachable
	run --separate-stderr xdplab load veth0 "$BPF/pass.o"
	assert_status 0
	assert_equal "$stderr" ""
	run --separate-stderr xdplab chain veth0 set-prio xdp_pass 1
	assert_equal "$stderr" ""
	send_packets 5
	assert_equal "$(xdplab status -j veth0 | jq 'all(.[] | select(.stage);
		.pass >= 5)')" true
}

@test "a chain of more than a million instructions does so too" {
	xdplab load veth0 "$BPF/stage_heavy.o"
	run --separate-stderr xdplab load veth0 "$BPF/stage_heavy.o" \
		"$BPF/stage_heavy.o" "$BPF/stage_heavy.o"
	assert_status 0
	assert_equal "$(grep -c "too large for one program" <<<"$stderr")" 1
	(($(stage xdp_heavy .group | sort -u | wc -l) >= 2))
	send_packets 5
	assert_equal "$(xdplab status -j veth0 | jq 'all(.[] | select(.stage);
		.pass >= 5)')" true
}

@test "more tail calls than the kernel makes are refused, with what to do" {
	local files
	mapfile -t files < <(repeat 33 "$BPF/stage_deep512.o")
	refused 1 xdplab load veth0 "${files[@]}" "$BPF/stage_deep512.o"
	assert_contains "veth0: the chain would make 34 tail calls, and the kernel"
	assert_contains "allows 33 for a packet"
	assert_contains "stages with less stack or fewer maps can be fused"
	assert_equal "$(attached veth0)" ""

	xdplab load veth0 "${files[@]}"
	reachable
	refused 1 xdplab load veth0 "$BPF/stage_deep512.o"
	assert_contains "34 tail calls"
	run xdplab load veth0 "$BPF/pass.o"
	assert_status 0
	send_packets 5
	assert_equal "$(xdplab status -j veth0 | jq 'all(.[] | select(.stage);
		.pass >= 5)')" true
}

# of_maps: the numbers of the calls of that command that make maps
of_maps() {
	strace -f -qq -e trace=bpf -o "$TMPDIR/trace" "$@" >&2
	grep -n BPF_MAP_CREATE "$TMPDIR/trace" | cut -d : -f 1
}

# short_of ERROR COMMAND...: at each map that it makes: refused with words, or
# done all the same
short_of() {
	local error=$1 before n failed
	shift
	before=$(everything)
	of_maps "$@" --dry-run >"$TMPDIR/maps"
	(($(wc -l <"$TMPDIR/maps") > 2))
	while read -r n; do
		failed=0
		strace -f -qq -o /dev/null -e trace=bpf \
			-e inject="bpf:error=$error:when=$n" "$@" \
			>"$TMPDIR/said" 2>&1 || failed=$?
		if ((failed)); then
			assert_equal "$(everything)" "$before" &&
				grep -E "^xdplab [a-z]+: .+: .+" "$TMPDIR/said"
			assert_equal "$failed" 1
		else
			xdplab unload veth0 -n xdp_three
		fi || {
			echo "at $n:" && cat "$TMPDIR/said"
			return 1
		}
	done <"$TMPDIR/maps" >&2
}

@test "where there is no room for a map it is said, and nothing is left" {
	xdplab load veth0 "$BPF/pass.o"
	short_of ENOSPC xdplab load veth0 "$BPF/stage_three.o"
	short_of ENOMEM xdplab load veth0 "$BPF/stage_three.o"
	reachable
}

@test "without root's rights no chain is changed" {
	xdplab load veth0 "$BPF/pass.o" "$BPF/stage_three.o"
	local command
	for command in "load veth0 $BPF/pass.o" "load --force veth0 $BPF/pass.o" \
		"load --adopt veth0 $BPF/pass.o" "unload veth0 -n xdp_pass" \
		"unload veth0 --all" "chain veth0 set-prio xdp_pass 1" \
		"chain veth0 move xdp_three before xdp_pass" \
		"chain veth0 set-actions xdp_pass none" \
		"chain veth0 replace xdp_pass $BPF/pass.o" "clean"; do
		# shellcheck disable=SC2086 # words
		refused 4 as_nobody "$BUILD/xdplab" $command
	done
}

# ---- what the verifier refuses ------------------------------------------

@test "what is refused alone is told as if there was no chain, with its line" {
	xdplab load veth0 "$BPF/stage_three.o" "$BPF/stage_subs.o"
	local name line
	for name in map_null packet_bounds scalar_access; do
		refused 1 xdplab load veth0 "$BPF/refused_$name.o"
		line=$(grep -n 'refused here' \
			"$ROOT/tests/bpf/refused_$name.bpf.c" | cut -d : -f 1)
		assert_contains "refused_$name.o: the verifier refuses $name: "
		assert_contains "refused_$name.bpf.c:$line: "
		assert_lacks "passes alone"
	done
}

@test "of several new stages the one that is refused is named" {
	refused 1 xdplab load veth0 "$BPF/pass.o" "$BPF/stage_three.o" \
		"$BPF/refused_map_null.o" "$BPF/stage_gate.o"
	assert_contains "the verifier refuses map_null: "
	assert_contains "refused_map_null.bpf.c:"
	assert_equal "$(attached veth0)" ""
}

# Its own prog_array holds programs for frags, so that the chain has to be for
# frags too; alone it is.
frags_tails() {
	compile frags_tails <<-END
		int xdp_end(struct xdp_md *ctx);
		struct {
			__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
			__uint(max_entries, 1);
			__type(key, __u32);
			__array(values, int(struct xdp_md *));
		} tails SEC(".maps") = {.values = {[0] = (void *)&xdp_end}};
		SEC("xdp.frags") int xdp_begin(struct xdp_md *ctx)
		{
			bpf_tail_call(ctx, &tails, 0);
			return XDP_ABORTED;
		}
		SEC("xdp.frags") int xdp_end(struct xdp_md *ctx)
		{
			return XDP_PASS;
		}
	END
}

@test "what passes alone but not in the chain is refused with that reason" {
	frags_tails
	run xdplab load veth0 -n xdp_begin "$TMPDIR/frags_tails.o"
	assert_status 0
	xdplab unload veth0
	xdplab load veth0 "$BPF/pass.o"
	refused 1 xdplab load veth0 -n xdp_begin "$TMPDIR/frags_tails.o"
	assert_contains "veth0: "
	assert_contains "cannot be loaded: Invalid argument"
	assert_contains "agree with the chain in xdp.frags only"
	assert_lacks "refuses"
}

# ---- an interface that goes elsewhere -----------------------------------

@test "a chain stays with an interface that is renamed" {
	xdplab load veth0 "$BPF/pass.o"
	ip link set veth0 down
	ip link set veth0 name other0
	ip link set other0 up
	run xdplab load other0 "$BPF/stage_three.o"
	assert_status 0
	assert_equal "$(order)" "xdp_pass xdp_three"
	run xdplab load veth0 "$BPF/pass.o"
	assert_status 1
	xdplab chain other0 move xdp_three before xdp_pass
	xdplab clean
	assert_equal "$(order)" "xdp_three xdp_pass"
	xdplab unload other0 --all
	assert_equal "$(pins)" /sys/fs/bpf/xdplab
}

# The directory of the interface's state, by the number of its namespace.
homes() {
	pins | sed -n 's|/gen-[0-9]*$||p'
}

move_to_other() {
	ip netns add other
	ip link set veth0 netns other
	ip -n other link set veth0 up
}

@test "a chain goes with an interface that is moved to another namespace" {
	local home old
	xdplab load veth0 "$BPF/pass.o" "$BPF/stage_three.o"
	home=$(homes)
	move_to_other

	assert_equal "$(order --netns other veth0)" "xdp_pass xdp_three"
	run xdplab status --netns other
	assert_matches "^ => +xdp_three "
	run xdplab clean
	assert_status 0
	assert_output ""
	assert_equal "$(homes)" "$home"

	old=$(stage xdp_three .map_ids --netns other)
	run xdplab load --netns other veth0 -P 1 "$BPF/stage_gate.o"
	assert_status 0
	[[ $(homes) != "$home" && $(homes | wc -l) == 1 ]]
	[[ ! -e $home && ! -e ${home%/*} ]]
	assert_equal "$(order --netns other)" "xdp_gate xdp_pass xdp_three"
	assert_equal "$(stage xdp_three .map_ids --netns other)" "$old"
	xdplab unload --netns other veth0 --all
	assert_equal "$(pins)" /sys/fs/bpf/xdplab
}

@test "a moved chain is unloaded, or moves back, without a change before" {
	xdplab load veth0 "$BPF/pass.o" "$BPF/stage_three.o"
	move_to_other
	ip -n other link set veth0 netns $$
	assert_equal "$(order)" "xdp_pass xdp_three"
	ip link set veth0 netns other
	run xdplab unload --netns other veth0 -n xdp_pass
	assert_status 0
	assert_equal "$(order --netns other)" "xdp_three"
	ip -n other link set veth0 netns $$
	run xdplab unload veth0 --all
	assert_status 0
	assert_equal "$(pins)" /sys/fs/bpf/xdplab
}

@test "a moved chain under a link stays under it" {
	xdplab load --link veth0 "$BPF/pass.o"
	local link
	link=$(xdplab status -j veth0 | jq '.[0].link_id')
	move_to_other
	run xdplab load --netns other veth0 "$BPF/stage_three.o"
	assert_status 0
	run xdplab status -j --netns other veth0
	assert_json ".[0].link_id == $link and .[0].stages == 2"
	assert_json '.[0].pinned | endswith("/link")'
	xdplab unload --netns other veth0 --all
	assert_equal "$(pins)" /sys/fs/bpf/xdplab
}

@test "state of another that had the interface's new place is not its own" {
	ip netns add other
	ip -n other link add old0 index 4711 type veth peer name old1
	xdplab load --netns other old0 "$BPF/stage_gate.o" "$BPF/stage_three.o"
	ip -n other link del old0
	assert_equal "$(homes | wc -l)" 1

	ip link add new0 index 4711 type veth peer name new1
	xdplab load new0 "$BPF/pass.o"
	ip link set new0 netns other
	assert_equal "$(ip -n other -j link show new0 |
		jq '.[0].ifindex')" 4711
	assert_equal "$(order --netns other new0)" "xdp_pass"
	run xdplab load --netns other new0 "$BPF/stage_tick.o"
	assert_status 0
	assert_equal "$(order --netns other new0)" "xdp_pass xdp_tick"
	assert_equal "$(pins | grep -c '/stage-[0-9]*$')" 2
	xdplab unload --netns other new0 --all
	assert_equal "$(pins)" /sys/fs/bpf/xdplab
}

@test "a chain's program that somebody attached twice is foreign there" {
	make_veth 1
	xdplab load veth0 "$BPF/pass.o" "$BPF/stage_three.o"
	local before id
	id=$(attached veth0)
	bpftool net attach xdpdrv id "$id" dev veth1
	before=$(everything)
	run xdplab load veth1 "$BPF/pass.o"
	assert_status 1
	assert_contains "veth1: program xdplab_chain (id $id) runs there"
	run xdplab chain veth1 set-prio xdp_pass 1
	assert_status 1
	assert_contains "veth1: what runs there is no chain of xdplab's"
	run xdplab unload veth1 -n xdp_pass
	assert_status 1
	assert_equal "$(everything)" "$before"

	run xdplab load --force veth1 "$BPF/stage_gate.o"
	assert_status 0
	assert_equal "$(everything)" "$before"
	xdplab unload veth1 --all
	bpftool net attach xdpdrv id "$id" dev veth1
	xdplab chain veth0 set-prio xdp_three 1
	assert_equal "$(attached veth1)" "$id"
	assert_equal "$(order veth0)" "xdp_three xdp_pass"
	run xdplab unload veth1
	assert_status 0
	xdplab clean
	assert_equal "$(order veth0)" "xdp_three xdp_pass"
	reachable
}

# ---- bpffs --------------------------------------------------------------

lose_bpffs() {
	umount /sys/fs/bpf
	mount -t bpf bpf /sys/fs/bpf
}

@test "when bpffs was unmounted under us what runs is foreign, and runs on" {
	xdplab load veth0 "$BPF/stage_gate.o" "$BPF/stage_three.o"
	lose_bpffs
	unreachable
	local id
	id=$(attached veth0)
	refused 1 xdplab load veth0 "$BPF/pass.o"
	assert_contains "veth0: program xdplab_chain (id $id) runs there"
	assert_contains "--adopt keeps it"
	assert_contains "--force replaces it"
	refused 1 xdplab chain veth0 set-prio xdp_gate 1
	xdplab clean

	run xdplab load --adopt veth0 "$BPF/pass.o"
	assert_status 0
	assert_equal "$(order)" "xdp_pass xdplab_chain"
	unreachable
	lose_bpffs
	run xdplab load --force veth0 "$BPF/pass.o"
	assert_status 0
	assert_equal "$(order)" xdp_pass
	reachable
	lose_bpffs
	run xdplab unload veth0
	assert_status 0
	assert_equal "$(attached veth0)" ""
}

# delayed KIND N COMMAND...: runs it in the background, 0.3 seconds of it in
# the Nth call of that kind; what it says is in $TMPDIR/said
delayed() {
	strace -f -qq -o /dev/null -e trace="$1" \
		-e inject="$1:delay_enter=300000:when=$2" "${@:3}" \
		>"$TMPDIR/said" 2>&1 3>&- &
	sleep 0.15
}

@test "when bpffs goes during a load it fails, or has happened" {
	local before kind n
	for kind in "bpf 5" "bpf 30" "mkdir 1" "mkdir 2" "sendto 1" "flock 1"; do
		xdplab load veth0 "$BPF/stage_gate.o"
		before=$(attached veth0)
		# shellcheck disable=SC2086 # two words
		delayed $kind xdplab load veth0 "$BPF/stage_three.o"
		umount -l /sys/fs/bpf
		wait $! || grep -E "^xdplab load: .+: .+" "$TMPDIR/said"
		mount -t bpf bpf /sys/fs/bpf
		[[ $(attached veth0) ]]
		grep -q "runs in" "$TMPDIR/said" ||
			assert_equal "$(attached veth0)" "$before"
		unreachable
		xdplab unload veth0 --all
		xdplab clean
		find /sys/fs/bpf -mindepth 1 ! -name '*.*' -delete
	done >&2
}

@test "when bpffs becomes read-only a change is refused, and unload works" {
	xdplab load veth0 "$BPF/pass.o" "$BPF/stage_three.o"
	mount -o remount,ro /sys/fs/bpf
	refused 1 xdplab load veth0 "$BPF/stage_gate.o"
	assert_contains "Read-only file system"
	refused 1 xdplab chain veth0 set-prio xdp_three 1
	assert_contains "Read-only file system"
	refused 1 xdplab unload veth0 -n xdp_pass
	run xdplab status
	assert_status 0
	run xdplab clean
	((status < 2))
	reachable
	run xdplab unload veth0 --all
	mount -o remount,rw /sys/fs/bpf
	assert_status 0
	assert_equal "$(attached veth0)" ""
	xdplab clean
	assert_equal "$(pins)" /sys/fs/bpf/xdplab
}

@test "when bpffs becomes read-only during a load the chain stays as it was" {
	xdplab load veth0 "$BPF/stage_gate.o"
	local before
	before=$(everything)
	delayed mkdir 1 xdplab load veth0 "$BPF/stage_three.o"
	mount -o remount,ro /sys/fs/bpf
	local failed=0
	wait $! || failed=$?
	mount -o remount,rw /sys/fs/bpf
	assert_equal "$failed" 1
	grep "Read-only file system" "$TMPDIR/said" >&2
	xdplab clean
	assert_equal "$(everything)" "$before"
}

@test "without any bpffs one program runs, and nothing is remembered of it" {
	umount /sys/fs/bpf
	run xdplab load veth0 "$BPF/pass.o"
	local first=$status said=$output id
	id=$(attached veth0)
	run xdplab load veth0 "$BPF/pass.o"
	local second=$status refusal=$output
	run xdplab status
	local third=$status
	run xdplab unload veth0
	mount -t bpf bpf /sys/fs/bpf
	assert_status 0
	assert_equal "$first $second $third" "0 1 0"
	[[ $said == *"no bpffs is mounted, so nothing is remembered"* ]]
	[[ $refusal == *"program xdp_pass (id $id) runs there in native mode"* ]]
	[[ $id ]]
	assert_equal "$(attached veth0)" ""
	assert_equal "$(pins)" ""
}

@test "without any bpffs several programs run where one can be made of them" {
	umount /sys/fs/bpf
	run xdplab load veth0 "$BPF/pass.o" "$BPF/stage_three.o"
	local first=$status
	xdplab unload veth0 --all
	run xdplab load veth0 "$BPF/stage_deep512.o" "$BPF/pass.o"
	local id
	id=$(attached veth0)
	mount -t bpf bpf /sys/fs/bpf
	assert_equal "$first" 0
	assert_status 5
	assert_contains "a chain of several programs has to be pinned"
	assert_contains "mount -t bpf bpf /sys/fs/bpf"
	assert_equal "$id" ""
}

# ---- state that was edited by hand --------------------------------------

# Three stages, one of which is tail-called; $home is their directory.
load_chain() {
	xdplab load veth0 -P 10 "$BPF/stage_deep512.o"
	xdplab load veth0 -P 20 "$BPF/stage_three.o"
	xdplab load veth0 -P 30 "$BPF/stage_gate.o"
	home=$(homes)
	gen=$home/gen-$(attached veth0)
	three=$home/stage-$(stage xdp_three .id)
}

# another_map NAME PATH: puts a map that is not ours there
another_map() {
	rm -f "$2"
	bpftool map create "$2" type array key 4 value 8 entries 1 name "$1"
}

# holds_out [WORDS]: what runs is not harmed, the commands do not crash, a change
# works or is refused with words (these, if told), and unload --all works
holds_out() {
	local before command
	before=$(attached veth0)
	unreachable
	for command in "status" "status -v" "status -j" "chain veth0" \
		"chain veth0 --dot" "clean" "clean veth0"; do
		# shellcheck disable=SC2086 # words
		run xdplab $command
		((status < 2)) || complain "of xdplab $command"
	done
	assert_equal "$(attached veth0)" "$before"
	unreachable
	for command in "chain veth0 set-prio xdp_three 5" \
		"load veth0 -P 40 $BPF/pass.o" "unload veth0 -n xdp_three"; do
		# shellcheck disable=SC2086 # words
		run xdplab $command
		((status < 2)) || complain "of xdplab $command"
		if ((status)); then
			assert_matches "^xdplab [a-z]+: .+: .+"
			assert_contains "${1-}"
			assert_equal "$(attached veth0)" "$before"
		elif [[ ${1-} ]]; then
			complain "xdplab $command works"
		fi
		before=$(attached veth0)
		unreachable
	done
	run xdplab unload veth0 --all
	assert_status 0
	assert_equal "$(attached veth0)" ""
	reachable
	run xdplab clean
	assert_status 0
	assert_equal "$(pins | grep -E '/(chain|prog|code|slots)$' || true)" ""
	run xdplab load veth0 "$BPF/pass.o"
	assert_status 0
	assert_equal "$(order)" xdp_pass
}

@test "a chain's state that is another map is damaged, and says so" {
	load_chain
	another_map mine "$gen/chain"
	run xdplab load veth0 "$BPF/pass.o"
	assert_contains "$gen/chain: is no chain of xdplab's"
	holds_out "is no chain of xdplab's"
}

@test "so is one that has but the name of ours" {
	load_chain
	another_map xdplab_chain "$gen/chain"
	holds_out "is no chain of xdplab's"
}

@test "with --force what runs in its place is replaced" {
	load_chain
	another_map mine "$gen/chain"
	run xdplab load --force veth0 "$BPF/pass.o"
	assert_status 0
	assert_equal "$(order)" xdp_pass
	reachable
	xdplab clean
	assert_equal "$(pins | grep -c '/stage-[0-9]*$')" 1
}

@test "a program in the place of the chain's state is no chain either" {
	load_chain
	rm "$gen/chain"
	bpftool prog pin id "$(attached veth0)" "$gen/chain"
	holds_out "$gen/chain"
}

@test "a directory in the place of the chain's state is no chain either" {
	load_chain
	rm "$gen/chain"
	mkdir "$gen/chain"
	holds_out "$gen/chain"
}

@test "without its state a chain is a foreign program" {
	load_chain
	rm "$gen/chain"
	run xdplab load veth0 "$BPF/pass.o"
	assert_status 1
	assert_contains "program xdplab_chain (id $(attached veth0)) runs there"
	holds_out
}

@test "without its generation a chain is a foreign program" {
	load_chain
	rm -r "$gen"
	run xdplab load veth0 "$BPF/pass.o"
	assert_status 1
	assert_contains "--force replaces it"
	xdplab unload veth0
	reachable
}

@test "a stage without its code is damaged, and can be taken out" {
	load_chain
	rm "$three/code"
	refused 1 xdplab load veth0 "$BPF/pass.o"
	assert_contains "$three/code: the state of stage xdp_three is damaged"
	assert_contains "xdplab unload -i $(stage xdp_three .id)"
	refused 1 xdplab chain veth0 set-prio xdp_three 1
	run xdplab unload veth0 -i "$(stage xdp_three .id)"
	assert_status 0
	assert_equal "$(order)" "xdp_deep512 xdp_gate"
	unreachable
}

@test "a stage without its code does no harm otherwise" {
	load_chain
	rm "$three/code"
	holds_out
}

@test "a stage whose code is another map is damaged" {
	load_chain
	another_map xdplab_code "$three/code"
	refused 1 xdplab load veth0 "$BPF/pass.o"
	assert_contains "the state of stage xdp_three is damaged"
	holds_out
}

@test "a stage whose code is random bytes is damaged" {
	local size
	load_chain
	size=$(bpftool -j map show pinned "$three/code" | jq .bytes_value)
	rm "$three/code"
	bpftool map create "$three/code" type array key 4 value "$size" \
		entries 1 name xdplab_code flags 0x400
	# shellcheck disable=SC2046 # bytes
	bpftool map update pinned "$three/code" key 0 0 0 0 value hex \
		$(head -c "$size" /dev/urandom | od -An -v -tx1)
	bpftool map freeze pinned "$three/code"
	refused 1 xdplab load veth0 "$BPF/pass.o"
	assert_contains "damaged: its code cannot be read"
	holds_out
}

@test "a stage whose code is another stage's does no harm" {
	load_chain
	rm "$three/code"
	bpftool map pin id "$(bpftool -j map show pinned \
		"$home/stage-$(stage xdp_gate .id)/code" | jq .id)" "$three/code"
	holds_out
}

@test "a stage whose mark is another program is damaged" {
	load_chain
	rm "$three/prog"
	bpftool prog load "$BPF/pass.o" "$three/prog" type xdp
	refused 1 xdplab load veth0 "$BPF/pass.o"
	assert_contains "$three/prog: the state of stage xdp_three is damaged: is"
	holds_out
}

@test "a stage whose mark is a map, or has gone, is damaged" {
	load_chain
	another_map mine "$three/prog"
	refused 1 xdplab load veth0 "$BPF/pass.o"
	assert_contains "the state of stage xdp_three is damaged"
	rm "$three/prog"
	refused 1 xdplab load veth0 "$BPF/pass.o"
	assert_contains "the state of stage xdp_three is damaged"
	holds_out
}

@test "a stage without its directory is damaged" {
	load_chain
	rm -r "$three"
	refused 1 xdplab load veth0 "$BPF/pass.o"
	assert_contains "the state of stage xdp_three is damaged"
	holds_out
}

@test "a symbolic link in a stage's place is followed by no removal" {
	local victim
	load_chain
	victim=$(mktemp -d)
	mkdir "$victim/maps"
	touch "$victim/prog" "$victim/maps/precious"
	rm -r "$three"
	ln -s "$victim" "$three"
	holds_out
	[[ -e $victim/prog && -e $victim/maps/precious ]]
}

@test "a symbolic link in the place of the chain's state harms nobody" {
	local victim
	load_chain
	victim=$(mktemp)
	rm "$gen/chain"
	ln -s "$victim" "$gen/chain"
	holds_out
	[[ -e $victim ]]
}

@test "a symbolic link in the place of the interface's state harms nobody" {
	local victim
	load_chain
	victim=$(mktemp -d)
	mkdir "$victim/gen-7" "$victim/stage-7"
	touch "$victim/gen-7/precious" "$victim/stage-7/precious"
	rm -r "$home"
	ln -s "$victim" "$home"
	run xdplab status
	assert_status 0
	xdplab clean || true
	xdplab load veth0 "$BPF/pass.o" || true
	run xdplab unload veth0 --all
	assert_status 0
	xdplab clean || true
	[[ -e $victim/gen-7/precious && -e $victim/stage-7/precious ]]
}

@test "counters that are another map are not counted in" {
	load_chain
	another_map mine "$home/counts-0"
	holds_out
}

@test "counters that have gone, or are a program, do no harm" {
	load_chain
	rm "$home/counts-0"
	holds_out
	load_chain_anew
	rm "$home/counts-0"
	bpftool prog pin id "$(attached veth0)" "$home/counts-0"
	holds_out
}

load_chain_anew() {
	xdplab unload veth0 --all
	load_chain
}

@test "without the pin of its slots a chain can still be changed" {
	load_chain
	rm "$gen/slots"
	run xdplab status
	assert_status 0
	run xdplab chain veth0 set-prio xdp_three 5
	assert_status 0
	unreachable
	assert_equal "$(order)" "xdp_three xdp_deep512 xdp_gate"
	send_packets 3
	(($(stage xdp_deep512 .pass) >= 3))
	holds_out
}

@test "files and directories with odd names among the state do no harm" {
	local name
	load_chain
	for name in gen- gen-x gen--1 gen-0 gen-99999999999999999999 stage- \
		stage-x 'stage-1 ' stage-0 counts- counts-x counts-99999 \
		counts--1 link2 $'new\nline' $'\e[31m' \
		"$(printf 'x%.0s' {1..255})"; do
		mkdir "$home/$name"
		mkdir -p "$home/$name/a"
	done
	mkdir -p "$home"/../x "$home"/../-1 /sys/fs/bpf/xdplab/{x,-1,0} \
		/sys/fs/bpf/xdplab/99999999999999999999999 "$three/maps/odd/a/b/c"
	another_map mine /sys/fs/bpf/xdplab/7
	another_map mine "$home/gen-7"
	another_map mine "$home/../8"
	holds_out
}

@test "a link's pin that is another thing holds nothing" {
	load_chain
	another_map mine "$home/link"
	holds_out
}

@test "a directory of state that others may write to is not believed" {
	load_chain
	chmod 0777 /sys/fs/bpf/xdplab
	run xdplab load veth0 "$BPF/pass.o"
	assert_status 4
	assert_contains "/sys/fs/bpf/xdplab: does not belong to the caller alone"
	chmod 0700 /sys/fs/bpf/xdplab
	assert_equal "$(order)" "xdp_deep512 xdp_three xdp_gate"
}

# ---- two at once --------------------------------------------------------

# at_once COMMAND-LINE...: runs all of them, and all succeed
at_once() {
	local pids=() line pid
	for line; do
		# shellcheck disable=SC2086 # words
		xdplab $line >&2 3>&- &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid"
	done
}

# One generation, and the stages that it names.
one_generation() {
	assert_equal "$(pins | grep -c '/gen-[0-9]*$')" 1
	assert_equal "$(pins | sed -n 's|.*/stage-\([0-9]*\)$|\1|p' | sort)" \
		"$(xdplab status -j veth0 | jq -r '.[] | select(.stage) | .id' |
			sort)"
}

@test "of eight loads at once each adds its stage, and of unloads takes one" {
	local loads=() unloads=() id
	for ((i = 0; i < 8; i++)); do
		loads+=("load veth0 -P $((i % 4)) $BPF/stage_three.o")
	done
	at_once "${loads[@]}"
	assert_equal "$(order | wc -w)" 8
	one_generation
	assert_equal "$(stage xdp_three .prio | tr '\n' ' ')" "0 0 1 1 2 2 3 3 "
	assert_equal "$(stage xdp_three '.map_ids[]' | sort -u | wc -l)" 24
	send_packets 5
	assert_equal "$(xdplab status -j veth0 | jq 'all(.[] | select(.stage);
		.pass >= 5)')" true

	for id in $(stage xdp_three .id); do
		unloads+=("unload veth0 -i $id")
	done
	at_once "${unloads[@]}"
	assert_equal "$(attached veth0)" ""
	assert_equal "$(pins)" /sys/fs/bpf/xdplab
}

@test "loads, unloads and moves at once happen all, in some order" {
	local three gate
	xdplab load veth0 -P 10 "$BPF/stage_three.o"
	xdplab load veth0 -P 20 "$BPF/stage_gate.o" "$BPF/stage_tick.o"
	xdplab load veth0 -P 30 "$BPF/stage_heavy.o"
	three=$(stage xdp_three .id) gate=$(stage xdp_gate .id)
	at_once "load veth0 -P 5 $BPF/pass.o" "unload veth0 -n xdp_heavy" \
		"chain veth0 move $three after $gate" "clean" \
		"chain veth0 set-actions $gate DROP" \
		"chain veth0 set-prio xdp_tick 40" "load veth0 $BPF/subprogs.o" \
		"chain veth0 set-actions $three PASS,TX"
	one_generation
	assert_equal "$(order | tr ' ' '\n' | sort | tr '\n' ' ')" \
		"xdp_gate xdp_pass xdp_subprogs xdp_three xdp_tick "
	assert_equal "$(stage xdp_gate '.actions | tojson')" '["DROP"]'
	assert_equal "$(stage xdp_three '.actions | tojson')" '["PASS","TX"]'
	assert_equal "$(stage xdp_tick .prio)" 40
	assert_equal "$(stage xdp_pass .prio)" 5
	assert_equal "$(stage xdp_three .prio)" 20
	[[ $(order) == *xdp_gate*xdp_three* ]]
	assert_equal "$(attached veth0 | wc -l)" 1
}
