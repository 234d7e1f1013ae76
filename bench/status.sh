#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# status - a namespace with 401 interfaces, 40 of them with programs
#
# Against `ip -j -d link`, which asks the kernel for the same once, and against
# xdp-tools' xdp-loader, which asks for each interface.
set -eu

: "${AB:?run by make bench}" "${BPF:?}" "${XDP_LOADER:?}"

echo "status: 401 interfaces, 40 with programs"
for i in {1..200}; do
	echo "link add a$i type veth peer name b$i"
done | ip -batch -
for i in {1..40}; do
	ip link set "a$i" xdpgeneric obj "$BPF/pass.o" sec xdp
done

"$AB" -n 31 -w 3 xdplab status -j -- ip -j -d link
"$AB" -n 15 xdplab status -- "$XDP_LOADER" status
