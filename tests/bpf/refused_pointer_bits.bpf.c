// SPDX-License-Identifier: GPL-2.0-only
/* refused_pointer_bits - aligns a pointer by a mask */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int pointer_bits(struct xdp_md *ctx)
{
	__u8 *data = (void *)(long)ctx->data;

	asm volatile("%0 &= -4" : "+r"(data)); /* refused here */
	return data + 1 > (__u8 *)(long)ctx->data_end ? XDP_PASS : XDP_DROP;
}

char LICENSE[] SEC("license") = "GPL";
