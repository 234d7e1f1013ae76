#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2016,SC2154 # names of jq's; stderr: set by run
# watch - xdplab watch: rates of what is attached, whatever comes and goes

load ../lib

setup() {
	make_veth
}

# The peer sends N packets to each PORT: send_udp N PORT...
send_udp() {
	at_peer bash -c 'for port in "${@:2}"; do
			exec 5>"/dev/udp/10.11.0.1/$port"
			for ((i = 0; i < $1; i++)); do echo x >&5; done
		done' - "$@"
}

# From here on rounds are written down, five a second: stream [OPTION...]
stream() {
	xdplab watch -j -i 0.2 "$@" >"$TMPDIR/stream" 2>"$TMPDIR/said" 3>&- &
}

# Whether at least N rounds have been told: rounds N
rounds() {
	(($(jq -s 'map(.time) | unique | length' "$TMPDIR/stream" || echo 0) >= $1))
}

more_rounds() {
	local n
	n=$(jq -s 'map(.time) | unique | length' "$TMPDIR/stream")
	wait_until rounds $((n + $1))
}

end_stream() {
	more_rounds "$1"
	kill %xdplab
	wait %xdplab || true
}

# What jq makes of all rows of the stream: of_stream EXPR
of_stream() {
	jq -s -r "$1" "$TMPDIR/stream"
}

# Whether EXPR is true of all rows.
assert_stream() {
	[[ $(of_stream "$1") == true ]] || {
		echo "not true of the stream: $1"
		jq -c 'del(.ifindex)' "$TMPDIR/stream" | tail -n 40
		return 1
	} >&2
}

map_id() {
	stage "$1" '.map_ids[0]'
}

# ---- sums and rates -----------------------------------------------------

@test "--once tells sums at once, by stage, verdict and field" {
	xdplab load veth0 "$BPF/stage_tick.o" "$BPF/watch_flows.o"
	send_udp 3 1000 1001
	run xdplab watch --once -j
	assert_status 0
	assert_equal "$(jq -c 'select(.kind == "stage") |
		[.stage, .name, .drop, .pass, .bytes, .pps]' <<<"$output")" \
		'[1,"xdp_flows",6,0,264,null]
[2,"xdp_tick",0,0,0,null]'
	assert_equal "$(jq -c 'select(.map == "recs") |
		[.name, .key, .field, .value, .rate]' <<<"$output")" \
		'["xdp_flows",0,"packets",6,null]
["xdp_flows",0,"bytes",264,null]
["xdp_flows",1,"packets",0,null]
["xdp_flows",1,"bytes",0,null]'
	run xdplab watch --once
	assert_matches "^Interface +Mode +Program +ID +Packets +Bytes +DROP$"
	assert_matches "^veth0 +native +xdplab_chain +$(attached veth0)$"
	assert_matches "^ => +xdp_flows +[0-9]+ +6 +264 B +6$"
	assert_matches "^veth0 +xdp_flows +recs +[0-9]+ +0 +packets +6$"
	assert_matches "^ +0 +bytes +264$"
}

@test "--once --interval tells the packets that came in that time" {
	xdplab load veth0 -P 10 "$BPF/stage_tick.o"
	xdplab load veth0 -P 20 "$BPF/stage_gate.o"
	keep_sending
	run xdplab watch --once -i 1 -j
	assert_equal "$(jq -s 'map(select(.stage or .field)) | length' \
		<<<"$output")" 3
	assert_equal "$(jq -s 'map(select(.name == "xdp_tick" and .kind == "stage"))[0]
		| .pps > 20 and .pps < 200 and .pass_pps == .pps and .drop_pps == 0
		and .bytes_ps > 97 * .pps and .bytes_ps < 99 * .pps' \
		<<<"$output")" true
	assert_equal "$(jq -s 'map(select(.map == "ticks"))[0]
		| .rate > 20 and .rate < 200' <<<"$output")" true
	run xdplab watch --once -i 0.5
	assert_matches "^Interface +Mode +Program +ID +Packets/s .*PASS/s"
	assert_matches "^veth0 +xdp_tick +ticks +[0-9]+ +0 +[0-9]+ +[0-9]+$"
}

@test "a chain tells the verdicts with which packets leave it" {
	xdplab load veth0 "$BPF/stage_tick.o" "$BPF/drop.o"
	keep_sending
	run xdplab watch --once -i 0.5 -j
	assert_equal "$(jq -s '.[0] | .kind == "program" and .stages == 2 and
		.pps > 20 and .drop_pps > 20 and .pass_pps == 0' <<<"$output")" true
}

@test "a round is told by its time, the same in all of its rows" {
	xdplab load veth0 "$BPF/stage_three.o"
	stream -c 6
	wait %xdplab
	assert_stream '(map(.time) | unique | length) == 6'
	assert_stream 'group_by(.time) | map(length) | unique | length == 1'
	# One that is late makes the way to the next one shorter.
	assert_stream 'map(.time) | unique | [.[1:], .[:-1]] | transpose |
		map(.[0] - .[1]) | max > 0.15 and min < 0.3'
}

@test "numbers of all CPUs are added up" {
	xdplab load veth0 "$BPF/stage_tick.o"
	xdplab map set "$(pin xdp_tick ticks)" 0 1000 --cpu all
	run xdplab watch --once -j --map ticks
	local cpus
	cpus=$(xdplab map get "$(pin xdp_tick ticks)" 0 --per-cpu -j | jq length)
	assert_equal "$(jq 'select(.map == "ticks").value >= 1000 * '"$cpus" \
		<<<"$output")" true
}

@test "where the kernel counts there is the time for each packet" {
	ip link set veth0 xdpdrv obj "$BPF/pass.o" sec xdp
	keep_sending
	run xdplab watch --once -i 0.5 -j
	assert_equal "$(jq -s '.[0] | has("pps") or has("ns_per_packet")' \
		<<<"$output")" false
	run xdplab watch --once -i 0.5 -j --stats
	assert_equal "$(jq -s '.[0] | .pps > 20 and .ns_per_packet > 0' \
		<<<"$output")" true
	assert_equal "$(cat /proc/sys/kernel/bpf_stats_enabled)" 0
}

@test "state of our own and constants of programs are not shown" {
	xdplab load veth0 "$BPF/stage_tick.o" "$BPF/stage_data.o"
	run xdplab watch --once
	assert_lacks xdplab_counts
	assert_lacks rodata
	assert_contains ticks
}

# ---- what changes meanwhile ----------------------------------------------

@test "a reload brings a new map: its numbers, and a word about it" {
	local old new
	xdplab load veth0 "$BPF/stage_tick.o"
	old=$(map_id xdp_tick)
	keep_sending
	stream
	more_rounds 3
	xdplab chain veth0 replace --fresh-maps xdp_tick \
		"$BPF/stage_tick.o"
	new=$(map_id xdp_tick)
	end_stream 8
	output=$(jq -c 'select(.map)' "$TMPDIR/stream")
	# First the old one alone, then the new one alone.
	assert_equal "$(jq .map_id <<<"$output" | uniq)" "$old
$new"
	# Its first round has no rate, and all others do; one in which the
	# sender had to wait can be low.
	assert_equal "$(jq -s -c "map(select(.map_id == $new)) | .[0] |
		[.rate, .renewed_from]" <<<"$output")" "[null,$old]"
	assert_equal "$(jq -s "map(select(.map_id == $new))[1:] |
		all(.rate >= 0) and (map(.rate) | add / length | . > 10 and . < 300)" \
		<<<"$output")" true
	assert_equal "$(jq -s "map(select(.map_id == $new and .renewed_from)) |
		length" <<<"$output")" 5
	assert_stream "map(select(.kind == \"stage\" and .renewed_from)) |
		length == 5 and .[0].pps == null and all(.[1:][]; .pps >= 0)"
	assert_stream "all((.rate // 0) >= 0 and (.pps // 0) >= 0)"
}

@test "the word about a new map is in its line" {
	local old
	xdplab load veth0 "$BPF/stage_tick.o"
	old=$(map_id xdp_tick)
	xdplab watch --plain -i 0.2 >"$TMPDIR/plain" 3>&- &
	wait_until grep -q ticks "$TMPDIR/plain"
	xdplab chain veth0 replace --fresh-maps xdp_tick \
		"$BPF/stage_tick.o"
	wait_until grep -Eq "^veth0 +xdp_tick +ticks .* new map, id $old -> $(map_id xdp_tick)$" \
		"$TMPDIR/plain"
	grep -Eq "^veth0 +native +xdp_tick .* new program, id [0-9]+ -> [0-9]+$" \
		"$TMPDIR/plain"
}

@test "a reload that goes on with the map goes on with its rate" {
	xdplab load veth0 "$BPF/stage_tick.o"
	keep_sending
	stream
	more_rounds 2
	xdplab chain veth0 replace xdp_tick "$BPF/stage_tick.o"
	end_stream 3
	assert_stream 'map(select(.map)) | (map(.map_id) | unique | length) == 1
		and all(.rate >= 0 and (has("renewed_from") | not))
		and (map(.rate) | add / length > 10)'
	assert_stream 'map(select(.kind == "stage")) | map(.id) | unique |
		length == 2'
}

@test "unloaded and loaded again it is followed, and the old map let go" {
	local old
	xdplab load veth0 "$BPF/stage_tick.o"
	old=$(map_id xdp_tick)
	stream
	more_rounds 2
	xdplab unload veth0
	more_rounds 3
	wait_until lacks_map "$old"
	xdplab load veth0 "$BPF/stage_tick.o"
	end_stream 3
	assert_stream "map(select(.map_id == $(map_id xdp_tick))) |
		.[0].renewed_from == $old and .[-1].rate >= 0"
}

lacks_map() {
	! bpftool map show id "$1" >&2 2>&1
}

@test "a map that is cleared says so, and no number is negative" {
	xdplab load veth0 "$BPF/watch_flows.o"
	send_udp 500 1000
	stream
	more_rounds 2
	xdplab map clear "$(pin xdp_flows recs)"
	more_rounds 2
	send_udp 20 1000
	end_stream 3
	assert_stream 'map(select(.map == "recs" and .state == "reset")) |
		length == 2 and all(.rate == null and .value == 0)'
	assert_stream 'all((.rate // 0) >= 0) and
		(map(select(.map == "recs" and .rate > 0)) | length > 0)'
}

@test "an interface that goes is gone, and watched again when it comes back" {
	local old
	xdplab load veth0 "$BPF/stage_tick.o"
	old=$(</sys/class/net/veth0/ifindex)
	stream veth0
	more_rounds 2
	ip link del veth0
	more_rounds 3
	assert_stream 'map(select(.kind == "program"))[-1] | .state == "gone"
		and ((has("id") or has("pps")) | not)'
	assert_stream '.[-1].kind == "program"'
	make_veth
	xdplab load veth0 "$BPF/stage_tick.o"
	keep_sending
	end_stream 4
	assert_stream "map(select(.kind == \"program\" and .ifindex != $old)) |
		any(.pps > 10) and all(has(\"state\") | not)"
	assert_stream "map(select(.map and .ifindex != $old)) | any(.rate > 10)"
}

@test "an interface that nobody named is told to be gone, too" {
	xdplab load veth0 "$BPF/pass.o"
	stream
	more_rounds 2
	ip link del veth0
	end_stream 3
	assert_stream '.[-1] | .ifname == "veth0" and .state == "gone"'
}

@test "a stage that moves keeps its rate" {
	xdplab load veth0 -P 10 "$BPF/stage_tick.o"
	xdplab load veth0 -P 20 "$BPF/pass.o"
	keep_sending
	stream
	more_rounds 2
	xdplab chain veth0 move xdp_tick after xdp_pass
	end_stream 3
	assert_stream 'map(select(.kind == "stage" and .name == "xdp_tick")) |
		.[0].stage != .[-1].stage and all(.pps >= 0) and
		(map(.pps) | add / length > 10) and (any(.renewed_from) | not)'
}

# ---- maps that are chosen -----------------------------------------------

@test "of a large map the fastest keys are shown, when it is asked for" {
	xdplab load veth0 "$BPF/watch_flows.o"
	send_udp 1 {1000..1029}
	run xdplab watch --once
	assert_matches "^veth0 +xdp_flows +flows +[0-9]+ +up to 4096 entries: --map flows has the fastest$"
	stream --map flows --top 2
	more_rounds 1
	send_udp 50 1007
	send_udp 20 1003
	end_stream 2
	assert_stream 'map(select(.rate > 0)) | map([.key.port, .key.addr, .field]) |
		unique | . == [[1003, "10.11.0.2", "bytes"],
		[1003, "10.11.0.2", "packets"], [1007, "10.11.0.2", "bytes"],
		[1007, "10.11.0.2", "packets"]]'
	assert_stream 'map(select(.map)) | all(.map == "flows" and .keys == 30
		and .shown == 2)'
	run xdplab watch --once --map flows --top 3
	assert_matches "^ +27 slower keys$"
	assert_matches "\{\.addr = 10\.11\.0\.2, \.port = 1007.* +packets +51"
}

@test "a choice is a map, a key of it, a field of it, or all three" {
	xdplab load veth0 "$BPF/watch_flows.o" "$BPF/stage_tick.o"
	send_udp 3 1000 1001
	chosen() {
		xdplab watch --once -j "$@" |
			jq -c 'select(.map) | [.map, .field, .value]'
	}
	assert_equal "$(chosen --map flows.packets)" '["flows","packets",3]
["flows","packets",3]'
	assert_equal "$(chosen --map recs:0)" '["recs","packets",6]
["recs","bytes",264]'
	assert_equal "$(chosen --map recs:0.bytes)" '["recs","bytes",264]'
	assert_equal "$(chosen --map 'flows:{.addr = 10.11.0.2, .port = 1001}.packets')" \
		'["flows","packets",3]'
	assert_equal "$(chosen --map "$(map_id xdp_tick)")" '["ticks","",0]'
	assert_equal "$(chosen --map recs:0.bytes --map ticks)" \
		"$(chosen --map recs:0.bytes; chosen --map ticks)"
	assert_equal "$(chosen --map recs:0.bytes --map recs:1.packets)" \
		'["recs","bytes",264]
["recs","packets",0]'
}

@test "a choice that fits nothing is refused, with what there is" {
	xdplab load veth0 "$BPF/watch_flows.o"
	run xdplab watch --once --map nothing
	assert_status 1
	assert_contains "--map nothing: not used by any program shown"
	run xdplab watch --once --map recs.nothing
	assert_status 2
	assert_contains "--map recs.nothing: no such key or number"
	assert_contains "__u64 bytes"
	run xdplab watch --once --map recs:x
	assert_status 2
}

@test "a key that is not there yet is waited for" {
	xdplab load veth0 "$BPF/watch_flows.o"
	stream --map 'flows:{.addr = 10.11.0.2, .port = 5}.packets'
	more_rounds 2
	assert_stream '.[-1].why == "no such entry"'
	send_udp 1 5
	more_rounds 1
	send_udp 9 5
	end_stream 2
	assert_stream 'map(select(.value == 10)) | length > 0'
	assert_stream 'any(.rate > 0)'
}

@test "a map that two stages share is read once, and says so" {
	xdplab load veth0 "$BPF/count.o"
	make_veth 1
	xdplab load veth1 "$BPF/count.o"
	run xdplab watch --once -j
	assert_equal "$(jq -c 'select(.map == "shared_counts") |
		[.ifname, .users]' <<<"$output")" '["veth0",2]'
	run xdplab watch --once
	assert_matches "^veth0 +xdp_count +shared_counts \(of 2\) "
}

# ---- the command ----------------------------------------------------------

@test "what makes no sense is refused" {
	refused_with() {
		run xdplab watch "${@:2}"
		assert_status 2
		assert_contains "$1"
	}
	refused_with "--interval 0: not in the range 0.1 to 3600" -i 0
	refused_with "--interval 1e3: not a number of seconds" -i 1e3
	refused_with "--interval nan: not a number" --interval=nan
	refused_with "--count 0: not in the range 1" -c 0
	refused_with "--top x: not an integer" --top x
	refused_with "mutually exclusive" --once -c 3
	run xdplab watch nope
	assert_status 1
	assert_contains "nope: no such network interface"
}

@test "--netns watches another namespace" {
	at_peer ip link set peer0 xdpdrv obj "$BPF/pass.o" sec xdp
	run xdplab watch --once --netns peer
	assert_matches "^peer0 +native +xdp_pass "
	run xdplab watch --once
	assert_lacks peer0
}

@test "without root's rights there are modes and ids, and no statistics" {
	xdplab load veth0 "$BPF/stage_tick.o"
	run as_nobody "$BUILD/xdplab" watch --once
	assert_status 0
	assert_matches "^veth0 +native +\\? +$(attached veth0)$"
	run as_nobody "$BUILD/xdplab" watch --once --stats
	assert_status 4
	assert_contains "run statistics"
}

@test "a full disk is a failure with its reason" {
	xdplab load veth0 "$BPF/stage_tick.o"
	run bash -c 'xdplab watch --once -j >/dev/full'
	assert_status 1
	assert_output "xdplab: stdout: Input/output error"
	run bash -c 'xdplab watch --once >/dev/full'
	assert_output "xdplab: stdout: No space left on device"
}

@test "where nothing runs it says so, and as JSON nothing" {
	run --separate-stderr xdplab watch --once
	assert_status 0
	assert_output "no XDP program is attached"
	run --separate-stderr xdplab watch --once -j
	assert_output ""
}

@test "a reader that goes away ends it without a word" {
	xdplab load veth0 "$BPF/pass.o"
	run timeout $((30 * SLOW)) bash -c 'xdplab watch -j -i 0.1 | head -n 1'
	assert_status 0
	assert_matches '^\{"kind":"program"'
	assert_equal "${#lines[@]}" 1
}

@test "no name and no key commands a terminal" {
	local name=$'v\e[1m'
	xdplab load veth0 "$BPF/watch_flows.o"
	send_udp 1 1000 1001
	ip link add "$name" type veth peer name other
	ip link set "$name" xdpgeneric obj "$BPF/pass.o" sec xdp
	run xdplab watch --once
	assert_contains 'v?[1m'
	assert_lacks $'\e'
	run xdplab watch --once -j
	ip link del other # of its name ip makes no JSON
	assert_lacks $'\e'
	assert_equal "$(jq -r 'select(.mode == "skb").ifname' <<<"$output")" "$name"
}
