// SPDX-License-Identifier: GPL-2.0-only
/* refused_pointer_leak - returns an address */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int pointer_leak(struct xdp_md *ctx)
{
	return (long)ctx; /* refused here */
}

char LICENSE[] SEC("license") = "GPL";
