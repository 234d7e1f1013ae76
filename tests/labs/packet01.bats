#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# packet01 - the fifth lab: a parser, and the tests that say whether it is right

load ../lib
load lab

# The starter without its bug.
mended() {
	sed 's/(header > at->end)/(header + bytes > at->end)/' \
		xdp_parser_kern.c >mended.c
	make mended.o XDP_TARGETS=mended >&2
	rm mended.c
}

# ---- the lesson ---------------------------------------------------------

@test "the lesson's sessions are what happens" {
	lived
}

@test "the lesson shows the same sessions in both languages" {
	diff <(sessions README.md) <(sessions README.zh-CN.md)
}

@test "the sessions of docs/packet-tests are what happens, in both languages" {
	diff <(sessions "$ROOT/docs/packet-tests.md") \
		<(sessions "$ROOT/docs/packet-tests.zh-CN.md")
	run "$ROOT/tests/labs/session" "$ROOT/docs/packet-tests.md"
	assert_status 0
}

@test "the code that the lesson shows is the lab's" {
	quoted
}

# ---- the programs ---------------------------------------------------------

@test "the starter is refused, for its header is only known to begin" {
	tests xdp_parser_kern.o
	assert_status 1
	assert_contains "the verifier refuses xdp_parser: invalid access to packet, off=12"
	assert_matches 'at .*/xdp_parser_kern\.c:[0-9]+: return bpf_ntohs\(eth->h_proto\);$'
	assert_contains "0 passed, 21 not run"
}

@test "the mended starter drops all of IPv6, and nothing of IPv4" {
	mended
	tests mended.o -k 'even echo request of IPv6'
	assert_status 3
	assert_contains "the verdict is DROP, not PASS"
	tests mended.o -k 'odd echo request of IPv4'
	assert_status 3
	assert_contains "the verdict is PASS, not DROP"
	tests mended.o -k 'even echo request of IPv4'
	assert_status 0
}

@test "the solution passes, and its tests reach all lines of it" {
	tests solution/xdp_parser_kern.o --cov
	assert_status 0
	assert_matches '^ok +packet01.test: 21 passed$'
	assert_matches '^ +xdp_parser +([0-9]+) of [0-9]+ 100%'
	assert_lacks "not reached"
}

@test "replies that are dropped, too, are caught" {
	caught replies
}

@test "IP options that are ignored are caught" {
	caught ip_options
}

@test "the wrong one of two bytes is caught" {
	caught byte_order
}

@test "a second tag that is not skipped is caught" {
	caught one_tag
}

@test "a fragment that is taken for a header is caught" {
	caught fragments
}

@test "each wrong solution is one of those" {
	assert_equal "$(printf '%s ' wrong/*.sed)" "wrong/byte_order.sed \
wrong/fragments.sed wrong/ip_options.sed wrong/one_tag.sed wrong/replies.sed "
}
