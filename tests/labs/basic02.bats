#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# basic02 - the second lab: programs by name, verdicts, chains

load ../lib
load lab

INSTANCES=/sys/kernel/tracing/instances

# A trace buffer is the whole kernel's, not the test's.
teardown() {
	[[ ! -d $INSTANCES ]] ||
		find "$INSTANCES" -mindepth 1 -maxdepth 1 -name 'basic02*' \
			-exec rmdir {} +
	umount -q /sys/kernel/tracing || true
	clean_up
}

# load_it NAME [OPTION...]
load_it() {
	./xdp_loader -q -d veth0 -n "$@"
}

# The packets of that verdict, and no others, are counted: counts NAME VERDICT N
counts() {
	assert_equal "$(stage "$1" "[.$2, .packets] | @csv")" "$3,$3"
}

peer_received() {
	ip -n peer -j -s link show peer0 | jq '.[].stats64.rx.packets'
}

# ---- the lesson ---------------------------------------------------------

@test "the lesson's sessions are what happens" {
	lived
}

@test "the lesson shows the same sessions in both languages" {
	diff <(sessions README.md) <(sessions README.zh-CN.md)
}

@test "the object has four programs of two instructions, verdict and exit" {
	run llvm-objdump -d xdp_prog_kern.o
	assert_contains "<xdp_pass_func>:"
	assert_matches '0:\s+b7 00 00 00 02 00 00 00'
	assert_matches '2:\s+b7 00 00 00 01 00 00 00'
	assert_matches '4:\s+b7 00 00 00 00 00 00 00'
	assert_matches '6:\s+b7 00 00 00 03 00 00 00'
}

# ---- by name --------------------------------------------------------------

@test "of several programs one must be named, and each can be" {
	local name

	make_veth
	run ./xdp_loader -d veth0
	assert_status 1
	assert_contains "select one by name: xdp_pass_func (xdp)"
	for name in xdp_{pass,drop,abort,tx}_func; do
		run ./xdp_loader --dev veth0 --progname "$name"
		assert_status 0
		assert_contains "Success: loaded $name (id $(attached veth0))"
		xdplab unload veth0
	done
	run ./xdp_loader -d veth0 -n xdp
	assert_status 1
	assert_contains "no program xdp"
}

@test "xdplab and xdp-loader choose by name, too; ip takes the first" {
	make_veth
	xdplab load veth0 -n xdp_drop_func xdp_prog_kern.o
	assert_equal "$(order veth0)" xdp_drop_func
	xdplab unload veth0
	xdp-loader load -n xdp_tx_func veth0 xdp_prog_kern.o
	assert_equal "$(order veth0)" xdp_tx_func
	xdplab unload veth0
	ip link set dev veth0 xdp obj xdp_prog_kern.o sec xdp
	run xdplab status veth0
	assert_contains " xdp_pass_func "
}

# ---- verdicts -------------------------------------------------------------

@test "PASS lets a ping be answered, and is counted" {
	make_veth
	load_it xdp_pass_func
	reachable
	counts xdp_pass_func pass 1
}

@test "DROP and ABORTED lose it, and are counted" {
	local verdict

	make_veth
	for verdict in drop abort; do
		load_it "xdp_${verdict}_func"
		unreachable
		counts "xdp_${verdict}_func" "${verdict/abort/aborted}" 1
		xdplab unload veth0
	done
}

@test "TX sends it back to the peer" {
	local before

	make_veth
	at_peer xdplab load peer0 "$BPF/pass.o" >&2
	load_it xdp_tx_func
	before=$(peer_received)
	send_packets 3
	counts xdp_tx_func tx 3
	assert_equal "$(($(peer_received) - before))" 3
}

@test "ABORTED, and nothing else, is told by xdp:xdp_exception" {
	local trace=$INSTANCES/basic02-test verdict

	make_veth
	mount -t tracefs tracefs /sys/kernel/tracing
	mkdir "$trace"
	echo 1 >"$trace/events/xdp/xdp_exception/enable"
	for verdict in pass drop abort; do
		load_it "xdp_${verdict}_func"
		echo "prog_id == $(attached veth0)" \
			>"$trace/events/xdp/xdp_exception/filter"
		: >"$trace/trace"
		send_packets 2
		run cat "$trace/trace"
		if [[ $verdict == abort ]]; then
			assert_contains "prog_id=$(attached veth0) action=ABORTED"
		else
			assert_lacks "prog_id="
		fi
		xdplab unload veth0
	done
	echo 0 >"$trace/events/xdp/xdp_exception/enable"
}

# ---- chains ---------------------------------------------------------------

@test "the priority decides who runs first, whoever came first" {
	make_veth
	load_it xdp_drop_func --prio 20
	load_it xdp_pass_func --prio 10
	assert_equal "$(order veth0)" "xdp_pass_func xdp_drop_func"
	assert_equal "$(stage xdp_pass_func .prio)" 10
	load_it xdp_tx_func -P 0
	assert_equal "$(order veth0)" "xdp_tx_func xdp_pass_func xdp_drop_func"
}

@test "after PASS the chain goes on, after DROP it ends" {
	make_veth
	load_it xdp_pass_func -P 10
	load_it xdp_drop_func -P 20
	unreachable
	counts xdp_pass_func pass 1
	counts xdp_drop_func drop 1
	xdplab chain veth0 move xdp_drop_func before xdp_pass_func
	unreachable
	counts xdp_pass_func pass 1
	counts xdp_drop_func drop 2
}

@test "--actions PASS,DROP makes the chain go on, and the last word counts" {
	make_veth
	load_it xdp_drop_func -P 10 --actions PASS,DROP
	load_it xdp_pass_func -P 20
	reachable
	xdplab chain veth0 set-actions xdp_drop_func PASS
	unreachable
}

@test "--actions none ends the chain after any verdict" {
	make_veth
	load_it xdp_pass_func -P 10 --actions none
	load_it xdp_drop_func -P 20
	reachable
	counts xdp_drop_func drop 0
}

# ---- the options that all commands of the labs have -----------------------

# 1 native, 2 skb, 0 none.
mode() {
	ip -j link show dev "$1" | jq '.[0].xdp.mode // 0'
}

@test "-S, -N and -A choose the mode, and native is refused where there is none" {
	make_veth
	run ./xdp_loader -d veth0 -n xdp_pass_func -S
	assert_contains "skb mode"
	assert_equal "$(mode veth0)" 2
	xdplab unload veth0
	./xdp_loader -d veth0 -n xdp_pass_func -N
	assert_equal "$(mode veth0)" 1
	./xdp_loader -d lo -n xdp_pass_func --auto-mode
	assert_equal "$(mode lo)" 2
	xdplab unload lo
	run ./xdp_loader -d lo -n xdp_pass_func --native-mode
	assert_status 1
	assert_contains "not possible in native mode"
	assert_equal "$(mode lo)" 0
}

@test "--force replaces a foreign program" {
	local first

	ip link set dev lo xdpgeneric obj "$BPF/pass.o" sec xdp
	first=$(attached lo)
	run ./xdp_loader -d lo -n xdp_pass_func
	assert_status 1
	assert_contains "program xdp_pass (id $first) is already"
	run ./xdp_loader -d lo -n xdp_pass_func --force
	assert_status 0
	assert_contains "replaces id $first"
}

@test "--filename loads from another object" {
	run ./xdp_loader -d lo --filename "$BPF/pass.o"
	assert_status 0
	assert_contains "loaded xdp_pass "
	run ./xdp_loader -d lo --filename nothing.o
	assert_status 1
	assert_contains "nothing.o: No such file or directory"
}

@test "-q is silent about success, not about errors" {
	run ./xdp_loader -d lo -n xdp_pass_func -q
	assert_status 0
	assert_output ""
	run --separate-stderr ./xdp_loader -d nope -n xdp_pass_func --quiet
	assert_status 1
	assert_output ""
	# shellcheck disable=SC2154 # set by run
	[[ $stderr == "Error: nope: "* ]]
}

@test "options that make no sense are refused with status 2" {
	local options

	while read -r options; do
		# shellcheck disable=SC2086 # a list of words
		run ./xdp_loader $options
		assert_status 2
		[[ $output == ./xdp_loader:* ]]
	done <<-'END'

		-n xdp_pass_func
		-d lo -P
		-d lo -P x
		-d lo -P -1
		-d lo -P 4294967296
		-d lo --actions PASS,
		-d lo --actions ALLOW
		-d lo --actions PASS, DROP
		-d
		-d lo -S -N
		-d lo -A -S
		-d lo -x
		-d lo --nothing
		-d lo lo
	END
}

@test "--help lists every option on stdout" {
	local option

	run --separate-stderr ./xdp_loader --help
	assert_status 0
	for option in '-d, --dev ' '-S, --skb-mode ' '-N, --native-mode ' \
		'-A, --auto-mode ' '-F, --force ' '--filename ' \
		'-n, --progname ' '-q, --quiet ' '-h, --help ' '-P, --prio ' \
		'--actions '; do
		assert_contains "$option"
	done
	assert_equal "$(./xdp_loader -h)" "$output"
}

# ---- the exercises --------------------------------------------------------

@test "exercise 1: ABORTED, DROP, and then PASS has the last word" {
	make_veth
	load_it xdp_abort_func -P 10 --actions ABORTED
	load_it xdp_drop_func -P 20
	load_it xdp_pass_func -P 30
	unreachable
	counts xdp_abort_func aborted 1
	counts xdp_drop_func drop 1
	counts xdp_pass_func pass 0
	xdplab chain veth0 set-actions xdp_drop_func DROP
	reachable
}

@test "exercise 2: changes under load lose no packet, and count all" {
	local prio

	make_veth
	load_it xdp_pass_func
	at_peer ping -q -c 100 -i 0.01 -W 1 10.11.0.1 >"$TMPDIR/pinged" 3>&- &
	for prio in {1..20}; do
		xdplab chain veth0 set-prio xdp_pass_func "$prio" >&2
	done
	wait $!
	grep ' 0% packet loss' "$TMPDIR/pinged"
	counts xdp_pass_func pass 100
}

@test "exercise 3: two verdicts of one stage" {
	make_veth
	sed 's/return XDP_PASS/return bpf_get_prandom_u32() \& 1 ? XDP_DROP : XDP_PASS/' \
		xdp_prog_kern.c >half.c
	make half.o XDP_TARGETS=half >&2
	load_it xdp_pass_func --filename half.o
	send_packets 100
	run stage xdp_pass_func '.pass > 0 and .drop > 0 and .pass + .drop == 100'
	assert_output true
	rm half.c half.o
}

@test "exercise 4: REDIRECT to nowhere is counted, lost, and traced" {
	local trace=$INSTANCES/basic02-test

	make_veth
	sed 's/return XDP_TX/return XDP_REDIRECT/' xdp_prog_kern.c >nowhere.c
	make nowhere.o XDP_TARGETS=nowhere >&2
	mount -t tracefs tracefs /sys/kernel/tracing
	mkdir "$trace"
	echo 1 >"$trace/events/xdp/enable"
	load_it xdp_tx_func --filename nowhere.o
	send_packets 2
	run cat "$trace/trace"
	echo 0 >"$trace/events/xdp/enable"
	counts xdp_tx_func redirect 2
	assert_matches "xdp_redirect_err: prog_id=$(attached veth0) "
	rm nowhere.c nowhere.o
}
