// SPDX-License-Identifier: GPL-2.0-only
/* refused_scalar_access - takes a number for an address */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int scalar_access(struct xdp_md *ctx)
{
	__u64 number = bpf_ktime_get_ns();

	return *(__u8 *)number ? XDP_PASS : XDP_DROP; /* refused here */
}

char LICENSE[] SEC("license") = "GPL";
