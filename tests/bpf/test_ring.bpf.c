// SPDX-License-Identifier: GPL-2.0-only
/* test_ring - drops what it has no room to tell of in its ring buffer */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

SEC("xdp")
int xdp_ring(struct xdp_md *ctx)
{
	__u32 length = ctx->data_end - ctx->data;

	return bpf_ringbuf_output(&events, &length, sizeof(length), 0)
		       ? XDP_DROP
		       : XDP_PASS;
}

char _license[] SEC("license") = "GPL";
