// SPDX-License-Identifier: GPL-2.0-only
/* deep_stack - nearly all of the stack, so that a chain cannot inline it */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp.frags")
int xdp_deep_stack(struct xdp_md *ctx)
{
	volatile __u64 words[56];

	words[0] = ctx->rx_queue_index;
	words[55] = ctx->ingress_ifindex;
	return words[0] + words[55] ? XDP_PASS : XDP_DROP;
}

char _license[] SEC("license") = "GPL";
