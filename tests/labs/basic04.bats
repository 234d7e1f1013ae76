#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154 # sent: set by stop_sending
# basic04 - the fourth lab: pinned maps, the trap of a reload, and its cures

load ../lib
load lab

PIN=/sys/fs/bpf/veth0/xdp_stats_map

# Whether the viewer has printed so many rows: has_seen N
has_seen() {
	(($(grep -c PASS "$TMPDIR/seen") >= $1))
}

# Runs the viewer, which sees a reload while packets flow, and three rows more:
# reloaded VIEWER_OPTION LOADER_OPTION..., and then $output is its rows.
reloaded() {
	local viewer

	keep_sending
	# shellcheck disable=SC2086 # none, or one
	./xdp_stats -d veth0 -i $((SLOW * 300)) $1 >"$TMPDIR/seen" 3>&- &
	viewer=$!
	wait_until has_seen 1
	./xdp_loader -q -d veth0 "${@:2}"
	wait_until has_seen $(($(grep -c PASS "$TMPDIR/seen") + 3))
	kill "$viewer"
	stop_sending
	output=$(cat "$TMPDIR/seen")
}

# Packets per second in the last row.
rate() {
	awk '/PASS/ { rate = $4 } END { print rate }' "$TMPDIR/seen"
}

id() {
	bpftool -j map show pinned "$PIN" | jq .id
}

packets() {
	xdplab map get "$PIN" "$1" -j | jq .rx_packets
}

# ---- the lesson ---------------------------------------------------------

@test "the lesson's sessions are what happens" {
	lived
}

@test "the lesson shows the same sessions in both languages" {
	diff <(sessions README.md) <(sessions README.zh-CN.md)
}

# ---- the pin ----------------------------------------------------------------

@test "the loader pins the counters, and another process reads them" {
	make_veth
	run ./xdp_loader -d veth0
	assert_status 0
	assert_contains "Success: loaded xdp_pass_func (id $(attached veth0))"
	send_packets 7
	assert_equal "$(packets 2)" 7
	run ./xdp_stats -d veth0 -i 10 -c 1
	assert_matches ' PASS +7 +0 +686 +0.0$'
}

@test "the pin outlives the program" {
	make_veth
	./xdp_loader -q -d veth0
	send_packets 3
	xdplab unload veth0
	assert_equal "$(packets 2)" 3
}

# ---- the trap and its cures ---------------------------------------------

@test "the trap: after a reload the old map stands still while packets flow" {
	local old before

	make_veth
	./xdp_loader -q -d veth0
	old=$(id)
	before=$(attached veth0)
	reloaded --keep
	[[ $(attached veth0) != "$before" ]]
	[[ $(id) != "$old" ]]
	assert_equal "$(rate)" 0
	assert_lacks "opened anew"
	(($(packets 2) > 10))
	# The last can have been on its way when ping ended.
	(($(grep -o '[0-9]* received' "$TMPDIR/pinged" | cut -d ' ' -f 1) >= sent - 1))
}

@test "cure 1: the viewer sees the new id, says so, and goes on" {
	local old

	make_veth
	./xdp_loader -q -d veth0
	old=$(id)
	reloaded ""
	assert_contains "$PIN: was map $old, is map $(id): opened anew"
	(($(rate) > 10))
}

@test "cure 2: with --reuse the map stays, and even the stubborn viewer goes on" {
	local old

	make_veth
	./xdp_loader -q -d veth0
	send_packets 100
	old=$(id)
	reloaded --keep --reuse
	assert_equal "$(id)" "$old"
	(($(rate) > 10))
	(($(packets 2) > 100 + sent / 2))
}

@test "while nothing is pinned the viewer waits for what comes" {
	make_veth
	./xdp_loader -q -d veth0
	./xdp_stats -d veth0 -i 200 >"$TMPDIR/seen" 2>&1 3>&- &
	wait_until has_seen 1
	rm "$PIN"
	sleep 0.5
	./xdp_loader -q -d veth0
	wait_until grep "opened anew" "$TMPDIR/seen"
}

@test "xdplab goes on with the maps by itself" {
	make_veth
	make -s -C ../basic03 xdp_prog_kern.o >&2
	xdplab load veth0 -n xdp_percpu_func ../basic03/xdp_prog_kern.o
	send_packets 20
	xdplab chain veth0 replace xdp_percpu_func -n xdp_percpu_func \
		../basic03/xdp_prog_kern.o
	send_packets 20
	xdplab unload veth0 --keep-maps
	xdplab load veth0 -n xdp_percpu_func ../basic03/xdp_prog_kern.o
	run xdplab map get "$(pin xdp_percpu_func xdp_percpu_map)" 2 -j
	assert_equal "$(json .rx_packets)" 40
}

# ---- mistakes -------------------------------------------------------------

@test "the viewer says so when nothing is pinned" {
	run ./xdp_stats -d veth0
	assert_status 1
	assert_contains "Error: $PIN: no such pin"
}

@test "another layout is refused with --reuse, and the map stays as it was" {
	local old

	make_veth
	./xdp_loader -q -d veth0
	old=$(id)
	sed 's/__u64 rx_bytes;/&\n\t__u64 rx_longest;/' xdp_prog_kern.c >longest.c
	make longest.o XDP_TARGETS=longest >&2
	run ./xdp_loader -d veth0 --reuse --filename longest.o
	assert_status 1
	assert_contains "Error: "
	assert_equal "$(id)" "$old"
	run ./xdp_loader -d veth0 --filename longest.o
	assert_status 0
	rm longest.c longest.o
	# The viewer finds its fields in it.
	run ./xdp_stats -d veth0 -i 10 -c 1
	assert_status 0
}

@test "options that make no sense are refused with status 2" {
	local options

	while read -r options; do
		# shellcheck disable=SC2086 # a list of words
		run ./$options
		assert_status 2
		[[ $output == ./xdp_* ]]
	done <<-'END'
		xdp_loader
		xdp_loader -d
		xdp_loader -d lo again
		xdp_stats
		xdp_stats -d lo -i 0
		xdp_stats -d lo -c 0
		xdp_stats -d lo -x
	END
}

# ---- the exercises --------------------------------------------------------

@test "exercise 1: /proc tells which map the viewer holds" {
	local old

	make_veth
	./xdp_loader -q -d veth0
	old=$(id)
	./xdp_stats -d veth0 --keep -i 100 >"$TMPDIR/seen" 3>&- &
	wait_until has_seen 1
	./xdp_loader -q -d veth0
	run grep -h map_id "/proc/$!/fdinfo/"*
	assert_matches "^map_id:.*$old\$"
	[[ $(id) != "$old" ]]
}

@test "exercise 2: another program goes on in the same map" {
	make_veth
	./xdp_loader -q -d veth0
	send_packets 10
	xdplab unload veth0
	./xdp_loader -q -d veth0 --reuse -n xdp_drop_func
	send_packets 10
	assert_equal "$(packets 2) $(packets 1)" "10 10"
}

@test "exercise 3: chain replace with the same folder goes on in the map" {
	local old

	make_veth
	./xdp_loader -q -d veth0
	old=$(id)
	keep_sending
	xdplab chain veth0 replace xdp_pass_func -p /sys/fs/bpf/veth0 \
		-n xdp_pass_func xdp_prog_kern.o
	stop_sending
	assert_equal "$(id) $(packets 2)" "$old $sent"
}
