// SPDX-License-Identifier: GPL-2.0-only
/* refused_stack_unset - reads stack that nothing was written to */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int stack_unset(struct xdp_md *ctx)
{
	__u64 number;

	asm volatile("%0 = *(u64 *)(r10 - 8)" /* refused here */
		     : "=r"(number));
	return number ? XDP_PASS : XDP_DROP;
}

char LICENSE[] SEC("license") = "GPL";
