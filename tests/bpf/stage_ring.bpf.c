// SPDX-License-Identifier: GPL-2.0-only
/* stage_ring - tells each packet's length through a ring buffer */
#include "stage_count.h"

enum { SUBMITTED, NO_ROOM, NR_COUNTS };

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 16);
} lengths SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, NR_COUNTS);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps");

SEC("xdp")
int xdp_ring(struct xdp_md *ctx)
{
	__u32 *length = bpf_ringbuf_reserve(&lengths, sizeof(*length), 0);

	if (!length) {
		count(&counts, NO_ROOM, 1);
		return XDP_PASS;
	}
	*length = ctx->data_end - ctx->data;
	bpf_ringbuf_submit(length, 0);
	count(&counts, SUBMITTED, 1);
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
