#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2016,SC2154 # names of jq's; stderr: set by run
# status - xdplab status: what the kernel says, all of it

load ../lib

setup() {
	make_veth
}

load_three() {
	xdplab load -P 10 veth0 "$BPF/stage_three.o"
	xdplab load -P 20 -A none veth0 "$BPF/pass.o"
	xdplab load -P 30 veth0 "$BPF/stage_gate.o"
}

@test "every interface of the namespace has a line, idle ones a dash" {
	xdplab load veth0 "$BPF/drop.o"
	run xdplab status
	assert_status 0
	assert_matches "^lo +- *$"
	assert_matches "^veth0 +native +xdp_drop_with_a_long_name +$(attached veth0) "
}

@test "a chain of one stage is one line, with what it does and has seen" {
	xdplab load -P 7 -A PASS,DROP veth0 "$BPF/drop.o"
	send_packets 5
	run xdplab status veth0
	assert_matches "^Interface +Mode +Program +ID +Prio +Actions +Packets +DROP +By +Loaded$"
	assert_matches "^veth0 +native +xdp_drop_with_a_long_name +$(attached veth0)\
 +7 +DROP,PASS +[0-9]+ +[0-9]+ +netlink +[0-9:]{8}$"
	assert_equal "${#lines[@]}" 2
}

@test "a chain of several has a line, and each stage one below it" {
	load_three
	run xdplab status
	assert_matches "^veth0 +native +xdplab_chain +$(attached veth0) +netlink "
	assert_equal "$(grep '^ => ' <<<"$output" | awk '{ print $2, $4, $5 }')" \
		"xdp_three 10 PASS
xdp_pass 20 none
xdp_gate 30 PASS"
	assert_equal "$(grep '^ => ' <<<"$output" | awk '{ print $3 }')" \
		"$(xdplab status -j | jq '.[] | select(.stage) | .id')"
}

@test "an interface that is down is told to be" {
	ip link set veth0 down
	run xdplab status -j
	assert_json '(.[] | select(.ifname == "veth0")).up == false'
	assert_json '(.[] | select(.ifname == "lo")).up == true'
}

@test "a map that is none of ours is not taken for what we know" {
	local chain
	xdplab load veth0 "$BPF/pass.o"
	chain=$(pins | grep '/chain$')
	rm "$chain"
	bpftool map create "$chain" type array key 4 value 512 entries 1 name x
	run xdplab status -j veth0
	assert_json '.[0].name == "xdp_pass" and (.[0] | has("file") | not)'
}

@test "one interface is shown alone" {
	run xdplab status veth0
	assert_lacks lo
	run xdplab status nope
	assert_status 1
	assert_contains "nope: no such network interface"
}

@test "a program's id, tag and maps are those that bpftool shows" {
	xdplab load veth0 "$BPF/count.o"
	local id
	id=$(attached veth0)
	run xdplab status -j veth0
	assert_json '.[0].name == "xdp_count" and .[0].mode == "native"'
	assert_equal "$(json '.[0] | [.id, .tag, .map_ids] | tojson')" \
		"$(bpftool -j prog show id "$id" |
			jq -c '[.id, .tag, .map_ids]')"
}

@test "when it was loaded is now" {
	local before at
	before=$(date +%s)
	xdplab load veth0 "$BPF/pass.o"
	run xdplab status -j veth0
	at=$(json '.[0].loaded_at')
	((before - 1 <= at && at <= $(date +%s) + 1))
}

@test "netlink and links are told apart, with the link's pin" {
	xdplab load veth0 "$BPF/pass.o"
	run xdplab status -j veth0
	assert_json '.[0].attached_by == "netlink" and (.[0] | has("link_id") | not)'
	xdplab unload veth0
	xdplab load --link veth0 "$BPF/pass.o"
	run xdplab status -j veth0
	assert_json '.[0].attached_by == "link"'
	assert_equal "$(json '.[0].link_id')" \
		"$(bpftool -j link show | jq '.[] | select(.type == "xdp") | .id')"
	assert_equal "$(json '.[0].pinned')" "$(pins | grep '/link$')"
}

@test "a program that someone pinned shows where" {
	xdplab load veth0 "$BPF/pass.o"
	bpftool prog pin id "$(attached veth0)" /sys/fs/bpf/somewhere
	run xdplab status -j veth0
	assert_json '.[0].pinned == "/sys/fs/bpf/somewhere"'
}

@test "a foreign program is shown by its full name from its BTF" {
	ip link set veth0 xdpdrv obj "$BPF/drop.o" sec xdp
	run xdplab status -j veth0
	assert_json '.[0].name == "xdp_drop_with_a_long_name"
		and (.[0] | has("file") | not)'
}

@test "our own show their priority, actions and file" {
	xdplab load -P 7 -A DROP,xdp_tx veth0 "$BPF/pass.o"
	run xdplab status -j veth0
	assert_json '.[0, 1] | .prio == 7 and .actions == ["DROP", "TX"]
		and (.file | endswith("/pass.o"))'
	run xdplab status -v veth0
	assert_matches " 7 +DROP,TX "
}

# ---- stages -------------------------------------------------------------

@test "after a chain there is an object for each stage, in their order" {
	load_three
	run xdplab status -j veth0
	assert_json 'length == 4 and .[0].stages == 3 and (.[0] | has("prio") | not)'
	assert_json '.[0] as $chain | all(.[1:][]; .chain_id == $chain.id
		and .ifindex == $chain.ifindex and .ifname == "veth0"
		and .mode == "native" and .how == "inlined" and .group == 0
		and .section == "xdp" and (has("why", "adopted") | not))'
	assert_json '[.[1:][] | [.stage, .name, .prio]] == [[1, "xdp_three", 10],
		[2, "xdp_pass", 20], [3, "xdp_gate", 30]]'
	assert_json '.[1].map_ids | length == 3'
	assert_json '.[1].file | endswith("/stage_three.o")'
	assert_json '.[0].map_ids as $all | .[1].map_ids - $all == []'
	assert_json 'all(.[1:][]; .loaded_at > 0 and .loaded_at <= now)'
}

@test "each stage counts the packets that it sees, by verdict" {
	load_three
	send_packets 7
	run xdplab status -j veth0
	assert_json '.[1].pass >= 7 and .[1].packets == .[1].pass'
	assert_json '.[2].pass >= 7 and .[2].drop == 0'
	assert_json '.[3].packets == 0'
	xdplab chain veth0 move xdp_gate before xdp_three
	send_packets 7
	run xdplab status -j veth0
	assert_json '.[1].name == "xdp_gate" and .[1].drop >= 7
		and .[1] .packets == ([.[1] | .aborted, .drop, .pass, .tx,
		.redirect] | add)'
}

@test "bytes are those of the packets, by stage and verdict" {
	load_three
	send_packets 7
	send_packets 3 0 -s 1000
	run xdplab status -j veth0
	assert_json ".[1].bytes == $((7 * 98 + 3 * 1042)) and
		.[1].pass_bytes == .[1].bytes and .[1].drop_bytes == 0"
	assert_json '.[2].pass_bytes == .[1].bytes'
	assert_json '.[3].bytes == 0'
	xdplab chain veth0 move xdp_gate before xdp_three
	send_packets 7
	run xdplab status -j veth0
	assert_json ".[1].name == \"xdp_gate\" and .[1].drop_bytes == $((7 * 98))
		and .[1].bytes == ([.[1] | .aborted_bytes, .drop_bytes,
		.pass_bytes, .tx_bytes, .redirect_bytes] | add)"
}

@test "-v has a column of bytes, which the plain table has not" {
	load_three
	send_packets 7
	run xdplab status -v veth0
	assert_matches "^Interface .* Packets +PASS +Bytes +By "
	assert_matches "^ => +xdp_three .* 7 +7 +686 B "
	run xdplab status veth0
	assert_lacks Bytes
}

@test "only verdicts that were met have a column" {
	load_three
	send_packets 5
	run xdplab status
	assert_matches "^Interface .* Packets +PASS +By "
	xdplab load -P 0 veth0 "$BPF/tx.o"
	send_packets 5
	run xdplab status
	assert_matches "^Interface .* Packets +PASS +TX +By "
	assert_matches "^ => +xdp_gate +[0-9]+ +30 +PASS +0 +[0-9:]{8}$"
}

@test "stages that are not counted have no numbers" {
	xdplab load --no-counters veth0 "$BPF/pass.o"
	send_packets 5
	run xdplab status -j veth0
	assert_json '.[1] | [has("packets", "drop", "pass", "bytes", "pass_bytes")]
		| any | not'
	run xdplab status
	assert_lacks Packets
	xdplab load veth0 "$BPF/stage_gate.o"
	run xdplab status
	assert_contains Packets
}

@test "the status of a chain fits in 100 columns, or one more" {
	xdplab load -A PASS,DROP veth0 "$BPF/stage_three.o" "$BPF/stage_gate.o" \
		"$BPF/subprogs.o"
	set_counts 123456789 987654321
	run xdplab status
	assert_matches "^ => +xdp_gate .* 1\.111G +123\.5M +987\.7M "
	# Ids have seven digits where a million programs have been loaded.
	run ! grep -E '^.{102}' <<<"$output"
}

@test "-v tells how each stage is run, and why not inlined" {
	xdplab load veth0 "$BPF/pass.o" "$BPF/tail.o"
	run xdplab status -j veth0
	assert_json '.[2] | .how == "called" and (.why | contains("tail call"))'
	run xdplab status -v veth0
	assert_matches "^ => +xdp_tail .* called .*/tail.o +makes tail calls"
	assert_matches "^ => +xdp_pass .* inlined .*/pass.o$"
	assert_lacks Group
	run xdplab status veth0
	assert_lacks inlined
}

@test "an adopted program is a stage that says so" {
	ip link set veth0 xdpdrv obj "$BPF/drop.o" sec xdp
	local id
	id=$(attached veth0)
	xdplab load --adopt -P 10 veth0 "$BPF/pass.o"
	send_packets 5
	run xdplab status -j veth0
	assert_json ".[2] | .name == \"xdp_drop_with_a_long_name\" and .id == $id
		and .adopted and .drop >= 5 and .how == \"tail-called\"
		and (has(\"file\", \"section\") | not)"
	assert_json '.[1] | has("adopted") | not'
	run xdplab status -v veth0
	assert_matches "^ => +xdp_drop_with_a_long_name +$id .* tail-called +yes "
}

@test "a chain in groups tells which of them each stage is in" {
	local files=()
	for i in {1..25}; do files+=("$BPF/stage_three.o"); done
	xdplab load veth0 "${files[@]}" >&2
	run xdplab status -j veth0
	assert_json 'length == 26 and .[1].group == 0 and .[25].group == 1'
	run xdplab status -v veth0
	assert_contains Group
}

@test "the maps of a stage alone are its own, not those of the chain" {
	xdplab load veth0 "$BPF/pass.o"
	run xdplab status -v veth0
	assert_lacks Maps
	xdplab unload veth0
	xdplab load veth0 "$BPF/stage_tick.o"
	run xdplab status -v veth0
	assert_contains Maps
	assert_contains " $(stage xdp_tick '.map_ids[0]') "
}

# ---- numbers ------------------------------------------------------------

# set_counts DROP PASS [BYTES]: as the first CPU has counted them for every stage,
# the bytes of those that passed
set_counts() {
	local pin row=() size number
	pin=$(pins | grep '/counts-0$')
	size=$(bpftool -j map show pinned "$pin" | jq .bytes_value)
	for number in 0 0 "$1" 0 "$2" "${3-0}" 0 0 0 0; do
		for byte in {0..7}; do
			row+=($((number >> 8 * byte & 255)))
		done
	done
	# shellcheck disable=SC2046 # zeros
	bpftool map update pinned "$pin" key 0 0 0 0 value "${row[@]}" \
		"${row[@]}" "${row[@]}" $(yes 0 | head -n $((size - 240)))
}

@test "numbers from a million on are rounded, and exact as JSON" {
	xdplab load veth0 "$BPF/pass.o"
	local numbers=(999999 1000000 999949999 999950000 14881000000)
	local shown=(999999 1.000M 999.9M 1.000G 14.88G)
	for i in "${!numbers[@]}"; do
		set_counts 0 "${numbers[i]}"
		run xdplab status -j veth0
		assert_json ".[1].pass == ${numbers[i]}"
		run xdplab status veth0
		assert_matches " PASS +${shown[i]} +${shown[i]} +netlink "
	done
}

@test "bytes are shown in the unit that they fill" {
	xdplab load veth0 "$BPF/pass.o"
	local numbers=(0 999 1000 999949 999950 1234567 1499999999999)
	local shown=("0 B" "999 B" "1.0 kB" "999.9 kB" "1.0 MB" "1.2 MB" "1.5 TB")
	for i in "${!numbers[@]}"; do
		set_counts 0 5 "${numbers[i]}"
		run xdplab status -j veth0
		assert_json ".[1].pass_bytes == ${numbers[i]}"
		run xdplab status -v veth0
		assert_matches " 5 +5 +${shown[i]} +netlink "
	done
}

@test "counts that no packets have made harm nobody" {
	xdplab load veth0 "$BPF/pass.o"
	set_counts -1 -1 -1
	run xdplab status -j veth0
	assert_status 0
	assert_json '.[1].drop > 9e18 and .[1].packets > 9e18'
	run xdplab status veth0
	assert_status 0
	assert_matches " 9\.223E +9\.223E "
	run xdplab status -v veth0
	assert_matches " 9\.2 EB "
}

# ---- rates --------------------------------------------------------------

# Has --watch tell what is there every second: start_watch [OPTION...]
start_watch() {
	xdplab status --watch "$@" >"$TMPDIR/readings" 3>&- &
	watcher=$!
}

# The lines of what it has told that have this in them: told PATTERN
told() {
	grep -c -e "$1" "$TMPDIR/readings" || true
}

has_told() { # N PATTERN
	(($(told "$2") >= $1))
}

# Until there are N more such lines: await N PATTERN
await() {
	wait_until has_told $(($(told "$2") + $1)) "$2"
}

# Ends it then, and what it has told is the output: end_watch N PATTERN
end_watch() {
	await "$@"
	kill "$watcher"
	output=$(<"$TMPDIR/readings")
}

# The same of the first stage alone: end_readings N
end_readings() {
	end_watch "$1" '"stage":1,'
	output=$(jq -c 'select(.stage == 1)' <<<"$output")
}

@test "--watch shows packets per second of each stage, by its own counters" {
	load_three
	keep_sending
	start_watch -j veth0
	end_readings 2
	assert_json '.pps > 20 and .pps < 300 and .pass_pps == .pps
		and .drop_pps == 0 and .packets > 0'
	assert_json '(.bytes_ps / .pps - 98 | fabs) < 0.001
		and .pass_bytes_ps == .bytes_ps and .drop_bytes_ps == 0'
	start_watch -v
	end_watch 1 '=> *xdp_gate'
	assert_matches "^Interface .* Packets/s +PASS/s +Bytes/s +By "
	assert_matches "^ => +xdp_three .* [0-9.]+ kB +[0-9-]{10} "
	start_watch
	end_watch 1 '=> *xdp_gate'
	assert_matches "^Interface .* Actions +Packets/s +PASS/s +By "
	assert_matches "^veth0 +native +xdplab_chain +[0-9]+ +netlink "
	assert_matches "^ => +xdp_three +[0-9]+ +10 +PASS +[0-9]+ +[0-9]+ +[0-9:]{8}$"
	assert_matches "^ => +xdp_gate +[0-9]+ +30 +PASS +0 +[0-9:]{8}$"
	assert_equal "$(cat /proc/sys/kernel/bpf_stats_enabled)" 0
}

@test "programs that nobody counts have no rate" {
	ip link set veth0 xdpdrv obj "$BPF/pass.o" sec xdp
	start_watch -j veth0
	end_watch 1 xdp_pass
	assert_json 'has("pps") | not'
	start_watch veth0
	end_watch 1 xdp_pass
	assert_lacks Packets/s
}

@test "--stats has rates of the chain and of its stages" {
	load_three
	keep_sending
	run xdplab status --stats -j veth0
	assert_json '.[0].pps > 20 and .[0].ns_per_packet > 0 and .[1].pps > 20
		and .[3].pps == 0'
}

@test "a stage is known again while its chain is changed" {
	load_three
	keep_sending
	start_watch -j veth0
	await 1 '"stage":1,'
	xdplab load -P 40 veth0 "$BPF/drop.o"
	end_readings 2
	assert_equal "$(json .chain_id | sort -u | wc -l)" 2
	assert_equal "$(jq -s 'all(.pps > 20)' <<<"$output")" true
}

@test "a counter that got smaller shows no rate" {
	load_three
	set_counts 1000000 1000000
	start_watch -j veth0
	await 1 '"stage":1,'
	set_counts 0 0 1000
	end_readings 2
	assert_equal "$(jq -s 'map(select(has("pps") | not)) | length' \
		<<<"$output")" 1
	assert_equal "$(jq -s 'all(.pps // 0 | . >= 0)' <<<"$output")" true
}

@test "--stats counts the packets of the second that it waits" {
	xdplab load veth0 "$BPF/pass.o"
	keep_sending
	run xdplab status --stats -j veth0
	assert_status 0
	assert_json '.[0].pps > 20 and .[0].pps < 300 and .[0].ns_per_packet > 0'
	assert_equal "$(cat /proc/sys/kernel/bpf_stats_enabled)" 0
}

@test "without statistics nothing is counted" {
	xdplab load veth0 "$BPF/pass.o"
	send_packets 5
	run xdplab status -j veth0
	assert_json '(.[0] | has("pps") | not) and .[0].run_cnt == 0'
}

@test "where the kernel counts anyway the rates are shown unasked" {
	xdplab load veth0 "$BPF/pass.o"
	sysctl -qw kernel.bpf_stats_enabled=1
	keep_sending
	run xdplab status -j veth0
	sysctl -qw kernel.bpf_stats_enabled=0
	assert_json '.[0].pps > 20'
}

@test "--watch streams an object a line until it is ended" {
	xdplab load veth0 "$BPF/pass.o"
	start_watch --stats -j veth0
	end_watch 3 '"stage":1,'
	assert_equal "$(jq -s '[.[:6][] | .stages // .stage] == [1, 1, 1, 1, 1, 1]' \
		<<<"$output")" true
	assert_equal "$(jq -s 'map(.time) | unique | .[2] - .[0] > 1.9' \
		<<<"$output")" true
	assert_matches '^\{"ifindex":'
}

@test "the rounds of --watch are told apart: by their time, or an empty line" {
	load_three
	start_watch -j
	end_watch 2 xdp_gate
	assert_equal "$(jq -s '(.[:10] | group_by(.time) | map(length) == [5, 5])
		and (.[0].time | . > 1.7e9 and . != floor)' <<<"$output")" true
	start_watch veth0
	end_watch 2 xdp_gate
	assert_equal "$(sed -n '1s/ .*//p; /^$/ { n; s/ .*//p }' <<<"$output" |
		head -n 2)" $'Interface\nInterface'
	run xdplab status -j
	assert_json 'all(has("time") | not)'
}

@test "--interval without anything that takes so long is refused" {
	run xdplab status --interval 1
	assert_status 2
	assert_contains "--interval requires --watch or --stats"
}

@test "without root's rights modes and ids are still shown" {
	xdplab load veth0 "$BPF/pass.o"
	run as_nobody "$BUILD/xdplab" status
	assert_status 0
	assert_matches "^veth0 +native +[?] +$(attached veth0)"
}

@test "another namespace is shown by its name" {
	run xdplab status --netns peer
	assert_contains peer0
	assert_lacks veth0
	run xdplab status --netns ../../proc/1/ns/net
	assert_status 1
	assert_contains "../../proc/1/ns/net: not a valid namespace name"
	run xdplab status --netns nowhere
	assert_status 1
	assert_contains "nowhere: no such network namespace"
}

@test "a namespace may have its name by a link to a process" {
	nsenter --net=/run/netns/peer sleep 100 3>&- &
	wait_until at_peer test "/proc/$!/ns/net" -ef /proc/self/ns/net
	ln -s "/proc/$!/ns/net" /run/netns/container
	run xdplab status --netns container
	assert_status 0
	assert_contains peer0
	assert_lacks veth0
	rm /run/netns/container
}

@test "what is no network namespace is not taken for one" {
	local target
	for target in /proc/self/ns/mnt /etc/passwd /proc; do
		ln -sfn $target /run/netns/other
		run --separate-stderr xdplab status --netns other
		assert_status 1
		assert_equal "$stderr" "xdplab status:\
 /run/netns/other: not a network namespace"
	done
	ln -sfn /nowhere /run/netns/other
	run xdplab status --netns other
	assert_contains "other: no such network namespace"
	rm /run/netns/other
}

@test "an interface's name cannot command the terminal" {
	ip link set veth0 down
	ip link set veth0 name $'a\e[31mb'
	run xdplab status
	assert_status 0
	assert_contains "a?[31mb"
	assert_lacks $'\e'
}

@test "status makes one netlink dump whatever the number of interfaces" {
	local requests few
	strace -f -qq -o "$TMPDIR/few" -e trace=sendto xdplab status >&2
	for i in {1..20}; do
		ip link add "many$i" type veth peer name "more$i"
	done
	xdplab load many1 "$BPF/pass.o"
	strace -f -qq -o "$TMPDIR/many" -e trace=sendto xdplab status >&2
	few=$(wc -l <"$TMPDIR/few") requests=$(wc -l <"$TMPDIR/many")
	assert_equal "$requests" "$few"
}
