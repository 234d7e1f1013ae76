// SPDX-License-Identifier: GPL-2.0-only
/* xdp_rewrite_kern - lowers ports, adds and removes VLAN tags */
#include <linux/tcp.h>
#include <linux/udp.h>
#include "parse.h"

/* The VLAN for packets without a tag. */
const volatile __u16 vlan_id = 42;

/* RFC 1624, equation 3: the checksum after one word of what it covers changed. */
static __always_inline void update(__sum16 *check, __be16 from, __be16 to)
{
	__u32 sum = (~*check & 0xffff) + (~from & 0xffff) + to;

	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	*check = ~sum;
}

static __always_inline void lower(__be16 *port, __sum16 *check)
{
	__be16 lower = bpf_htons(bpf_ntohs(*port) - 1);

	update(check, *port, lower);
	*port = lower;
}

/* In UDP a checksum of zero means that there is none. */
static __always_inline void lower_udp(struct udphdr *udp)
{
	__sum16 check = udp->check;

	lower(&udp->dest, &check);
	if (udp->check)
		udp->check = check ? check : 0xffff;
}

/* The protocol of the packet's payload, or -1. */
static __always_inline int read_headers(struct cursor *at)
{
	switch (read_eth(at)) {
	case ETH_P_IP:
		return read_ip(at);
	case ETH_P_IPV6:
		return read_ipv6(at);
	}
	return -1;
}

/* Lowers the destination port by one; there is none below 0. */
SEC("xdp")
int xdp_lower_port(struct xdp_md *ctx)
{
	struct cursor at = packet(ctx);
	struct tcphdr *tcp;
	struct udphdr *udp;

	switch (read_headers(&at)) {
	case IPPROTO_TCP:
		tcp = take(&at, sizeof(*tcp));
		if (tcp && tcp->dest)
			lower(&tcp->dest, &tcp->check);
		break;
	case IPPROTO_UDP:
		udp = take(&at, sizeof(*udp));
		if (udp && udp->dest)
			lower_udp(udp);
		break;
	}
	return XDP_PASS;
}

/* Ethernet, followed by the tag that is inserted or removed. */
struct tagged {
	struct ethhdr eth;
	struct vlan_tag tag;
};

/* Moves the addresses over the tag, to where the header will begin. */
static __always_inline int pop(struct xdp_md *ctx, struct tagged *old)
{
	struct ethhdr eth = old->eth, *new;

	eth.h_proto = old->tag.proto;
	new = (void *)old + sizeof(old->tag);
	*new = eth;
	return bpf_xdp_adjust_head(ctx, sizeof(old->tag));
}

static __always_inline int push(struct xdp_md *ctx, const struct ethhdr *old)
{
	struct ethhdr eth = *old;
	struct cursor at;
	struct tagged *new;

	if (bpf_xdp_adjust_head(ctx, -(int)sizeof(struct vlan_tag)))
		return -1;
	/* The packet may have moved: all pointers into it are invalid. */
	at = packet(ctx);
	new = take(&at, sizeof(*new));
	if (!new)
		return -1;
	new->tag.proto = eth.h_proto;
	new->tag.tci = bpf_htons(vlan_id);
	new->eth = eth;
	new->eth.h_proto = bpf_htons(ETH_P_8021Q);
	return 0;
}

/* Removes the outermost tag, or inserts one if there is none. */
SEC("xdp")
int xdp_swap_vlan(struct xdp_md *ctx)
{
	struct cursor at = packet(ctx);
	struct ethhdr *eth = take(&at, sizeof(*eth));
	int err;

	if (!eth)
		return XDP_PASS;
	if (!is_vlan(eth->h_proto))
		err = push(ctx, eth);
	else if (take(&at, sizeof(struct vlan_tag)))
		err = pop(ctx, (struct tagged *)eth);
	else
		return XDP_PASS;
	return err ? XDP_ABORTED : XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
