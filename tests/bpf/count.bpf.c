// SPDX-License-Identifier: GPL-2.0-only
/* count - counts packets in a map of its own and in one pinned by its name */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} own_counts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
	__type(key, __u32);
	__type(value, __u64);
} shared_counts SEC(".maps");

static void count(void *map)
{
	__u32 key = 0;
	__u64 *value = bpf_map_lookup_elem(map, &key);

	if (value)
		__sync_fetch_and_add(value, 1);
}

SEC("xdp")
int xdp_count(struct xdp_md *ctx)
{
	count(&own_counts);
	count(&shared_counts);
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
