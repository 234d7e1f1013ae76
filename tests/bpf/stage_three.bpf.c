// SPDX-License-Identifier: GPL-2.0-only
/* stage_three - counts each packet once, twice and three times, in three maps */
#include "stage_count.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} ones SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} twos SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} threes SEC(".maps");

SEC("xdp")
int xdp_three(struct xdp_md *ctx)
{
	count(&ones, 0, 1);
	count(&twos, 0, 2);
	count(&threes, 0, 3);
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
