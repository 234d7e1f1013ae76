// SPDX-License-Identifier: GPL-2.0-only
/* stage_plain - drops long pings; has nothing that needs its BTF */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define LONGEST 200 /* bytes of the frame */

static __always_inline int is_icmp(struct xdp_md *ctx)
{
	struct ethhdr *eth = (void *)(long)ctx->data;
	struct iphdr *ip = (void *)(eth + 1);

	return (void *)(ip + 1) <= (void *)(long)ctx->data_end &&
	       eth->h_proto == bpf_htons(ETH_P_IP) &&
	       ip->protocol == IPPROTO_ICMP;
}

SEC("xdp")
int xdp_plain(struct xdp_md *ctx)
{
	if (is_icmp(ctx) && ctx->data_end - ctx->data > LONGEST)
		return XDP_DROP;
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
