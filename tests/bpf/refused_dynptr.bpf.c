// SPDX-License-Identifier: GPL-2.0-only
/* refused_dynptr - reads through a dynptr that was never made */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int dynptr(struct xdp_md *ctx)
{
	struct bpf_dynptr pointer;
	__u32 first = 0;

	bpf_dynptr_read(&first, 4, &pointer, 0, 0); /* refused here */
	return first;
}

char LICENSE[] SEC("license") = "GPL";
