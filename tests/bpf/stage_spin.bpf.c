// SPDX-License-Identifier: GPL-2.0-only
/* stage_spin - two counters that a lock keeps equal */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct pair {
	struct bpf_spin_lock lock;
	__u64 left, right;
	__u64 unequal; /* times they were, under the lock */
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct pair);
} pairs SEC(".maps");

SEC("xdp")
int xdp_spin(struct xdp_md *ctx)
{
	__u32 first = 0;
	struct pair *pair = bpf_map_lookup_elem(&pairs, &first);

	if (!pair)
		return XDP_ABORTED;
	bpf_spin_lock(&pair->lock);
	if (pair->left != pair->right)
		pair->unequal++;
	pair->left++;
	pair->right++;
	bpf_spin_unlock(&pair->lock);
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
