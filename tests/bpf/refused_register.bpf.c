// SPDX-License-Identifier: GPL-2.0-only
/* refused_register - reads a register that nothing was written to */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int register_unset(struct xdp_md *ctx)
{
	__u64 number;

	asm volatile("%0 = r7" : "=r"(number)); /* refused here */
	return number ? XDP_PASS : XDP_DROP;
}

char LICENSE[] SEC("license") = "GPL";
