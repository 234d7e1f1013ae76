// SPDX-License-Identifier: GPL-2.0-only
/* refused_helper_gpl - calls a GPL-only helper under another licence */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int helper_gpl(struct xdp_md *ctx)
{
	bpf_printk("packet"); /* refused here */
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "Proprietary";
