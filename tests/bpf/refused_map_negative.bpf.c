// SPDX-License-Identifier: GPL-2.0-only
/* refused_map_negative - indexes a map value by a number that may be negative */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__uint(value_size, 64);
	__uint(max_entries, 1);
} tables SEC(".maps");

SEC("xdp")
int map_negative(struct xdp_md *ctx)
{
	__s64 index = bpf_ktime_get_ns();
	__u32 key = 0;
	__u8 *table = bpf_map_lookup_elem(&tables, &key);

	if (!table || index < -8)
		return XDP_PASS;
	barrier_var(index); /* two comparisons, not one of unsigned numbers */
	if (index > 8)
		return XDP_PASS;
	return table[index]; /* refused here */
}

char LICENSE[] SEC("license") = "GPL";
