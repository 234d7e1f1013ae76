// SPDX-License-Identifier: GPL-2.0-only
/* refused_global_return - has a global function that returns a pointer */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__noinline void *start(struct xdp_md *ctx)
{
	return (void *)(long)ctx->data;
}

SEC("xdp")
int global_return(struct xdp_md *ctx)
{
	return start(ctx) ? XDP_PASS : XDP_DROP; /* refused here */
}

char LICENSE[] SEC("license") = "GPL";
