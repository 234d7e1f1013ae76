// SPDX-License-Identifier: GPL-2.0-only
/* refused_map_read_only - writes to a map that programs may only read */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, __u32);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_RDONLY_PROG);
} limits SEC(".maps");

SEC("xdp")
int map_read_only(struct xdp_md *ctx)
{
	__u32 key = 0;
	__u32 *limit = bpf_map_lookup_elem(&limits, &key);

	if (!limit)
		return XDP_PASS;
	*limit = 7; /* refused here */
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
