// SPDX-License-Identifier: GPL-2.0-only
/* refused_helper_unknown - calls a helper that no kernel has */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

static long (*bpf_no_such_helper)(void) = (void *)9999;

SEC("xdp")
int helper_unknown(struct xdp_md *ctx)
{
	return bpf_no_such_helper(); /* refused here */
}

char LICENSE[] SEC("license") = "GPL";
