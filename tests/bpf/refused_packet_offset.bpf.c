// SPDX-License-Identifier: GPL-2.0-only
/* refused_packet_offset - adds any number to a packet pointer */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int packet_offset(struct xdp_md *ctx)
{
	__u8 *end = (void *)(long)ctx->data_end;
	__u8 *data = (void *)(long)ctx->data;

	data += bpf_ktime_get_ns(); /* refused here */
	if (data + 1 > end)
		return XDP_PASS;
	return *data ? XDP_PASS : XDP_DROP;
}

char LICENSE[] SEC("license") = "GPL";
