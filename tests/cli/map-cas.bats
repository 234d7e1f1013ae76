#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2030,SC2031,SC2154 # what `run` sets
# map-cas - xdplab map set --cas: only if the value is as expected

load ../lib

setup() {
	make_veth
	xdplab load veth0 "$BPF/map_kinds.o"
	confs=$(pin xdp_kinds confs)
	xdplab map set "$confs" 0 '{.limit = 100, .mode = STRICT, .first = 3}'
}

@test "a field is set if it is as expected, and else told as it is" {
	xdplab map set "$confs" 0 .limit=200 --cas .limit=100
	run --separate-stderr xdplab map set "$confs" 0 .limit=300 --cas .limit=100
	assert_status 3
	assert_output "{.limit = 200, .mode = STRICT, .first = 3, .second = 0, .loud = false}"
	[[ $stderr == *"not set: the value is not as expected"* ]]
	run --separate-stderr xdplab map set -j "$confs" 0 .limit=300 --cas .limit=100
	assert_status 3
	assert_json ".limit == 200"
	run xdplab map get "$confs" 0
	assert_contains ".limit = 200,"
}

@test "several fields that lie together are set at once" {
	xdplab map set "$confs" 0 .limit=1 .mode=LOOSE --cas '.limit=100 .mode=STRICT'
	xdplab map set "$confs" 0 .second=7 --cas .first=3
	run xdplab map get "$confs" 0
	assert_output "{.limit = 1, .mode = LOOSE, .first = 3, .second = 7, .loud = false}"
	run xdplab map set "$confs" 0 .limit=2 --cas '.limit=1, .mode=STRICT'
	assert_status 3
	says "cannot be set atomically" \
		xdplab map set "$confs" 0 .limit=2 --cas .first=3
	assert_contains "4 or 8 aligned bytes"
	says "bytes 0 to 11" xdplab map set "$confs" 0 '{.limit = 2}' --cas .limit=1
	run xdplab map get "$confs" 0
	assert_contains ".limit = 1,"
}

@test "a value that is a number is set as a whole" {
	bpftool map create /sys/fs/bpf/plain type hash key 4 value 8 entries 4 \
		name plain
	xdplab map set /sys/fs/bpf/plain 1 5
	xdplab map set /sys/fs/bpf/plain 1 6 --cas 5
	run --separate-stderr xdplab map set /sys/fs/bpf/plain 1 7 --cas 5
	assert_status 3
	assert_output "hex 06 00 00 00 00 00 00 00"
	says "no such entry" xdplab map set /sys/fs/bpf/plain 2 7 --cas 5
}

@test "where that cannot be done the reason is told, and nothing is set" {
	run xdplab map set "$(pin xdp_kinds cpu_recs)" 0 .rx_bytes=1 --cas .rx_bytes=0
	assert_status 5
	assert_contains "values are per-CPU"
	xdplab map set "$(pin xdp_kinds guards)" 1 .count=4
	run xdplab map set "$(pin xdp_kinds guards)" 1 .count=5 --cas .count=4
	assert_status 5
	assert_contains "protected by a bpf_spin_lock"
	run xdplab map set "$(pin xdp_kinds queued)" 1 --cas 0
	assert_status 5
	run xdplab map set "$confs" 0 .limit=2 --cas .limit=100 --new
	assert_status 2
	says "limt" xdplab map set "$confs" 0 .limit=2 --cas .limt=100
	bpftool map freeze pinned "$confs"
	run xdplab map set "$confs" 0 .limit=2 --cas .limit=100
	assert_status 4
	assert_contains "is frozen"
	run as_nobody "$BUILD/xdplab" map set "$confs" 0 .limit=2 --cas .limit=100
	((status == 1 || status == 4))
	run xdplab map get "$confs" 0
	assert_contains ".limit = 100,"
}

@test "a key that is too long for it is told so, and not that it is missing" {
	local key
	key="hex $(printf '%05000d' 0 | sed 's/0/00 /g')"
	bpftool map create /sys/fs/bpf/long type hash key 5000 value 8 entries 4 \
		name long
	xdplab map set /sys/fs/bpf/long "$key" 5
	run xdplab map set /sys/fs/bpf/long "$key" 6 --cas 5
	((status == 5 || status == 1)) # older kernels take no such packet
	assert_lacks "no such entry"
	run xdplab map get /sys/fs/bpf/long "$key"
	assert_output "hex 05 00 00 00 00 00 00 00"
}

@test "the help says what may be lost without it" {
	run xdplab help map
	assert_contains "With --cas no update"
}
