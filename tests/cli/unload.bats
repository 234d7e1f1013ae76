#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# unload - xdplab unload: off means off, whoever put it there

load ../lib

setup() {
	make_veth
}

@test "the only program is taken off without naming it" {
	xdplab load veth0 "$BPF/drop.o"
	run xdplab unload veth0
	assert_status 0
	assert_output "veth0: removed 1 program"
	assert_equal "$(attached veth0)" ""
	reachable
}

@test "its state goes with it" {
	xdplab load veth0 "$BPF/drop.o"
	xdplab unload veth0
	assert_equal "$(pins)" /sys/fs/bpf/xdplab
}

@test "a program is chosen by id, and another id is refused" {
	xdplab load veth0 "$BPF/drop.o"
	local id
	id=$(attached veth0)
	run xdplab unload -i $((id + 1000)) veth0
	assert_status 1
	assert_contains "program $((id + 1000)) is not attached"
	assert_equal "$(attached veth0)" "$id"
	run xdplab unload -i "$id" veth0
	assert_status 0
	assert_equal "$(attached veth0)" ""
}

@test "a program is chosen by its full name, loaded by us or not" {
	xdplab load veth0 "$BPF/drop.o"
	run xdplab unload -n xdp_drop_with_a veth0
	assert_status 1
	run xdplab unload -n xdp_drop_with_a_long_name veth0
	assert_status 0
	ip link set veth0 xdpdrv obj "$BPF/drop.o" sec xdp
	run xdplab unload -n xdp_drop_with_a_long_name veth0
	assert_status 0
	assert_equal "$(attached veth0)" ""
}

@test "an id is a whole number or refused" {
	for id in 0 -1 1x 1.5 '' 4294967296; do
		run xdplab unload -i "$id" veth0
		assert_status 2
	done
}

@test "--all and a choice contradict each other" {
	run xdplab unload -a -i 1 veth0
	assert_status 2
}

@test "nothing to take off is said, and fails" {
	run xdplab unload veth0
	assert_status 1
	assert_contains "veth0: no XDP program is attached"
	run xdplab unload -a veth0
	assert_status 1
	run xdplab unload nope
	assert_status 1
	assert_contains "nope: no such network interface"
}

@test "a generic program on veth really goes, for flags 0 would leave it" {
	ip link set veth0 xdpgeneric obj "$BPF/drop.o" sec xdp
	run xdplab unload veth0
	assert_status 0
	assert_equal "$(attached veth0)" ""
	reachable
}

@test "--mode takes off only what runs in that mode" {
	xdplab load -m skb veth0 "$BPF/pass.o"
	run xdplab unload -m native veth0
	assert_status 1
	run xdplab unload -m skb veth0
	assert_status 0
}

@test "a program under another's link is taken off through that link" {
	local id=
	# bpftool keeps no link of XDP: our own, forgotten by us, is a stranger's
	XDPLAB_BPFFS=/sys/fs/bpf xdplab load --link veth0 "$BPF/drop.o"
	mkdir /sys/fs/bpf/stranger
	mv "$(pins | grep '/link$')" /sys/fs/bpf/stranger/link
	find /sys/fs/bpf/xdplab -mindepth 1 -delete
	id=$(attached veth0)
	run xdplab status -j veth0
	assert_json ".[0].pinned == \"/sys/fs/bpf/stranger/link\""
	run xdplab unload -i "$id" veth0
	assert_status 0
	assert_equal "$(attached veth0)" ""
	# what is not ours is not ours to remove
	run pins
	assert_contains /sys/fs/bpf/stranger/link
}

@test "without root's rights nothing is taken off" {
	xdplab load veth0 "$BPF/drop.o"
	run as_nobody "$BUILD/xdplab" unload veth0
	assert_status 4
	unreachable
}

@test "the result is told as JSON" {
	xdplab load veth0 "$BPF/drop.o"
	run xdplab unload -j veth0
	assert_json '. == {"ifname": "veth0", "unloaded": 1, "stages": 0}'
}

@test "a detach that the kernel did not do is not taken for one" {
	local n
	wait_until no_links
	xdplab load --link veth0 "$BPF/drop.o"
	strace -f -qq -e trace=bpf -o "$TMPDIR/trace" xdplab unload veth0
	n=$(grep -n BPF_LINK_DETACH "$TMPDIR/trace" | cut -d: -f1)
	wait_until no_links
	xdplab load --link veth0 "$BPF/drop.o"
	run strace -f -qq -e trace=bpf -o /dev/null \
		-e inject=bpf:retval=0:when="$n" xdplab unload veth0
	assert_status 1
	assert_contains "is still attached"
	unreachable
}

@test "a program that cannot be looked at is not taken for gone" {
	local n
	wait_until no_links
	xdplab load veth0 "$BPF/drop.o"
	strace -f -qq -e trace=bpf -o "$TMPDIR/trace" xdplab unload -a veth0
	# The last time it is to see whether it has ended.
	n=$(grep -n PROG_GET_FD_BY_ID "$TMPDIR/trace" | tail -n 2 | head -n 1 |
		cut -d: -f1)
	xdplab load veth0 "$BPF/drop.o"
	run strace -f -qq -e trace=bpf -o "$TMPDIR/trace" \
		-e inject=bpf:error=EPERM:when="$n" xdplab unload -a veth0
	assert_status 4
	grep -q "PROG_GET_FD_BY_ID.*INJECTED" "$TMPDIR/trace"
	unreachable
}
