// SPDX-License-Identifier: GPL-2.0-only
/* grow_head - puts four bytes before a packet */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

SEC("xdp")
int xdp_grow_head(struct xdp_md *ctx)
{
	return bpf_xdp_adjust_head(ctx, -4) ? XDP_ABORTED : XDP_TX;
}

char _license[] SEC("license") = "GPL";
