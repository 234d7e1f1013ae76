// SPDX-License-Identifier: GPL-2.0-only
/* drop - drops every packet, under a name that the kernel cuts */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int xdp_drop_with_a_long_name(struct xdp_md *ctx)
{
	return XDP_DROP;
}

char _license[] SEC("license") = "GPL";
