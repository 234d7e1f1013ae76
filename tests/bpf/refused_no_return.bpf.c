// SPDX-License-Identifier: GPL-2.0-only
/* refused_no_return - ends without a verdict */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
__attribute__((naked)) int no_return(struct xdp_md *ctx)
{
	asm volatile("exit");
}

char LICENSE[] SEC("license") = "GPL";
