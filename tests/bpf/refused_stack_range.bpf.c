// SPDX-License-Identifier: GPL-2.0-only
/* refused_stack_range - writes below the 512 bytes of stack */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int stack_range(struct xdp_md *ctx)
{
	asm volatile("*(u64 *)(r10 - 520) = r1"); /* refused here */
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
