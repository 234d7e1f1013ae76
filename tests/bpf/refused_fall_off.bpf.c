// SPDX-License-Identifier: GPL-2.0-only
/* refused_fall_off - runs off its last instruction */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
__attribute__((naked)) int fall_off(struct xdp_md *ctx)
{
	asm volatile("r0 = 2;");
}

char LICENSE[] SEC("license") = "GPL";
