// SPDX-License-Identifier: GPL-2.0-only
/* stage_inner - counts in a map that it finds in another */
#include "stage_count.h"

struct packets {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} packets SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__type(key, __u32);
	__array(values, struct packets);
} inners SEC(".maps") = {
	.values = { [0] = &packets },
};

SEC("xdp")
int xdp_inner(struct xdp_md *ctx)
{
	__u32 first = 0;
	void *inner = bpf_map_lookup_elem(&inners, &first);

	if (!inner)
		return XDP_ABORTED;
	count(inner, 0, 1);
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
