// SPDX-License-Identifier: GPL-2.0-only
/* refused_helper_map - gives a helper a map of a kind it does not take */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__type(key, __u32);
	__type(value, __u32);
	__uint(max_entries, 1);
} stages SEC(".maps");

SEC("xdp")
int helper_map(struct xdp_md *ctx)
{
	__u32 key = 0;

	return bpf_map_lookup_elem(&stages, &key) /* refused here */
		       ? XDP_PASS
		       : XDP_DROP;
}

char LICENSE[] SEC("license") = "GPL";
