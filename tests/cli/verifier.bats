#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2016 # backquotes are quoted for their own sake
# shellcheck disable=SC2154 # stderr, stderr_lines: set by run
# verifier - what is said when the verifier refuses a program

load ../lib

setup() {
	make_veth
}

# refuse NAME: loads tests/bpf/refused_NAME.bpf.c, which must fail.
refuse() {
	run --separate-stderr xdplab load "${@:2}" veth0 "$BPF/refused_$1.o"
	assert_status 1
	assert_output ""
	assert_equal "$(attached veth0)" ""
	assert_equal "$(pins | grep -v '^/sys/fs/bpf/xdplab$')" ""
	output=$stderr
}

# line_of NAME: FILE:LINE of what is refused in it.
line_of() {
	local file=refused_$1.bpf.c

	echo "$file:$(grep -n 'refused here' "$ROOT/tests/bpf/$file" |
		cut -d: -f1)"
}

@test "a refusal is one line, with the verifier's own words" {
	refuse map_null
	assert_equal "${stderr_lines[0]}" "xdplab load: $BPF/refused_map_null.o: \
the verifier refuses map_null: R0 invalid mem access 'map_value_or_null'"
}

@test "then come place, instruction, registers, meaning and cure" {
	refuse map_null
	assert_matches "^  at        .*$(line_of map_null): \*count \+= 1;"
	assert_matches '^  insn      [0-9]+: \(79\) r[0-9] = \*\(u64 \*\)'
	assert_matches '^  registers R0=map_value_or_null\('
	assert_matches '^  means     .* returns NULL'
	assert_matches '^  try       .*`if \(!value\) return XDP_PASS;`'
}

@test "each refusal is explained by its own reason" {
	refuse packet_bounds
	assert_matches "^  at        .*$(line_of packet_bounds): "
	assert_matches '^  try       .*`if .* > data_end\) return XDP_PASS;`'
	refuse stale_packet
	assert_matches "^  at        .*$(line_of stale_packet): \*data = 1;"
	assert_contains "moved the packet"
}

@test "what concerns the whole program points at no line of it" {
	refuse stack_depth
	assert_contains "combined stack size of 2 calls"
	assert_contains "more than 512 bytes of stack in total"
	assert_lacks "  at  "
	assert_lacks "  insn  "
}

@test "a jump refused before the walk is found by line information" {
	refuse loop_endless
	assert_matches "^  at        .*$(line_of loop_endless): for \(;;\)"
}

@test "the whole log is shown by -v, and only then" {
	refuse map_null
	assert_lacks "processed"
	assert_contains "-v shows"
	refuse map_null -v
	assert_matches '^  \| [0-9]+: \(85\) call bpf_map_lookup_elem#1'
	assert_matches '^  \| processed [0-9]+ insns'
	assert_lacks "-v shows"
}

@test "what ran before a refused load still runs" {
	local before

	xdplab load veth0 "$BPF/pass.o"
	before=$(attached veth0)
	run xdplab load --force veth0 "$BPF/refused_map_null.o"
	assert_status 1
	assert_equal "$(attached veth0)" "$before"
	reachable
}

@test "xdp-loader explains a refusal too" {
	run xdp-loader load veth0 "$BPF/refused_map_null.o"
	assert_status 1
	assert_contains "xdp-loader load: $BPF/refused_map_null.o: the verifier"
	assert_matches "^  at        .*$(line_of map_null): "
	assert_matches '^  try       .*`if \(!value\)'
}
