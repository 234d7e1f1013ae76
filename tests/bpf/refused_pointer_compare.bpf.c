// SPDX-License-Identifier: GPL-2.0-only
/* refused_pointer_compare - compares a pointer with a number */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int pointer_compare(struct xdp_md *ctx)
{
	__u64 verdict = XDP_PASS;

	asm volatile("if %1 > 7 goto +1;" /* refused here */
		     "%0 = 1;"
		     : "+r"(verdict)
		     : "r"(ctx));
	return verdict;
}

char LICENSE[] SEC("license") = "GPL";
