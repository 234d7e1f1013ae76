#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# kill - a change that dies at any step leaves before or after, and no litter
#
# strace kills the command as it enters a system call, for each of those that
# touch the kernel's state: no step is left out, and nothing in the command
# knows of it.

load ../lib

setup() {
	make_veth
}

# The calls by which a change touches the kernel's state or asks for it, and that
# which holds signals back.
CALLS=bpf,mkdir,rmdir,unlink,unlinkat,flock,sendto,recvmsg,rt_sigprocmask

# Those that only ask.  They can fail; but a death at one of them leaves what a
# death at the next call leaves that does more.
ASKS='^(recvmsg|bpf .* BPF_(OBJ_GET(_INFO_BY_FD)?'
ASKS+='|MAP_LOOKUP_ELEM|[A-Z]+_GET_(NEXT|FD_BY)_ID)$)'

# at_each_call INJECTION COMMAND...: runs it with the injection at each of its
# calls, and `check` after each, which makes all as it was before.
at_each_call() {
	local injection=$1 i=0 strays=0 step list
	shift
	list_steps "$@"
	while ((i < ${#list[@]})); do
		read -ra step <<<"${list[i]}"
		at_step "$injection" "${step[@]:0:2}" "$@"
		check || {
			echo "at ${list[i]}:" && cat "$TMPDIR/said"
			return 1
		} >&2
		if was_at "${step[@]}"; then
			i=$((i + 1))
		else
			strays=$((strays + 1))
			((strays < 5))
			list_steps "$@"
		fi
	done
}

# list_steps COMMAND...: into `list`, as `steps` prints them
list_steps() {
	local left_out='^rt_sigprocmask '
	[[ $injection != signal=* ]] || left_out=$ASKS
	steps $CALLS "$@" >"$TMPDIR/steps" 2>"$TMPDIR/said"
	cat "$TMPDIR/said" >&2
	check
	mapfile -t list < <(grep -Ev "$left_out" "$TMPDIR/steps")
}

# was_at KIND N [COMMAND]: whether it was at that call.  Others make and remove
# links meanwhile, and a change that looks for its own has more or less to ask:
# its Nth call is then another one.
was_at() {
	local kind=$1 n=$2 what=${3-} call
	call=$(sed -n "${n}p" "$TMPDIR/trace")
	[[ $call == *"$kind($what"* ]] || {
		echo "instead of $what it was at $call" >&2
		return 1
	}
}

# These are asked at each step, and jq takes 25 ms to start; status -j has a line
# for each object.

# What is in bpffs belongs to what runs: a generation, if it is a chain, and the
# stages that this names.
no_litter() {
	xdplab status -j veth0 >"$TMPDIR/status" || return 1
	assert_equal "$(pins | grep -oE '(gen|stage)-[0-9]+$' | sort)" \
		"$(sed -nE 's/.*"id":([0-9]+).*"stages":.*/gen-\1/p
			s/.*"stage":.*"id":([0-9]+).*/stage-\1/p' \
			"$TMPDIR/status" | sort)"
}

# The names of the chain's stages in their order.
chain() {
	xdplab status -j veth0 |
		sed -n 's/.*"stage":.*"name":"\([^"]*\)".*/\1/p' | paste -sd ' '
}

# The neighbour answers within a millisecond.
unreachable() {
	! at_peer ping -q -c 1 -W 0.01 10.11.0.1 >&2
}

# A program of others, which drops: the same one each time.
attach_foreign() {
	[[ -e /sys/fs/bpf/gate ]] || bpftool prog load "$BPF/stage_gate.o" \
		/sys/fs/bpf/gate type xdp
	bpftool net attach xdp pinned /sys/fs/bpf/gate dev veth0
}

# one_of GOT WANTED...: GOT is one of the others, which is noted in `seen`
one_of() {
	local got=$1 wanted
	shift
	for wanted; do
		if [[ $got == "$wanted" ]]; then
			seen[${got:-none}]=yes
			return 0
		fi
	done
	echo "the chain is: $got" >&2
	return 1
}

@test "a load killed at any step has happened or not, and the next cleans up" {
	local before=0 after=0
	check() {
		if [[ -z $(attached veth0) ]]; then
			before=$((before + 1))
			xdplab clean >&2
		else
			after=$((after + 1))
			unreachable && xdplab clean && no_litter &&
				xdplab unload veth0 >&2
		fi
		no_litter
	}
	at_each_call signal=KILL xdplab load veth0 "$BPF/drop.o"
	echo "before $before, after $after" >&2
	((before > 1 && after > 1))
}

@test "a foreign program is replaced or not, wherever the load is killed" {
	local foreign before=0 after=0
	attach_foreign
	foreign=$(attached veth0)
	check() {
		local now
		now=$(attached veth0)
		unreachable && xdplab clean veth0 >&2 && no_litter || return 1
		if [[ $now == "$foreign" ]]; then
			before=$((before + 1))
		else
			after=$((after + 1))
			xdplab unload veth0 >&2 && attach_foreign
		fi
	}
	at_each_call signal=KILL xdplab load --force veth0 "$BPF/drop.o"
	echo "before $before, after $after" >&2
	((before > 1 && after > 1))
}

@test "a load --link killed at any step leaves no link without a pin" {
	check() {
		if [[ $(attached veth0) ]]; then
			xdplab status -j veth0 >"$TMPDIR/status"
			jq -e '.[0].attached_by == "link"
				and (.[0].pinned | endswith("/link"))' \
				"$TMPDIR/status" >&2 || return 1
			xdplab unload veth0 >&2
		fi
		xdplab clean >&2 && no_litter &&
			assert_equal "$(pins | grep '/link$' || true)" ""
	}
	at_each_call signal=KILL xdplab load --link veth0 "$BPF/drop.o"
}

@test "a load into a link killed at any step keeps the link" {
	declare -A seen
	xdplab load --link veth0 "$BPF/stage_gate.o"
	check() {
		unreachable && one_of "$(chain)" "xdp_gate" \
			"xdp_gate xdp_tick" || return 1
		xdplab clean veth0 >&2 && no_litter &&
			assert_equal "$(pins | grep -c '/link$')" 1 || return 1
		[[ $(chain) != *tick ]] ||
			xdplab unload veth0 -n xdp_tick >&2
	}
	at_each_call signal=KILL xdplab load veth0 "$BPF/stage_tick.o"
	((${#seen[@]} == 2))
}

# ---- a chain: its other stages go on -------------------------------------

@test "a stage added to a chain is there or not, wherever the load is killed" {
	declare -A seen
	xdplab load veth0 "$BPF/stage_gate.o" "$BPF/stage_tick.o"
	check() {
		unreachable && one_of "$(chain)" "xdp_gate xdp_tick" \
			"xdp_deep_stack xdp_gate xdp_tick" || return 1
		xdplab clean veth0 >&2 && no_litter || return 1
		[[ $(chain) != *deep* ]] ||
			xdplab unload veth0 -n xdp_deep_stack >&2
	}
	at_each_call signal=KILL xdplab load veth0 "$BPF/deep_stack.o"
	((${#seen[@]} == 2))
}

@test "a stage taken out is out or not, wherever the unload is killed" {
	declare -A seen
	xdplab load veth0 "$BPF/stage_gate.o" "$BPF/stage_tick.o"
	check() {
		unreachable && one_of "$(chain)" "xdp_gate xdp_tick" \
			"xdp_gate" || return 1
		xdplab clean veth0 >&2 && no_litter || return 1
		[[ $(chain) == *tick* ]] ||
			xdplab load veth0 "$BPF/stage_tick.o" >&2
	}
	at_each_call signal=KILL xdplab unload veth0 -n xdp_tick
	((${#seen[@]} == 2))
}

@test "a stage is moved or not, wherever the move is killed" {
	declare -A seen
	xdplab load veth0 "$BPF/stage_gate.o" "$BPF/stage_tick.o"
	check() {
		unreachable && one_of "$(chain)" "xdp_gate xdp_tick" \
			"xdp_tick xdp_gate" || return 1
		xdplab clean veth0 >&2 && no_litter &&
			xdplab chain veth0 move xdp_tick after xdp_gate >&2
	}
	at_each_call signal=KILL xdplab chain veth0 move xdp_tick before xdp_gate
	((${#seen[@]} == 2))
}

@test "a stage is replaced or not, wherever that is killed" {
	declare -A seen
	xdplab load veth0 "$BPF/stage_gate.o" "$BPF/pass.o"
	check() {
		unreachable && one_of "$(chain)" "xdp_gate xdp_pass" \
			"xdp_gate xdp_tick" || return 1
		xdplab clean veth0 >&2 && no_litter || return 1
		[[ $(chain) == *pass ]] ||
			xdplab chain veth0 replace xdp_tick "$BPF/pass.o" >&2
	}
	at_each_call signal=KILL \
		xdplab chain veth0 replace xdp_pass "$BPF/stage_tick.o"
	((${#seen[@]} == 2))
}

@test "an adopted program runs on, wherever adoption is killed" {
	local foreign
	declare -A seen
	attach_foreign
	foreign=$(attached veth0)
	check() {
		unreachable && one_of "$(chain)" "" "xdp_gate xdp_tick" ||
			return 1
		xdplab clean veth0 >&2 && no_litter || return 1
		[[ $(chain) == "" ]] || xdplab unload veth0 -n xdp_tick >&2
		assert_equal "$(attached veth0)" "$foreign"
	}
	at_each_call signal=KILL xdplab load --adopt veth0 "$BPF/stage_tick.o"
	((${#seen[@]} == 2))
}

@test "a foreign link is kept for a chain alone, wherever adoption is killed" {
	declare -A seen
	xdplab load --link veth0 "$BPF/stage_gate.o"
	mv "$(pins | grep '/link$')" /sys/fs/bpf/link
	rm -r "$(homes)"
	check() {
		local kept
		unreachable && one_of "$(chain)" "" "xdp_gate xdp_tick" ||
			return 1
		xdplab clean veth0 >&2 && no_litter || return 1
		kept=$(pins | grep -c '/foreign-link$')
		if [[ $(chain) == "" ]]; then
			assert_equal "$kept" 0
		else
			assert_equal "$kept" 1 &&
				xdplab unload veth0 -n xdp_tick >&2
		fi
	}
	at_each_call signal=KILL \
		xdplab load --adopt --link veth0 "$BPF/stage_tick.o"
	((${#seen[@]} == 2))
}

@test "an adopted program runs on, wherever it is given its interface back" {
	declare -A seen
	attach_foreign
	xdplab load --adopt veth0 "$BPF/stage_tick.o"
	check() {
		unreachable && one_of "$(chain)" "" "xdp_gate xdp_tick" ||
			return 1
		xdplab clean veth0 >&2 && no_litter || return 1
		[[ $(chain) != "" ]] ||
			xdplab load --adopt veth0 "$BPF/stage_tick.o" >&2
	}
	at_each_call signal=KILL xdplab unload veth0 -n xdp_tick
	((${#seen[@]} == 2))
}

@test "a change of which any call fails leaves the chain as it was, and says so" {
	xdplab load veth0 "$BPF/stage_gate.o" "$BPF/stage_tick.o"
	check() {
		unreachable && [[ $(chain) == xdp_gate*xdp_tick ]] || return 1
		xdplab clean >&2 && no_litter || return 1
		# what failed has changed nothing, what succeeded has
		if grep -q "runs in native" "$TMPDIR/said"; then
			[[ $(chain) == *pass* ]] &&
				xdplab unload veth0 -n xdp_pass >&2
		else
			[[ $(chain) != *pass* ]]
		fi
	}
	at_each_call error=ENOMEM xdplab load veth0 "$BPF/pass.o"
}

# ---- taking off ----------------------------------------------------------

@test "an unload killed at any step has happened or not, and the next cleans up" {
	xdplab load veth0 "$BPF/drop.o"
	check() {
		xdplab clean >&2 && no_litter || return 1
		[[ $(attached veth0) ]] ||
			xdplab load veth0 "$BPF/drop.o" >&2
	}
	at_each_call signal=KILL xdplab unload veth0
}

@test "a clean killed at any step goes on where it was" {
	check() {
		xdplab clean >&2 && no_litter || return 1
		xdplab load --link veth0 "$BPF/drop.o" >&2 || return 1
		bpftool link detach id \
			"$(xdplab status -j veth0 | jq '.[0].link_id')"
	}
	check
	at_each_call signal=KILL xdplab clean
}

@test "Ctrl-C at any step of a load leaves nothing half done" {
	check() {
		no_litter || return 1 # with no help of another command
		[[ -z $(attached veth0) ]] || xdplab unload veth0 >&2
	}
	at_each_call signal=INT xdplab load veth0 "$BPF/drop.o"
}

@test "a load of which any call fails leaves what was there" {
	local foreign
	attach_foreign
	foreign=$(attached veth0)
	check() {
		unreachable && xdplab clean >&2 && no_litter || return 1
		# what failed has changed nothing, what succeeded has
		if grep -q "runs in native" "$TMPDIR/said"; then
			[[ $(attached veth0) != "$foreign" ]] &&
				xdplab unload veth0 >&2 && attach_foreign
		else
			assert_equal "$(attached veth0)" "$foreign"
		fi
	}
	at_each_call error=ENOMEM xdplab load --force veth0 "$BPF/drop.o"
}

@test "an interface that goes at any step of a load takes all with it" {
	local kind n
	steps $CALLS xdplab load veth0 "$BPF/pass.o" >"$TMPDIR/steps"
	xdplab unload veth0
	while read -r kind n _; do
		((n % 3 == 1)) || continue
		ip link add gone0 type veth peer name gone1
		stop_at "$kind" "$n" xdplab load gone0 "$BPF/pass.o"
		ip link del gone0
		go_on || grep -E "gone0: (no such network|the interface has)" \
				"$TMPDIR/said" >&2
		xdplab clean >&2
		assert_equal "$(pins | grep gen- || true)" ""
	done <"$TMPDIR/steps"
}
