// SPDX-License-Identifier: GPL-2.0-only
/* refused_misaligned - reads eight bytes of stack at an odd offset */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int misaligned(struct xdp_md *ctx)
{
	__u64 number;

	asm volatile("*(u64 *)(r10 - 8) = %1;" /* refused here */
		     "*(u64 *)(r10 - 16) = %1;"
		     "%0 = *(u64 *)(r10 - 15)"
		     : "=r"(number)
		     : "r"(2ULL));
	return number;
}

char LICENSE[] SEC("license") = "GPL";
