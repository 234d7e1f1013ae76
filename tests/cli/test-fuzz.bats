#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# test-fuzz - packets that a program does not take well become a file of tests

load ../lib

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	cp "$BPF"/fuzz_{aborted,old,new,longer,state,to_old,to_new}.o "$BPF/pass.o" .
}

# The same packets each time, and enough of them: fuzz PROGRAM [OPTION...]
fuzz() {
	run --separate-stderr timeout 120 xdplab test --fuzz 100 \
		--runs "${RUNS-30000}" "${@:2}" "$1"
}

@test "a packet that is found is a test, which fails until the program is mended" {
	fuzz fuzz_longer.o
	assert_status 3
	assert_contains '1 finding in fuzz_longer.fuzz.test'
	run xdplab test fuzz_longer.fuzz.test
	assert_status 3
	assert_contains "the packet's length is 1515, not <= 1514"
	run xdplab test --program pass.o fuzz_longer.fuzz.test
	assert_status 0
}

@test "what is behind conditions in conditions is found, and told with its line" {
	RUNS=100000 fuzz fuzz_aborted.o
	assert_status 3
	assert_contains 'send eth / ip / tcp(dport=48879, flags=FPU, options=[option(28, hex 00 00)])'
	run cat fuzz_aborted.fuzz.test
	assert_contains 'program "fuzz_aborted.o"'
	assert_matches '^# the verdict is ABORTED at fuzz_aborted.bpf.c:[0-9]+: if \(option'
	assert_contains 'expect PASS or DROP or TX or REDIRECT'
}

@test "two versions are to do the same" {
	fuzz fuzz_new.o --against fuzz_old.o
	assert_status 3
	run cat fuzz_new.fuzz.test
	assert_contains 'send eth / vlan(id=77)'
	assert_contains 'send eth / ip(options=['
	xdplab test --program fuzz_old.o fuzz_new.fuzz.test >&2
	fuzz fuzz_old.o --against fuzz_old.o
	assert_status 0
}

@test "two versions are to redirect to the same place, and both are told" {
	cat >to.test <<-'END'
		program fuzz_to_new.o
		interface left index 70
		interface right index 71
		setup
		  map ports[0] = left
		  map ports[1] = right
		  map spares[1] = left
		  for cpu in 0..1
		    map cpus[$cpu] = 192
		test "any"
		  send eth
		  expect PASS
	END
	fuzz to.test --against fuzz_to_old.o --json
	assert_status 3
	assert_equal "$(json 'select(.verdict == "REDIRECT" and .redirect == "right") | .old_redirect')" left
	run xdplab test to.fuzz.test
	assert_status 3
	assert_contains 'the packet is redirected to right, not left'
	xdplab test --program fuzz_to_old.o to.fuzz.test >&2
}

@test "programs of a chain are looked into, each" {
	cat >chain.test <<-'END'
		program pass.o prio 1
		program fuzz_longer.o prio 2
		test "any"
		  send eth
		  expect PASS or TX
	END
	fuzz chain.test
	assert_status 3
	assert_contains 'fuzz 1: longer at fuzz_longer.bpf.c:'
	run xdplab test chain.fuzz.test
	assert_status 3
	assert_contains "the packet's length is 1515, not <= 1514"
}

@test "a smaller packet takes the place of one that was found" {
	cp "$BPF/fuzz_one.o" .
	fuzz fuzz_one.o -n xdp_no_verdict
	assert_status 3
	assert_equal "$(grep -c 'test "fuzz 1: aborted' <<<"$output")" 2
	run grep -A1 '^test' fuzz_one.fuzz.test
	assert_equal "${#lines[@]}" 2
	assert_contains 'send eth(dst='
}

@test "where nothing is found, no file is left" {
	fuzz pass.o
	assert_status 0
	assert_contains 'nothing found'
	[ ! -e pass.fuzz.test ]
	fuzz none.o
	assert_status 1
	[ ! -e none.fuzz.test ]
}

@test "another file is not overwritten, nor what a link leads to" {
	echo mine >fuzz_longer.fuzz.test
	fuzz fuzz_longer.o
	assert_status 1
	assert_equal "$(cat fuzz_longer.fuzz.test)" mine
	ln -s elsewhere link.test
	fuzz fuzz_longer.o --keep link.test
	assert_status 1
	[ ! -e elsewhere ]
	fuzz fuzz_longer.o --keep other.test
	assert_status 3
	[ -s other.test ]
}

@test "findings have around them what their file has besides its tests" {
	mkdir -p tests/own kept
	cat >tests/own/a.test <<-'END'
		program ../../fuzz_state.o xdp_known_port prio 7
		interface eth0 mtu 1400 # as it is there
		setup
		  map ports[23456] = 1
		  # and nothing else
		context ingress eth0

		test "other"
		  send eth / ip / udp
		  expect DROP
	END
	fuzz tests/own/a.test --keep kept/b.test
	assert_status 3
	run grep -v '^$\|^#\|^test\|^  send\|^  expect' kept/b.test
	assert_output 'program "../fuzz_state.o" xdp_known_port prio 7
interface eth0 mtu 1400
setup
  map ports[23456] = 1
context ingress eth0'
	run xdplab test kept/b.test
	assert_status 3
	assert_contains 'the verdict is ABORTED'
}

@test "what several packets do together is a test of all of them" {
	fuzz fuzz_state.o -n xdp_fiftieth
	assert_status 3
	run cat fuzz_state.fuzz.test
	assert_contains '  repeat 49'
	run xdplab test fuzz_state.fuzz.test
	assert_status 3
	assert_contains 'the verdict is ABORTED'
}

@test "what does not come again from a fresh state is counted, not kept" {
	fuzz fuzz_state.o -n xdp_by_chance
	assert_status 0
	assert_contains 'were not reproducible from a fresh state'
}

@test "the same seed finds the same" {
	fuzz fuzz_new.o --against fuzz_old.o --keep a.test --seed 5
	fuzz fuzz_new.o --against fuzz_old.o --keep b.test --seed 5
	cmp a.test b.test
}

@test "each finding is an object of JSON, and so is the end" {
	fuzz fuzz_longer.o --json
	assert_status 3
	assert_equal "${#lines[@]}" 2
	assert_equal "$(json 'select(.kind == "finding") | .finding, .verdict, .kept')" \
		$'longer\nTX\nfuzz_longer.fuzz.test'
	assert_equal "$(json 'select(.kind == "fuzz") | .packets, .findings, .blocks == .blocks_reached')" \
		$'30000\n1\ntrue'
}

# bash has what is in the background ignore SIGINT, which is to be the same.
@test "a signal ends it with what was found so far" {
	xdplab test --fuzz 50 fuzz_longer.o >told 3>&- &
	wait_until grep -q 'test "fuzz 1' told
	kill -TERM $!
	status=0
	wait $! || status=$?
	assert_equal "$status" 3
	grep -q 'expect length <= 1514' fuzz_longer.fuzz.test
	grep -q '1 finding in fuzz_longer.fuzz.test' told
}

@test "an object of several programs needs the name of one" {
	cp "$BPF/test_packets.o" .
	says "select one by name" xdplab test --fuzz 1 test_packets.o
	fuzz test_packets.o -n xdp_verdicts
	assert_status 3
	assert_contains 'udp(dport=0)'
}

@test "options of fuzzing go with nothing else" {
	run xdplab test --runs 5 some.test
	assert_status 2
	run xdplab test --fuzz 5 --tap pass.o
	assert_status 2
	run xdplab test --fuzz 5 --keep a.test pass.o fuzz_old.o
	assert_status 2
}
