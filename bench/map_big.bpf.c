// SPDX-License-Identifier: GPL-2.0-only
/* map_big - a hash of a million entries */
#include <linux/bpf.h>
#include <linux/types.h>
#include <bpf/bpf_helpers.h>

struct rec {
	__u64 rx_packets;
	__u64 rx_bytes;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1000000);
	__type(key, __u32);
	__type(value, struct rec);
} big SEC(".maps");

SEC("xdp")
int xdp_big(struct xdp_md *ctx)
{
	__u32 key = 0;

	(void)ctx;
	return bpf_map_lookup_elem(&big, &key) ? XDP_DROP : XDP_PASS;
}

char _license[] SEC("license") = "GPL";
