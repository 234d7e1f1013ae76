// SPDX-License-Identifier: GPL-2.0-only
/* refused_shift - shifts a register by more bits than it has */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int shift(struct xdp_md *ctx)
{
	__u64 number = ctx->rx_queue_index;

	asm volatile("%0 <<= 64" : "+r"(number)); /* refused here */
	return number;
}

char LICENSE[] SEC("license") = "GPL";
