// SPDX-License-Identifier: GPL-2.0-only
/* redirect - sends every frame out of the interface that the map names */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} outs SEC(".maps");

SEC("xdp")
int xdp_redirect(struct xdp_md *ctx)
{
	return bpf_redirect_map(&outs, 0, XDP_DROP);
}

char _license[] SEC("license") = "GPL";
