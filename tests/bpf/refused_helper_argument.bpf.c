// SPDX-License-Identifier: GPL-2.0-only
/* refused_helper_argument - gives a helper a number where it wants a pointer */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u32);
	__type(value, __u64);
	__uint(max_entries, 1);
} counts SEC(".maps");

SEC("xdp")
int helper_argument(struct xdp_md *ctx)
{
	void *key = (void *)(long)ctx->rx_queue_index;

	return bpf_map_delete_elem(&counts, key); /* refused here */
}

char LICENSE[] SEC("license") = "GPL";
