// SPDX-License-Identifier: GPL-2.0-only
/* two - two XDP programs, and one that is none */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int xdp_first(struct xdp_md *ctx)
{
	return XDP_PASS;
}

SEC("xdp.frags")
int xdp_second(struct xdp_md *ctx)
{
	return XDP_DROP;
}

SEC("socket")
int no_xdp(struct __sk_buff *skb)
{
	return 0;
}

char _license[] SEC("license") = "GPL";
