#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2030,SC2031,SC2154 # what `run` sets
# kept-maps - maps that outlive their program: load, replace and unload

load ../lib

KEEP=$BPF/stage_keep.o

# Maps are found by their names here, which are the whole machine's: those of
# the test before go a while after it.
setup() {
	make_veth
	wait_until is_free records
}

# The same program with other members in its value, or another constant:
# build NAME OPTION...
build() {
	local name=$TMPDIR/$1.o
	shift
	clang -O2 -g -target bpf -mcpu=v3 "$@" -c -o "$name" \
		-idirafter "/usr/include/$(uname -m)-linux-gnu" \
		-x c "$ROOT/tests/bpf/stage_keep.bpf.c"
	echo "$name"
}

# The number in the map of that id, or of the only one of that name.
packets() {
	xdplab map get "$1" 0 -j | jq .packets
}

total() {
	bpftool -j map dump pinned "$(pin "$1" _bss)" |
		jq '.[0].formatted.value[".bss"][] | .total? // empty'
}

# ids STAGE MAP: the ids of the map that is pinned with it
ids() {
	bpftool -j map show pinned "$(pin "$1" "$2")" | jq .id
}

kept() {
	pins | grep -o 'kept-.*' || true
}

# ---- load, again ----------------------------------------------------------

@test "maps are pinned with the stage, and gone with it" {
	xdplab load veth0 "$KEEP"
	local id
	id=$(ids xdp_keep records)
	send_packets 3
	assert_equal "$(packets records)" 3
	xdplab unload veth0
	assert_equal "$(pins)" /sys/fs/bpf/xdplab
	wait_until eval "! bpftool map show id $id"
}

@test "what is loaded again goes on with the maps of the stage that runs" {
	xdplab load veth0 "$KEEP"
	send_packets 3
	local id
	id=$(ids xdp_keep records)
	run xdplab load veth0 "$KEEP"
	assert_status 0
	assert_contains "reuses 3 maps, stage 2 of 2"
	assert_equal "$(xdplab map -j | jq -c "[.[] | select(.name == \"records\").id]")" "[$id]"
	assert_equal "$(packets records)" 3
	send_packets 2
	assert_equal "$(packets records)" 7 # each counts it
}

@test "a program of another file has maps of its own, whatever its name" {
	xdplab load veth0 "$KEEP"
	cp "$KEEP" "$TMPDIR/other.o"
	run xdplab load -j veth0 "$TMPDIR/other.o"
	assert_status 0
	assert_json '.maps_reused == 0'
	assert_equal "$(xdplab map -j | jq '[.[] | select(.name == "records")] | length')" 2
}

@test "with --fresh-maps it has new ones" {
	xdplab load veth0 "$KEEP"
	run --separate-stderr xdplab load --fresh-maps -j veth0 "$KEEP"
	assert_json '.maps_reused == 0'
	assert_equal "$(xdplab map -j | jq '[.[] | select(.name == "records")] | length')" 2
}

# ---- replace --------------------------------------------------------------

@test "what replaces a stage goes on with its maps, and not one packet is lost" {
	xdplab load veth0 "$KEEP"
	local id
	id=$(ids xdp_keep records)
	keep_sending -i 0.001
	for _ in {1..10}; do
		xdplab chain veth0 replace xdp_keep "$KEEP"
		assert_equal "$(ids xdp_keep records)" "$id"
	done
	stop_sending
	((sent > 100))
	assert_equal "$(packets records) $(total xdp_keep)" "$sent $sent"
}

@test "constants are the new program's, variables go on" {
	local two
	two=$(build two -DSTEP=2)
	xdplab load veth0 "$KEEP"
	send_packets 3
	xdplab chain veth0 replace xdp_keep "$two"
	send_packets 3
	assert_equal "$(packets records) $(total xdp_keep)" "6 9"
}

@test "what has another name goes on with the maps of the stage it replaces" {
	sed 's/xdp_keep(/xdp_new_keep(/' "$ROOT/tests/bpf/stage_keep.bpf.c" \
		>"$TMPDIR/new.c"
	clang -O2 -g -target bpf -mcpu=v3 -I "$ROOT/tests/bpf" -c \
		-idirafter "/usr/include/$(uname -m)-linux-gnu" \
		-o "$TMPDIR/new.o" "$TMPDIR/new.c"
	xdplab load veth0 "$KEEP"
	send_packets 3
	run xdplab chain veth0 replace xdp_keep "$TMPDIR/new.o"
	assert_contains "reuses 3 maps"
	assert_equal "$(packets records)" 3
}

@test "a devmap is gone on with, with what is in it" {
	xdplab load veth0 "$KEEP"
	bpftool map update pinned "$(pin xdp_keep outs)" key 7 0 0 0 \
		value "$(cat /sys/class/net/veth0/ifindex)" 0 0 0 0 0 0 0
	xdplab chain veth0 replace xdp_keep "$KEEP"
	run bpftool -j map dump pinned "$(pin xdp_keep outs)"
	assert_json 'length == 1'
}

@test "what the kernel makes of a map's flags and entries is no difference" {
	cat >"$TMPDIR/flags.c" <<-'EOF'
		#include <linux/bpf.h>
		#include <bpf/bpf_helpers.h>
		#define MAP(name, kind, entries, flags) struct { \
			__uint(type, BPF_MAP_TYPE_##kind); \
			__uint(max_entries, entries); \
			__uint(map_flags, flags); \
			__type(key, __u32); \
			__type(value, __u64); \
		} name SEC(".maps")
		MAP(readable, ARRAY, 1, BPF_F_RDONLY);
		MAP(writable, ARRAY, 1, BPF_F_WRONLY);
		MAP(lists, LRU_HASH, 1021, BPF_F_NO_COMMON_LRU);
		MAP(cpu_lists, LRU_PERCPU_HASH, 1021, BPF_F_NO_COMMON_LRU);
		SEC("xdp") int xdp_flags(struct xdp_md *ctx)
		{
			return XDP_PASS;
		}
	EOF
	clang -O2 -g -target bpf -mcpu=v3 -c -o "$TMPDIR/flags.o" \
		-idirafter "/usr/include/$(uname -m)-linux-gnu" "$TMPDIR/flags.c"
	xdplab load veth0 "$TMPDIR/flags.o"
	run xdplab chain veth0 replace xdp_flags "$TMPDIR/flags.o"
	assert_status 0
	assert_contains "reuses 4 maps"
}

@test "programs that a map begins with are the new code's" {
	local old
	xdplab load veth0 "$BPF/stage_tails.o"
	old=$(ids xdp_tails tails)
	send_packets 2
	xdplab chain veth0 replace -n xdp_tails xdp_tails "$BPF/stage_tails.o"
	[[ $(ids xdp_tails tails) != "$old" ]]
	send_packets 2
	assert_equal "$(counted xdp_tails packets 0)" 4
	assert_equal "$(stage xdp_tails .aborted)" 0
}

# ---- what does not fit ----------------------------------------------------

# refuse WHAT THERE WANTED OPTION...: a program built with these OPTIONs does
# not fit, and both layouts are shown, WHAT among them
refuse() {
	local what=$1 there=$2 wanted=$3 other
	shift 3
	other=$(build other "$@")
	refused 1 xdplab chain veth0 replace xdp_keep "$other"
	assert_contains "the layout of map records differs"
	assert_matches "^  \* +$what +$there +$wanted\$"
	assert_contains "--fresh-maps creates new maps"
	assert_equal "$(packets records)" 3
}

@test "a layout that does not fit is refused, both are shown, and nothing is changed" {
	xdplab load veth0 "$KEEP"
	send_packets 3
	refuse '.bytes' '__u64, byte 8' '-' "-DVALUE=__u64 packets"
	refuse 'value' 'struct record, 16 bytes' 'struct record, 24 bytes' \
		"-DVALUE=__u64 packets; __u64 bytes; __u64 drops"
	# Of the same size: nobody would see that they are mixed up.
	refuse '.packets' '__u64, byte 0' '__u64, byte 8' \
		"-DVALUE=__u64 bytes; __u64 packets"
	refuse '.packets' '__u64, byte 0' '__u32, byte 0' \
		"-DVALUE=__u32 packets; __u32 more; __u64 bytes"
	refuse 'type' 'percpu_array' 'array' \
		-DTYPE=BPF_MAP_TYPE_ARRAY
}

@test "fields in structs, arrays and unions, and bit-fields, are compared as well" {
	local first rest='union { __u32 c; __u8 d[4]; }; __u32 e : 3, f : 5'
	local packets='__u64 packets; struct { __u16 a, b; } of[2]'
	first=$(build first "-DVALUE=$packets; $rest")
	xdplab load veth0 "$first"
	send_packets 3
	refuse '.of...a' '__u16, byte 8' '__u16, byte 10' \
		"-DVALUE=${packets/a, b/b, a}; $rest"
	refuse '.d' '__u8.4., byte 16' '__u8.2., byte 16' \
		"-DVALUE=$packets; ${rest/d\[4]/d[2]}"
	refuse '.f' '__u32 : 5, byte 20' '__u32 : 4, byte 20' \
		"-DVALUE=$packets; ${rest/f : 5/f : 4}"
}

@test "what an array is of, and how far apart, is compared as well" {
	local first packets='__u64 packets'
	first=$(build first "-DVALUE=$packets; __u32 sizes[4]")
	xdplab load veth0 "$first"
	send_packets 3
	refuse '.sizes' '__u32.4., byte 8' '__u64.2., byte 8' \
		"-DVALUE=$packets; __u64 sizes[2]"
	xdplab unload veth0
	first=$(build first "-DVALUE=$packets; struct { __u32 a; } of[4]")
	xdplab load veth0 "$first"
	send_packets 3
	packets+='; struct { __u32 a; } __attribute__((aligned(8)))'
	refuse '.of' 'struct.4., byte 8' 'struct.2., byte 8' \
		"-DVALUE=$packets of[2]"
}

@test "objects of a program's own types are for no other" {
	local objects=$BPF/stage_objects.o
	grep -q bpf_list_push_front_impl /proc/kallsyms ||
		skip "the kernel has no lists of objects"
	xdplab load veth0 "$objects"
	refused 1 xdplab chain veth0 replace xdp_objects "$objects"
	assert_contains "map lists holds objects of types local to its program"
	assert_contains "--fresh-maps creates new maps"
	xdplab chain veth0 replace --fresh-maps xdp_objects "$objects"
}

@test "a type of another name, and with the same fields, fits" {
	local other
	other=$(build other "-DVALUE=unsigned long long packets, bytes")
	xdplab load veth0 "$KEEP"
	xdplab chain veth0 replace xdp_keep "$other"
}

@test "with --fresh-maps what does not fit is loaded, and begins at zero" {
	local other
	other=$(build other "-DVALUE=__u64 bytes; __u64 packets")
	xdplab load veth0 "$KEEP"
	send_packets 3
	run xdplab chain veth0 replace --fresh-maps xdp_keep "$other"
	assert_status 0
	assert_lacks "goes on"
	assert_equal "$(packets "$(pin xdp_keep records)")" 0
}

@test "what was saved is loaded into a struct that has got a member more" {
	local other
	other=$(build other "-DVALUE=__u64 packets; __u64 drops; __u64 bytes")
	xdplab load veth0 "$KEEP"
	send_packets 3
	xdplab map save "$(pin xdp_keep records)" >"$TMPDIR/saved"
	xdplab chain veth0 replace --fresh-maps xdp_keep "$other"
	xdplab map load "$(pin xdp_keep records)" <"$TMPDIR/saved"
	run xdplab map get "$(pin xdp_keep records)" 0
	assert_output "{.packets = 3, .drops = 0, .bytes = 0}"
	# And not into one that has lost one.
	other=$(build other "-DVALUE=__u64 packets; __u64 drops")
	xdplab chain veth0 replace --fresh-maps xdp_keep "$other"
	run xdplab map load "$(pin xdp_keep records)" <"$TMPDIR/saved"
	assert_status 1
	assert_contains "bytes: no such field"
	assert_equal "$(packets "$(pin xdp_keep records)")" 0
}

@test "of several files none is loaded if one does not fit" {
	local other
	other=$(build other "-DVALUE=__u64 bytes; __u64 packets")
	xdplab load veth0 "$KEEP"
	xdplab unload --keep-maps veth0
	refused 1 xdplab load veth0 "$BPF/stage_three.o" "$other"
	assert_equal "$(attached veth0)" ""
	assert_equal "$(kept | grep -c /)" 4
}

# ---- unload and load ------------------------------------------------------

@test "with --keep-maps they stay, and the next load goes on with them" {
	xdplab load veth0 "$KEEP"
	send_packets 3
	run xdplab unload --keep-maps veth0
	assert_status 0
	assert_equal "$(attached veth0)" ""
	assert_equal "$(packets records)" 3
	run xdplab load veth0 "$KEEP"
	assert_contains "reuses 3 maps"
	send_packets 2
	assert_equal "$(packets records) $(total xdp_keep)" "5 5"
	assert_equal "$(kept)" ""
	xdplab unload veth0
	assert_equal "$(pins)" /sys/fs/bpf/xdplab
}

@test "of a chain the maps of all stages are kept" {
	xdplab load veth0 "$KEEP" "$BPF/stage_three.o"
	send_packets 3
	xdplab unload --all --keep-maps veth0
	run xdplab load -j veth0 "$KEEP" "$BPF/stage_three.o"
	assert_equal "$(jq -s 'map(.maps_reused) | add' <<<"$output")" 6
	assert_equal "$(packets records)" 3
}

@test "what is loaded with --fresh-maps gives the kept ones up" {
	xdplab load veth0 "$KEEP"
	send_packets 3
	xdplab unload --keep-maps veth0
	xdplab load --fresh-maps veth0 "$KEEP"
	assert_equal "$(packets "$(pin xdp_keep records)")" 0
	assert_equal "$(kept)" ""
}

@test "a load that fails, or is tried only, leaves the kept ones" {
	local before other
	other=$(build other "-DVALUE=__u64 bytes; __u64 packets")
	xdplab load veth0 "$KEEP"
	send_packets 3
	xdplab unload --keep-maps veth0
	before=$(pins)
	run xdplab load veth0 "$other"
	assert_status 1
	assert_equal "$(pins)" "$before"
	xdplab load --dry-run veth0 "$KEEP"
	assert_equal "$(pins)" "$before"
	xdplab load veth0 "$BPF/pass.o"
	assert_equal "$(packets records)" 3
}

@test "maps are not given up for an adopted program of that name" {
	xdplab load veth0 "$KEEP"
	send_packets 3
	xdplab unload --keep-maps veth0
	bpftool prog load "$KEEP" /sys/fs/bpf/other type xdp
	bpftool net attach xdp pinned /sys/fs/bpf/other dev veth0
	xdplab load --adopt veth0 "$BPF/stage_three.o"
	xdplab unload --all veth0
	xdplab load veth0 "$KEEP"
	assert_equal "$(packets "$(pin xdp_keep records)")" 3
}

@test "kept maps wait for a stage that goes on with them" {
	xdplab load veth0 "$KEEP"
	send_packets 3
	xdplab unload --keep-maps veth0
	# It has the name, and no maps at all.
	sed 's/xdp_pass/xdp_keep/' "$ROOT/tests/bpf/pass.bpf.c" >"$TMPDIR/a.c"
	clang -O2 -g -target bpf -c -o "$TMPDIR/a.o" \
		-idirafter "/usr/include/$(uname -m)-linux-gnu" "$TMPDIR/a.c"
	xdplab load veth0 "$TMPDIR/a.o"
	xdplab unload veth0
	run xdplab load veth0 "$KEEP"
	assert_contains "reuses 3 maps"
	assert_equal "$(packets records)" 3
}

@test "of two stages with one name no maps are kept, and neither goes" {
	xdplab load veth0 "$KEEP"
	cp "$KEEP" "$TMPDIR/other.o"
	xdplab load veth0 "$TMPDIR/other.o"
	refused 1 xdplab unload --all --keep-maps veth0
	assert_contains "2 stages are named xdp_keep"
	refused 1 xdplab unload --keep-maps veth0 \
		-i "$(stage xdp_keep .id | head -1)"
	xdplab unload --all veth0
}

@test "what cannot be kept is not taken off" {
	local maps
	xdplab load veth0 "$KEEP"
	XDPLAB_BPFFS=$TMPDIR/bpf
	mkdir "$XDPLAB_BPFFS"
	mount -t bpf bpf "$XDPLAB_BPFFS"
	export XDPLAB_BPFFS
	refused 1 xdplab unload --keep-maps veth0
	assert_contains "has no state here"
	umount "$XDPLAB_BPFFS"
	unset XDPLAB_BPFFS

	maps=$(dirname "$(pin xdp_keep records)")
	mv "$maps" "$maps-away"
	refused 1 xdplab unload --keep-maps veth0
	assert_contains "maps cannot be kept"
}

@test "an unload that fails anywhere keeps no maps, unless it took them off" {
	local kind n
	xdplab load veth0 "$KEEP"
	steps bpf,mkdir,sendto xdplab unload --keep-maps veth0 \
		>"$TMPDIR/steps"
	while read -r kind n _; do
		xdplab load veth0 "$KEEP" 2>&-
		at_step error=EIO "$kind" "$n" xdplab unload --keep-maps veth0
		if [[ $(attached veth0) ]]; then
			assert_equal "$kind $n: $(kept)" "$kind $n: "
		else
			assert_equal "$kind $n: $(kept | grep -c /)" \
				"$kind $n: 4"
		fi
		xdplab unload --all veth0 2>&- || true
	done <"$TMPDIR/steps"
}

@test "kept maps are left alone by clean, until it is asked for them" {
	xdplab load veth0 "$KEEP"
	xdplab unload --keep-maps veth0
	run xdplab clean
	assert_output ""
	run xdplab clean veth0
	assert_output ""
	run xdplab clean --kept-maps -j veth0
	assert_json 'length == 1 and (.[0].removed | endswith("/kept-xdp_keep"))'
	assert_equal "$(pins)" /sys/fs/bpf/xdplab
}

@test "kept maps of an interface that has gone are removed" {
	xdplab load veth0 "$KEEP"
	xdplab unload --keep-maps veth0
	ip link del veth0
	run xdplab clean
	assert_contains /kept-xdp_keep
	assert_equal "$(pins)" /sys/fs/bpf/xdplab
}

@test "they are kept though somebody still holds the old program" {
	xdplab load veth0 "$KEEP"
	bpftool prog pin id "$(attached veth0)" /sys/fs/bpf/held
	send_packets 3
	xdplab unload --keep-maps veth0
	xdplab clean
	rm /sys/fs/bpf/held
	xdplab load veth0 "$BPF/pass.o"
	assert_equal "$(packets records)" 3
	xdplab load veth0 "$KEEP"
	assert_equal "$(packets records)" 3
}

# Each death leaves the stage with its maps, or the kept maps, or both.
@test "an unload that is killed anywhere loses no counter" {
	local kind n
	xdplab load veth0 "$KEEP"
	send_packets 3
	steps bpf,mkdir,unlinkat,sendto xdplab unload --keep-maps veth0 \
		>"$TMPDIR/steps"
	xdplab load veth0 "$KEEP"
	while read -r kind n _; do
		at_step signal=KILL "$kind" "$n" \
			xdplab unload --keep-maps veth0
		[[ $(attached veth0) ]] || xdplab load veth0 "$KEEP"
		assert_equal "$kind $n: $(packets records)" "$kind $n: 3"
	done <"$TMPDIR/steps"
	xdplab unload veth0
	assert_equal "$(pins)" /sys/fs/bpf/xdplab
}

@test "a load that is killed anywhere loses no counter that was kept" {
	local kind n
	xdplab load veth0 "$KEEP"
	send_packets 3
	xdplab unload --keep-maps veth0
	steps mkdir,unlinkat,sendto xdplab load veth0 "$KEEP" >"$TMPDIR/steps"
	xdplab unload --keep-maps veth0
	while read -r kind n _; do
		at_step signal=KILL "$kind" "$n" xdplab load veth0 "$KEEP"
		assert_equal "$kind $n: $(packets records)" "$kind $n: 3"
		[[ ! $(attached veth0) ]] || xdplab unload --keep-maps veth0
	done <"$TMPDIR/steps"
}

@test "what somebody put in the place of a kept map is refused" {
	xdplab load veth0 "$KEEP"
	xdplab unload --keep-maps veth0
	local there
	there=$(pins | grep /kept-xdp_keep/records)
	rm "$there"
	bpftool map create "$there" type hash key 4 value 8 entries 1 name odd
	refused 1 xdplab load veth0 "$KEEP"
	assert_contains "the layout of map records differs"
	assert_matches '^  \* +type +hash +percpu_array$'
}

# ---- shared by -p ---------------------------------------------------------

@test "with -p all maps are shared, between programs and interfaces" {
	make_veth 1
	xdplab load -p /sys/fs/bpf/mine veth0 "$KEEP"
	xdplab load -p /sys/fs/bpf/mine veth1 "$KEEP"
	send_packets 3
	send_packets 2 1
	assert_equal "$(packets /sys/fs/bpf/mine/records)" 5
	assert_equal "$(pins | grep '/mine/' | sort)" "$(printf '%s\n' \
		/sys/fs/bpf/mine/{outs,records})"
}

@test "a map there is known by its pin, whatever the kernel calls it" {
	local dir=/sys/fs/bpf/shared map
	mkdir "$dir"
	bpftool map create "$dir/records" type percpu_array key 4 value 16 \
		entries 1 name others
	xdplab load -p "$dir" veth0 "$KEEP"
	send_packets 3
	map=$(ids xdp_keep records)
	xdplab unload --keep-maps veth0
	xdplab load veth0 "$KEEP"
	assert_equal "$(ids xdp_keep records)" "$map"
	xdplab chain veth0 replace xdp_keep "$KEEP"
	assert_equal "$(ids xdp_keep records)" "$map"
}

@test "of a load that comes to nothing there is no directory left either" {
	local dir=/sys/fs/bpf/shared
	xdplab load -p "$dir" veth0 --dry-run "$KEEP"
	assert_equal "$(pins)" /sys/fs/bpf/xdplab
	says "the verifier refuses" xdplab load -p "$dir" veth0 "$KEEP" \
		"$BPF/stage_three.o" "$BPF/refused_map_null.o"
	assert_equal "$(pins)" /sys/fs/bpf/xdplab
	says "/sys/fs/bpf has no such directory" xdplab load -p "$dir/deep" veth0 "$KEEP"
	mkdir "$dir"
	xdplab load -p "$dir" veth0 --dry-run "$KEEP"
	assert_equal "$(pins | grep shared)" "$dir"
}

@test "what replaces a stage shares the maps that this had" {
	xdplab load veth0 "$KEEP"
	send_packets 3
	run xdplab chain veth0 replace -p /sys/fs/bpf/mine xdp_keep "$KEEP"
	assert_contains "reuses 3 maps"
	assert_equal "$(packets /sys/fs/bpf/mine/records)" 3
	run xdplab chain veth0 replace --dry-run -p /sys/fs/bpf/other \
		xdp_keep "$KEEP"
	[[ ! -e /sys/fs/bpf/other ]]
}

@test "they stay there, for the next that names the directory" {
	xdplab load -p /sys/fs/bpf/mine veth0 "$KEEP"
	send_packets 3
	xdplab unload veth0
	run xdplab load -p /sys/fs/bpf/mine veth0 "$KEEP"
	assert_contains "reuses 2 maps"
	assert_equal "$(packets records)" 3
}

# tails NAME VERDICT OPTION...: begins with a program that gives this verdict
tails() {
	local name=$TMPDIR/$1 verdict=$2
	shift 2
	cat >"$name.c" <<-EOF
		#include <linux/bpf.h>
		#include <bpf/bpf_helpers.h>
		SEC("xdp") int xdp_leaf(struct xdp_md *ctx)
		{
			return XDP_$verdict;
		}
		struct {
			__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
			__uint(max_entries, 1);
			__uint(key_size, sizeof(__u32));
			__uint(pinning, PINNING);
			__array(values, int(struct xdp_md *));
		} leaves SEC(".maps") = { .values = { (void *)&xdp_leaf } };
		SEC("xdp") int xdp_root(struct xdp_md *ctx)
		{
			bpf_tail_call(ctx, &leaves, 0);
			return XDP_ABORTED;
		}
		char _license[] SEC("license") = "GPL";
	EOF
	clang -O2 -g -target bpf -mcpu=v3 "$@" -c -o "$name.o" \
		-idirafter "/usr/include/$(uname -m)-linux-gnu" "$name.c"
	echo "$name.o"
}

@test "programs that a map begins with are not put into one that is in use" {
	local dir=/sys/fs/bpf/shared pass drop
	pass=$(tails pass PASS -DPINNING=LIBBPF_PIN_NONE)
	drop=$(tails drop DROP -DPINNING=LIBBPF_PIN_NONE)
	xdplab load -n xdp_root -p "$dir" veth0 "$pass"
	xdplab load -n xdp_root -p "$dir" veth0 --dry-run "$drop"
	reachable
	xdplab chain veth0 replace -n xdp_root xdp_root "$drop"
	unreachable
	xdplab unload veth0

	pass=$(tails pass PASS -DPINNING=LIBBPF_PIN_BY_NAME)
	drop=$(tails drop DROP -DPINNING=LIBBPF_PIN_BY_NAME)
	xdplab load -n xdp_root veth0 "$pass"
	refused 1 xdplab load -n xdp_root veth0 --dry-run "$drop"
	assert_contains "map leaves begins with programs"
	reachable
}

@test "one that does not fit is refused there, too" {
	local other
	other=$(build other "-DVALUE=__u64 bytes; __u64 packets")
	xdplab load -p /sys/fs/bpf/mine veth0 "$KEEP"
	refused 1 xdplab load -p /sys/fs/bpf/mine veth0 "$other"
	assert_matches '^  \* +.packets +__u64, byte 0 +__u64, byte 8$'
	assert_contains "/sys/fs/bpf/mine/records: remove it"
}

@test "hostile names of types are shown harmlessly" {
	local other
	other=$(build other "-DVALUE=__u64 bytes; __u64 packets")
	llvm-objcopy --dump-section ".BTF=$TMPDIR/btf" "$other"
	LC_ALL=C sed -i 's/\x00record\x00/\x00\x1b[2Jxy\x00/' "$TMPDIR/btf"
	llvm-objcopy --update-section ".BTF=$TMPDIR/btf" "$other"
	xdplab load veth0 "$KEEP"
	refused 1 xdplab chain veth0 replace xdp_keep "$other"
	assert_contains 'struct ?[2Jxy, 16 bytes'
	[[ $output != *$'\e'* ]]
}
