#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# clean - xdplab clean: removes what is stale, and nothing else

load ../lib

setup() {
	make_veth
}

@test "state of a program that runs is left alone" {
	xdplab load veth0 "$BPF/pass.o"
	xdplab load --link --netns peer peer0 "$BPF/pass.o"
	local before
	before=$(pins)
	run xdplab clean
	assert_status 0
	assert_output ""
	assert_equal "$(pins)" "$before"
}

@test "state of a program that another tool took off is removed and listed" {
	xdplab load veth0 "$BPF/pass.o"
	ip link set veth0 xdp off
	run xdplab clean
	assert_status 0
	assert_matches "^/sys/fs/bpf/xdplab/[0-9]+/[0-9]+/gen-[0-9]+$"
	assert_equal "$(pins)" /sys/fs/bpf/xdplab
}

@test "state of an interface that has gone is removed" {
	xdplab load veth0 "$BPF/pass.o"
	ip link del veth0
	run xdplab clean -j
	assert_json '[.[].removed | sub(".*/"; "") | sub("[0-9]+$"; "N")] | sort
		== ["counts-N", "gen-N", "stage-N"]'
	assert_equal "$(pins)" /sys/fs/bpf/xdplab
}

@test "a link that lost its interface is removed" {
	xdplab load --link veth0 "$BPF/pass.o"
	ip link del veth0
	xdplab clean
	assert_equal "$(pins)" /sys/fs/bpf/xdplab
}

@test "state of another namespace is judged by what runs there" {
	xdplab load --netns peer peer0 "$BPF/pass.o"
	xdplab clean
	run pins
	assert_contains /gen-
	ip -n peer link set peer0 xdp off
	run xdplab clean
	assert_contains /gen-
	assert_equal "$(pins)" /sys/fs/bpf/xdplab
}

@test "state of a namespace that has gone is removed" {
	xdplab load --netns peer peer0 "$BPF/pass.o"
	ip netns del peer
	gone() {
		xdplab clean
		[[ $(pins) == /sys/fs/bpf/xdplab ]]
	}
	wait_until gone
}

@test "with an interface only its own state is looked at" {
	make_veth 1
	xdplab load veth0 "$BPF/pass.o"
	xdplab load veth1 "$BPF/pass.o"
	ip link set veth0 xdp off
	ip link set veth1 xdp off
	xdplab clean veth1
	assert_equal "$(pins | grep -c "gen-.*/chain")" 1
}

@test "what was put among the state by hand is left where it can harm no one" {
	xdplab load veth0 "$BPF/pass.o"
	local dir
	dir=$(dirname "$(pins | grep 'gen-[0-9]*$')")
	bpftool prog pin id "$(attached veth0)" "$dir/mine"
	mkdir "$dir/gen-notanumber" "$dir/gen-4294967296"
	ip link set veth0 xdp off
	xdplab clean
	run pins
	assert_contains "$dir/mine"
	assert_contains gen-notanumber
	assert_lacks /chain
}

@test "a symbolic link in a generation's place is not followed" {
	local victim dir
	victim=$(mktemp -d)
	touch "$victim/precious"
	xdplab load veth0 "$BPF/pass.o"
	dir=$(dirname "$(pins | grep 'gen-[0-9]*$')")
	ln -s "$victim" "$dir/gen-7"
	ln -s "$victim" "$(pins | grep 'gen-[0-9]*$' | head -1)/mine"
	ip link set veth0 xdp off
	xdplab clean || true
	[[ -e $victim/precious ]]
}

@test "a program that lives on elsewhere keeps its state for as long" {
	xdplab load --netns peer peer0 "$BPF/pass.o"
	bpftool prog pin id "$(xdplab status -j --netns peer peer0 |
		jq '.[0].id')" /sys/fs/bpf/elsewhere
	ip -n peer link set peer0 xdp off
	run xdplab clean
	assert_output ""
	rm /sys/fs/bpf/elsewhere
	run xdplab clean
	assert_contains /gen-
}

@test "state of a namespace that cannot be found is kept while its program lives" {
	xdplab load --netns peer peer0 "$BPF/pass.o"
	touch "$TMPDIR/hidden"
	mount --bind /run/netns/peer "$TMPDIR/hidden"
	ip netns del peer
	run xdplab clean
	assert_status 0
	assert_equal "$(pins | grep -c '/chain$')" 1
	umount "$TMPDIR/hidden"
}
