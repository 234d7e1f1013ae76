#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# map - a hash of 1,000,000 entries: printed as JSON, and loaded
#
# Against bpftool, and against our own parser with one bpf() call for each entry.
set -eu

: "${AB:?run by make bench}" "${BENCH:?}"

pin=/sys/fs/bpf/big
saved=$TMPDIR/saved
lines=$TMPDIR/lines

bpftool prog load "$BENCH/map_big.o" /sys/fs/bpf/prog type xdp \
	pinmaps /sys/fs/bpf >/dev/null
"$BENCH/map" fill "$pin"
xdplab map save "$pin" >"$saved"
"$BENCH/map" batch "$pin" >"$lines"

echo "map: 1,000,000 entries of a hash as JSON"
"$AB" -w 0.166 xdplab map show -j "$pin" -- bpftool -j map dump pinned "$pin"
printf '  memory of xdplab, MiB %6s   limit 32\n' \
	"$("$BENCH/map" memory xdplab map show -j "$pin")"

echo "map: 1,000,000 entries loaded, by batches and one by one"
"$AB" sh -c "xdplab map load $pin <$saved" \
	-- sh -c "$BENCH/map load $pin <$saved"

echo "map: 100,000 entries loaded, by xdplab and by bpftool batch"
head -n 100001 "$saved" >"$saved.part"
head -n 100000 "$lines" >"$lines.part"
"$AB" -w 0.2 sh -c "xdplab map load $pin <$saved.part" \
	-- bpftool batch file "$lines.part"
