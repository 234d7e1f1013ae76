// SPDX-License-Identifier: GPL-2.0-only
/* refused_callback - returns from a callback what the helper does not take */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

static long step(__u32 index, void *arg)
{
	return index + 7; /* refused here */
}

SEC("xdp")
int callback(struct xdp_md *ctx)
{
	bpf_loop(4, step, NULL, 0);
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
