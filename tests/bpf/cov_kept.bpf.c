// SPDX-License-Identifier: GPL-2.0-only
/*
 * cov_kept - a verdict that is kept on the stack, since its address is taken
 *
 * Counted like cov_returns.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 5);
	__type(key, __u32);
	__type(value, __u64);
} verdicts SEC(".maps");

__u64 others;

static __noinline __u32 judge(__u32 first)
{
	if (first == 5) /* 3 2/2 <- 5 */
		return XDP_TX;
	others++; /* 2 */
	return XDP_PASS;
}

SEC("xdp")
int xdp_cov_kept(struct xdp_md *ctx)
{
	__u8 *data = (void *)(long)ctx->data;
	void *data_end = (void *)(long)ctx->data_end;
	__u32 verdict = XDP_PASS;
	__u64 *count;

	if ((void *)(data + 1) > data_end)
		return XDP_ABORTED;
	if (data[0] < 2) /* 8 2/2 <- 0 1 */
		verdict = XDP_DROP;
	else if (data[0] & 1)		  /* 6 2/2 <- 2 4 6 */
		verdict = judge(data[0]); /* 3 */
	count = bpf_map_lookup_elem(&verdicts, &verdict);
	if (count)
		(*count)++; /* 8 */
	return verdict;
}

char _license[] SEC("license") = "GPL";
