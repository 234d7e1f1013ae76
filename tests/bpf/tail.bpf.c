// SPDX-License-Identifier: GPL-2.0-only
/* tail - tries a tail call, and drops where there is none to make */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} progs SEC(".maps");

SEC("xdp.frags")
int xdp_tail(struct xdp_md *ctx)
{
	bpf_tail_call(ctx, &progs, 0);
	return XDP_DROP;
}

char _license[] SEC("license") = "GPL";
