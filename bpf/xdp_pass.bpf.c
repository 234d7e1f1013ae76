// SPDX-License-Identifier: GPL-2.0-only
/*
 * xdp_pass - lets every packet pass
 *
 * A veth that receives by XDP_REDIRECT needs a program of its own, or GRO; this
 * one will do.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp.frags")
int xdp_pass(struct xdp_md *ctx)
{
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
