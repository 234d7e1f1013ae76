#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# demo - make demo: what it shows, and that it notices what is wrong

load ../lib

# A tree of its own, whose lab may be broken.  It is not in /run, which the demo
# hides from itself.
setup() {
	local entry

	tree=$(mktemp -d /tmp/xdplab-demo.XXXXXX)
	cd "$tree" || return
	for entry in "$ROOT"/*; do
		ln -s "$entry" .
	done
	rm labs
	cp -r "$ROOT/labs" .
}

teardown() {
	rm -r "$tree"
	clean_up
}

@test "the demo shows each way, plain in a pipe, and leaves the host alone" {
	run labs/demo
	assert_status 0
	assert_lacks $'\e'
	assert_contains '$ llvm-objdump -S xdp_pass_kern.o'
	assert_matches '^iproute2 +lo +skb +[0-9]+ +[1-9][0-9]{3,} yes$'
	assert_matches '^xdp-loader +lo +skb +[0-9]+ +[1-9][0-9]{3,} yes$'
	assert_matches '^xdp_pass_user +lo +skb +[0-9]+ +[1-9][0-9]{3,} yes$'
	assert_matches '^xdp_pass_user +veth0 +native +[0-9]+ +[1-9][0-9]{3,} yes$'
	assert_matches '^the host: .* unchanged$'
}

@test "the demo fails when packets get lost, and when the host changed" {
	sed -i s/XDP_PASS/XDP_DROP/ labs/basic01/xdp_pass_kern.c
	(sleep 2 && ip link add left type veth peer name right) &
	run labs/demo
	assert_status 1
	assert_contains "Not as expected:"
	assert_contains "status 1: ping -q"
	assert_matches '^the host: .* CHANGED$'
	assert_contains '> ["link","left"'
}

# That no process is left is what tests/run looks at.
@test "the demo cleans up when it is interrupted" {
	run timeout --preserve-status -s INT 3 labs/demo
	assert_status 130
	assert_matches '^the host: .* unchanged$'
}
