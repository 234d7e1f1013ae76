#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2030,SC2031,SC2154 # what `run` sets
# chain-moved - a chain stays with its interface, wherever that goes

load ../lib

setup() {
	make_veth
}

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

@test "a chain that is moved away in the middle of a change is not forgotten" {
	local n failed
	xdplab load veth0 "$BPF/pass.o" "$BPF/stage_three.o"
	ip netns add other
	for n in 2 3; do
		stop_at sendto $n xdplab chain veth0 set-prio xdp_three 1
		ip link set veth0 netns other
		failed=0
		go_on || failed=$?
		assert_equal $failed 1
		grep "veth0: the interface has disappeared" "$TMPDIR/said"
		assert_equal "$(order --netns other)" "xdp_pass xdp_three"
		assert_equal "$(pins | grep -c '/gen-[0-9]*$')" 1
		ip -n other link set veth0 netns $$
	done
	xdplab chain veth0 set-prio xdp_three 1
	assert_equal "$(order)" "xdp_three xdp_pass"
	xdplab unload veth0 --all
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
	assert_contains "veth1: program xdplab_chain (id $id) "
	run xdplab chain veth1 set-prio xdp_pass 1
	assert_status 1
	assert_contains "veth1: the program is not an xdplab chain"
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
