// SPDX-License-Identifier: GPL-2.0-only
/* refused_clobbered - counts on a register that a call has cleared */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int clobbered(struct xdp_md *ctx)
{
	__u64 number;

	bpf_ktime_get_ns();
	asm volatile("%0 = r2" : "=r"(number)); /* refused here */
	return number ? XDP_PASS : XDP_DROP;
}

char LICENSE[] SEC("license") = "GPL";
