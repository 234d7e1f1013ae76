// SPDX-License-Identifier: GPL-2.0-only
/* stage_grow - moves a packet's ends and its metadata, and moves them back */
#include "stage_count.h"

#define BY 4 /* bytes; metadata come in words of four */

enum { PACKETS, INTACT, NR_COUNTS };

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, NR_COUNTS);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps");

/* Each move makes the verifier forget what it knew of the packet. */
static __always_inline int move_all(struct xdp_md *ctx)
{
	return bpf_xdp_adjust_head(ctx, -BY) || bpf_xdp_adjust_head(ctx, BY) ||
	       bpf_xdp_adjust_tail(ctx, BY) || bpf_xdp_adjust_tail(ctx, -BY) ||
	       bpf_xdp_adjust_meta(ctx, -BY) || bpf_xdp_adjust_meta(ctx, BY);
}

/* The first bytes, or 0 of a packet that has less. */
static __always_inline __u64 first_bytes(struct xdp_md *ctx)
{
	__u64 *data = (void *)(long)ctx->data;

	return data + 1 <= (__u64 *)(long)ctx->data_end ? *data : 0;
}

SEC("xdp")
int xdp_grow(struct xdp_md *ctx)
{
	__u32 length = ctx->data_end - ctx->data;
	__u64 before = first_bytes(ctx);

	count(&counts, PACKETS, 1);
	if (!move_all(ctx) && ctx->data_end - ctx->data == length &&
	    first_bytes(ctx) == before)
		count(&counts, INTACT, 1);
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
