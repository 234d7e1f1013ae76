// SPDX-License-Identifier: GPL-2.0-only
/* test_bloom - a map that cannot be set back, and one of another's name; drops
 * packets of a length that there was before */
#include <linux/bpf.h>
#include <linux/types.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_BLOOM_FILTER);
	__uint(max_entries, 100);
	__type(value, __u32);
} lengths SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64);
} counters SEC(".maps");

const volatile __u32 limit = 3;
__u32 total;

SEC("xdp")
int xdp_bloom(struct xdp_md *ctx)
{
	__u32 length = ctx->data_end - ctx->data;

	if (!bpf_map_peek_elem(&lengths, &length))
		return XDP_DROP;
	bpf_map_push_elem(&lengths, &length, BPF_ANY);
	total += limit;
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
