// SPDX-License-Identifier: GPL-2.0-only
/* fuzz_state - programs whose verdict hangs on more than a packet */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

__u64 seen;

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, __be16);
	__type(value, __u32);
} ports SEC(".maps");

/* No packet alone is to blame. */
SEC("xdp")
int xdp_fiftieth(struct xdp_md *ctx)
{
	return ++seen == 50 ? XDP_ABORTED : XDP_PASS;
}

/* Nobody waits for that many. */
SEC("xdp")
int xdp_thousandth(struct xdp_md *ctx)
{
	return ++seen == 1000 ? XDP_ABORTED : XDP_PASS;
}

/* What it does once, nobody sees again. */
SEC("xdp")
int xdp_by_chance(struct xdp_md *ctx)
{
	return bpf_get_prandom_u32() % 1024 ? XDP_PASS : XDP_ABORTED;
}

SEC("xdp")
int xdp_known_port(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data,
	     *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	struct iphdr *ip = (void *)(eth + 1);
	struct udphdr *udp = (void *)(ip + 1);

	if ((void *)(udp + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP) ||
	    ip->ihl != 5 || ip->protocol != IPPROTO_UDP)
		return XDP_PASS;
	return bpf_map_lookup_elem(&ports, &udp->dest) ? XDP_ABORTED : XDP_DROP;
}

char _license[] SEC("license") = "GPL";
