// SPDX-License-Identifier: GPL-2.0-only
/* refused_helper_empty - gives a helper a length that may be zero */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int helper_empty(struct xdp_md *ctx)
{
	__u32 length = ctx->rx_queue_index;
	__u8 bytes[16];

	if (length > sizeof(bytes))
		return XDP_PASS;
	return bpf_xdp_load_bytes(ctx, 0, bytes, length); /* refused here */
}

char LICENSE[] SEC("license") = "GPL";
