// SPDX-License-Identifier: GPL-2.0-only
/* refused_unreachable - holds instructions that no path leads to */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
__attribute__((naked)) int unreachable(struct xdp_md *ctx)
{
	asm volatile("r0 = 2;"
		     "exit;"
		     "r0 = 1;"
		     "exit;");
}

char LICENSE[] SEC("license") = "GPL";
