// SPDX-License-Identifier: GPL-2.0-only
/* xdp_prog_kern - four XDP programs in one object, a verdict each */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

/* Passed to the network stack. */
SEC("xdp")
int xdp_pass_func(struct xdp_md *ctx)
{
	return XDP_PASS;
}

/* Dropped. */
SEC("xdp")
int xdp_drop_func(struct xdp_md *ctx)
{
	return XDP_DROP;
}

/* Dropped as an error of the program: xdp:xdp_exception reports it. */
SEC("xdp")
int xdp_abort_func(struct xdp_md *ctx)
{
	return XDP_ABORTED;
}

/* Sent back unchanged. */
SEC("xdp")
int xdp_tx_func(struct xdp_md *ctx)
{
	return XDP_TX;
}

char LICENSE[] SEC("license") = "GPL";
