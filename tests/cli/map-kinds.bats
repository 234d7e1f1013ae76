#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2030,SC2031,SC2154 # what `run` sets
# map-kinds - xdplab map: maps of each type as what they are

load ../lib

setup() {
	make_veth
	xdplab load veth0 "$BPF/map_kinds.o"
	wait_until is_free inner_one
}

map() {
	pin xdp_kinds "$1"
}

make_map() {
	bpftool map create "/sys/fs/bpf/$1" type array key 4 value 4 entries 1 \
		name "$1"
}

id_of() {
	xdplab map -j | jq ".[] | select(.name == \"$1\") | .id"
}

# ---- what stands for something ---------------------------------------------

@test "a device is told by its name, and set by it" {
	local ifindex
	ifindex=$(cat /sys/class/net/veth0/ifindex)
	xdplab map set "$(map devs)" 1 ".ifindex=$ifindex"
	run xdplab map show "$(map devs)"
	assert_output "1: {.ifindex = $ifindex, .prog_id = 0} (veth0)"
	xdplab map set "$(map dev_hash)" 77 veth0
	run xdplab map show -j "$(map dev_hash)"
	assert_json ". == [{key: 77, value: {ifindex: $ifindex, prog_id: 0}, ifname: \"veth0\"}]"
	says "no such interface" xdplab map set "$(map devs)" 2 nothing0
	says "no interface has ifindex 9999" \
		xdplab map set "$(map devs)" 2 .ifindex=9999
	run xdplab map show "$(map devs)"
	assert_equal "${#lines[@]}" 1
}

@test "a CPU has the size of its queue" {
	xdplab map set "$(map cpus)" 0 64
	run xdplab map show "$(map cpus)"
	assert_output "0: 64"
}

@test "a map in a map is told by its name, and set by name, id or pin" {
	local id which
	make_map inner_one
	id=$(id_of inner_one)
	for which in inner_one "$id" /sys/fs/bpf/inner_one; do
		xdplab map set "$(map nested)" 2 "$which"
		run xdplab map show "$(map nested)"
		assert_output "2: $id (inner_one)"
		xdplab map del "$(map nested)" 2
	done
	xdplab map set "$(map nested_hash)" 513 inner_one
	run xdplab map show -j "$(map nested_hash)"
	assert_json ". == [{key: [\"0x01\", \"0x02\"], value: $id, map_name: \"inner_one\"}]"
	says "no such map" xdplab map set "$(map nested)" 2 inner_two
	says "no map with id 4294967295" \
		xdplab map set "$(map nested)" 2 4294967295
	says "all inner maps must have the type" \
		xdplab map set "$(map nested)" 2 "$(map peers)"
	run xdplab map show "$(map nested)"
	assert_output ""
}

@test "a program in a map is told by its name, and set by id or pin" {
	local id
	bpftool prog load "$BPF/pass.o" /sys/fs/bpf/pass type xdp
	id=$(bpftool -j prog show pinned /sys/fs/bpf/pass | jq .id)
	xdplab map set "$(map progs)" 1 /sys/fs/bpf/pass
	run xdplab map show "$(map progs)"
	assert_output "1: $id (xdp_pass)"
	xdplab map set "$(map progs)" 3 "$id"
	run xdplab map show -j "$(map progs)"
	assert_json "map(.key) == [1, 3] and map(.value) == [$id, $id] and
		all(.prog_name == \"xdp_pass\")"
	says "not a pinned program" xdplab map set "$(map progs)" 0 "$(map progs)"
	says "no program with id 4294967295" \
		xdplab map set "$(map progs)" 0 4294967295
	says "\"passed_by\" is not a valid __u32" \
		xdplab map set "$(map progs)" 0 passed_by
}

@test "what stands for something comes back when it is loaded again" {
	local name
	make_map inner_one
	bpftool prog load "$BPF/pass.o" /sys/fs/bpf/pass type xdp
	xdplab map set "$(map nested)" 2 inner_one
	xdplab map set "$(map nested_hash)" 7 inner_one
	xdplab map set "$(map progs)" 1 /sys/fs/bpf/pass
	xdplab map set "$(map devs)" 3 veth0
	xdplab map set "$(map dev_hash)" 9 veth0
	xdplab map set "$(map cpus)" 0 64
	for name in nested nested_hash progs devs dev_hash cpus; do
		xdplab map save "$(map "$name")" >"$TMPDIR/$name"
		assert_equal "$(wc -l <"$TMPDIR/$name")" 2
		xdplab map clear "$(map "$name")"
		assert_equal "$(xdplab map show "$(map "$name")")" ""
		xdplab map load "$(map "$name")" <"$TMPDIR/$name"
		run xdplab map save "$(map "$name")"
		assert_output "$(<"$TMPDIR/$name")"
	done
}

@test "sockets cannot be read, nor put in by others" {
	local verb
	for verb in show save; do
		run xdplab map "$verb" "$(map sockets)"
		assert_status 5
		assert_contains "does not report its sockets"
		assert_lacks '{'
	done
	run xdplab map set "$(map sockets)" 0 1
	assert_status 5
	assert_contains "only the process that owns the object"
}

# ---- what has no entries ------------------------------------------------------

@test "queues and stacks show their next value, and keep it" {
	local kind
	for kind in queued stacked; do
		run xdplab map show "$(map "$kind")"
		assert_status 0
		assert_output ""
		xdplab map set "$(map "$kind")" 1
		xdplab map set "$(map "$kind")" 2
		run --separate-stderr xdplab map show "$(map "$kind")"
		assert_status 0
		[[ $stderr == *"this is the next value"* ]]
	done
	run xdplab map get "$(map queued)"
	assert_output "hex 01 00 00 00"
	run xdplab map get "$(map stacked)"
	assert_output "hex 02 00 00 00"
	run xdplab map show -j "$(map stacked)"
	assert_json '. == [{value: ["0x02", "0x00", "0x00", "0x00"]}]'
	run xdplab map save "$(map queued)"
	assert_status 5
	assert_contains "removes its values"
	xdplab map clear "$(map queued)"
	says "is empty" xdplab map get "$(map queued)"
	run xdplab map show -j "$(map queued)"
	assert_output "[]"
}

@test "a ring buffer tells how full it is" {
	run xdplab map show -j "$(map events)"
	assert_json '. == {size: 4096, unread: 0}'
	send_packets 2
	run xdplab map show "$(map events)"
	assert_contains "4096 bytes, 48 unread"
	local verb
	for verb in get save clear; do
		run xdplab map "$verb" "$(map events)"
		assert_status 5
	done
}

@test "a bloom filter is asked for a value" {
	run xdplab map get "$(map bloom)" 5
	assert_status 3
	assert_output "not in the filter"
	xdplab map set "$(map bloom)" 5
	run xdplab map get "$(map bloom)" 5
	assert_status 0
	assert_output "may be in the filter"
	run xdplab map get -j "$(map bloom)" 5
	assert_output true
	run xdplab map get "$(map bloom)"
	assert_status 2
	says "the value is" xdplab map get "$(map bloom)" five
	run xdplab map show "$(map bloom)"
	assert_status 5
	assert_contains "can only say whether it may hold"
}

# ---- keys and values ----------------------------------------------------------

@test "a prefix is one whatever its members are called" {
	xdplab map set "$(map networks)" fc00::/7 3
	run xdplab map show "$(map networks)"
	assert_output "fc00::/7: 3"
	run xdplab map get "$(map networks)" fc00::1
	assert_output 3
	run xdplab map show -j "$(map networks)"
	assert_json '. == [{key: "fc00::/7", value: 3}]'
}

@test "global data is seen and set by the names of its variables" {
	run xdplab map get "$(map _rodata)" 0
	assert_output "{.knob = 7}"
	xdplab map set "$(map _data)" 0 .total=100
	send_packets 1
	run xdplab map get "$(map _data)" 0
	assert_output "{.total = 107}"
	xdplab map set "$(map _bss)" 0 '.seen[0]=9'
	run xdplab map get "$(map _bss)" 0
	assert_output "{.seen = [9, 1]}"
	run xdplab map set "$(map _rodata)" 0 .knob=8
	assert_status 4
	assert_contains "is frozen"
}

@test "bytes of the size of a number are summed over the CPUs" {
	bpftool map create /sys/fs/bpf/plain type percpu_array key 4 value 8 \
		entries 1 name plain
	xdplab map set --cpu 0 /sys/fs/bpf/plain 0 258
	xdplab map set --cpu 1 /sys/fs/bpf/plain 0 "hex 01 00 00 00 00 00 00 00"
	run xdplab map get /sys/fs/bpf/plain 0
	assert_output "hex 03 01 00 00 00 00 00 00"
	run xdplab map show --per-cpu /sys/fs/bpf/plain
	assert_contains "0 cpu 0: hex 02 01 00 00 00 00 00 00"
}

@test "a value with a lock is written with the lock held" {
	xdplab map set "$(map guards)" 1 .count=4
	xdplab map set "$(map guards)" 1 .count=5
	run xdplab map get "$(map guards)" 1
	assert_output "{.lock = {.val = 0}, .count = 5}"
	xdplab map save "$(map guards)" >"$TMPDIR/saved"
	xdplab map clear "$(map guards)"
	xdplab map load "$(map guards)" <"$TMPDIR/saved"
	run xdplab map get "$(map guards)" 1
	assert_contains ".count = 5"
}
