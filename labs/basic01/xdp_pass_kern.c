// SPDX-License-Identifier: GPL-2.0-only
/* xdp_pass_kern - the smallest XDP program: it passes every packet */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

/* The section name is the program's type; ctx, not used here, is the packet. */
SEC("xdp")
int xdp_prog_simple(struct xdp_md *ctx)
{
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
