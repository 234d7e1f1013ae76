// SPDX-License-Identifier: GPL-2.0-only
/* fuzz_one - bugs that show in several manners, and are one each */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <bpf/bpf_helpers.h>

/* Verdicts that are none, several of them; a long packet comes by before one
 * does that has the address. */
SEC("xdp")
int xdp_no_verdict(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data,
	     *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;

	if ((void *)(eth + 1) > end)
		return XDP_PASS;
	if (data + 90 > end &&
	    (eth->h_dest[4] != 0xa5 || eth->h_dest[5] != 0x5a))
		return XDP_PASS;
	return 8 + (eth->h_dest[0] & 3);
}

/* What is longer by one call leaves by several ways. */
SEC("xdp")
int xdp_longer(struct xdp_md *ctx)
{
	struct ethhdr *eth;

	if (bpf_xdp_adjust_tail(ctx, 64))
		return XDP_DROP;
	eth = (void *)(long)ctx->data;
	if ((void *)(eth + 1) > (void *)(long)ctx->data_end)
		return XDP_DROP;
	if (eth->h_dest[0] == 0xa5)
		return XDP_TX;
	if (eth->h_source[0] == 0x5a)
		return XDP_TX;
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
