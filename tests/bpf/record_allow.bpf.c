// SPDX-License-Identifier: GPL-2.0-only
/* record_allow - passes what a map allows, drops all else, answers one port */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/udp.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

const volatile __u16 answered = 7;

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, __be32);
	__type(value, __u32);
} allowed SEC(".maps");

SEC("xdp")
int xdp_allow(struct xdp_md *ctx)
{
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = (void *)(long)ctx->data;
	struct iphdr *ip = (void *)(eth + 1);
	struct udphdr *udp = (void *)(ip + 1);
	__be16 port;

	if ((void *)(udp + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP))
		return XDP_PASS;
	if (ip->protocol == IPPROTO_UDP && udp->dest == bpf_htons(answered)) {
		port = udp->dest;
		udp->dest = udp->source;
		udp->source = port;
		return XDP_TX;
	}
	return bpf_map_lookup_elem(&allowed, &ip->saddr) ? XDP_PASS : XDP_DROP;
}

char _license[] SEC("license") = "GPL";
