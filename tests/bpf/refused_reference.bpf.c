// SPDX-License-Identifier: GPL-2.0-only
/* refused_reference - does not give back what it reserved */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

SEC("xdp")
int reference(struct xdp_md *ctx)
{
	__u32 *event = bpf_ringbuf_reserve(&events, 4, 0); /* refused here */

	if (event)
		*event = ctx->rx_queue_index;
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
