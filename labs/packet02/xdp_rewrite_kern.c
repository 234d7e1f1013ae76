// SPDX-License-Identifier: GPL-2.0-only
/* xdp_rewrite_kern - is to lower ports, and add and remove VLAN tags */
#include <linux/tcp.h>
#include <linux/udp.h>
#include "parse.h"

/* The VLAN for packets without a tag. */
const volatile __u16 vlan_id = 42;

/* Unfinished: the checksum, which covers the port, is not updated. */
static __always_inline void lower(__be16 *port)
{
	*port = bpf_htons(bpf_ntohs(*port) - 1);
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
			lower(&tcp->dest);
		break;
	case IPPROTO_UDP:
		udp = take(&at, sizeof(*udp));
		if (udp && udp->dest)
			lower(&udp->dest);
		break;
	}
	return XDP_PASS;
}

/* Unfinished: removes the first bytes, not the tag. */
static __always_inline int pop(struct xdp_md *ctx)
{
	return bpf_xdp_adjust_head(ctx, sizeof(struct vlan_tag));
}

/* Unfinished: makes room for a tag, but neither moves nor writes anything. */
static __always_inline int push(struct xdp_md *ctx)
{
	return bpf_xdp_adjust_head(ctx, -(int)sizeof(struct vlan_tag));
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
		err = push(ctx);
	else if (take(&at, sizeof(struct vlan_tag)))
		err = pop(ctx);
	else
		return XDP_PASS;
	return err ? XDP_ABORTED : XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
