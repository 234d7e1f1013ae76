// SPDX-License-Identifier: GPL-2.0-only
/* refused_spin_lock - returns while it holds a lock */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct counter {
	struct bpf_spin_lock lock;
	__u32 count;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, struct counter);
	__uint(max_entries, 1);
} counters SEC(".maps");

SEC("xdp")
int spin_lock(struct xdp_md *ctx)
{
	__u32 key = 0;
	struct counter *counter = bpf_map_lookup_elem(&counters, &key);

	if (!counter)
		return XDP_PASS;
	bpf_spin_lock(&counter->lock);
	counter->count++;
	return XDP_PASS;
} /* refused here */

char LICENSE[] SEC("license") = "GPL";
