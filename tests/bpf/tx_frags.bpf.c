// SPDX-License-Identifier: GPL-2.0-only
/* tx_frags - sends every packet back, frags and all */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp.frags")
int xdp_tx_frags(struct xdp_md *ctx)
{
	return XDP_TX;
}

char _license[] SEC("license") = "GPL";
