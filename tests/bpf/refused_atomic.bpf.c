// SPDX-License-Identifier: GPL-2.0-only
/* refused_atomic - adds atomically to a packet */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int atomic(struct xdp_md *ctx)
{
	__u64 *data = (void *)(long)ctx->data;

	if (data + 1 > (__u64 *)(long)ctx->data_end)
		return XDP_PASS;
	__sync_fetch_and_add(data, 1); /* refused here */
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
