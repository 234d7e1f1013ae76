#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2030,SC2031,SC2154 # what `run` sets
# map - xdplab map: maps listed, shown, changed, saved and compared

load ../lib

setup() {
	make_veth
	xdplab load veth0 "$BPF/map_kinds.o"
}

# Goes by its pin, as others may have maps of that name at the time.
map() {
	pin xdp_kinds "$1"
}

# holds_map PID: the process has a map open
holds_map() {
	[[ $(readlink "/proc/$1/fd/"*) == *bpf-map* ]]
}

# How many values a per-CPU map has.
nr_cpus() {
	bpftool -j map lookup pinned "$(map cpu_recs)" key 0 0 0 0 |
		jq '.values | length'
}

# ---- list ---------------------------------------------------------------

@test "all maps are listed, with who uses them and where they are pinned" {
	run xdplab map
	assert_status 0
	assert_matches "percpu_array +cpu_recs +4 +16 +2 +xdp_kinds +$(map cpu_recs)$"
	assert_lacks xdplab_code
	run xdplab map list --all
	assert_contains xdplab_code
	run xdplab map -j
	assert_json "map(select(.pinned | index(\"$(map peers)\")))[0] |
		.type == \"hash\" and .name == \"peers\" and .bytes_key == 8 and
		.bytes_value == 16 and .max_entries == 100"
}

@test "the list costs nobody but root's rights" {
	run as_nobody "$BUILD/xdplab" map
	assert_status 4
	assert_contains "not permitted"
}

# ---- show, get, set ------------------------------------------------------

@test "a value is written by its fields, and the others stay" {
	xdplab map set "$(map confs)" 1 '{.limit = 7, .mode = LOOSE}'
	xdplab map set "$(map confs)" 1 .limit=100 .first=5 .second=8191 .loud=true
	run xdplab map get "$(map confs)" 1
	assert_output "{.limit = 100, .mode = LOOSE, .first = 5, .second = 8191, .loud = true}"
	run xdplab map get -j "$(map confs)" 1
	assert_json '. == {limit: 100, mode: "LOOSE", first: 5, second: 8191, loud: true}'
	run xdplab map show "$(map confs)"
	assert_equal "${#lines[@]}" 4
	assert_equal "${lines[0]}" \
		"0: {.limit = 0, .mode = OFF, .first = 0, .second = 0, .loud = false}"
}

@test "addresses and ports are written as people write them" {
	xdplab map set "$(map peers)" '{.addr = 10.0.0.1, .port = 443}' \
		'{.rx_packets = 18446744073709551615, .rx_bytes = 2}'
	run bpftool -j map dump pinned "$(map peers)"
	assert_json '.[0].key == ["0x0a","0x00","0x00","0x01","0x01","0xbb","0x00","0x00"]'
	run xdplab map show -j "$(map peers)"
	assert_equal "$output" '[{"key":{"addr":"10.0.0.1","port":443,"zero":0},"value":{"rx_packets":18446744073709551615,"rx_bytes":2}}]'
	xdplab map set "$(map prefixes)" 10.0.0.0/8 STRICT
	xdplab map set "$(map prefixes)" 192.168.0.0/16 LOOSE
	run xdplab map show "$(map prefixes)"
	assert_contains "10.0.0.0/8: STRICT"
	assert_contains "192.168.0.0/16: LOOSE"
}

@test "values of all CPUs are summed, or shown each" {
	local cpus
	cpus=$(nr_cpus)
	send_packets 5
	run xdplab map get "$(map cpu_recs)" 0
	assert_output "{.rx_packets = 5, .rx_bytes = 0}"
	run xdplab map get --per-cpu "$(map cpu_recs)" 0
	assert_equal "${#lines[@]}" "$cpus"
	assert_contains "cpu 0: {.rx_packets = "
	run xdplab map show --per-cpu -j "$(map cpu_recs)"
	assert_json '.[0].values | map(.value.rx_packets) | add == 5'
	assert_json ".[0].values | length == $cpus"
}

@test "the value of a CPU is set, or that of all, as is said" {
	run xdplab map set "$(map cpu_recs)" 1 .rx_packets=7
	assert_status 2
	assert_contains "use --cpu N or --cpu all"
	run xdplab map set --cpu 0 "$(map confs)" 1 .limit=7
	assert_status 2
	assert_contains "not a per-CPU map"
	xdplab map set --cpu all "$(map confs)" 1 .limit=7
	xdplab map set --cpu 0 "$(map cpu_recs)" 1 .rx_packets=7
	xdplab map set --cpu 0 "$(map cpu_recs)" 1 .rx_bytes=2
	run xdplab map get "$(map cpu_recs)" 1
	assert_output "{.rx_packets = 7, .rx_bytes = 2}"
	xdplab map set --cpu all "$(map cpu_recs)" 1 '{.rx_packets = 1}'
	run xdplab map get --per-cpu -j "$(map cpu_recs)" 1
	assert_json 'all(.rx_packets == 1 and .rx_bytes == 0)'
	run xdplab map set --cpu 100000 "$(map cpu_recs)" 1 .rx_packets=7
	assert_status 2
}

@test "entries are new or old, where that is asked for" {
	xdplab map set --new "$(map prefixes)" 10.0.0.0/8 OFF
	run xdplab map set --new --old "$(map prefixes)" 10.0.0.0/8 OFF
	assert_status 2
	assert_contains "mutually exclusive"
	says "entry exists" xdplab map set --new "$(map prefixes)" 10.0.0.0/8 OFF
	says "no such entry" xdplab map set --old "$(map prefixes)" 10.0.0.0/9 OFF
	xdplab map set --old "$(map prefixes)" 10.0.0.0/8 STRICT
	run xdplab map get "$(map prefixes)" 10.1.2.3/32
	assert_output STRICT
}

# ---- del, clear ----------------------------------------------------------

@test "an entry is taken out, or all are" {
	local i
	for i in 1 2 3; do
		xdplab map set "$(map prefixes)" "10.$i.0.0/16" STRICT
	done
	xdplab map del "$(map prefixes)" 10.2.0.0/16
	run xdplab map show "$(map prefixes)"
	assert_equal "${#lines[@]}" 2
	says "no such entry" xdplab map del "$(map prefixes)" 10.2.0.0/16
	xdplab map clear "$(map prefixes)"
	run xdplab map show "$(map prefixes)"
	assert_output ""
	run xdplab map show -j "$(map prefixes)"
	assert_output "[]"
	xdplab map set "$(map confs)" 3 .limit=9
	xdplab map clear "$(map confs)"
	run xdplab map show "$(map confs)"
	assert_lacks "limit = 9"
	run xdplab map del "$(map confs)" 0
	assert_status 5
	assert_contains "entries of array maps cannot be deleted"
}

@test "of a union the largest member is summed, and the others follow it" {
	local all
	xdplab map set --cpu all "$(map cpu_twice)" 0 '{.all = 4294967295}'
	all=$((4294967295 * $(nr_cpus)))
	run xdplab map get "$(map cpu_twice)" 0
	assert_output "{.all = $all, .halves = [$((all & 0xffffffff)), $((all >> 32))]}"
}

# ---- save, load, diff -----------------------------------------------------

@test "what was saved is the same when it is loaded again" {
	local name
	xdplab map set "$(map confs)" 2 '{.limit = 7, .mode = 77, .loud = true}'
	xdplab map set "$(map peers)" '{.addr = 10.0.0.1, .port = 443, .zero = 9}' \
		'{.rx_packets = 18446744073709551615}'
	xdplab map set --cpu 0 "$(map cpu_recs)" 1 .rx_packets=3
	xdplab map set "$(map prefixes)" 10.0.0.0/8 LOOSE
	for name in confs peers cpu_recs prefixes; do
		xdplab map save "$(map "$name")" >"$TMPDIR/$name"
		xdplab map clear "$(map "$name")"
		xdplab map load "$(map "$name")" <"$TMPDIR/$name"
		run xdplab map save "$(map "$name")"
		assert_output "$(<"$TMPDIR/$name")"
	done
}

@test "what is in the padding is saved as well" {
	local bytes="hex 01 02 03 04 01 00 00 00 15 00 01 7f"
	xdplab map set "$(map confs)" 1 "$bytes"
	xdplab map save "$(map confs)" >"$TMPDIR/saved"
	grep -qF "\"$bytes\"" "$TMPDIR/saved"
	xdplab map clear "$(map confs)"
	xdplab map load "$(map confs)" <"$TMPDIR/saved"
	run bpftool -j map lookup pinned "$(map confs)" key 1 0 0 0
	assert_json '.value == ["0x01","0x02","0x03","0x04","0x01","0x00","0x00",
		"0x00","0x15","0x00","0x01","0x7f"]'
}

@test "what was saved may have blanks between its words" {
	local name
	xdplab map set "$(map confs)" 1 "hex 01 02 03 04 01 00 00 00 15 00 01 7f"
	xdplab map set "$(map texts)" '"hex 01"' '"hex "'
	for name in confs texts; do
		xdplab map save "$(map "$name")" >"$TMPDIR/$name"
		sed 's/":/": /g; s/,"/, "/g; s/}$/ }/' "$TMPDIR/$name" >"$TMPDIR/wide"
		xdplab map clear "$(map "$name")"
		xdplab map load "$(map "$name")" <"$TMPDIR/wide"
		run xdplab map save "$(map "$name")"
		assert_output "$(<"$TMPDIR/$name")"
	done
}

@test "of what does not fit nothing is written, and the place is told" {
	xdplab map set "$(map peers)" '{.addr = 10.0.0.1}' '{.rx_packets = 1}'
	xdplab map save "$(map peers)" >"$TMPDIR/saved"
	sed 's/10.0.0.1/10.0.0.2/p; s/"rx_packets":1/"rx_packets":many/' \
		"$TMPDIR/saved" >"$TMPDIR/wrong"
	run xdplab map load "$(map peers)" <"$TMPDIR/wrong"
	assert_status 1
	assert_matches "line 3, column [0-9]+: .*rx_packets: \"many\""
	assert_contains "nothing was written"
	run xdplab map show "$(map peers)"
	assert_equal "${#lines[@]}" 1
	says "bytes_key is 8, and 4 in the map" \
		xdplab map load "$(map confs)" <"$TMPDIR/saved"
	says "standard input is empty" xdplab map load "$(map confs)" </dev/null
	says "line 1, column 2" xdplab map load "$(map confs)" <<<"{]"
	head -c 200 "$TMPDIR/saved" >"$TMPDIR/cut"
	run xdplab map load "$(map peers)" <"$TMPDIR/cut"
	assert_status 1
	head -n 1 "$TMPDIR/saved" >"$TMPDIR/cut"
	printf '{"key":{"addr":"10.0.0.7"},"value":{"rx_packets":3}} {}\n' \
		>>"$TMPDIR/cut"
	says "expected the end of the entry" \
		xdplab map load "$(map peers)" <"$TMPDIR/cut"
}

@test "a string that begins like bytes is saved so that it comes back" {
	xdplab map set "$(map texts)" '"hex 01 02"' '"hex "'
	xdplab map save "$(map texts)" >"$TMPDIR/saved"
	xdplab map clear "$(map texts)"
	xdplab map load "$(map texts)" <"$TMPDIR/saved"
	run xdplab map show "$(map texts)"
	assert_output '"hex 01 02": "hex "'
}

# refused MAP MESSAGE < FILE: is not loaded, and nothing of it is written
refused() {
	local before
	before=$(xdplab map save "$(map "$1")")
	run xdplab map load "$(map "$1")"
	assert_status 1
	assert_contains "$2"
	assert_contains "nothing was written"
	assert_equal "$(xdplab map save "$(map "$1")")" "$before"
}

@test "an entry that there cannot be is found before any is written" {
	xdplab map set "$(map confs)" 3 .limit=5
	xdplab map save "$(map confs)" >"$TMPDIR/saved"
	sed 's/"limit":0/"limit":1/; s/"key":3/"key":4/' "$TMPDIR/saved" \
		>"$TMPDIR/wrong"
	refused confs "line 5, column 8: map confs" <"$TMPDIR/wrong"
	assert_contains "keys must be 0 to 3"
	xdplab map set "$(map prefixes)" 10.0.0.0/8 LOOSE
	xdplab map save "$(map prefixes)" >"$TMPDIR/saved"
	{
		sed 's/LOOSE/STRICT/' "$TMPDIR/saved"
		echo '{"key":{"prefixlen":33,"addr":"10.0.0.0"},"value":"OFF"}'
	} >"$TMPDIR/wrong"
	refused prefixes "line 3, column 8: map prefixes" <"$TMPDIR/wrong"
	assert_contains "prefix length must be 0 to 32, not 33"
}

@test "a file with zeros in it, or that cannot be read, is not loaded" {
	local entry='{"key":0,"value":{"limit":8}}'
	xdplab map save "$(map confs)" | head -n 1 >"$TMPDIR/head"
	{
		cat "$TMPDIR/head"
		printf '%s\0{}\n' "$entry"
	} | refused confs "line 2, column 30: contains a NUL byte"
	{
		tr -d '\n' <"$TMPDIR/head"
		printf '\0x\n%s\n' "$entry"
	} | refused confs "line 1, column"
	refused confs "standard input: Is a directory" </
}

@test "a load of entries alone is told what is missing" {
	run xdplab map load "$(map confs)" <<<'{"key":0,"value":1}'
	assert_status 1
	assert_contains "line 1, column 1: missing the first line, which describes the map"
}

@test "what a file has for a terminal does not reach it" {
	run xdplab map load "$(map confs)" <<<$'{"xdplab_map":\e[31m'
	assert_status 1
	assert_contains "line 1, column 15: invalid token"
	assert_lacks $'\e'
}

@test "what changed between two is told by key and field" {
	xdplab map set "$(map peers)" '{.addr = 10.0.0.1}' '{.rx_packets = 1}'
	xdplab map set "$(map peers)" '{.addr = 10.0.0.2}' '{.rx_packets = 2}'
	xdplab map save "$(map peers)" >"$TMPDIR/before"
	run xdplab map diff "$TMPDIR/before" "$TMPDIR/before"
	assert_status 0
	xdplab map set "$(map peers)" '{.addr = 10.0.0.1}' .rx_packets=5
	xdplab map del "$(map peers)" '{.addr = 10.0.0.2}'
	xdplab map set "$(map peers)" '{.addr = 10.0.0.3}' '{.rx_packets = 3}'
	xdplab map save "$(map peers)" >"$TMPDIR/after"
	run xdplab map diff "$TMPDIR/before" "$TMPDIR/after"
	assert_status 3
	assert_matches "^~ .*10\.0\.0\.1.* \.rx_packets +1 +5 +4$"
	assert_matches "^- .*10\.0\.0\.2"
	assert_matches "^\+ .*10\.0\.0\.3"
	run xdplab map diff -j "$TMPDIR/before" "$TMPDIR/after"
	assert_json 'length == 3'
	says "No such file" xdplab map diff "$TMPDIR/before" "$TMPDIR/none"
	says "is not a valid header of a saved map" xdplab map diff "$TMPDIR/before" \
		<(echo '{}')
}

@test "of what each CPU has of its own the sums are compared" {
	xdplab map save "$(map cpu_recs)" >"$TMPDIR/before"
	xdplab map set --cpu 0 "$(map cpu_recs)" 1 .rx_packets=7
	xdplab map set --cpu 0 "$(map cpu_recs)" 0 .rx_bytes=3
	run --separate-stderr bash -c \
		"xdplab map save $(map cpu_recs) | xdplab map diff '$TMPDIR/before' -"
	assert_status 3
	assert_matches "^~ +0 +\.rx_bytes +0 +3 +3$"
	assert_matches "^~ +1 +\.rx_packets +0 +7 +7$"
	assert_equal "$(xdplab map save "$(map cpu_recs)" |
		xdplab map diff -j - "$TMPDIR/before" | jq length)" 2
	run xdplab map diff - -
	assert_status 2
}

# saved NAME LINE...: a file of that name, with these entries
saved() {
	echo '{"xdplab_map":1}' >"$TMPDIR/$1"
	printf '%s\n' "${@:2}" >>"$TMPDIR/$1"
}

@test "a field that only one of two has is a difference" {
	saved short '{"key":0,"value":{"a":1}}'
	saved long '{"key":0,"value":{"a":1,"b":{"c":2}}}'
	run xdplab map diff -j "$TMPDIR/short" "$TMPDIR/long"
	assert_status 3
	assert_json '. == [{"what":"~","key":"0","field":".b",
		"after":"{\"c\":2}"}]'
	run xdplab map diff -j "$TMPDIR/long" "$TMPDIR/short"
	assert_status 3
	assert_json '.[0].before == "{\"c\":2}"'
}

@test "what goes from one CPU to another is a difference, as are its words" {
	saved one '{"key":0,"values":[{"a":1,"b":{"c":"x"}},{"a":2,"b":{"c":"x"}}]}' \
		'{"key":1,"values":[1,2]}' '{"key":4,"values":[{},{"a":1}]}' \
		'{"key":3,"values":["9223372036854775808","9223372036854775808"]}'
	saved two '{"key":0,"values":[{"a":2,"b":{"c":"x"}},{"a":1,"b":{"c":"y"}}]}' \
		'{"key":2,"values":[{"a":[1,2]},{"a":[5,5]}]}' \
		'{"key":4,"values":[{},{"a":2}]}'
	run xdplab map diff -j "$TMPDIR/one" "$TMPDIR/two"
	assert_status 3
	assert_json 'map(del(.key)) == [
		{what: "~", field: ".a", before: "[1,2]", after: "[2,1]"},
		{what: "~", field: ".b.c", before: "x", after: "[\"x\",\"y\"]"},
		{what: "-", before: 3},
		{what: "~", field: ".a", before: "[null,1]", after: "[null,2]"},
		{what: "-", before: "[\"9223372036854775808\",\"9223372036854775808\"]"},
		{what: "+", after: "{\"a\":[6,7]}"}]'
}

@test "the largest and the least integers are compared" {
	saved before '{"key":18446744073709551615,"value":18446744073709551615}' \
		'{"key":"a\\\" 18446744073709551616","value":{"a":1}}' \
		'{"key":1,"value":-9223372036854775808}'
	saved after '{"key":18446744073709551615,"value":18446744073709551614}' \
		'{"key":"a\\\" 18446744073709551616","value":{"a":1}}' \
		'{"key":1,"value":9223372036854775807}'
	run xdplab map diff "$TMPDIR/before" "$TMPDIR/before"
	assert_status 0
	run xdplab map diff "$TMPDIR/before" "$TMPDIR/after"
	assert_status 3
	assert_matches "^~ +18446744073709551615 +18446744073709551615 +18446744073709551614$"
	assert_matches "^~ +1 +-9223372036854775808 +9223372036854775807$"
}

@test "a file that is cut off, or is none, is not compared" {
	saved good '{"key":0,"value":1}'
	saved cut '{"key":0,"value":1'
	says "cut: line 2, column" xdplab map diff "$TMPDIR/good" "$TMPDIR/cut"
	assert_status 1
	saved two '{"key":0,"value":1}{"key":1,"value":1}'
	says "two: line 2, column" xdplab map diff "$TMPDIR/good" "$TMPDIR/two"
	says "Is a directory" xdplab map diff "$TMPDIR/good" "$TMPDIR"
	says "is empty" xdplab map diff /dev/null "$TMPDIR/good"
}

# ---- bad input -------------------------------------------------------------

@test "a key or a value that is none is refused with what it is to be" {
	says "the key is: __u32" xdplab map get "$(map confs)" one
	says "the value is: struct conf {" xdplab map set "$(map confs)" 0 .limt=1
	assert_contains "limit"
	run xdplab map set "$(map confs)" 0 .limit=5000000000
	assert_status 1
	assert_contains "0 to 4294967295"
	says "no" xdplab map set "$(map confs)" 0 .mode=LOSE
	assert_contains "LOOSE"
	says "the value is:" xdplab map set "$(map confs)" 0 '{.limit = 1} extra'
	says "keys must be 0 to 3" xdplab map set "$(map confs)" 4 .limit=1
	run xdplab map show "$(map confs)"
	assert_lacks "limit = 1"
	says "no such entry" xdplab map get "$(map confs)" 4
	bpftool map create /sys/fs/bpf/small type hash key 4 value 4 entries 1 \
		name small
	xdplab map set /sys/fs/bpf/small 1 1
	says "is full" xdplab map set /sys/fs/bpf/small 2 2
}

@test "maps that there are not are told so, and names that several have" {
	says "no such map" xdplab map show no_such_map
	says "no such map id" xdplab map show 4294967295
	says "no such pin" xdplab map show /sys/fs/bpf/none
	bpftool map create /sys/fs/bpf/twin1 type array key 4 value 4 entries 1 \
		name twin_of_two
	bpftool map create /sys/fs/bpf/twin2 type array key 4 value 4 entries 1 \
		name twin_of_two
	says "2 maps have that name" xdplab map show twin_of_two
	assert_matches "select one by id: [0-9]+ \(pinned at /sys/fs/bpf/twin1\), [0-9]+ \(pinned at /sys/fs/bpf/twin2\)"
	bpftool map create /sys/fs/bpf/twin3 type array key 4 value 4 entries 1 \
		name cpu_recs
	says "maps have that name" xdplab map show cpu_recs
	assert_contains " (xdp_kinds)"
}

@test "who uses a map is not looked for if no other has its name" {
	bpftool map create /sys/fs/bpf/one type array key 4 value 4 entries 1 \
		name one_of_a_kind
	run strace -o "$TMPDIR/trace" -e trace=bpf xdplab map get one_of_a_kind 0
	assert_output "hex 00 00 00 00"
	grep -q BPF_MAP_GET_NEXT_ID "$TMPDIR/trace"
	run ! grep BPF_PROG_GET_NEXT_ID "$TMPDIR/trace"
}

@test "of several with a name the one that is used or pinned is meant" {
	local twin loads=()
	mkfifo "$BATS_TEST_TMPDIR/pipe1" "$BATS_TEST_TMPDIR/pipe2"
	for twin in 1 2; do
		bpftool map create /sys/fs/bpf/twin$twin type array key 4 value 4 \
			entries 1 name twin_left_over
		xdplab map set /sys/fs/bpf/twin$twin 0 $twin
		xdplab map load /sys/fs/bpf/twin$twin \
			<"$BATS_TEST_TMPDIR/pipe$twin" 2>&- 3>&- &
		loads+=($!)
	done
	exec 4>"$BATS_TEST_TMPDIR/pipe1" 5>"$BATS_TEST_TMPDIR/pipe2"
	wait_until holds_map "${loads[0]}"
	wait_until holds_map "${loads[1]}"
	rm /sys/fs/bpf/twin1
	run xdplab map get twin_left_over 0
	assert_output "hex 02 00 00 00"
	rm /sys/fs/bpf/twin2
	says "2 maps have that name" xdplab map get twin_left_over 0
	assert_matches "[0-9]+ \(used by no program\), [0-9]+ \(used by no"
	exec 4>&- 5>&-
	wait "${loads[@]}" || true
}

@test "a map without types is shown as its bytes" {
	bpftool map create /sys/fs/bpf/plain type hash key 2 value 3 entries 4 \
		name plain
	xdplab map set /sys/fs/bpf/plain "hex 01 ff" "hex 0a 0b 0c"
	run xdplab map show /sys/fs/bpf/plain
	assert_output "hex 01 ff: hex 0a 0b 0c"
	run xdplab map show -j /sys/fs/bpf/plain
	assert_json '.[0].key == ["0x01","0xff"] and .[0].value == ["0x0a","0x0b","0x0c"]'
}

@test "a frozen map is not written, and says so" {
	run xdplab map set "$(map confs)" 0 .limit=1
	assert_status 0
	bpftool map freeze pinned "$(map confs)"
	run xdplab map set "$(map confs)" 0 .limit=2
	assert_status 4
	assert_contains "is frozen"
	run xdplab map get "$(map confs)" 0
	assert_contains "limit = 1,"
}

@test "a command line that makes no sense is told what was expected" {
	local line
	for line in "shw:expected list, show" "show:needs MAP" "show a b:b: unexpected argument: show takes MAP" \
		"set a 0:missing VALUE" "get:needs MAP KEY" "diff a:needs FILE FILE" \
		"show --cpu 1 a:show does not take --cpu" "list x:takes no arguments" \
		"del a 5 6:6: unexpected argument: del takes MAP KEY" \
		"load a b:\`xdplab map load a < b\`" "c a:expected list, show" \
		"s a:expected list, show" "shwo a:did you mean show?" \
		"dump a:did you mean show?" "lookup a:did you mean get?" \
		"update a:did you mean set?" "delete a:did you mean del?" \
		"create a:are created by"; do
		# shellcheck disable=SC2086 # words
		run xdplab map ${line%%:*}
		((status == 2 || status == 1)) || complain "${line%%:*}"
		if ((status == 2)); then
			assert_contains "${line#*:}"
		fi
	done
}

@test "a verb goes by any prefix that no other has, unless it takes all away" {
	run xdplab map sh "$(map confs)"
	assert_status 0
	assert_contains ".limit = 0"
	run xdplab map cl "$(map confs)"
	assert_status 2
}

@test "what is lost of the output is not taken for done" {
	run bash -c "xdplab map show '$(map confs)' >/dev/full"
	assert_status 1
	run bash -c "xdplab map save '$(map confs)' >/dev/full"
	assert_status 1
}
