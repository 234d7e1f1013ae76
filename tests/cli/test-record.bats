#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# test-record - what a program does to real packets becomes a file of tests

load ../lib

setup() {
	make_veth
	cd "$BATS_TEST_TMPDIR" || return
}

# Records COUNT packets while COMMAND sends them.
recorded() { # COUNT OPTION... -- COMMAND...
	local options=(--count "$1") pid
	shift
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	timeout 60 xdplab test --record veth0 "${options[@]}" got.test 2>said &
	pid=$!
	wait_until tapped
	"${@:2}"
	wait "$pid"
}

# shellcheck disable=SC2120 # wait_until passes it
tapped() { # [IFACE]
	[ "$(xdplab status -j "${1-veth0}" | jq -r '.[0].name')" = xdplab_tap ]
}

send_udp() { # PORT...
	local port
	for port; do
		at_peer bash -c "echo hello >/dev/udp/10.11.0.1/$port"
	done
}

@test "what was recorded is a file of tests that the program passes" {
	xdplab load veth0 "$BPF/drop.o" >&2
	recorded 3 -- send_packets 3
	run cat got.test
	assert_contains "program \"$BPF/drop.o\" xdp_drop_with_a_long_name prio 50 actions PASS"
	assert_contains 'icmp('
	assert_equal "$(grep -c '^  expect DROP unchanged$' got.test)" 3
	xdplab test got.test >&2
}

@test "a packet that was rewritten is recorded as it left" {
	xdplab load veth0 "$BPF/record_allow.o" >&2
	recorded 1 -- send_udp 7
	run cat got.test
	assert_matches 'expect TX eth.*udp\(sport=7, dport='
	xdplab test got.test >&2
}

@test "the program of another verdict does not pass what was recorded" {
	xdplab load veth0 "$BPF/drop.o" >&2
	recorded 1 -- send_packets 1
	run xdplab test --program "$BPF/pass.o" got.test
	assert_status 3
	assert_contains 'the verdict is PASS, not DROP'
}

@test "what was in the maps and constants is recorded with the packets" {
	xdplab load veth0 "$BPF/record_allow.o" >&2
	xdplab map set "$(pin xdp_allow allowed)" 10.11.0.2 5 >&2
	recorded 1 -- send_udp 9
	run cat got.test
	assert_contains 'set rodata answered = 7'
	assert_contains '  map allowed[10.11.0.2] = 5'
	assert_contains 'expect PASS unchanged'
	xdplab test got.test >&2
}

@test "the queue that packets come from is recorded" {
	ip link add many numrxqueues 2 numtxqueues 2 up type veth \
		peer name sender numrxqueues 2 numtxqueues 2
	sysctl -qw net.ipv6.conf.sender.disable_ipv6=1
	ip link set sender up
	mkdir sys
	mount -t sysfs sysfs sys
	echo 0 >sys/class/net/sender/queues/tx-0/xps_cpus
	echo 1 >sys/class/net/sender/queues/tx-1/xps_cpus
	umount sys
	xdplab load many "$BPF/pass.o" >&2
	timeout 60 xdplab test --record many --count 1 got.test 2>said &
	wait_until tapped many
	taskset -c 0 ping -c 1 -W 1 -I sender 10.99.0.1 >&2 || true
	wait "$!" || true
	run cat got.test
	assert_contains '  context queue 1'
	xdplab test got.test >&2
}

@test "variables are recorded as they are, also where they have become zero" {
	xdplab load -n xdp_vars_one veth0 "$BPF/record_vars.o" >&2
	send_packets 1
	recorded 1 -- send_packets 1
	run cat got.test
	assert_contains '  var packets_left = 0'
	assert_matches '^  var packets_seen = [0-9]+$'
	assert_contains 'expect PASS unchanged'
	xdplab test got.test >&2
}

@test "variables of two programs with one name are those of each" {
	xdplab load -n xdp_vars_one veth0 "$BPF/record_vars.o" >&2
	xdplab load -n xdp_vars_two veth0 "$BPF/record_vars.o" >&2
	send_packets 1
	recorded 1 -- send_packets 1
	run cat got.test
	assert_contains '  var xdp_vars_one:packets_left = 0'
	assert_contains '  var xdp_vars_two:packets_left = '
	xdplab test got.test >&2
}

@test "the path of a program is any" {
	# shellcheck disable=SC1003 # the name ends with a backslash
	mkdir 'a "b\'
	cp "$BPF/drop.o" 'a "b\/c d.o'
	xdplab load veth0 'a "b\/c d.o' >&2
	recorded 1 -- send_packets 1
	xdplab test got.test >&2
}

@test "the stages of a chain are recorded together" {
	xdplab load veth0 "$BPF/pass.o" "$BPF/drop.o" >&2
	recorded 1 -- send_packets 1
	assert_equal "$(grep -c ^program got.test)" 2
	xdplab test got.test >&2
}

@test "the chain runs, and counts, as before the recording" {
	xdplab load veth0 "$BPF/drop.o" >&2
	recorded 2 -- send_packets 2
	assert_equal "$(xdplab status -j veth0 | jq -r '.[0].name')" \
		xdp_drop_with_a_long_name
	assert_equal "$(stage xdp_drop_with_a_long_name .drop)" 2
}

@test "a foreign program needs its file named, and is given back" {
	local foreign
	ip link set veth0 xdpdrv obj "$BPF/drop.o" sec xdp
	foreign=$(attached veth0)
	run xdplab test --record veth0 got.test
	assert_status 1
	assert_contains '--program FILE'
	[ ! -e got.test ]
	recorded 1 --program "$BPF/drop.o" -- send_packets 1
	assert_equal "$(attached veth0)" "$foreign"
	xdplab test got.test >&2
}

# How often the recorder has gone to sleep, which it does when no packet waits.
sleeps() {
	sed -n 's/^voluntary_ctxt_switches:\s*//p' "/proc/$recorder/status"
}

has_slept() {
	(($(sleeps) >= sleeps + 2))
}

# Records until it gets a signal, which a shell has background jobs ignore.
ended_by() { # SIGNAL
	local pid recorder sleeps
	rm -f got.test
	env --default-signal="$1" timeout 60 xdplab test --record veth0 got.test \
		2>said &
	pid=$!
	wait_until tapped
	send_packets 2
	recorder=$(pgrep -P "$pid")
	sleeps=$(sleeps)
	wait_until has_slept
	kill "-$1" "$recorder"
	wait "$pid" || true
	assert_equal "$(grep -c 'expect DROP' got.test)" 2
	run tapped
	assert_status 1
}

@test "Ctrl-C ends the recording, and what was recorded is kept" {
	xdplab load veth0 "$BPF/drop.o" >&2
	ended_by INT
}

@test "so does the end of the terminal" {
	xdplab load veth0 "$BPF/drop.o" >&2
	ended_by HUP
}

@test "packets pass on when the recorder is killed, and a change ends the tap" {
	local pid
	xdplab load veth0 "$BPF/pass.o" >&2
	xdplab test --record veth0 got.test 2>said &
	pid=$!
	wait_until tapped
	kill -KILL "$pid"
	wait "$pid" || true
	reachable
	wait_until tapped
	xdplab chain veth0 set-prio xdp_pass 7 >&2
	run tapped
	assert_status 1
	reachable
}

@test "a file that is there is not written over" {
	xdplab load veth0 "$BPF/drop.o" >&2
	echo mine >got.test
	run xdplab test --record veth0 got.test
	assert_status 1
	assert_contains 'File exists'
	assert_equal "$(cat got.test)" mine
	run tapped
	assert_status 1
}

@test "without a program there is nothing to record" {
	run xdplab test --record veth0 got.test
	assert_status 1
	assert_contains 'no XDP program is attached'
	[ ! -e got.test ]
}

@test "without a packet nothing is written, which is said" {
	xdplab load veth0 "$BPF/drop.o" >&2
	run xdplab test --record veth0 --timeout 0.2 got.test
	assert_status 1
	assert_output "xdplab test: veth0: no packets; nothing written"
	[ ! -e got.test ]
}
