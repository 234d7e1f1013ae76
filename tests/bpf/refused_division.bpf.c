// SPDX-License-Identifier: GPL-2.0-only
/* refused_division - divides by zero */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int division(struct xdp_md *ctx)
{
	__u64 number = ctx->rx_queue_index;

	asm volatile("%0 /= 0" : "+r"(number)); /* refused here */
	return number;
}

char LICENSE[] SEC("license") = "GPL";
