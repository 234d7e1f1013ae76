// SPDX-License-Identifier: GPL-2.0-only
/* refused_call_argument - calls a helper with an argument too few */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u32);
	__type(value, __u64);
	__uint(max_entries, 1);
} counts SEC(".maps");

static long (*delete_elem)(void *map) = (void *)BPF_FUNC_map_delete_elem;

SEC("xdp")
int call_argument(struct xdp_md *ctx)
{
	bpf_ktime_get_ns();
	return delete_elem(&counts); /* refused here */
}

char LICENSE[] SEC("license") = "GPL";
