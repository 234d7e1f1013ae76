#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# packet02 - the sixth lab: ports and VLAN tags are rewritten, checksums follow

load ../lib
load lab

# ---- the lesson ---------------------------------------------------------

@test "the lesson's sessions are what happens" {
	lived
}

@test "the lesson shows the same sessions in both languages" {
	diff <(sessions README.md) <(sessions README.zh-CN.md)
}

@test "the code that the lesson shows is the lab's" {
	quoted
}

# ---- the programs ---------------------------------------------------------

@test "the starter lowers the port and leaves the checksum" {
	tests xdp_rewrite_kern.o -k 'a port of UDP'
	assert_status 3
	assert_contains "udp.chksum is 0x9c2f, not 0x9c30"
	assert_matches '^ +udp\.dport +1999 +1999$'
}

@test "the starter cuts a tag off and leaves the addresses" {
	tests xdp_rewrite_kern.o -k 'a tag is taken off'
	assert_status 3
	assert_contains "eth.dst is 00:02:02:00:00:00, not 02:00:00:00:00:02"
	assert_matches '^ +eth\.type +ip +ip$'
}

@test "the starter makes room for a tag, in which there is none" {
	tests xdp_rewrite_kern.o -k 'a packet without a tag'
	assert_status 3
	assert_matches '^ +\* vlan\.id +7'
}

@test "the solution passes, and its tests reach all lines of it" {
	tests solution/xdp_rewrite_kern.o --cov
	assert_status 0
	assert_matches '^ok +ports.test: 15 passed$'
	assert_matches '^ok +vlan.test: 7 passed$'
	assert_contains "lines reached"
	assert_lacks "not reached"
}

@test "a carry of the carry that is lost is caught" {
	caught second_carry
}

@test "the equation of RFC 1141 is caught" {
	caught rfc1141
}

@test "a checksum for a packet that has none is caught" {
	caught udp_none
}

@test "a checksum of UDP that becomes none is caught" {
	caught udp_zero
}

@test "a type that is left behind with the tag is caught" {
	caught tag_type
}

@test "each wrong solution is one of those" {
	assert_equal "$(printf '%s ' wrong/*.sed)" "wrong/rfc1141.sed \
wrong/second_carry.sed wrong/tag_type.sed wrong/udp_none.sed wrong/udp_zero.sed "
}
