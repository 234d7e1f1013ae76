// SPDX-License-Identifier: GPL-2.0-only
/* refused_tail_call - tail calls from a function whose caller keeps much stack */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__type(key, __u32);
	__type(value, __u32);
	__uint(max_entries, 1);
} stages SEC(".maps");

static __noinline int jump(struct xdp_md *ctx)
{
	bpf_tail_call(ctx, &stages, 0);
	return XDP_PASS;
}

SEC("xdp")
int tail_call(struct xdp_md *ctx)
{
	volatile __u8 bytes[300] = {};

	return jump(ctx) + bytes[0];
}

char LICENSE[] SEC("license") = "GPL";
