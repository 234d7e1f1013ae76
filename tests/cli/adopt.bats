#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# adopt - a foreign program that runs becomes a stage, and is given back

load ../lib

setup() {
	make_veth
}

# Packets that the program has counted in its map: ticks ID
ticks() {
	local map
	map=$(bpftool -j prog show id "$1" | jq '.map_ids[0]')
	bpftool -j map dump id "$map" | jq '[.[].formatted.values[].value] | add'
}

by_ip() {
	ip link set veth0 "${2-xdpdrv}" obj "$BPF/$1.o" sec xdp
	foreign=$(attached veth0)
}

is_idle() {
	[[ ! $(attached veth0) ]]
}

by_bpftool() {
	bpftool prog load "$BPF/$1.o" "/sys/fs/bpf/$1" type xdp
	bpftool net attach "${2-xdpdrv}" pinned "/sys/fs/bpf/$1" dev veth0
	foreign=$(attached veth0)
}

@test "bytes of an adopted program are counted like others'" {
	by_ip stage_tick
	xdplab load --adopt -P 10 veth0 "$BPF/stage_three.o" >&2
	send_packets 3
	assert_equal "$(stage xdp_tick '[.pass, .pass_bytes] | tojson')" \
		"[3,$((3 * 98))]"
	assert_equal "$(stage xdp_three .pass_bytes)" $((3 * 98))
}

@test "a program that iproute2 attached stays, as a stage, and counts on" {
	local before
	by_ip stage_tick
	send_packets 3
	before=$(ticks "$foreign")
	run xdplab load --adopt -P 10 veth0 "$BPF/stage_three.o"
	assert_status 0
	assert_contains "stage 1 of 2; adopted id $foreign"
	assert_equal "$(order)" "xdp_three xdp_tick"
	send_packets 3
	(($(ticks "$foreign") >= before + 3))
	assert_equal "$(stage xdp_tick .id)" "$foreign"
	assert_equal "$(stage xdp_tick '"\(.prio) \(.actions) \(.adopted)"')" \
		'50 ["PASS"] true'
	assert_equal "$(stage xdp_tick .how)" tail-called
	assert_equal "$(stage xdp_tick .why)" \
		"adopted program"
}

@test "with the last own stage gone it has the interface as it was before" {
	local mode
	for mode in xdpdrv xdpgeneric; do
		by_ip stage_tick $mode
		xdplab load --adopt veth0 "$BPF/stage_three.o" "$BPF/pass.o"
		xdplab unload veth0 -n xdp_three
		[[ $(attached veth0) != "$foreign" ]]
		run xdplab unload veth0 -n xdp_pass
		assert_status 0
		assert_output "veth0: removed 1 program; adopted id $foreign\
 runs on its own again"
		assert_equal "$(attached veth0)" "$foreign"
		assert_equal "$(pins | grep xdplab/ || true)" ""
		reachable
		ip link set veth0 $mode off
	done
}

@test "what is given back is told as JSON, too" {
	by_ip stage_tick
	xdplab load --adopt veth0 "$BPF/stage_three.o"
	run xdplab unload -j veth0 -n xdp_three
	assert_json ". == {\"ifname\": \"veth0\", \"unloaded\": 1, \"stages\": 0,
		\"returned_id\": $foreign}"
}

@test "an adopted program that drops drops, where it was put" {
	local own
	by_bpftool stage_gate
	xdplab load --adopt veth0 "$BPF/stage_tick.o"
	own=$(stage xdp_tick .id)
	assert_equal "$(order)" "xdp_gate xdp_tick"
	send_packets 3
	unreachable
	assert_equal "$(ticks "$own")" 0
	xdplab chain veth0 move xdp_tick before xdp_gate
	send_packets 3
	(($(ticks "$own") >= 3))
	unreachable
}

@test "an adopted stage is taken out by name or id, as others are" {
	by_bpftool stage_gate
	xdplab load --adopt veth0 "$BPF/pass.o"
	unreachable
	xdplab unload veth0 -i "$foreign"
	reachable
	assert_equal "$(order)" "xdp_pass"
}

@test "a chain with an adopted stage is changed from anywhere, without a file" {
	by_bpftool stage_gate
	xdplab load --adopt veth0 "$BPF/stage_tick.o"
	rm /sys/fs/bpf/stage_gate
	touch /run/netns/home
	mount --bind /proc/self/ns/net /run/netns/home
	at_peer xdplab load --netns home veth0 "$BPF/pass.o"
	assert_equal "$(order)" "xdp_gate xdp_pass xdp_tick"
	unreachable
}

@test "a program held by a link is swapped inside that link, and a note says so" {
	local link
	XDPLAB_BPFFS=/sys/fs/bpf xdplab load --link veth0 "$BPF/stage_gate.o"
	mkdir /sys/fs/bpf/stranger
	mv "$(pins | grep '/link$')" /sys/fs/bpf/stranger/link
	find /sys/fs/bpf/xdplab -mindepth 1 -delete
	link=$(xdplab status -j veth0 | jq '.[0].link_id')
	run xdplab load --adopt veth0 "$BPF/pass.o"
	assert_status 0
	assert_contains "the bpf_link belongs to another process or pin"
	run xdplab status -j veth0
	assert_json ".[0].link_id == $link and .[0].stages == 2"
	unreachable
	rm /sys/fs/bpf/stranger/link # with its owner the chain goes
	wait_until is_idle
	reachable
}

# A program of a link that is pinned by somebody else, in another bpffs.
by_link() {
	mkdir -p "$TMPDIR/bpf"
	mount -t bpf bpf "$TMPDIR/bpf"
	XDPLAB_BPFFS=$TMPDIR/bpf xdplab load --link veth0 "$BPF/$1.o"
	mv "$TMPDIR"/bpf/xdplab/*/*/link "$TMPDIR/bpf/link"
	find "$TMPDIR/bpf/xdplab" -mindepth 1 -delete
	foreign=$(attached veth0)
}

# With the link's owner it goes, unless we hold the link.
end_link() {
	umount "$TMPDIR/bpf"
}

@test "a foreign link is kept no longer than a chain runs in it" {
	by_link stage_gate
	xdplab load --adopt --link veth0 "$BPF/pass.o" "$BPF/stage_three.o"
	xdplab unload veth0 -n xdp_three
	run pins
	assert_matches "/foreign-link$"
	xdplab unload veth0 -n xdp_pass
	assert_equal "$(attached veth0)" "$foreign"
	assert_equal "$(pins)" /sys/fs/bpf/xdplab
	unreachable
	end_link
	wait_until is_idle
	reachable
}

@test "without the adopted program the chain stays in its link" {
	by_link stage_gate
	xdplab load --adopt --link veth0 "$BPF/pass.o"
	xdplab unload veth0 -i "$foreign"
	end_link
	sleep 0.3
	assert_equal "$(order)" xdp_pass
	xdplab unload veth0
	assert_equal "$(attached veth0)" ""
	assert_equal "$(pins)" /sys/fs/bpf/xdplab
}

# The pin of a link of ours that holds nothing any more.
dead_link() {
	xdplab load --link veth0 "$BPF/pass.o"
	bpftool link detach id "$(xdplab status -j veth0 | jq '.[0].link_id')"
}

@test "--link keeps a foreign link, also where ours was before" {
	dead_link
	by_link stage_gate
	run xdplab load --adopt --link veth0 "$BPF/pass.o"
	assert_status 0
	end_link
	sleep 0.3
	assert_equal "$(order)" "xdp_gate xdp_pass"
	unreachable
}

@test "what is left of a link of ours is not taken for a foreign one" {
	dead_link
	by_link stage_gate
	run xdplab load --adopt veth0 "$BPF/pass.o"
	assert_status 0
	assert_contains "the bpf_link belongs to another process or pin"
	end_link
}

@test "what does not agree with it in xdp.frags is refused, what does is taken" {
	by_bpftool tx_frags
	run xdplab load --adopt veth0 "$BPF/pass.o"
	assert_status 5
	assert_contains "xdp_pass does not support multi-buffer packets, but xdp_tx_frags"
	assert_equal "$(attached veth0)" "$foreign"
	assert_equal "$(pins | grep xdplab/ || true)" ""
	run xdplab load --adopt veth0 "$BPF/stage_frags.o"
	assert_status 0
	assert_equal "$(order)" "xdp_frags xdp_tx_frags"
}

@test "--adopt leaves all as it is in a dry run, and is no --force" {
	by_ip stage_gate
	run xdplab load --adopt --dry-run veth0 "$BPF/pass.o"
	assert_status 0
	assert_equal "$(attached veth0)" "$foreign"
	assert_equal "$(pins | grep xdplab/ || true)" ""
	run xdplab load --adopt --force veth0 "$BPF/pass.o"
	assert_status 2
}

@test "--adopt with nothing to adopt just loads" {
	run xdplab load --adopt veth0 "$BPF/pass.o"
	assert_status 0
	assert_equal "$(order)" "xdp_pass"
}

@test "a chain that was adopted from another bpffs comes back as it was" {
	mkdir -p "$TMPDIR/bpf"
	mount -t bpf bpf "$TMPDIR/bpf"
	xdplab load veth0 "$BPF/stage_deep512.o" "$BPF/stage_three.o"
	XDPLAB_BPFFS=$TMPDIR/bpf xdplab load --adopt veth0 "$BPF/pass.o"
	run xdplab chain veth0 set-prio xdp_three 10
	assert_status 1
	assert_contains "not an xdplab chain"
	run xdplab clean
	assert_output ""
	reachable
	XDPLAB_BPFFS=$TMPDIR/bpf xdplab unload veth0 -n xdp_pass
	umount "$TMPDIR/bpf"
	assert_equal "$(order)" "xdp_deep512 xdp_three"
	xdplab chain veth0 set-prio xdp_three 10
	assert_equal "$(order)" "xdp_three xdp_deep512"
	reachable
}
