// SPDX-License-Identifier: GPL-2.0-only
/* stage_tick - counts packets by CPU */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} ticks SEC(".maps");

SEC("xdp")
int xdp_tick(struct xdp_md *ctx)
{
	__u32 first = 0;
	__u64 *tick = bpf_map_lookup_elem(&ticks, &first);

	if (tick)
		++*tick;
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
