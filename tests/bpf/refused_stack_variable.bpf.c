// SPDX-License-Identifier: GPL-2.0-only
/* refused_stack_variable - indexes an array on the stack by any number */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int stack_variable(struct xdp_md *ctx)
{
	volatile __u8 bytes[16] = {};

	return bytes[ctx->rx_queue_index]; /* refused here */
}

char LICENSE[] SEC("license") = "GPL";
