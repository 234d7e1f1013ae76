// SPDX-License-Identifier: GPL-2.0-only
/* refused_packet_bounds - reads a packet without asking how long it is */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int packet_bounds(struct xdp_md *ctx)
{
	struct ethhdr *eth = (void *)(long)ctx->data;

	return eth->h_proto ? XDP_PASS : XDP_DROP; /* refused here */
}

char LICENSE[] SEC("license") = "GPL";
