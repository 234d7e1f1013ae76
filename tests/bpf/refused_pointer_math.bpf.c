// SPDX-License-Identifier: GPL-2.0-only
/* refused_pointer_math - moves the end of the packet */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int pointer_math(struct xdp_md *ctx)
{
	__u8 *end = (void *)(long)ctx->data_end;
	__u8 *data = (void *)(long)ctx->data;

	asm volatile("%0 += -4" : "+r"(end)); /* refused here */
	return data < end ? XDP_PASS : XDP_DROP;
}

char LICENSE[] SEC("license") = "GPL";
