#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# basic03 - the third lab: counters in maps, and two CPUs that count at once

load ../lib
load lab

# Loads it and prints once: watch PROGNAME MAP [OPTION...]
watch() {
	./xdp_load_and_stats -d veth0 -n "$1" --map "$2" -c 1 "${@:3}"
}

# What the stage has counted: count NAME MAP VERDICT FIELD
count() {
	xdplab map get "$(pin "$1" "$2")" "$3" -j | jq ".$4"
}

# race [OPTION...]: the lines of the programs, without the heading
race() {
	./xdp_race --packets $((5000000 / SLOW)) "$@" | tail -n +2
}

# The fourth column is what was lost: lost PROGNAME, of race's lines
lost() {
	awk -v name="$1" '$1 == name { print $4 }' "$TMPDIR/raced"
}

# ---- the lesson ---------------------------------------------------------

@test "the lesson's sessions are what happens" {
	lived
}

@test "the lesson shows the same sessions in both languages" {
	diff <(sessions README.md) <(sessions README.zh-CN.md)
}

# ---- counters -------------------------------------------------------------

@test "each program counts packets and bytes by verdict, as status does" {
	local program map

	make_veth
	while read -r program map; do
		watch "$program" "$map" -q -i 1
		send_packets 20
		send_packets 5 0 -s 1200
		assert_equal "$(count "$program" "$map" 2 rx_packets)" 20
		assert_equal "$(count "$program" "$map" 2 rx_bytes)" $((20 * 98))
		assert_equal "$(count "$program" "$map" 1 rx_packets)" 5
		assert_equal "$(count "$program" "$map" 1 rx_bytes)" $((5 * 1242))
		assert_equal "$(stage "$program" '[.pass, .drop] | @csv')" 20,5
		xdplab unload veth0
	done <<-'END'
		xdp_stats_func xdp_stats_map
		xdp_atomic_func xdp_stats_map
		xdp_percpu_func xdp_percpu_map
	END
}

@test "the rates are those of the interval that has passed" {
	make_veth
	keep_sending
	run watch xdp_percpu_func xdp_percpu_map -i 2000
	# A hundred a second, or fewer from a busy machine: not the two hundred
	# of the interval.
	run awk '/PASS/ { print $2, ($3 > 40 && $4 > 20 && $4 < 120) }' \
		<<<"$output"
	assert_output "PASS 1"
}

@test "--count and --interval end it in time, and the program stays" {
	local start=$SECONDS

	make_veth
	run ./xdp_load_and_stats -q -d veth0 -c 3 -i 100
	assert_status 0
	assert_equal "${#lines[@]}" 4
	((SECONDS - start < 60 * SLOW))
	[[ $(attached veth0) ]]
}

@test "a map that the object has not is told" {
	make_veth
	run ./xdp_load_and_stats -q -d veth0 -c 1 --map xdp_none_map
	assert_status 1
	assert_contains "Error: "
	assert_contains xdp_none_map
}

@test "options that make no sense are refused with status 2" {
	local options

	while read -r options; do
		# shellcheck disable=SC2086 # a list of words
		run ./$options
		assert_status 2
		[[ $output == ./xdp_* ]]
	done <<-'END'
		xdp_load_and_stats
		xdp_load_and_stats -d lo -c 0
		xdp_load_and_stats -d lo -i 0
		xdp_load_and_stats -d lo -i x
		xdp_race -c 0
		xdp_race -p -1
		xdp_race lo
	END
}

# ---- two CPUs ---------------------------------------------------------------

some_are_lost() {
	race >"$TMPDIR/raced"
	(($(lost xdp_stats_func) > 0))
}

@test "two CPUs lose counts in an array, and none by either cure" {
	# One could in theory be done before the other begins.
	wait_until some_are_lost
	cat "$TMPDIR/raced" >&2
	assert_equal "$(lost xdp_atomic_func) $(lost xdp_percpu_func)" "0 0"
}

@test "one CPU loses none" {
	race --cpus 1 >"$TMPDIR/raced"
	assert_equal "$(lost xdp_stats_func)" 0
	assert_equal "$(awk '{ print $3 }' "$TMPDIR/raced" | sort -u)" \
		$((5000000 / SLOW))
}

@test "more CPUs than there are cannot race" {
	run ./xdp_race --cpus 256
	assert_status 1
	assert_contains "needs 256 CPUs"
}

# ---- mistakes and exercises -------------------------------------------------

@test "a lookup that is not checked is refused, and the cure is told" {
	make_veth
	sed '/if (!rec)/,+1d' xdp_prog_kern.c >unchecked.c
	make unchecked.o XDP_TARGETS=unchecked >&2
	run ./xdp_load_and_stats -d veth0 --filename unchecked.o
	rm unchecked.c unchecked.o
	assert_status 1
	assert_contains "check right after the lookup"
}

@test "exercise 2: 1000 bytes pass, 1001 do not" {
	make_veth
	watch xdp_percpu_func xdp_percpu_map -q -i 1
	at_peer ping -q -c 1 -W 5 -s 958 10.11.0.1 >&2
	run ! at_peer ping -q -c 1 -W 0.2 -s 959 10.11.0.1
}

@test "exercise 3: a field more, and the same command reads its two" {
	make_veth
	sed -e 's/__u64 rx_bytes;/__u64 rx_longest, rx_bytes;/' \
		-e 's/rec->rx_packets++;/&\nrec->rx_longest = bytes;/' \
		xdp_prog_kern.c >longest.c
	make longest.o XDP_TARGETS=longest >&2
	keep_sending
	run watch xdp_percpu_func xdp_percpu_map -i 1000 --filename longest.o
	rm longest.c longest.o
	# Bytes are 98 times the packets.
	run awk '/PASS/ { print ($3 > 0 && $5 == 98 * $3) }' <<<"$output"
	assert_output 1
}
