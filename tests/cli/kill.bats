#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# kill - a change that dies at any step leaves before or after, and no litter
#
# strace kills the command as it enters its Nth system call, for every N up to
# the last: no step is left out, and nothing in the command knows of it.

load ../lib

setup() {
	make_veth
}

# The calls by which a change touches the kernel's state.  Deaths between two
# of them look like deaths at the second.
CALLS=bpf,mkdir,rmdir,unlink,unlinkat,flock,sendto,recvfrom,recvmsg

# count_calls COMMAND...: how many of them it makes when nobody kills it
count_calls() {
	strace -f -qq -e trace=$CALLS -o "$TMPDIR/trace" "$@" >&2
	wc -l <"$TMPDIR/trace"
}

# die_at SIGNAL N COMMAND...
die_at() {
	local signal=$1 n=$2
	shift 2
	strace -f -qq -o /dev/null -e trace=$CALLS \
		-e inject=$CALLS:signal="$signal":when="$n" "$@" >&2 || true
}

# What runs is one of the given ids, or, for "", nothing; and packets agree.
stands() {
	local id
	id=$(attached veth0)
	for wanted in "$@"; do
		[[ $id != "$wanted" ]] || return 0
	done
	echo "runs: '$id', none of: $*" >&2
	return 1
}

# What is in bpffs belongs to what runs.
no_litter() {
	local id wanted=
	id=$(attached veth0)
	[[ -z $id ]] || wanted=gen-$id
	assert_equal "$(pins | grep -o 'gen-[0-9]*$' || true)" "$wanted"
}

@test "a load killed at any step has happened or not, and the next cleans up" {
	local calls n outcomes=
	calls=$(count_calls xdplab load veth0 "$BPF/drop.o")
	xdplab unload veth0
	for ((n = 1; n <= calls; n++)); do
		die_at KILL "$n" xdplab load veth0 "$BPF/drop.o"
		if [[ -n $(attached veth0) ]]; then
			outcomes+=1
			no_litter || { xdplab clean && no_litter; }
			xdplab unload veth0 >&2
		else
			outcomes+=0
			xdplab clean >&2
		fi
		no_litter
	done
	echo "$outcomes" >&2
	[[ $outcomes == 0*1* ]]
}

@test "a replacing load killed at any step leaves the old or the new" {
	local calls n old before=0 after=0
	xdplab load veth0 "$BPF/drop.o"
	calls=$(count_calls xdplab load --force veth0 "$BPF/drop.o")
	for ((n = 1; n <= calls; n++)); do
		old=$(attached veth0)
		die_at KILL "$n" xdplab load --force veth0 "$BPF/drop.o"
		[[ -n $(attached veth0) ]]
		if [[ $(attached veth0) == "$old" ]]; then
			before=$((before + 1))
		else
			after=$((after + 1))
		fi
		xdplab clean veth0 >&2
		no_litter
	done
	echo "before $before, after $after" >&2
	((before > 0 && after > 0))
}

@test "a load --link killed at any step leaves no link without a pin" {
	local calls n
	calls=$(count_calls xdplab load --link veth0 "$BPF/drop.o")
	xdplab unload veth0
	for ((n = 1; n <= calls; n++)); do
		die_at KILL "$n" xdplab load --link veth0 "$BPF/drop.o"
		if [[ -n $(attached veth0) ]]; then
			run xdplab status -j veth0
			assert_json '.[0].attached_by == "link"
				and (.[0].pinned | endswith("/link"))'
			xdplab unload veth0 >&2
		fi
		xdplab clean >&2
		no_litter
	done
}

@test "an unload killed at any step has happened or not, and the next cleans up" {
	local calls n
	xdplab load veth0 "$BPF/drop.o"
	calls=$(count_calls xdplab unload veth0)
	for ((n = 1; n <= calls; n++)); do
		[[ -n $(attached veth0) ]] ||
			xdplab load veth0 "$BPF/drop.o" >&2
		die_at KILL "$n" xdplab unload veth0
		xdplab clean >&2
		no_litter
	done
}

@test "Ctrl-C at any step of a load leaves nothing half done" {
	local calls n
	calls=$(count_calls xdplab load veth0 "$BPF/drop.o")
	xdplab unload veth0
	for ((n = 1; n <= calls; n++)); do
		die_at INT "$n" xdplab load veth0 "$BPF/drop.o"
		no_litter # with no help of another command
		[[ -z $(attached veth0) ]] || xdplab unload veth0 >&2
	done
}

@test "an interface that goes at any step of a load takes all with it" {
	local calls n loader
	calls=$(count_calls xdplab load veth0 "$BPF/pass.o")
	xdplab unload veth0
	for ((n = 1; n <= calls; n += 3)); do
		ip link add gone0 type veth peer name gone1
		strace -f -qq -o /dev/null -e trace=$CALLS \
			-e inject=$CALLS:delay_enter=100000:when="$n" \
			xdplab load gone0 "$BPF/pass.o" >"$TMPDIR/said" 2>&1 &
		loader=$!
		sleep 0.05
		ip link del gone0
		wait "$loader" ||
			grep -E "gone0: (no such network|the interface has)" \
				"$TMPDIR/said" >&2
		xdplab clean >&2
		assert_equal "$(pins | grep gen- || true)" ""
	done
}
