// SPDX-License-Identifier: GPL-2.0-only
/* xdp_pass_kern - the smallest XDP program: every packet may pass */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

/* The section says what kind of program it is; ctx would lead to the packet. */
SEC("xdp")
int xdp_prog_simple(struct xdp_md *ctx)
{
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
