// SPDX-License-Identifier: GPL-2.0-only
/* stage_mit - a licence that the GPL takes in, but the kernel does not know */
#include "stage_count.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} packets SEC(".maps");

SEC("xdp")
int xdp_mit(struct xdp_md *ctx)
{
	count(&packets, 0, 1);
	return XDP_PASS;
}

char _license[] SEC("license") = "MIT";
