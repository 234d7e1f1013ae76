#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# watch - one round over 50 interfaces with chains, and 100 maps in their stages
#
# Against `xdplab status`, which reads the same but not what is in the maps.
set -eu

: "${AB:?run by make bench}" "${BPF:?}"

echo "watch: 50 interfaces with chains, 100 maps with numbers"
for i in {1..25}; do
	echo "link add a$i type veth peer name b$i"
done | ip -batch -
for i in {1..25}; do
	for side in a b; do
		xdplab load "$side$i" "$BPF/stage_tick.o" \
			"$BPF/stage_tick.o" >/dev/null
	done
done

# The whole process, in milliseconds.
times=$(for _ in {1..31}; do
	begin=$EPOCHREALTIME
	xdplab watch --once >/dev/null
	echo $(((${EPOCHREALTIME/./} - ${begin/./}) / 10))
done | sort -n | sed -n 16p)
printf '  median %d.%02d ms   limit 50 ms: %s\n' $((times / 100)) \
	$((times % 100)) "$( ((times <= 5000)) && echo within || echo ABOVE)"
echo "  $(xdplab watch --once -j | grep -c '"kind":"map"') numbers of maps"

"$AB" -n 31 -w 3 xdplab watch --once -- xdplab status
