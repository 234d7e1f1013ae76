// SPDX-License-Identifier: GPL-2.0-only
/* fuzz_longer - a tunnel's header more for each layer that it believes in */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int xdp_grow(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data,
	     *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	struct iphdr *ip = (void *)(eth + 1);
	int layers;

	if ((void *)(ip + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP))
		return XDP_PASS;
	layers = ip->tos >> 5;
	for (int i = 0; i < 8; i++)
		if (i < layers && bpf_xdp_adjust_head(ctx, -20))
			return XDP_DROP;
	return XDP_TX;
}

char _license[] SEC("license") = "GPL";
