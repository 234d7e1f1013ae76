// SPDX-License-Identifier: GPL-2.0-only
/* pinned_refused - has a map that is pinned by name, and no valid program */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
	__type(key, __u32);
	__type(value, __u64);
} left_counts SEC(".maps");

SEC("xdp")
int xdp_refused(struct xdp_md *ctx)
{
	__u32 key = 0;
	__u64 *value = bpf_map_lookup_elem(&left_counts, &key);

	return *value; /* which may be NULL */
}

char _license[] SEC("license") = "GPL";
