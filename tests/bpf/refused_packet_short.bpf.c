// SPDX-License-Identifier: GPL-2.0-only
/* refused_packet_short - reads farther than the bounds check before it reaches */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int packet_short(struct xdp_md *ctx)
{
	__u8 *end = (void *)(long)ctx->data_end;
	__u8 *data = (void *)(long)ctx->data;

	if (data + ETH_HLEN > end)
		return XDP_PASS;
	return data[ETH_HLEN] ? XDP_PASS : XDP_DROP; /* refused here */
}

char LICENSE[] SEC("license") = "GPL";
