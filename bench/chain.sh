#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# chain - chains against single programs, and what a change of one costs
#
# On veth without addresses and IPv6, so that no packet is on its way.
set -eu

: "${BENCH:?run by make bench}" "${BPF:?}"

sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
for i in {0..18..2}; do
	echo "link add veth$i type veth peer name veth$((i + 1))"
	echo "link set veth$i up"
	echo "link set veth$((i + 1)) up"
done | ip -batch -

# How many instructions each XDP program has that the kernel verifies for it.
# verified COMMAND...
verified() {
	strace -f -qq -e trace=bpf -o "$TMPDIR/calls" "$@" >/dev/null
	sed -nE 's/.*BPF_PROG_LOAD.*TYPE_XDP, insn_cnt=([0-9]+).*/\1/p' \
		"$TMPDIR/calls"
}

echo "chain: verifications to add a stage to nine"
tick=$BPF/stage_tick.o
xdplab load -m native veth19 "$tick" "$tick" "$tick" "$tick" "$tick" "$tick" \
	"$tick" "$tick" "$tick" >/dev/null
programs=$(verified xdplab load -m native veth19 "$tick")
# Ten stages have more instructions than that, any other program fewer.
fused=$(awk '$1 > 60' <<<"$programs" | wc -l)
printf '  %-12s %3d   limit 1\n' "the chain's" "$fused"
printf '  %-12s %3d\n' others "$(($(wc -l <<<"$programs") - fused))"

"$BENCH/chain" "$BPF/pass.o" "$tick" "$BPF/stage_three.o" "$BENCH/merged.o"
((fused == 1))
