// SPDX-License-Identifier: GPL-2.0-only
/* refused_context_offset - reads the context through a pointer that was moved */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int context_offset(struct xdp_md *ctx)
{
	__u64 index = bpf_ktime_get_ns() & 12;

	return *(__u32 *)((void *)ctx + index); /* refused here */
}

char LICENSE[] SEC("license") = "GPL";
