// SPDX-License-Identifier: GPL-2.0-only
/* refused_helper_type - calls a helper that XDP programs do not have */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int helper_type(struct xdp_md *ctx)
{
	return bpf_skb_pull_data((void *)ctx, 0); /* refused here */
}

char LICENSE[] SEC("license") = "GPL";
