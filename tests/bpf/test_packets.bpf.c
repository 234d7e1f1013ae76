// SPDX-License-Identifier: GPL-2.0-only
/* test_packets - programs, each for some of what tests can expect of packets */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define AF_INET 2

const volatile __u32 out_ifindex = 1;

struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u32);
} ports SEC(".maps");

/* A UDP packet without options, or NULL. */
static __always_inline struct udphdr *udp_of(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data,
	     *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	struct iphdr *ip = (void *)(eth + 1);
	struct udphdr *udp = (void *)(ip + 1);

	if ((void *)(udp + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP) ||
	    ip->ihl != 5 || ip->protocol != IPPROTO_UDP)
		return NULL;
	return udp;
}

/* The port is the verdict; one of more than one page is aborted. */
SEC("xdp")
int xdp_verdicts(struct xdp_md *ctx)
{
	struct udphdr *udp = udp_of(ctx);

	if (!udp)
		return XDP_DROP;
	if (udp->dest == bpf_htons(9999))
		bpf_printk("port %d, as asked", 9999);
	if (bpf_ntohs(udp->dest) > XDP_REDIRECT)
		return XDP_PASS;
	return bpf_ntohs(udp->dest);
}

/* One hop less, as a router has it, and sent back. */
SEC("xdp")
int xdp_rewrite(struct xdp_md *ctx)
{
	struct udphdr *udp = udp_of(ctx);
	struct iphdr *ip = (struct iphdr *)udp - 1;
	__u32 sum;

	if (!udp)
		return XDP_PASS;
	if (ip->ttl <= 1)
		return XDP_DROP;
	sum = ip->check + bpf_htons(0x0100);
	ip->check = sum + (sum >= 0xffff);
	ip->ttl--;
	return XDP_TX;
}

/* As what translates addresses does, but for the checksum of UDP. */
SEC("xdp")
int xdp_translate(struct xdp_md *ctx)
{
	struct udphdr *udp = udp_of(ctx);
	struct iphdr *ip = (struct iphdr *)udp - 1;
	__u32 sum;

	if (!udp)
		return XDP_PASS;
	/* From 10.0.0.1 to 10.0.0.2: one more, and so one less in the sum. */
	sum = ip->check + bpf_htons(0xfffe);
	ip->check = (sum & 0xffff) + (sum >> 16);
	ip->saddr = bpf_htonl(bpf_ntohl(ip->saddr) + 1);
	return XDP_TX;
}

/* Tells where the packet came from before it, and what came before it itself. */
SEC("xdp")
int xdp_meta(struct xdp_md *ctx)
{
	__u32 *meta;

	if (bpf_xdp_adjust_meta(ctx, -2 * (int)sizeof(*meta)))
		return XDP_ABORTED;
	meta = (void *)(long)ctx->data_meta;
	if ((void *)(meta + 2) > (void *)(long)ctx->data)
		return XDP_ABORTED;
	meta[0] = ctx->ingress_ifindex;
	meta[1] = ctx->rx_queue_index;
	return XDP_PASS;
}

/* By its port: to an interface, or to an entry of a map. */
SEC("xdp")
int xdp_send(struct xdp_md *ctx)
{
	struct udphdr *udp = udp_of(ctx);

	if (!udp)
		return XDP_PASS;
	if (udp->dest == bpf_htons(1))
		return bpf_redirect(out_ifindex, 0);
	return bpf_redirect_map(&ports, bpf_ntohs(udp->dest) - 2, XDP_PASS);
}

/* What the lookup said, one of BPF_FIB_LKUP_RET_*. */
int route_result;

/* Forwards as the kernel would. */
SEC("xdp")
int xdp_route(struct xdp_md *ctx)
{
	struct udphdr *udp = udp_of(ctx);
	struct iphdr *ip = (struct iphdr *)udp - 1;
	struct ethhdr *eth = (struct ethhdr *)ip - 1;
	struct bpf_fib_lookup route = { .family = AF_INET };

	if (!udp)
		return XDP_PASS;
	route.ipv4_src = ip->saddr;
	route.ipv4_dst = ip->daddr;
	route.ifindex = ctx->ingress_ifindex;
	route_result = bpf_fib_lookup(ctx, &route, sizeof(route), 0);
	if (route_result)
		return XDP_DROP;
	__builtin_memcpy(eth->h_dest, route.dmac, ETH_ALEN);
	__builtin_memcpy(eth->h_source, route.smac, ETH_ALEN);
	return bpf_redirect(route.ifindex, 0);
}

/* Takes the first four bytes of an Ethernet header for longer packets. */
SEC("xdp.frags")
int xdp_cut(struct xdp_md *ctx)
{
	return bpf_xdp_adjust_tail(ctx, -4) ? XDP_ABORTED : XDP_PASS;
}

char _license[] SEC("license") = "GPL";
