#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2030,SC2031,SC2154 # shells of their own; stop_sending
# stages - what a stage can be, and that it goes on while its chain changes

load ../lib

setup() {
	make_veth
}

# A variable of the stage: variable NAME VARIABLE [SECTION]
variable() {
	in_map "$1" "_${3-bss}" \
		".[0].formatted.value[\".${3-bss}\"][] | .$2 // empty"
}

# Puts a stage between two others: hold OPTION... FILE
hold() {
	xdplab load veth0 -P 10 "$BPF/stage_tick.o"
	xdplab load veth0 -P 30 "$BPF/stage_three.o"
	xdplab load veth0 -P 20 "$@"
}

# All that has to stay of the stages NAME...: ids, maps, pins and contents.
kept() {
	local name known map
	for name; do
		known=$(stage "$name" '.id, .map_ids, .tag, .loaded_at, .packets')
		echo "$known"
		for map in /sys/fs/bpf/xdplab/*/*/"stage-${known%%$'\n'*}"/maps/*; do
			echo "$map"
			bpftool map show pinned "$map"
			# Nobody can look into a ring buffer so.
			bpftool -j map dump pinned "$map" || true
		done
	done
}

# Changes the chain around the stage, and moves it: change_around NAME
change_around() {
	local before
	before=$(kept "$1" xdp_three)
	xdplab load veth0 -P 1 "$BPF/pass.o"
	assert_equal "$(kept "$1" xdp_three)" "$before"
	xdplab chain veth0 move "$1" before xdp_pass
	assert_equal "$(kept "$1" xdp_three)" "$before"
	xdplab unload veth0 -n xdp_tick
	assert_equal "$(order)" "$1 xdp_pass xdp_three"
	assert_equal "$(kept "$1" xdp_three)" "$before"
}

# ---- maps ---------------------------------------------------------------

# What xdp_maps has counted, by all of its maps: counts_everywhere N
counts_everywhere() {
	local cpus='.[0].formatted.values | map(.value) | add'
	assert_equal "$(counted xdp_maps packets)" "$1"
	assert_equal "$(in_map xdp_maps cpu_packets "$cpus")" "$1"
	assert_equal "$(in_map xdp_maps cpu_lengths "$cpus")" "$1"
	assert_equal "$(counted xdp_maps lengths)" "$1"
	assert_equal "$(in_map xdp_maps lengths '.[0].formatted.key')" 98
	assert_equal "$(counted xdp_maps new_lengths)" "$1"
	assert_equal "$(counted xdp_maps sources)" "$1"
	assert_equal "$(in_map xdp_maps sources \
		'.[0].formatted.key | [.bits, .address] | tojson')" \
		'[24,[10,11,0,0]]'
}

@test "a stage with maps of six types counts in each of them" {
	hold "$BPF/stage_maps.o"
	assert_equal "$(stage xdp_maps '.map_ids | length')" 6
	send_packets 10
	passed 10 xdp_tick xdp_maps xdp_three
	counts_everywhere 10
	change_around xdp_maps
	send_packets 10
	passed 20 xdp_maps xdp_three
	counts_everywhere 20
}

@test "a stage reads its .rodata, and goes on from its .data and .bss" {
	hold "$BPF/stage_data.o"
	send_packets 10
	passed 10 xdp_tick xdp_data xdp_three
	assert_equal "$(variable xdp_data credit data)" 999970
	change_around xdp_data
	send_packets 10
	passed 20 xdp_data xdp_three
	assert_equal "$(variable xdp_data credit data)" 999940
	assert_equal "$(variable xdp_data packets)" 20
	assert_equal "$(variable xdp_data surprises)" 0
	assert_equal "$(variable xdp_data word rodata)" chained
}

@test "a stage finds a map in another map" {
	hold "$BPF/stage_inner.o"
	send_packets 10
	change_around xdp_inner
	send_packets 10
	passed 20 xdp_inner xdp_three
	assert_equal "$(counted xdp_inner packets)" 20
	assert_equal "$(in_map xdp_inner inners length)" 1
}

@test "a stage fills its ring buffer, which no change empties" {
	local submitted no_room
	hold "$BPF/stage_ring.o"
	send_packets 2500 0 -i 0
	assert_equal "$(counted xdp_ring counts 0)" 2500
	change_around xdp_ring
	send_packets 2500 0 -i 0
	submitted=$(counted xdp_ring counts 0)
	no_room=$(counted xdp_ring counts 1)
	passed 5000 xdp_ring xdp_three
	assert_equal $((submitted + no_room)) 5000
	# There is room for 64 KiB / 16.
	((submitted > 4000 && submitted <= 4096))
}

@test "a spin lock in a stage's map keeps two counters equal" {
	hold "$BPF/stage_spin.o"
	send_packets 10
	change_around xdp_spin
	send_packets 10
	passed 20 xdp_spin xdp_three
	run in_map xdp_spin pairs '.[0].formatted.value'
	assert_json '.left == 20 and .right == 20 and .unequal == 0'
}

# ---- code ---------------------------------------------------------------

@test "a stage calls global functions, and bpf_loop a callback of it" {
	hold "$BPF/stage_loop.o"
	send_packets 10
	change_around xdp_loop
	send_packets 10
	passed 20 xdp_loop xdp_three
	assert_equal "$(variable xdp_loop packets)" 20
	assert_equal "$(variable xdp_loop bytes)" $((20 * 98))
	assert_equal "$(variable xdp_loop rounds)" 200
}

@test "stages with functions of the same names each call their own" {
	hold "$BPF/subprogs.o"
	xdplab load veth0 -P 20 --fresh-maps "$BPF/subprogs.o"
	send_packets 10
	run stage xdp_subprogs .pass
	assert_output $'10\n10'
	xdplab unload veth0 -i "$(stage xdp_subprogs .id | head -n 1)"
	change_around xdp_subprogs
	send_packets 10
	passed 20 xdp_subprogs xdp_three
	assert_equal "$(variable xdp_subprogs runs data)" 60
	# The rounds' numbers, 0 to 3, and the length.
	assert_equal "$(variable xdp_subprogs rounds)" $((20 * (6 + 98)))
}

rang() {
	[[ $(counted xdp_timer rings) == "$1" ]]
}

rang_more_than() {
	(($(counted xdp_timer rings) > $1))
}

@test "a stage's timer rings as often as it should, and then no more" {
	hold "$BPF/stage_timer.o"
	send_packets 1
	wait_until rang 5
	change_around xdp_timer
	send_packets 10
	sleep 0.1
	rang 5
	assert_equal "$(counted xdp_timer packets)" 11
	passed 11 xdp_timer xdp_three
}

@test "a timer that was set rings on after its chain has changed" {
	local rings
	# It never has enough, instead of after 5 rings.
	patch "$BPF/stage_timer.o" 0 '\xff\xff\xff\xff'
	hold "$TMPDIR/stage_timer.o"
	send_packets 1
	xdplab load veth0 -P 1 "$BPF/pass.o"
	xdplab chain veth0 move xdp_timer before xdp_pass
	assert_equal "$(order)" "xdp_timer xdp_pass xdp_tick xdp_three"
	rings=$(counted xdp_timer rings)
	wait_until rang_more_than "$rings"
	assert_equal "$(counted xdp_timer packets)" 1
}

@test "a stage finds the kernel's types by CO-RE" {
	local type size offset
	hold "$BPF/stage_core.o"
	send_packets 10
	change_around xdp_core
	send_packets 10
	passed 20 xdp_core xdp_three
	type=$(bpftool btf dump file /sys/kernel/btf/vmlinux |
		sed -n "/STRUCT 'net_device' size/,/^\[/p")
	size=$(sed -n "1s/.*size=\([0-9]*\).*/\1/p" <<<"$type")
	offset=$(sed -n "s/.*'ifindex' .*bits_offset=//p" <<<"$type")
	assert_equal "$(variable xdp_core device_size)" "$size"
	assert_equal "$(variable xdp_core ifindex_offset)" $((offset / 8))
	assert_equal "$(variable xdp_core mtu_size)" 4
	assert_equal "$(variable xdp_core has_mtu)" 1
	assert_equal "$(variable xdp_core has_wrong data)" 0
	assert_equal "$(variable xdp_core packets)" 20
}

@test "an object without BTF becomes a stage, and drops what it should" {
	llvm-strip -g -R .BTF -R .BTF.ext -R .rel.BTF -R .rel.BTF.ext \
		-o "$TMPDIR/plain.o" "$BPF/stage_plain.o"
	hold "$TMPDIR/plain.o"
	send_packets 10
	send_packets 5 0 -s 300
	assert_equal "$(stage xdp_plain '[.pass, .drop] | tojson')" '[10,5]'
	passed 10 xdp_three
	passed 15 xdp_tick
	change_around xdp_plain
	send_packets 10
	send_packets 5 0 -s 300
	assert_equal "$(stage xdp_plain '[.pass, .drop] | tojson')" '[20,10]'
	passed 20 xdp_three
}

@test "a stage that moves a packet's ends stands before one that parses it" {
	local before
	hold "$BPF/stage_grow.o"
	xdplab load veth0 -P 25 "$BPF/stage_plain.o"
	send_packets 10
	send_packets 5 0 -s 300
	before=$(kept xdp_grow xdp_plain xdp_three)
	xdplab chain veth0 move xdp_grow after xdp_plain
	xdplab chain veth0 move xdp_grow before xdp_tick
	assert_equal "$(kept xdp_grow xdp_plain xdp_three)" "$before"
	send_packets 10
	send_packets 5 0 -s 300
	assert_equal "$(stage xdp_plain '[.pass, .drop] | tojson')" '[20,10]'
	passed 30 xdp_grow
	passed 20 xdp_three
	assert_equal "$(counted xdp_grow counts 0)" 30
	assert_equal "$(counted xdp_grow counts 1)" 30
}

@test "a stage makes objects of its own types, and keeps them in a list" {
	grep -q bpf_list_push_front_impl /proc/kallsyms ||
		skip "the kernel has no lists of objects"
	hold "$BPF/stage_objects.o"
	assert_equal "$(stage xdp_objects .how)" tail-called
	send_packets 10
	passed 10 xdp_objects xdp_three
	xdplab load veth0 -P 1 "$BPF/pass.o"
	xdplab chain veth0 move xdp_objects before xdp_pass
	send_packets 10
	passed 20 xdp_objects xdp_three
	run xdplab status -v veth0
	assert_contains "allocates objects of local types"
}

# ---- tail calls ---------------------------------------------------------

@test "a stage with tail calls is called, and its slots are filled" {
	hold "$BPF/stage_tails.o"
	assert_equal "$(stage xdp_tails .how)" called
	[[ $(stage xdp_tails .why) ]]
	send_packets 10
	send_packets 5 0 -s 57
	assert_equal "$(stage xdp_tails '[.pass, .drop] | tojson')" '[10,5]'
	passed 10 xdp_three
	change_around xdp_tails
	send_packets 10
	send_packets 5 0 -s 57
	assert_equal "$(stage xdp_tails '[.pass, .drop, .aborted] | tojson')" \
		'[20,10,0]'
	assert_equal "$(stage xdp_tails '[.pass_bytes, .drop_bytes] | tojson')" \
		"[$((20 * 98)),$((10 * 99))]"
	passed 20 xdp_three
	assert_equal "$(in_map xdp_tails packets \
		'map(.formatted.value) | tojson')" '[30,20,10]'
}

@test "a tail call in a function of a stage ends that function alone" {
	hold "$BPF/stage_subs.o"
	send_packets 10
	passed 10 xdp_subs xdp_three
	assert_equal "$(variable xdp_subs fell_through)" 10
	bpftool prog load "$BPF/stage_gate.o" /sys/fs/bpf/gate type xdp
	bpftool map update pinned "$(pin xdp_subs tails)" \
		key 0 0 0 0 value pinned /sys/fs/bpf/gate
	send_packets 5
	assert_equal "$(stage xdp_subs '[.pass, .drop] | tojson')" '[10,5]'
	change_around xdp_subs
	send_packets 5
	assert_equal "$(stage xdp_subs '[.pass, .drop] | tojson')" '[10,10]'
	passed 10 xdp_three
	assert_equal "$(variable xdp_subs packets)" 20
	assert_equal "$(variable xdp_subs fell_through)" 10
	assert_equal "$(variable xdp_subs broken)" 0
}

# ---- what does not fit in one program -----------------------------------

# Fills its stack, and finds there what it wrote: intact NAME
intact() {
	send_packets 10
	change_around "$1"
	send_packets 10
	passed 20 "$1" xdp_three
	assert_equal "$(variable "$1" packets)" 20
	assert_equal "$(variable "$1" intact)" 20
}

@test "a stage has all 512 bytes of the stack, in a program of its own" {
	hold "$BPF/stage_deep512.o"
	assert_equal "$(stage xdp_deep512 .how)" tail-called
	run stage xdp_deep512 .why
	assert_contains stack
	intact xdp_deep512
}

@test "a stage has 400 bytes of stack, and its functions have what they need" {
	hold "$BPF/stage_deep400.o"
	intact xdp_deep400
}

@test "stages that are too much for one verification run as several programs" {
	hold "$BPF/stage_heavy.o" "$BPF/stage_heavy.o" "$BPF/stage_heavy.o"
	(($(stage xdp_heavy .group | sort -u | wc -l) > 1))
	send_packets 10
	run stage xdp_heavy .pass
	assert_output $'10\n10\n10'
	passed 10 xdp_tick xdp_three
	xdplab chain veth0 move xdp_three before xdp_tick
	send_packets 10
	run stage xdp_heavy .pass
	assert_output $'20\n20\n20'
	passed 20 xdp_tick xdp_three
	for i in /sys/fs/bpf/xdplab/*/*/stage-*/maps/packets; do
		run bpftool -j map dump pinned "$i"
		assert_json '.[0].formatted.value == 20'
	done
}

# Whether each of N stages has let P packets pass and counted them so:
# all_three N P
all_three() {
	run stage xdp_three .pass
	assert_equal "$(sort <<<"$output" | uniq -c | xargs)" "$1 $2"
	printf 'map dump pinned %s\n' >"$TMPDIR/batch" \
		/sys/fs/bpf/xdplab/*/*/stage-*/maps/{ones,twos,threes}
	run bpftool -j batch file "$TMPDIR/batch"
	assert_equal "$(grep -o '"value":[0-9]\+' <<<"$output" |
		cut -d: -f2 | sort -n | uniq -c | xargs)" \
		"$1 $2 $1 $(($2 * 2)) $1 $(($2 * 3))"
}

@test "a hundred stages with three maps each run in groups, and more can come" {
	local stages=() first
	for _ in {1..100}; do
		stages+=("$BPF/stage_three.o")
	done
	xdplab load veth0 "${stages[@]}" >&2
	(($(stage xdp_three .group | sort -u | wc -l) > 1))
	send_packets 10
	all_three 100 10
	first=$(stage xdp_three .id | head -n 1)
	run xdplab load veth0 -P 1 "$BPF/stage_tick.o"
	assert_status 0
	assert_contains "stage 1 of 101"
	xdplab chain veth0 move "$first" before xdp_tick
	send_packets 10
	passed 10 xdp_tick
	all_three 100 20
	assert_equal "$(stage xdp_three .pass_bytes | sort | uniq -c | xargs)" \
		"100 $((20 * 98))"
}

# ---- the device ---------------------------------------------------------

@test "stages for frags see all of a packet that has them" {
	ip -n peer link set peer0 mtu 9000
	ip link set veth0 mtu 9000
	xdplab load veth0 -m native -P 10 "$BPF/subprogs.o"
	xdplab load veth0 -P 20 "$BPF/stage_frags.o"
	run xdplab load veth0 -P 30 "$BPF/deep_stack.o"
	assert_contains "runs in native mode"
	send_packets 10 0 -s 8000
	passed 10 xdp_subprogs xdp_frags xdp_deep_stack
	assert_equal "$(counted xdp_frags counts 1)" $((10 * 8042))
	assert_equal "$(stage xdp_subprogs .pass_bytes)" $((10 * 8042))
	assert_equal "$(stage xdp_frags .pass_bytes)" $((10 * 8042))
	local before
	before=$(kept xdp_subprogs xdp_frags)
	xdplab chain veth0 move xdp_frags after xdp_deep_stack
	xdplab unload veth0 -n xdp_deep_stack
	assert_equal "$(kept xdp_subprogs xdp_frags)" "$before"
	send_packets 10 0 -s 8000
	send_packets 10
	passed 30 xdp_subprogs xdp_frags
	assert_equal "$(counted xdp_frags counts 0)" 30
	assert_equal "$(counted xdp_frags counts 1)" $((20 * 8042 + 10 * 98))
	assert_equal "$(stage xdp_frags .pass_bytes)" $((20 * 8042 + 10 * 98))
	assert_equal "$(counted xdp_frags counts 2)" 20
	# ping fills its packets with their bytes' numbers.
	assert_equal "$(counted xdp_frags counts 3)" $((20 * (7999 & 255)))
}

# The sum of its counts of answers, and those of success: answers MAP
answers() {
	in_map xdp_meta "$1" '[(map(.formatted.value) | add), (map(
		select(.formatted.key == 0) | .formatted.value) | add)] | tojson'
}

@test "a stage asks the device for metadata" {
	kernel_tells_features || skip "before Linux 6.3"
	hold "$BPF/stage_meta.o"
	send_packets 10
	change_around xdp_meta
	send_packets 10
	passed 20 xdp_meta xdp_three
	assert_equal "$(answers hash_answers)" "[20,20]"
	assert_equal "$(answers time_answers)" "[20,20]"
}

# ---- licences -----------------------------------------------------------

@test "a stage under the MIT licence is fused with those under the GPL" {
	hold "$BPF/stage_mit.o"
	send_packets 10
	change_around xdp_mit
	send_packets 10
	passed 20 xdp_mit xdp_three
	assert_equal "$(counted xdp_mit packets)" 20
}

# ---- what is known of a stage -------------------------------------------

@test "a stage has the id of a program that the kernel knows, with its maps" {
	local id
	hold "$BPF/stage_maps.o"
	for name in xdp_tick xdp_maps xdp_three; do
		id=$(stage "$name" .id)
		run bpftool -j prog show id "$id"
		assert_status 0
		assert_json '.type == "xdp"'
		assert_equal "$(json .name)" "$name"
		assert_equal "$(json '.map_ids | sort | tojson')" \
			"$(stage "$name" '.map_ids | sort | tojson')"
		assert_equal "$(json .tag)" "$(stage "$name" .tag)"
	done
}

@test "programs have the same tag if they have the same code, and else not" {
	xdplab load veth0 "$BPF/stage_three.o" "$BPF/stage_three.o"
	run stage xdp_three .tag
	assert_equal "${lines[0]}" "${lines[1]}"
	xdplab load veth0 "$BPF/pass.o" "$BPF/stage_tick.o"
	assert_equal "$(xdplab status -j veth0 |
		jq -r '.[] | select(.stage) | .tag' | sort -u | wc -l)" 3
}

@test "without counters the status tells no packets of a stage" {
	hold --no-counters "$BPF/stage_mit.o"
	send_packets 10
	assert_equal "$(stage xdp_mit 'has("packets") or has("pass")')" false
	passed 10 xdp_tick xdp_three
	assert_equal "$(counted xdp_mit packets)" 10
	xdplab load veth0 -P 1 "$BPF/pass.o"
	send_packets 10
	assert_equal "$(stage xdp_mit 'has("packets") or has("pass")')" false
	passed 20 xdp_tick xdp_three
	passed 10 xdp_pass
}

# Its packets are no fewer than they were: rises
rises() {
	local now
	now=$(stage xdp_three .packets)
	((now >= seen)) || {
		echo "$now packets after $seen" >&2
		return 1
	}
	seen=$now
}

@test "while the chain changes, counters of stages that stay never go down" {
	local seen=0
	hold "$BPF/stage_maps.o"
	keep_sending -i 0.001
	for _ in {1..8}; do
		xdplab load veth0 -P 1 "$BPF/pass.o" >&2
		rises
		xdplab chain veth0 move xdp_pass after xdp_three >&2
		rises
		xdplab chain veth0 move xdp_three before xdp_tick >&2
		rises
		xdplab unload veth0 -n xdp_pass >&2
		rises
	done
	stop_sending
	((sent > 100))
	passed "$sent" xdp_tick xdp_maps xdp_three
	assert_equal "$(counted xdp_three ones)" "$sent"
	assert_equal "$(counted xdp_three threes)" $((sent * 3))
	counts_everywhere "$sent"
}
