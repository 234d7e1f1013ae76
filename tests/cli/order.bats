#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2030,SC2031,SC2154 # what `run` sets
# order - which stage runs first, and after which verdicts the next one does

load ../lib

setup() {
	make_veth
}

# configured PRIO ACTIONS OPTION...: loaded so, it runs so
configured() {
	xdplab load veth0 "${@:3}" "$BPF/run_config.o"
	assert_equal "$(stage xdp_configured '[.prio, (.actions | sort)] | tojson')" \
		"[$1,$2]"
	xdplab unload veth0 -n xdp_configured
}

@test "priority and actions are the object's, unless -P and -A say others" {
	xdplab load veth0 "$BPF/pass.o"
	assert_equal "$(stage xdp_pass '[.prio, .actions] | tojson')" '[50,["PASS"]]'
	configured 7 '["DROP","PASS"]'
	configured 0 '["DROP","PASS"]' -P 0
	configured 7 '[]' -A none
	configured 9 '["TX"]' -P 9 -A TX
}

@test "the stage of priority 0 runs first" {
	xdplab load veth0 -P 1 "$BPF/stage_tick.o"
	xdplab load veth0 "$BPF/run_config.o"
	xdplab load veth0 -P 0 "$BPF/stage_gate.o"
	assert_equal "$(order)" "xdp_gate xdp_tick xdp_configured"
	send_packets 3
	assert_equal "$(stage xdp_gate .drop)" 3
	assert_equal "$(stage xdp_tick .packets)" 0
}

@test "a stage with no actions ends the chain, also when it passes" {
	xdplab load veth0 -P 1 -A none "$BPF/stage_tick.o"
	xdplab load veth0 -P 2 "$BPF/stage_gate.o"
	reachable
	passed 1 xdp_tick
	assert_equal "$(stage xdp_gate .packets)" 0
}

@test "equals run in the order of their names, and the newer of a name later" {
	local first second
	xdplab load veth0 "$BPF/stage_tick.o"
	xdplab load veth0 "$BPF/pass.o"
	first=$(stage xdp_pass .id)
	xdplab load veth0 "$BPF/stage_gate.o"
	xdplab load veth0 "$BPF/pass.o"
	second=$(stage xdp_pass .id | grep -vx "$first")
	xdplab load veth0 "$BPF/stage_core.o" "$BPF/pass.o"
	assert_equal "$(order)" \
		"xdp_core xdp_gate xdp_pass xdp_pass xdp_pass xdp_tick"
	run stage xdp_pass .id
	assert_equal "${lines[0]} ${lines[1]}" "$first $second"
}

@test "load tells its programs in the order in which they run" {
	xdplab load veth0 -P 20 "$BPF/stage_tick.o"
	run xdplab load veth0 "$BPF/pass.o" "$BPF/stage_gate.o"
	assert_matches "^veth0: xdp_gate .*, stage 2 of 3$"
	assert_matches "^veth0: xdp_pass .*, stage 3 of 3$"
	[[ ${lines[0]} == *xdp_gate* ]]
	run xdplab load -j veth0 -P 10 "$BPF/stage_three.o"
	assert_json '.stage == 1 and .stages == 4'
}

@test "a file that is loaded again is a second stage, and that is said" {
	xdplab load veth0 "$BPF/pass.o"
	run xdplab load veth0 "$BPF/pass.o"
	assert_status 0
	assert_contains "xdp_pass of the same file is already a stage"
	run xdplab load veth0 "$BPF/stage_gate.o" "$BPF/stage_gate.o"
	assert_lacks already
}

# goes_on N ACTIONS NAME: of 3 packets that it sees the next stage gets N
goes_on() {
	local before
	xdplab chain veth0 set-actions "$3" "$2" >&2
	before=$(counted xdp_three ones)
	send_packets 3
	assert_equal "$2: $(($(counted xdp_three ones) - before))" "$2: $1"
}

# A stage whose verdict is always this one: ends FILE NAME VERDICT OTHERS
ends() {
	xdplab load veth0 -P 10 "$1"
	xdplab load veth0 -P 20 "$BPF/stage_three.o"
	goes_on 3 "$3" "$2"
	goes_on 0 none "$2"
	goes_on 0 "$4" "$2"
	goes_on 3 "$3,$4" "$2"
	run stage "$2" .
	assert_json ".packets == 12 and .${3,,} == 12"
	assert_equal "$(stage xdp_three .packets)" 6
}

@test "the chain goes on after DROP, or ends with it, as the actions say" {
	ends "$BPF/stage_gate.o" xdp_gate DROP ABORTED,PASS,TX,REDIRECT
	reachable
	xdplab chain veth0 set-actions xdp_gate none
	unreachable
}

@test "the chain goes on after PASS, or ends with it, as the actions say" {
	ends "$BPF/pass.o" xdp_pass PASS ABORTED,DROP,TX,REDIRECT
}

@test "the chain goes on after TX, or ends with it, as the actions say" {
	ends "$BPF/tx.o" xdp_tx TX ABORTED,DROP,PASS,REDIRECT
}

@test "the chain goes on after ABORTED, or ends with it, as the actions say" {
	patch "$BPF/stage_data.o" 0 '\x00'
	ends "$TMPDIR/stage_data.o" xdp_data ABORTED DROP,PASS,TX,REDIRECT
	reachable
	xdplab chain veth0 set-actions xdp_data none
	unreachable
}

@test "the chain goes on after REDIRECT, or ends with it, as the actions say" {
	patch "$BPF/stage_data.o" 0 '\x04'
	ends "$TMPDIR/stage_data.o" xdp_data REDIRECT ABORTED,DROP,PASS,TX
}
