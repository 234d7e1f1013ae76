// SPDX-License-Identifier: GPL-2.0-only
/* tail_away - redirects by a program that is in no slot until a test puts it
 * there; another is not alike, and one cannot be called at all */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} nexts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} ports SEC(".maps");

SEC("xdp")
int xdp_tail_away(struct xdp_md *ctx)
{
	bpf_tail_call(ctx, &nexts, 0);
	return XDP_ABORTED;
}

SEC("xdp")
int xdp_away(struct xdp_md *ctx)
{
	return bpf_redirect_map(&ports, 0, 0);
}

/* Old objects have sections of such names. */
SEC("xdp_old")
int xdp_old_drop(struct xdp_md *ctx)
{
	return XDP_DROP;
}

SEC("xdp.frags")
int xdp_frags(struct xdp_md *ctx)
{
	return XDP_DROP;
}

SEC("xdp/devmap")
int xdp_at_port(struct xdp_md *ctx)
{
	return XDP_DROP;
}

char _license[] SEC("license") = "GPL";
