#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC1003,SC2030,SC2031,SC2154 # names; what `run` sets
# chain-show - a chain as a table, and as a graph

load ../lib

setup() {
	make_veth
}

@test "show, or nothing, is the status of that interface" {
	xdplab load --no-counters veth0 "$BPF/pass.o" "$BPF/drop.o"
	assert_equal "$(xdplab chain veth0)" "$(xdplab status veth0)"
	assert_equal "$(xdplab chain veth0 show -v)" "$(xdplab status -v veth0)"
	assert_equal "$(xdplab chain -j veth0)" "$(xdplab status -j veth0)"
	run xdplab chain lo
	assert_status 0
	assert_matches "^lo +-$"
}

# graph: the output as statements of graphviz's language, strings cut out and
# ids replaced; fails if any of it is none
graph() {
	run sed -E 's/"([^"\\]|\\.)*"/S/g; s/^\t+//' <<<"$output"
	run grep -Evx -e 'digraph S \{|subgraph cluster_[a-z]+ \{|\}' \
		-e 'rankdir=LR;|node \[shape=box\];|label=S;' \
		-e '[a-zA-Z0-9_]+ \[label=S(, shape=[a-z]+)?\];' \
		-e '[a-zA-Z0-9_]+ -> [a-zA-Z0-9_]+( \[label=S\])?;' <<<"$output"
	assert_output ""
}

@test "the graph leads packets from stage to stage, and out by verdicts" {
	xdplab load veth0 -P 10 "$BPF/stage_gate.o"
	xdplab load veth0 -P 20 "$BPF/stage_three.o"
	xdplab chain veth0 set-actions xdp_three PASS,DROP
	send_packets 5
	run xdplab chain veth0 show --dot
	assert_status 0
	assert_matches '^digraph "veth0" \{$'
	assert_contains "label=\"xdp_gate\\nid $(stage xdp_gate .id), priority 10\""
	assert_contains "native_packet -> native_0;"
	assert_matches 'native_0 -> native_1 \[label="PASS 0"\];'
	assert_matches 'native_0 -> native_DROP \[label="DROP [0-9]+"\];'
	assert_matches 'native_1 -> native_PASS \[label="PASS 0"\];'
	assert_matches 'native_1 -> native_DROP \[label="DROP 0"\];'
	assert_lacks native_TX
	assert_equal "$(tail -n 1 <<<"$output")" "}"
	graph
}

@test "where packets are not counted the graph has every way out" {
	xdplab load --no-counters -P 1 -A TX,PASS veth0 "$BPF/pass.o"
	xdplab load --no-counters -A none veth0 "$BPF/drop.o"
	run xdplab chain --dot veth0
	assert_matches 'native_0 -> native_1 \[label="PASS\\nTX"\];'
	assert_matches 'native_0 -> native_REDIRECT \[label="REDIRECT"\];'
	assert_matches 'native_1 -> native_TX \[label="TX"\];'
	assert_lacks 'native_0 -> native_TX'
	graph
}

@test "there is no graph of what is no chain" {
	run --separate-stderr xdplab chain lo show --dot
	assert_status 1
	assert_output ""
	assert_equal "$stderr" "xdplab chain: lo: no chain to draw"
	ip link set veth0 xdpdrv obj "$BPF/drop.o" sec xdp
	run xdplab chain veth0 --dot
	assert_status 1
	run xdplab chain veth0 --dot -j
	assert_status 2
}

# forge_names HEX: gives all stages another name, which no program can have
forge_names() {
	local pin values size name=$1
	pin=$(pins | grep '/chain$')
	mapfile -t values < <(bpftool -j map dump pinned "$pin" |
		jq -r '.[].value | map(ltrimstr("0x")) | join(" ")')
	size=$(wc -w <<<"${values[0]}")
	rm "$pin"
	bpftool map create "$pin" type array key 4 entries ${#values[@]} \
		flags 0x400 value "$size" name xdplab_chain
	for i in "${!values[@]}"; do
		# shellcheck disable=SC2046,SC2086 # bytes
		bpftool map update pinned "$pin" key "$i" 0 0 0 value hex \
			$name 00 $(cut -d ' ' -f "$(($(wc -w <<<"$name") + 2))-" \
				<<<"${values[i]}")
	done
	bpftool map freeze pinned "$pin"
}

@test "names from bpffs command neither a terminal nor graphviz" {
	xdplab load veth0 "$BPF/pass.o" "$BPF/drop.o"
	# "];x\N&amp;<b> with an escape sequence, a newline, and no UTF-8
	forge_names "22 5d 3b 78 5c 4e 26 61 6d 70 3b 3c 62 3e 1b 5b 6d 0a ff 5c"
	run xdplab chain veth0 --dot
	assert_status 0
	assert_contains '"\"];x\\N&amp;amp;<b>?[m??\\\nid '
	assert_lacks $'\e'
	graph
	run xdplab chain veth0
	assert_contains '"];x\N&amp;<b>?[m??\'
	assert_lacks $'\e'
	run xdplab chain -j veth0
	assert_json '.[1].name | startswith("\"];x\\N&amp;<b>")'
	run xdp-loader status veth0
	assert_status 0
	assert_lacks $'\e'
}

@test "the name of an interface is quoted in its graph" {
	ip link set veth0 down
	ip link set veth0 name 'a"];\'
	xdplab load 'a"];\' "$BPF/pass.o"
	run xdplab chain 'a"];\' --dot
	assert_matches '^digraph "a\\"\];\\\\" \{$'
	graph
}
