// SPDX-License-Identifier: GPL-2.0-only
/* xdp_drop - drops every packet: to see that a program runs, or to be alone */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp.frags")
int xdp_drop(struct xdp_md *ctx)
{
	return XDP_DROP;
}

char _license[] SEC("license") = "GPL";
