#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154 # output: set by run
# test-watch - xdplab test --watch: tests are run again when something changes

load ../lib

setup() {
	cd "$(mktemp -d)" || return
	mkdir objects
	cp "$BPF/pass.o" objects/prog.o
	cat >a.test <<-'END'
		program objects/prog.o
		test "it passes"
		  send   eth
		  expect PASS
	END
}

# Watches in the background; its process is $pid: watch [OPTION...]
watch() {
	env --default-signal=INT xdplab test --watch "$@" a.test >told 2>&1 3>&- &
	pid=$!
	wait_until waits 1
}

# Whether it waits for the Nth time.
waits() {
	(($(grep -c 'waiting for changes' told) == $1))
}

# What the Nth round has told.
told() {
	awk -v n="$1" '/waiting for changes/ { round++; next }
		round == n - 1' told
}

# It does not begin another round, the Nth, in a second.
stays() {
	sleep "$SLOW"
	waits "$1"
}

@test "a test file, or a new object, runs the tests again" {
	watch
	assert_equal "$(told 1 | head -n 1)" 'ok    a.test: 1 passed'
	told 1 | tail -n 1 | grep -q '^1 passed in '
	sed -i 's/PASS/DROP/' a.test
	wait_until waits 2
	told 2 | grep -qx 'FAIL  a.test: 0 passed, 1 failed'
	cp "$BPF/drop.o" objects/prog.o
	wait_until waits 3
	told 3 | grep -qx 'ok    a.test: 1 passed'
	# As compilers and editors do it.
	cp "$BPF/pass.o" objects/new
	mv objects/new objects/prog.o
	wait_until waits 4
	told 4 | grep -qx 'FAIL  a.test: 0 passed, 1 failed'
}

@test "other files do not" {
	watch --junit junit.xml
	touch notes objects/notes b.c
	stays 1
}

@test "several changes at once are one" {
	watch
	# By one command, as it waits only a moment for more.
	touch a.test objects/prog.o a.test objects/prog.o a.test
	wait_until waits 2
	stays 2
}

@test "mistakes, and an object that is gone, are told, and it goes on" {
	watch
	sed -i 's/PASS/PAST/' a.test
	wait_until waits 2
	told 2 | grep -q '^a.test:4:10: .*did you mean PASS?$'
	rm objects/prog.o
	sed -i 's/PAST/PASS/' a.test
	wait_until waits 3
	told 3 | grep -q '^a.test:1:9: .*No such file or directory'
	cp "$BPF/pass.o" objects/prog.o
	wait_until waits 4
	told 4 | grep -qx 'ok    a.test: 1 passed'
	mv a.test b.test
	mv b.test a.test
	wait_until waits 5
}

@test "--build makes the objects at first, and when a source has changed" {
	echo drop >program.c
	# shellcheck disable=SC2016 # the shell of --build
	watch --build 'echo "building $(cat program.c)"
		cp "$BPF/$(cat program.c).o" objects/prog.o'
	told 1 | grep -qx 'building drop'
	told 1 | grep -qx 'FAIL  a.test: 0 passed, 1 failed'
	echo pass >program.c
	wait_until waits 2
	told 2 | grep -qx 'ok    a.test: 1 passed'
	stays 2
	echo none >program.c
	wait_until waits 3
	assert_equal "$(told 3 | grep -c a.test)" 0
	told 3 | grep -q 'failed$'
}

@test "what is built is told on stderr: stdout is for results" {
	watch --build 'echo building; exit 1'
	kill "$pid"
	wait "$pid"
	xdplab test --watch --build 'echo building' --tap a.test \
		>results 2>told 3>&- &
	wait_until waits 1
	kill $!
	wait $!
	run cat results
	assert_lacks building
	assert_equal "${lines[0]}" 'TAP version 13'
	run cat told
	assert_contains building
}

@test "signals end it, with status 0, in a test, in a build, and between" {
	local signal
	for signal in INT TERM HUP; do
		watch
		kill -"$signal" "$pid"
		wait "$pid"
	done
	env --default-signal=INT xdplab test --watch --build 'echo $$ >build; exec sleep 60' a.test 3>&- &
	pid=$!
	wait_until test -s build
	kill -INT "$pid"
	wait "$pid"
	run ! kill -0 "$(<build)"
	cat >a.test <<-'END'
		program objects/prog.o
		test "endless"
		  repeat 10000
		    send eth / ip / tcp / bytes(1400), truncated 14..1454
		    expect PASS
	END
	env --default-signal=INT xdplab test --watch a.test >told 2>&1 3>&- &
	pid=$!
	wait_until pgrep -P "$pid" >&2
	kill -INT "$pid"
	wait "$pid"
	grep -q 'interrupted$' told
}
