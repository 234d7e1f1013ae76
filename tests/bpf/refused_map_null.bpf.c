// SPDX-License-Identifier: GPL-2.0-only
/* refused_map_null - uses what a lookup found without asking whether it found */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u32);
	__type(value, __u64);
	__uint(max_entries, 1);
} counts SEC(".maps");

SEC("xdp")
int map_null(struct xdp_md *ctx)
{
	__u32 key = ctx->rx_queue_index;
	__u64 *count = bpf_map_lookup_elem(&counts, &key);

	*count += 1; /* refused here */
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
