// SPDX-License-Identifier: GPL-2.0-only
/* stage_tails - tail calls: frames of even length pass, odd ones are dropped */
#include "stage_count.h"

enum { AT_MAIN, AT_EVEN, AT_ODD, NR_COUNTS };

int xdp_tail_even(struct xdp_md *ctx);
int xdp_tail_odd(struct xdp_md *ctx);

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, NR_COUNTS);
	__type(key, __u32);
	__type(value, __u64);
} packets SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__array(values, int(struct xdp_md *));
} tails SEC(".maps") = {
	.values = { [0] = (void *)&xdp_tail_even, [1] = (void *)&xdp_tail_odd },
};

SEC("xdp")
int xdp_tails(struct xdp_md *ctx)
{
	count(&packets, AT_MAIN, 1);
	bpf_tail_call(ctx, &tails, (ctx->data_end - ctx->data) & 1);
	return XDP_ABORTED; /* nothing was in the slot */
}

SEC("xdp")
int xdp_tail_even(struct xdp_md *ctx)
{
	count(&packets, AT_EVEN, 1);
	return XDP_PASS;
}

SEC("xdp")
int xdp_tail_odd(struct xdp_md *ctx)
{
	count(&packets, AT_ODD, 1);
	return XDP_DROP;
}

char _license[] SEC("license") = "GPL";
