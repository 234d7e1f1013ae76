// SPDX-License-Identifier: GPL-2.0-only
/* refused_stack_depth - two functions take more stack than there is */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

static __noinline int inner(void)
{
	volatile __u8 bytes[300] = {};

	return bytes[0];
}

SEC("xdp")
int stack_depth(struct xdp_md *ctx)
{
	volatile __u8 bytes[300] = {};

	return inner() + bytes[0];
}

char LICENSE[] SEC("license") = "GPL";
