#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2016,SC2154 # a file's own words; output: set by run
# test - xdplab test: which tests are run, what becomes of them, and how it ends

load ../lib

# The program of most tests, and a file in which the second of three fails.
setup() {
	cd "$(mktemp -d)" || return
	cp "$BPF/test_lower.o" "$BPF/pass.o" .
	test_file lower.test <<-'END'
		test "a port is lowered"
		  send   eth / ip / udp(dport=2000) / "hello"
		  expect PASS eth / ip / udp(dport=1999) / "hello"
		  expect map lowered[0] += 1

		test "port 1 is lowered"
		  send   eth / ip / udp(dport=1)
		  expect PASS

		test "it isn't of TCP"
		  send   eth / ip / tcp
		  expect PASS unchanged
	END
}

# test_file NAME: makes it of stdin, about test_lower.o
test_file() {
	{
		printf 'program test_lower.o\n\n'
		cat
	} >"$1"
}

# A test that takes longer than anybody waits, between two others.
endless() {
	test_file endless.test <<-'END'
		test "quick"
		  send eth
		  expect PASS
		test "endless"
		  repeat 10000
		    send eth / ip / tcp / bytes(1400), truncated 14..1454
		    expect PASS
		test "quick again"
		  send eth
		  expect PASS
	END
}

# Runs it in the background, where shells ignore SIGINT unless told otherwise:
# start [OPTION...]; its process is $pid
start() {
	endless
	env --default-signal=INT xdplab test -j "$@" endless.test >told 2>&1 3>&- &
	pid=$!
	wait_until grep -q '"quick"' told
	wait_until worker >&2
}

worker() {
	pgrep -P "$pid"
}

# The status with which it has ended.
ended() {
	status=0
	wait "$pid" || status=$?
	output=$(<told)
}

# The names of tests in the JSON that was printed, with a result.
names() {
	jq -r "select(.result == \"$1\") | .name" <<<"$output"
}

# ---- what is run ----------------------------------------------------------

@test "tests that pass are status 0, and one line for a file" {
	run xdplab test -k 'a port' lower.test
	assert_status 0
	assert_matches '^ok    lower\.test: 1 passed$'
	assert_matches '^1 passed in [0-9.]+ s$'
	assert_equal "${#lines[@]}" 2
	[[ ! -e xdplab-failed ]]
}

@test "a test that fails is status 3" {
	run xdplab test lower.test
	assert_status 3
	assert_contains 'FAIL  lower.test: 2 passed, 1 failed'
}

@test "-v tells each test, -k those whose names contain it" {
	run xdplab test -v -k is lower.test
	assert_status 3
	assert_matches '^ok    lower\.test:3: a port is lowered$'
	assert_matches '^FAIL  lower\.test:8: port 1 is lowered$'
	run xdplab test -k "isn't" -v lower.test
	assert_status 0
	assert_lacks 'port'
	run xdplab test -k 'no such' lower.test
	assert_status 1
	assert_contains 'no test name contains "no such"'
}

@test "of a directory all files of tests are run, in order, and no links" {
	mkdir tests
	cp ./*.o tests
	for name in b a; do
		cp lower.test "tests/$name.test"
	done
	ln -s a.test tests/c.test
	mkdir tests/d.test
	cp lower.test tests/a.test.orig
	for directory in tests tests/ ./tests; do
		run xdplab test -k 'a port' "$directory"
		assert_status 0
		assert_equal "$(sed -n 's/.*tests\/*\(.*\): 1 passed/\1/p' <<<"$output")" \
			$'a.test\nb.test'
	done
	mkdir empty
	run xdplab test empty
	assert_status 1
	assert_contains 'empty: no *.test file in this directory'
}

@test "--list tells all tests, without rights and without an object that loads" {
	chmod -R a+rX .. .
	cp "$BPF/refused_packet_bounds.o" test_lower.o
	run as_nobody xdplab test --list lower.test
	assert_status 0
	assert_output "lower.test:3: a port is lowered
lower.test:8: port 1 is lowered
lower.test:12: it isn't of TCP"
	run xdplab test --list -j -k TCP lower.test
	assert_status 0
	assert_json '. == {"file": "lower.test", "line": 12, "name": "it isn'\''t of TCP"}'
}

@test "--program tests another object" {
	sed -i '/map/d' lower.test
	run xdplab test --program pass.o -k 'TCP' lower.test
	assert_status 0
	cp pass.o other.o
	run xdplab test --program other.o lower.test
	assert_status 3
	assert_contains 'FAIL  lower.test:3: a port is lowered'
	assert_contains "xdplab test lower.test:3 --program other.o"
}

@test "the same seed makes the same packets, and the line to run it again has it" {
	local again first
	test_file random.test <<-'END'
		test "random"
		  send   eth / ip(src=rand) / udp(sport=rand)
		  expect DROP
	END
	run xdplab test -j random.test
	assert_status 3
	first=$(json .sent)
	again=$(json .again)
	[[ $again =~ ^xdplab\ test\ random.test:[0-9]+\ --seed\ [0-9]+$ ]]
	run bash -c "$again -j"
	assert_equal "$(json .sent)" "$first"
	run xdplab test -j random.test --seed 4242
	assert_equal "$(json .seed)" 4242
	[[ $(json .sent) != "$first" ]]
}

@test "-x ends at the first test that fails" {
	run xdplab test -x -v lower.test
	assert_status 3
	assert_contains 'FAIL  lower.test:8: port 1 is lowered'
	assert_lacks 'TCP'
	assert_contains '1 passed, 1 failed in'
	assert_contains 'stopped at the first failure'
}

@test "what is printed is seen in a container, too, and leaves nothing" {
	clang -O2 -g -target bpf -idirafter "/usr/include/$(uname -m)-linux-gnu" \
		-x c -c -o prints.o - <<-'END'
		#include <linux/bpf.h>
		#include <bpf/bpf_helpers.h>
		SEC("xdp") int prints(void *ctx) { bpf_printk("seen"); return 2; }
		char _license[] SEC("license") = "GPL";
	END
	cat >prints.test <<-'END'
		program prints.o
		test "it prints"
		  send   eth
		  expect printk "seen"
		test "it does not"
		  send   eth
		  expect no printk
	END
	for command in '' 'unshare --pid --fork --mount-proc'; do
		run $command xdplab test -v prints.test
		assert_status 3
		assert_contains 'ok    prints.test:2: it prints'
		assert_contains 'FAIL  prints.test:5: it does not'
	done
}

# ---- jobs -----------------------------------------------------------------

many() {
	for ((i = 2; i < 62; i++)); do
		printf '\ntest "number %d"\n' "$i"
		printf '  send   eth / ip / udp(dport=%d)\n' "$i"
		printf '  expect PASS eth / ip / udp(dport=%d)\n' $((i % 7 ? i - 1 : i))
	done | test_file "$1"
}

@test "several jobs tell the same as one, in the same order" {
	local file one
	for file in a b c; do
		many "$file.test"
	done
	one=$(xdplab test -j {a,b,c}.test | jq -c 'del(.ns)') || true
	assert_equal "$(wc -l <<<"$one")" 180
	for jobs in 2 5 16; do
		run xdplab test -j --jobs "$jobs" {a,b,c}.test
		assert_status 3
		assert_equal "$(jq -c 'del(.ns)' <<<"$output")" "$one"
	done
}

@test "a test that takes too long fails, and the others go on" {
	endless
	run xdplab test -j --timeout "$SLOW" endless.test
	assert_status 3
	assert_equal "$(names passed)" $'quick\nquick again'
	assert_equal "$(names failed)" endless
	assert_contains "timed out after $SLOW s"
}

@test "a worker that crashes is the failure of its test, and the others go on" {
	local signal
	for signal in ABRT KILL; do
		start
		kill -"$signal" "$(worker)"
		ended
		assert_status 3
		assert_equal "$(names passed)" $'quick\nquick again'
		assert_equal "$(names failed)" endless
		assert_contains "killed by signal $(kill -l "$signal"), "
	done
}

# ---- how it ends ----------------------------------------------------------

@test "signals end it and its workers, and what there is is told" {
	local signal worker
	for signal in INT TERM HUP; do
		start --jobs 2 --junit junit.xml
		worker=$(worker)
		kill -"$signal" "$pid"
		ended
		assert_status $((128 + $(kill -l "$signal")))
		# shellcheck disable=SC2086 # several
		run ! kill -0 $worker
		grep -q 'name="quick"' junit.xml
		tail -n 1 junit.xml | grep -qx '</testsuites>'
	done
}

@test "workers end when the command is killed" {
	local worker
	start
	worker=$(worker)
	kill -KILL "$pid"
	wait "$pid" || true
	# shellcheck disable=SC2086
	wait_until eval "! kill -0 $worker 2>&-"
}

@test "what tests made is gone when they end" {
	local before
	test_file net.test <<-'END'
		interface in0 address 10.0.0.1/24
		test "it passes"
		  context ingress in0
		  send eth
		  expect PASS
	END
	before=$(pins; ip -o link; cat /proc/self/mounts)
	run xdplab test net.test
	assert_status 0
	assert_equal "$(pins; ip -o link; cat /proc/self/mounts)" "$before"
}

# ---- what is wrong --------------------------------------------------------

@test "all mistakes of all files are told as compilers do, and nothing is run" {
	printf 'program pass.o\ntest "a"\n\tsend eth / ipp\n\texpect DROPS\n' >a.test
	printf 'progam pass.o\n' >b.test
	: >empty.test
	run --separate-stderr xdplab test a.test b.test empty.test lower.test
	assert_status 2
	assert_output ''
	output=$stderr
	assert_contains "a.test:3:13: unknown protocol \"ipp\"; did you mean ip?
  	send eth / ipp
  	           ^"
	assert_matches '^a\.test:4:9: .*"DROPS"; did you mean DROP\?$'
	assert_matches '^b\.test:1:1: .*; did you mean program\?$'
	assert_contains 'empty.test:1:1: missing a line "program FILE"'
	assert_equal "$(grep -c '\^$' <<<"$output")" 3
}

@test "stages of a chain that runs have their maps by their names" {
	make_veth
	xdplab load veth0 -P 10 "$BPF/stage_mit.o"
	xdplab load veth0 -P 20 "$BPF/stage_heavy.o"
	xdplab load veth0 -P 30 "$BPF/stage_tails.o"
	cat >chain.test <<-'END'
		program on veth0
		test "each counts"
		  send eth / ip / udp
		  expect PASS unchanged
		  expect map xdp_mit:packets[0] += 1
		  expect map xdp_heavy:packets[0] += 1
		  expect map xdp_tails:packets[1] += 1
		  expect var xdp_heavy:wanted_rounds == 1
	END
	run xdplab test chain.test
	assert_status 0
	cat >wrong.test <<-'END'
		program on veth0
		test "wrong"
		  send eth / ip / udp
		  expect map packets[0] += 1
		  expect map xdp_heave:packets[0] += 1
		  expect map xdp_heavy:packet[0] += 1
	END
	run xdplab test wrong.test
	assert_status 2
	assert_matches 'packets is in xdp_[a-z]+ and in xdp_[a-z]+: write'
	assert_contains 'no program "xdp_heave" with maps in the tested programs; did you mean xdp_heavy?'
	assert_contains 'no map "packet" in the tested programs; did you mean packets?'
}

@test "of a program alone that others have loaded the maps are its own" {
	make_veth
	ip link set veth0 xdp obj "$BPF/stage_mit.o" sec xdp
	cat >alone.test <<-'END'
		program on veth0
		test "it counts"
		  send eth / ip / udp
		  expect map packets[0] += 1
	END
	run xdplab test alone.test
	assert_status 0
	sed -i 's/map packets/map xdp_mit:packets/' alone.test
	run xdplab test alone.test
	assert_status 2
	assert_contains 'which program a map is of is only known in a chain: write packets'
}

@test "a map that the program lacks is a mistake, told once for all jobs" {
	sed -i 's/map lowered/map lowred/' lower.test
	run xdplab test --jobs 3 lower.test
	assert_status 2
	assert_equal "$(grep -c 'did you mean lowered?' <<<"$output")" 1
	assert_contains 'FAIL  lower.test: 0 passed, 3 not run'
}

@test "programs are put into slots by their names, and a wrong one is a mistake" {
	cp "$BPF/stage_tails.o" .
	cat >tails.test <<-'END'
		program stage_tails.o xdp_tails
		test "even frames go the way of odd ones"
		  map tails[0] = xdp_tail_odd
		  send   eth / "even"
		  expect DROP
		  expect map tails[0] == xdp_tail_odd
		test "they do so no more"
		  send   eth / "even"
		  expect PASS
	END
	run xdplab test tails.test
	assert_status 0
	sed -i 's/= xdp_tail_odd/= xdp_tail_old/' tails.test
	run xdplab test tails.test
	assert_status 2
	assert_contains 'tails.test:3:18: the object of map tails has no XDP program xdp_tail_old; did you mean xdp_tail_odd?'
	assert_contains 'FAIL  tails.test: 0 passed, 2 not run'
}

@test "what the verifier refuses is explained, and other files are run" {
	cp lower.test other.test
	cp "$BPF/refused_packet_bounds.o" bounds.o
	sed -i 's/test_lower/bounds/; /map/d' lower.test
	run xdplab test --jobs 4 lower.test other.test
	assert_status 1
	assert_equal "$(grep -c 'the verifier refuses' <<<"$output")" 1
	assert_contains 'FAIL  lower.test: 0 passed, 3 not run'
	assert_contains 'FAIL  other.test: 2 passed, 1 failed'
	assert_contains '2 passed, 1 failed, 3 not run'
}

@test "without rights it says so, with status 4" {
	chmod -R a+rX .. .
	run as_nobody xdplab test lower.test
	assert_status 4
	assert_contains 'not permitted'
}

@test "a program in place of a file of tests is told what such a file is" {
	run xdplab test pass.o
	assert_status 2
	assert_output 'xdplab test: pass.o: is an object, not a test file; test it with a file that says "program pass.o"; see `xdplab help test`'
	cp "$ROOT/tests/bpf/pass.bpf.c" .
	run xdplab test lower.test pass.bpf.c
	assert_status 2
	assert_output 'xdplab test: pass.bpf.c: is a source, not a test file; test it with a file that says "program FILE.o"; see `xdplab help test`'
}

@test "files that are not there are a failure" {
	says 'none.test: No such file or directory' xdplab test none.test
}

@test "options that contradict each other are refused" {
	run xdplab test -j --tap lower.test
	assert_status 2
	run xdplab test --tap --junit - lower.test
	assert_status 2
	run xdplab test --build make lower.test
	assert_status 2
	run xdplab test --out a.pcap --jobs 2 lower.test
	assert_status 2
	run xdplab test --watch --list lower.test
	assert_status 2
	assert_contains '--watch and --list'
	run xdplab test --record lo --jobs 2
	assert_status 2
	assert_contains '--record does not take --jobs'
	run xdplab test --seed 0 lower.test
	assert_status 2
	run xdplab test
	assert_status 2
	assert_contains 'too few arguments'
}
