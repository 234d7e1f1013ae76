/* SPDX-License-Identifier: GPL-2.0-only */
/* fuzz_limit.h - two versions of a program that have the same lines, and another
 * limit in one of them */
#ifndef FUZZ_LIMIT_H
#define FUZZ_LIMIT_H

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <bpf/bpf_helpers.h>

__u64 nr_groups;

static __always_inline int version(struct xdp_md *ctx, int limit)
{
	struct ethhdr *eth = (void *)(long)ctx->data;

	if ((void *)(eth + 1) > (void *)(long)ctx->data_end)
		return XDP_PASS;
	if (eth->h_dest[0] > limit)
		return XDP_DROP;
	if (eth->h_source[0] & 1) {
		__sync_fetch_and_add(&nr_groups, 1);
		return XDP_TX;
	}
	if (eth->h_source[1] & 1)
		return XDP_TX;
	return XDP_PASS;
}

#endif
