// SPDX-License-Identifier: GPL-2.0-only
/* xdp_prog_kern - four XDP programs in one object, a verdict each */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

/* On into the network stack. */
SEC("xdp")
int xdp_pass_func(struct xdp_md *ctx)
{
	return XDP_PASS;
}

/* Away with it, without a word. */
SEC("xdp")
int xdp_drop_func(struct xdp_md *ctx)
{
	return XDP_DROP;
}

/* Away with it, and this program has failed: xdp:xdp_exception tells. */
SEC("xdp")
int xdp_abort_func(struct xdp_md *ctx)
{
	return XDP_ABORTED;
}

/* Back to where it came from, as it is. */
SEC("xdp")
int xdp_tx_func(struct xdp_md *ctx)
{
	return XDP_TX;
}

char LICENSE[] SEC("license") = "GPL";
