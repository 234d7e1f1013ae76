// SPDX-License-Identifier: GPL-2.0-only
/* refused_helper_constant - gives a helper a variable where it wants a constant */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

SEC("xdp")
int helper_constant(struct xdp_md *ctx)
{
	__u64 size = ctx->rx_queue_index;
	void *event = bpf_ringbuf_reserve(&events, size, 0); /* refused here */

	if (event)
		bpf_ringbuf_discard(event, 0);
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
