// SPDX-License-Identifier: GPL-2.0-only
/* refused_map_overrun - adds a negative number without a bound to a map value */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__uint(value_size, 64);
	__uint(max_entries, 1);
} tables SEC(".maps");

SEC("xdp")
int map_overrun(struct xdp_md *ctx)
{
	__s64 index = (__s32)ctx->rx_queue_index;
	__u32 key = 0;
	__u8 *table = bpf_map_lookup_elem(&tables, &key);

	if (!table || index > 63)
		return XDP_PASS;
	return table[index]; /* refused here */
}

char LICENSE[] SEC("license") = "GPL";
