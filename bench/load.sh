#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# load - one program onto veth, by xdplab, xdp-tools' xdp-loader and iproute2
#
# Wall time is bounded below by the kernel, which waits some 8 to 16 ms for
# every CPU at each attach.
set -eu

: "${AB:?run by make bench}" "${BPF:?}" "${XDP_LOADER:?}"

# bpf_calls COMMAND...
bpf_calls() {
	strace -f -qq -e trace=bpf -o "$TMPDIR/calls" "$@" >/dev/null
	wc -l <"$TMPDIR/calls"
	ip link set dev veth0 xdp off
}

ip link add veth0 type veth peer name veth1
ip link set veth0 up
ip link set veth1 up

echo "load: bpf() calls for one program"
printf '  %-12s %3d   limit 40\n' xdplab \
	"$(bpf_calls xdplab load -m native veth0 "$BPF/pass.o")"
printf '  %-12s %3d\n' xdp-loader \
	"$(bpf_calls "$XDP_LOADER" load -m native veth0 "$BPF/pass.o")"

echo "load: one program"
"$AB" -n 41 -w 1.1 -c 0.6 xdplab load -m native veth0 "$BPF/pass.o" \
	-- "$XDP_LOADER" load -m native veth0 "$BPF/pass.o" \
	-- ip link set dev veth0 xdp off
"$AB" -n 41 xdplab load -m native veth0 "$BPF/pass.o" \
	-- ip link set dev veth0 xdpdrv obj "$BPF/pass.o" sec xdp \
	-- ip link set dev veth0 xdp off
