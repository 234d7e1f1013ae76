// SPDX-License-Identifier: GPL-2.0-only
/* cov_called - subprograms, a callback, a tail call;
 * cov_returns.bpf.c says what ends the lines */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} nobody SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, __u64);
} flows SEC(".maps");

__u64 total, passed;

static long on_round(__u32 index, void *context)
{
	if (index == 4) /* 25 2/2 */
		return 1;
	total++; /* 22 */
	return 0;
}

static __noinline int count(__u32 first)
{
	__u64 one = 1, *flow;

	flow = bpf_map_lookup_elem(&flows, &first); /* 8 */
	if (flow)				    /* 8 1/2 */
		*flow += 1;			    /* 0 */
	else
		bpf_map_update_elem(&flows, &first, &one, BPF_ANY); /* 8 */
	return first & 1;					    /* 8 */
}

/* A global function, which the verifier verifies by itself. */
__noinline int decide(__u32 first, __u32 is_odd)
{
	if (first == 0) /* 8 2/2 <- 0 */
		return XDP_ABORTED;
	if (is_odd) /* 7 2/2 <- 1 3 5 7 */
		return XDP_DROP;
	passed++; /* 3 <- 2 4 6 */
	return XDP_PASS;
}

SEC("xdp")
int xdp_cov_called(struct xdp_md *ctx)
{
	__u8 *data = (void *)(long)ctx->data;
	__u32 first;

	if ((void *)(data + 1) > (void *)(long)ctx->data_end) /* 8 1/2 */
		return XDP_TX;
	first = data[0];			/* 8 */
	bpf_loop(first, on_round, &first, 0);	/* 8 */
	if (first == 9) {			/* 8 1/2 */
		bpf_tail_call(ctx, &nobody, 0); /* 0 */
		total += 10;			/* 0 */
	}
	return decide(first, count(first)); /* 8 */
}

char _license[] SEC("license") = "GPL";
