// SPDX-License-Identifier: GPL-2.0-only
/* refused_global_null - uses a global function's argument without asking whether it is null */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__noinline int first(const __u32 *number)
{
	return *number; /* refused here */
}

SEC("xdp")
int global_null(struct xdp_md *ctx)
{
	__u32 number = ctx->rx_queue_index;

	return first(&number);
}

char LICENSE[] SEC("license") = "GPL";
