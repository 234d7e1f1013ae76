// SPDX-License-Identifier: GPL-2.0-only
/* refused_recursion - calls itself */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

static __noinline int deeper(int level)
{
	volatile int below = 0;

	if (level)
		below = deeper(level - 1); /* refused here */
	return below + 1;
}

SEC("xdp")
int recursion(struct xdp_md *ctx)
{
	return deeper(ctx->rx_queue_index);
}

char LICENSE[] SEC("license") = "GPL";
