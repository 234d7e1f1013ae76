// SPDX-License-Identifier: GPL-2.0-only
/* refused_stale_packet - keeps a packet pointer over bpf_xdp_adjust_head() */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int stale_packet(struct xdp_md *ctx)
{
	__u8 *data = (void *)(long)ctx->data;

	if (data + 1 > (__u8 *)(long)ctx->data_end)
		return XDP_PASS;
	if (bpf_xdp_adjust_head(ctx, -4))
		return XDP_DROP;
	*data = 1; /* refused here */
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
