// SPDX-License-Identifier: GPL-2.0-only
/* stage_gate - is closed: drops every packet */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int xdp_gate(struct xdp_md *ctx)
{
	return XDP_DROP;
}

char _license[] SEC("license") = "GPL";
