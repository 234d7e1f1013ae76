// SPDX-License-Identifier: GPL-2.0-only
/* refused_helper_size - gives a helper a length that may be anything */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int helper_size(struct xdp_md *ctx)
{
	__u32 length = ctx->rx_queue_index;
	__u8 bytes[16];

	if (length < 4)
		return XDP_PASS;
	return bpf_xdp_load_bytes(ctx, 0, bytes, length); /* refused here */
}

char LICENSE[] SEC("license") = "GPL";
