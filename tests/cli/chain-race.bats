#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2030,SC2031,SC2154 # what `run` sets
# chain-race - changes at once happen all, in some order

load ../lib

setup() {
	make_veth
}

# at_once COMMAND-LINE...: runs all of them, and all succeed
at_once() {
	local pids=() line pid
	for line; do
		# shellcheck disable=SC2086 # words
		xdplab $line >&2 3>&- &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid"
	done
}

# One generation, and the stages that it names.
one_generation() {
	assert_equal "$(pins | grep -c '/gen-[0-9]*$')" 1
	assert_equal "$(pins | sed -n 's|.*/stage-\([0-9]*\)$|\1|p' | sort)" \
		"$(xdplab status -j veth0 | jq -r '.[] | select(.stage) | .id' |
			sort)"
}

@test "of eight loads at once each adds its stage, and of unloads takes one" {
	local loads=() unloads=() id
	for ((i = 0; i < 8; i++)); do
		loads+=("load veth0 --fresh-maps -P $((i % 4)) $BPF/stage_three.o")
	done
	at_once "${loads[@]}"
	assert_equal "$(order | wc -w)" 8
	one_generation
	assert_equal "$(stage xdp_three .prio | tr '\n' ' ')" "0 0 1 1 2 2 3 3 "
	assert_equal "$(stage xdp_three '.map_ids[]' | sort -u | wc -l)" 24
	send_packets 5
	assert_equal "$(xdplab status -j veth0 | jq 'all(.[] | select(.stage);
		.pass >= 5)')" true

	for id in $(stage xdp_three .id); do
		unloads+=("unload veth0 -i $id")
	done
	at_once "${unloads[@]}"
	assert_equal "$(attached veth0)" ""
	assert_equal "$(pins)" /sys/fs/bpf/xdplab
}

@test "loads, unloads and moves at once happen all, in some order" {
	local three gate
	xdplab load veth0 -P 10 "$BPF/stage_three.o"
	xdplab load veth0 -P 20 "$BPF/stage_gate.o" "$BPF/stage_tick.o"
	xdplab load veth0 -P 30 "$BPF/stage_heavy.o"
	three=$(stage xdp_three .id) gate=$(stage xdp_gate .id)
	at_once "load veth0 -P 5 $BPF/pass.o" "unload veth0 -n xdp_heavy" \
		"chain veth0 move $three after $gate" "clean" \
		"chain veth0 set-actions $gate DROP" \
		"chain veth0 set-prio xdp_tick 40" "load veth0 $BPF/subprogs.o" \
		"chain veth0 set-actions $three PASS,TX"
	one_generation
	assert_equal "$(order | tr ' ' '\n' | sort | tr '\n' ' ')" \
		"xdp_gate xdp_pass xdp_subprogs xdp_three xdp_tick "
	assert_equal "$(stage xdp_gate '.actions | tojson')" '["DROP"]'
	assert_equal "$(stage xdp_three '.actions | tojson')" '["PASS","TX"]'
	assert_equal "$(stage xdp_tick .prio)" 40
	assert_equal "$(stage xdp_pass .prio)" 5
	assert_equal "$(stage xdp_three .prio)" 20
	[[ $(order) == *xdp_gate*xdp_three* ]]
	assert_equal "$(attached veth0 | wc -l)" 1
}

# calls_of INJECTION COMMAND...: its last calls in their order, once each
calls_of() {
	strace -f -qq -o "$TMPDIR/trace" ${1:+-e inject="$1"} \
		-e trace=sendto,membarrier,unlinkat,bpf "${@:2}" >&2
	sed -nE 's/^[0-9]+ +(sendto|membarrier|unlinkat).*/\1/p
		s/.*(MAP_UPDATE_ELEM).*/\1/p' "$TMPDIR/trace" |
		uniq | paste -sd ' '
}

@test "a stage's own slots are emptied when no CPU is in the stage any more" {
	xdplab load veth0 "$BPF/pass.o" "$BPF/tail.o"
	assert_equal "$(pins | grep -c '/slots$')" 0
	run calls_of "" xdplab unload veth0 -n xdp_tail
	assert_matches "sendto( unlinkat)? membarrier unlinkat$"

	# Where the kernel has no such barrier, it waits when a map is replaced.
	xdplab load veth0 "$BPF/tail.o"
	run calls_of membarrier:error=EINVAL xdplab unload veth0 -n xdp_tail
	assert_matches "sendto( unlinkat)? membarrier MAP_UPDATE_ELEM unlinkat$"
}

@test "a change that takes no slots away waits for no CPU" {
	xdplab load veth0 "$BPF/pass.o" "$BPF/tail.o" "$BPF/stage_three.o"
	run calls_of "" xdplab load veth0 "$BPF/stage_gate.o"
	assert_matches "sendto unlinkat( sendto)?$" # then it looks where they are
	run calls_of "" xdplab unload veth0 -n xdp_three
	assert_matches "sendto unlinkat$"
}
