#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC1003,SC2030,SC2031,SC2154 # names; what `run` sets
# chain - xdplab chain: stages are moved, set, replaced and shown

load ../lib

setup() {
	make_veth
}

# Those of the stage that were counted since: since NAME PACKETS
since() {
	echo $(($(stage "$1" .packets) - $2))
}

# Before it a closed gate, with a lower priority.
load_gate_and_three() {
	xdplab load veth0 -P 10 "$BPF/stage_gate.o"
	xdplab load veth0 -P 20 "$BPF/stage_three.o"
}

# ---- move ---------------------------------------------------------------

@test "a stage sees the packets that those before it let through, and no others" {
	load_gate_and_three
	assert_equal "$(order)" "xdp_gate xdp_three"
	send_packets 5
	assert_equal "$(stage xdp_three .packets)" 0
	(($(stage xdp_gate .drop) >= 5))

	run xdplab chain veth0 move xdp_three before xdp_gate
	assert_status 0
	assert_output "veth0: xdp_three moved before xdp_gate (stage 1 of 2)"
	assert_equal "$(order)" "xdp_three xdp_gate"
	send_packets 5
	(($(stage xdp_three .pass) >= 5))
	unreachable
}

@test "a stage that is moved gets the priority of the other" {
	load_gate_and_three
	xdplab load veth0 -P 30 "$BPF/pass.o"
	xdplab chain veth0 move xdp_gate after xdp_three
	assert_equal "$(order)" "xdp_three xdp_gate xdp_pass"
	assert_equal "$(stage xdp_gate .prio)" 20
	xdplab chain veth0 move xdp_gate after xdp_pass
	assert_equal "$(order)" "xdp_three xdp_pass xdp_gate"
	assert_equal "$(stage xdp_gate .prio)" 30
	xdplab chain veth0 move xdp_gate before xdp_three
	assert_equal "$(order)" "xdp_gate xdp_three xdp_pass"
}

@test "a stage cannot be moved beside itself" {
	load_gate_and_three
	run xdplab chain veth0 move xdp_gate before xdp_gate
	assert_status 1
	assert_contains "cannot move xdp_gate relative to itself"
}

# ---- set-prio, set-actions ----------------------------------------------

@test "a priority puts a stage to its place, and zero is one" {
	load_gate_and_three
	run xdplab chain veth0 set-prio xdp_three 0
	assert_output "veth0: xdp_three priority set to 0 (stage 1 of 2)"
	assert_equal "$(order)" "xdp_three xdp_gate"
	xdplab chain veth0 set-prio xdp_three 0x7fffffff
	assert_equal "$(order)" "xdp_gate xdp_three"
	assert_equal "$(stage xdp_three .prio)" 2147483647
}

@test "of equal priorities the names decide, as when they were loaded" {
	load_gate_and_three
	xdplab chain veth0 set-prio xdp_three 10
	assert_equal "$(order)" "xdp_gate xdp_three"
	xdplab load veth0 -P 10 "$BPF/pass.o"
	assert_equal "$(order)" "xdp_gate xdp_pass xdp_three"
	xdplab chain veth0 set-prio xdp_gate 10
	assert_equal "$(order)" "xdp_gate xdp_pass xdp_three"
}

@test "after a verdict that is one of its actions the next stage runs" {
	load_gate_and_three
	run xdplab chain veth0 set-actions xdp_gate XDP_DROP
	assert_output "veth0: xdp_gate continues after DROP (stage 1 of 2)"
	reachable
	(($(counted xdp_three ones) > 0))
	run xdplab chain veth0 set-actions xdp_gate pass,tx
	assert_output "veth0: xdp_gate continues after PASS,TX (stage 1 of 2)"
	unreachable
}

@test "a stage without actions is always the last" {
	xdplab load veth0 -P 10 "$BPF/pass.o"
	xdplab load veth0 -P 20 "$BPF/drop.o"
	unreachable
	run xdplab chain veth0 set-actions xdp_pass none
	assert_output "veth0: xdp_pass always ends the chain (stage 1 of 2)"
	reachable
	assert_equal "$(stage xdp_pass '.actions | tojson')" '[]'
	run xdplab chain veth0
	assert_matches "^ => +xdp_pass +[0-9]+ +10 +none "
}

# ---- replace ------------------------------------------------------------

@test "another program takes the place of a stage, its priority and actions" {
	load_gate_and_three
	xdplab chain veth0 set-actions xdp_gate DROP,TX
	local old
	old=$(stage xdp_gate .id)
	run xdplab chain veth0 replace xdp_gate "$BPF/pass.o"
	assert_status 0
	assert_output "veth0: xdp_pass (id $(stage xdp_pass .id)) replaces\
 xdp_gate (stage 1 of 2)"
	assert_equal "$(order)" "xdp_pass xdp_three"
	assert_equal "$(stage xdp_pass '[.prio, .actions] | tojson')" \
		'[10,["DROP","TX"]]'
	assert_equal "$(stage xdp_pass .file)" "$(realpath "$BPF/pass.o")"
	[[ $(stage xdp_pass .id) != "$old" ]]
	reachable
}

@test "what replaces a stage begins to count anew, and the others go on" {
	xdplab load veth0 -P 10 "$BPF/stage_three.o"
	xdplab load veth0 -P 20 "$BPF/count.o"
	send_packets 5
	local three count maps
	three=$(stage xdp_three .map_ids) maps=$(stage xdp_count .map_ids)
	count=$(stage xdp_count .packets)
	xdplab chain veth0 replace --fresh-maps xdp_three "$BPF/stage_three.o"
	[[ $(stage xdp_three .map_ids) != "$three" ]]
	assert_equal "$(stage xdp_count .map_ids)" "$maps"
	((count >= 5 && $(stage xdp_count .packets) >= count))
	(($(counted xdp_three ones) < 5 && $(counted xdp_count own_counts) >= 5))
}

@test "a stage that is not replaced after all keeps what it counted" {
	xdplab load veth0 "$BPF/pass.o"
	send_packets 5
	xdplab chain veth0 replace --dry-run xdp_pass "$BPF/drop.o"
	passed 5 xdp_pass
	run xdplab chain veth0 replace xdp_pass "$BPF/refused_map_null.o"
	assert_status 1
	passed 5 xdp_pass
	run strace -f -qq -o /dev/null -e trace=sendto \
		-e inject=sendto:signal=KILL:when=2 \
		xdplab chain veth0 replace xdp_pass "$BPF/drop.o"
	passed 5 xdp_pass
	send_packets 5
	passed 10 xdp_pass
}

@test "what replaces a stage counts nothing of what the other saw last" {
	xdplab load veth0 "$BPF/pass.o"
	stop_at sendto 2 xdplab chain veth0 replace xdp_pass "$BPF/drop.o"
	send_packets 5
	go_on
	assert_equal "$(stage xdp_drop_with_a_long_name .packets)" 0
}

@test "of several programs in the file one is chosen, by name or by section" {
	load_gate_and_three
	run xdplab chain veth0 replace xdp_gate "$BPF/two.o"
	assert_status 1
	assert_contains "two.o: contains several XDP programs"
	xdplab chain veth0 replace xdp_gate "$BPF/two.o" -n xdp_first
	assert_equal "$(order)" "xdp_first xdp_three"
	xdplab chain veth0 replace -s xdp.frags xdp_first "$BPF/two.o"
	assert_equal "$(order)" "xdp_second xdp_three"
}

@test "maps of what replaces a stage are pinned where --pin-path says" {
	load_gate_and_three
	mkdir /sys/fs/bpf/mine
	xdplab chain veth0 replace -p /sys/fs/bpf/mine xdp_gate "$BPF/count.o"
	[[ -e /sys/fs/bpf/mine/shared_counts ]]
	run xdplab chain veth0 replace --dry-run -p /sys/fs/bpf/other \
		xdp_count "$BPF/count.o"
	assert_status 0
	[[ ! -e /sys/fs/bpf/other/shared_counts ]]
}

@test "what the verifier refuses replaces nothing" {
	local before
	load_gate_and_three
	before=$(xdplab status -j veth0)
	run xdplab chain veth0 replace xdp_gate "$BPF/refused_map_null.o"
	assert_status 1
	assert_contains "the verifier refuses"
	assert_equal "$(xdplab status -j veth0)" "$before"
	unreachable
}

@test "xdp.frags is lost by force only" {
	xdplab load veth0 -n xdp_second "$BPF/two.o" "$BPF/two.o"
	local id
	id=$(xdplab status -j veth0 | jq '.[1].id')
	run xdplab chain veth0 replace "$id" "$BPF/drop.o"
	assert_status 1
	assert_contains "xdp_drop_with_a_long_name is not an xdp.frags program"
	run xdplab chain veth0 replace --force "$id" "$BPF/drop.o"
	assert_status 0
	assert_equal "$(order)" "xdp_drop_with_a_long_name xdp_second"
}

# ---- what stays ---------------------------------------------------------

@test "maps, counters and ids of all stages stay, however often it is changed" {
	load_gate_and_three
	xdplab load veth0 -P 5 "$BPF/count.o"
	send_packets 5
	local before seen pins
	seen=$(stage xdp_count .packets)
	before=$(xdplab status -j veth0 |
		jq -c '[.[] | select(.stage) | [.name, .id, .map_ids]] | sort')
	pins=$(pins | grep -v /gen-)
	for _ in {1..5}; do
		xdplab chain veth0 move xdp_three before xdp_count
		xdplab chain veth0 set-prio xdp_three 20
		xdplab chain veth0 set-actions xdp_count PASS,DROP
	done >&2
	run xdplab status -j veth0
	assert_equal "$(json '[.[] | select(.stage) | [.name, .id, .map_ids]]
		| sort | tojson')" "$before"
	assert_equal "$(pins | grep -v /gen-)" "$pins"
	assert_equal "$(pins | grep -c '/gen-.*/chain$')" 1
	((seen >= 5 && $(stage xdp_count .packets) >= seen))
	send_packets 5
	(($(since xdp_count "$seen") >= 5 && $(counted xdp_count own_counts) >= 10))
}

@test "--dry-run asks the verifier and changes nothing" {
	local before pins_before
	load_gate_and_three
	before=$(attached veth0) pins_before=$(pins)
	for change in "move xdp_three before xdp_gate" "set-prio xdp_three 1" \
		"set-actions xdp_gate none" "replace xdp_gate $BPF/pass.o"; do
		# shellcheck disable=SC2086 # words
		run xdplab chain --dry-run veth0 $change
		assert_status 0
		assert_output "veth0: the new chain passes the verifier;\
 dry run, not attached"
	done
	run xdplab chain --dry-run veth0 replace xdp_gate \
		"$BPF/refused_map_null.o"
	assert_status 1
	run xdplab chain --dry-run veth0 set-prio xdp_nowhere 1
	assert_status 1
	assert_equal "$(attached veth0)" "$before"
	assert_equal "$(pins)" "$pins_before"
	assert_equal "$(order)" "xdp_gate xdp_three"
}

@test "a chain under a link is changed inside that link" {
	xdplab load --link veth0 -P 10 "$BPF/stage_gate.o"
	xdplab load veth0 -P 20 "$BPF/stage_three.o"
	local link
	link=$(xdplab status -j veth0 | jq '.[0].link_id')
	xdplab chain veth0 move xdp_gate after xdp_three
	run xdplab status -j veth0
	assert_json ".[0].link_id == $link"
	unreachable
}

# ---- which stage, which chain -------------------------------------------

@test "a stage goes by its id as well, and must where several have its name" {
	local first second
	xdplab load veth0 "$BPF/pass.o" "$BPF/pass.o"
	xdplab load veth0 -P 60 "$BPF/stage_gate.o"
	read -r first second <<<"$(stage xdp_pass .id | tr '\n' ' ')"
	run xdplab chain veth0 move xdp_pass after xdp_gate
	assert_status 1
	assert_contains "veth0: several stages are named xdp_pass"
	assert_contains "xdp_pass ($first), xdp_pass ($second), xdp_gate ("
	run xdplab chain veth0 move xdp_gate before xdp_pass
	assert_status 1
	assert_contains "several stages are named xdp_pass"

	run xdplab chain veth0 move "$first" after xdp_gate
	assert_output "veth0: xdp_pass moved after xdp_gate (stage 3 of 3)"
	run xdplab status -j veth0
	assert_json "[.[] | select(.stage) | .id] | .[0] == $second
		and .[2] == $first"
	run xdplab chain veth0 move "$second" after "$first"
	assert_status 0
	assert_equal "$(order)" "xdp_gate xdp_pass xdp_pass"
}

@test "a stage alone goes by the id of its program, which all tools show" {
	xdplab load veth0 "$BPF/pass.o"
	run xdplab chain veth0 set-prio "$(attached veth0)" 7
	assert_status 0
	assert_equal "$(stage xdp_pass .prio)" 7
}

@test "a stage that is not there is refused with those that are" {
	load_gate_and_three
	for change in "move xdp_gat before xdp_three" "set-prio xdp_gat 1" \
		"move xdp_gate before xdp_gat" "set-actions xdp_gat none" \
		"replace xdp_gat $BPF/pass.o"; do
		# shellcheck disable=SC2086 # words
		run xdplab chain veth0 $change
		assert_status 1
		assert_contains "xdplab chain: veth0: no such stage: xdp_gat"
		assert_contains "stages: xdp_gate ("
	done
	run xdplab chain veth0 set-prio "$(attached veth0)" 1
	assert_status 1
	assert_contains "no such stage: $(attached veth0)"
}

@test "what is no chain has no stages to be changed" {
	run xdplab chain veth0 set-prio xdp_pass 1
	assert_status 1
	assert_contains "veth0: no XDP program is attached"
	ip link set veth0 xdpdrv obj "$BPF/drop.o" sec xdp
	run xdplab chain veth0 set-prio xdp_drop_with_a_long_name 1
	assert_status 1
	assert_contains "veth0: the program is not an xdplab chain"
	run xdplab chain nope set-prio xdp_pass 1
	assert_status 1
	assert_contains "nope: no such network interface"
	run xdplab chain nope
	assert_status 1
}

@test "a chain is edited in the mode that it runs in, and in no other" {
	local mode
	xdplab load -m skb veth0 "$BPF/pass.o"
	for mode in native hw; do
		refused 1 xdplab chain -m $mode veth0 set-prio xdp_pass 1
		assert_contains "veth0: already in skb mode, not $mode"
	done
	xdplab chain -m skb veth0 set-prio xdp_pass 1
	assert_equal "$(stage xdp_pass .prio)" 1
}

@test "--mode names the chain that is meant" {
	load_gate_and_three
	run xdplab chain -m skb veth0 set-prio xdp_gate 1
	assert_status 1
	run xdplab chain -m native veth0 set-prio xdp_gate 1
	assert_status 0
	run xdplab chain -m skb veth0
	assert_lacks xdp_gate
	run xdplab chain -m drv veth0
	assert_contains xdp_gate
	run xdplab chain -m warp veth0
	assert_status 2
}

@test "an adopted program is moved, and another put in its place" {
	ip link set veth0 xdpdrv obj "$BPF/drop.o" sec xdp
	xdplab load --adopt -P 60 veth0 "$BPF/stage_three.o"
	unreachable
	assert_equal "$(counted xdp_three ones)" 0
	xdplab chain veth0 move xdp_three before xdp_drop_with_a_long_name
	unreachable
	(($(counted xdp_three ones) > 0))
	xdplab chain veth0 replace xdp_drop_with_a_long_name "$BPF/pass.o"
	reachable
	assert_equal "$(xdplab status -j veth0 | jq 'any(.adopted)')" false
}

# ---- from elsewhere -----------------------------------------------------

@test "a chain of another namespace is changed from here" {
	xdplab load --netns peer peer0 -P 10 "$BPF/stage_gate.o"
	xdplab load --netns peer peer0 -P 20 "$BPF/stage_three.o"
	run xdplab chain --netns peer peer0 move xdp_three before xdp_gate
	assert_output "peer0: xdp_three moved before xdp_gate (stage 1 of 2)"
	xdplab chain --netns peer peer0 replace xdp_gate "$BPF/pass.o"
	assert_equal "$(order --netns peer)" "xdp_three xdp_pass"
	run at_peer xdplab chain peer0
	assert_matches "^ => +xdp_three "
	assert_equal "$(order)" ""
	run xdplab chain peer0 move xdp_three after xdp_pass
	assert_status 1
	assert_contains "peer0: no such network interface"
	xdplab unload --netns peer -a peer0
}

@test "a chain is changed through another mount of the same bpffs" {
	load_gate_and_three
	mkdir -p "$TMPDIR/bpf"
	mount --bind /sys/fs/bpf "$TMPDIR/bpf"
	XDPLAB_BPFFS=$TMPDIR/bpf run xdplab chain veth0 \
		move xdp_three before xdp_gate
	assert_status 0
	XDPLAB_BPFFS=$TMPDIR/bpf xdplab chain veth0 replace xdp_gate \
		"$BPF/pass.o"
	umount "$TMPDIR/bpf"
	assert_equal "$(order)" "xdp_three xdp_pass"
	xdplab chain veth0 set-prio xdp_three 60
	assert_equal "$(order)" "xdp_pass xdp_three"
}

@test "the object files need not be there any more" {
	cp "$BPF/stage_gate.o" "$BPF/stage_three.o" "$TMPDIR"
	xdplab load veth0 -P 10 "$TMPDIR/stage_gate.o"
	xdplab load veth0 -P 20 "$TMPDIR/stage_three.o"
	rm "$TMPDIR"/stage_*.o
	xdplab chain veth0 move xdp_three before xdp_gate
	send_packets 5
	(($(counted xdp_three ones) >= 5))
	unreachable
}

@test "in a bpffs that knows nothing of it a chain is no chain" {
	load_gate_and_three
	mkdir -p "$TMPDIR/bpf"
	mount -t bpf bpf "$TMPDIR/bpf"
	XDPLAB_BPFFS=$TMPDIR/bpf run xdplab chain veth0 set-prio xdp_gate 50
	assert_status 1
	assert_contains "not an xdplab chain"
	XDPLAB_BPFFS=$TMPDIR/bpf run xdplab load veth0 "$BPF/pass.o"
	umount "$TMPDIR/bpf"
	assert_status 1
	assert_contains "is an xdplab chain whose state is elsewhere"
	assert_equal "$(order)" "xdp_gate xdp_three"
}

@test "without root's rights nothing is changed" {
	load_gate_and_three
	run as_nobody "$BUILD/xdplab" chain veth0 set-prio xdp_gate 50
	assert_status 4
	run as_nobody "$BUILD/xdplab" chain veth0
	assert_status 0
	assert_matches "^veth0 +native +[?] +$(attached veth0)"
	assert_equal "$(stage xdp_gate .prio)" 10
}

@test "a change waits for another no longer than --timeout says" {
	load_gate_and_three
	flock -F /sys/fs/bpf/xdplab sleep 30 3>&- &
	wait_until bash -c '! flock -n /sys/fs/bpf/xdplab true'
	run xdplab chain --timeout 1 veth0 set-prio xdp_gate 50
	kill $!
	assert_status 1
	assert_contains "another change is in progress"
}

@test "of changes at once each happens, in some order" {
	local pids=()
	load_gate_and_three
	for i in {1..8}; do
		xdplab chain veth0 set-prio xdp_gate $((10 + i)) >&2 3>&- &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid"
	done
	(($(stage xdp_gate .prio) > 10))
	assert_equal "$(pins | grep -c '/gen-.*/chain$')" 1
}

# ---- what was done, as JSON ---------------------------------------------

@test "each change is told as an object" {
	load_gate_and_three
	run xdplab chain -j veth0 move xdp_three before xdp_gate
	assert_json '.ifname == "veth0" and .action == "move"
		and .before == "xdp_gate" and .name == "xdp_three"
		and .stage == 1 and .stages == 2 and .prio == 10
		and .mode == "native" and .dry_run == false'
	assert_equal "$(json .id)" "$(stage xdp_three .id)"
	assert_equal "$(json .chain_id)" "$(attached veth0)"
	run xdplab chain -j veth0 set-prio xdp_three 20
	assert_json '.action == "set-prio" and .prio == 20 and .stage == 2'
	run xdplab chain -j veth0 set-actions xdp_three none
	assert_json '.action == "set-actions" and .actions == []'
	run xdplab chain -j veth0 replace xdp_gate "$BPF/pass.o"
	assert_json '.action == "replace" and .replaced == "xdp_gate"
		and .name == "xdp_pass" and .stage == 1'
	assert_equal "$(json .id)" "$(stage xdp_pass .id)"
	run xdplab chain -j --dry-run veth0 set-prio xdp_pass 70
	assert_json '.dry_run == true and .stages == 2 and (has("stage") | not)'
}

# ---- usage --------------------------------------------------------------

# wrong MESSAGE ARG...: a usage error that says so
wrong() {
	run --separate-stderr xdplab chain "${@:2}"
	assert_status 2
	assert_output ""
	assert_equal "${stderr_lines[0]}" "xdplab chain: $1"
}

@test "a command line that makes no sense is told what was expected" {
	load_gate_and_three
	local before
	before=$(attached veth0)
	wrong "unknown action \"veth1\": expected show, move, set-prio, set-actions or replace" \
		veth0 veth1
	wrong "show: expected the interface first" show veth0
	wrong "move needs STAGE before|after STAGE" veth0 move
	wrong "move needs STAGE before|after STAGE" veth0 move xdp_gate after
	wrong "x: unexpected argument: move takes STAGE before|after STAGE" \
		veth0 move a before b x
	wrong "beside: expected \"before\" or \"after\": move\
 STAGE before|after STAGE" veth0 move a beside b
	wrong "set-prio needs STAGE N" veth0 set-prio xdp_gate
	wrong "set-actions needs STAGE LIST" veth0 set-actions xdp_gate
	wrong "replace needs STAGE FILE" veth0 replace xdp_gate
	wrong "x: unexpected argument: show takes no arguments" veth0 show x
	wrong "show does not take --force" veth0 show --force
	wrong "show does not take --prog-name" veth0 -n x
	wrong "move does not take --dot" veth0 move --dot a before b
	wrong "set-prio does not take --section" veth0 set-prio -s x a 1
	assert_equal "$(attached veth0)" "$before"
	run xdplab chain
	assert_status 2
}

@test "a priority is a whole number or refused" {
	load_gate_and_three
	for number in -1 1x 1.5 '' ' 1' 0x 0x80000000 2147483648 \
		99999999999999999999; do
		wrong "$number: not an integer in the range 0 to 2147483647" \
			-- veth0 set-prio xdp_gate "$number"
	done
	assert_equal "$(stage xdp_gate .prio)" 10
}

@test "actions are verdicts or refused" {
	load_gate_and_three
	for list in '' 'PASS,' ,PASS 'PASS DROP' PASS,DRO XDP_ 2 none,PASS \
		$'PA\e[31mSS'; do
		run xdplab chain veth0 set-actions xdp_gate "$list"
		assert_status 2
		assert_matches "no such verdict|missing verdict|empty list"
		assert_lacks $'\e'
	done
	wrong "empty list; use \"none\" for no verdict" veth0 set-actions xdp_gate ''
	wrong "missing verdict before or after a comma" \
		veth0 set-actions xdp_gate PASS,
	assert_equal "$(stage xdp_gate '.actions[0]')" PASS
}

@test "hostile names of stages are refused, and shown harmlessly" {
	local name
	load_gate_and_three
	for name in '' ' ' '*' '%n%n%s' '../../x' $'xdp_gate\n' $'\e[31m' \
		"$(printf 'x%.0s' {1..5000})" -1 0 4294967296 18446744073709551617; do
		run xdplab chain veth0 set-prio -- "$name" 1
		assert_status 1
		assert_contains "veth0: no such stage: "
		assert_lacks $'\e'
		run xdplab chain -- veth0 move xdp_gate before "$name"
		assert_status 1
	done
	assert_equal "$(order)" "xdp_gate xdp_three"
}
