// SPDX-License-Identifier: GPL-2.0-only
/* refused_lock_call - calls a helper while it holds a lock */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct counter {
	struct bpf_spin_lock lock;
	__u64 last;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, struct counter);
	__uint(max_entries, 1);
} counters SEC(".maps");

SEC("xdp")
int lock_call(struct xdp_md *ctx)
{
	__u32 key = 0;
	struct counter *counter = bpf_map_lookup_elem(&counters, &key);

	if (!counter)
		return XDP_PASS;
	bpf_spin_lock(&counter->lock);
	counter->last = bpf_ktime_get_ns(); /* refused here */
	bpf_spin_unlock(&counter->lock);
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
