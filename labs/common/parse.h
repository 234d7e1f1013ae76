/* SPDX-License-Identifier: GPL-2.0-only */
/* parse.h - parses headers of packets, as explained in packet01 */
#ifndef PARSE_H
#define PARSE_H

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <stdbool.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

/* VLAN tags; packets with more of them are not parsed. */
#define MAX_TAGS 2

/* Extension headers of IPv6, likewise. */
#define MAX_EXTENSIONS 4

/* Where in a datagram this fragment belongs, in units of 8 bytes. */
#define FRAGMENT_OFFSET 0x1fff

/* The part of the packet that has not been parsed yet. */
struct cursor {
	void *pos, *end;
};

/* 802.1Q: tag control information, and the next protocol. */
struct vlan_tag {
	__be16 tci;
	__be16 proto;
};

static __always_inline struct cursor packet(const struct xdp_md *ctx)
{
	return (struct cursor){
		.pos = (void *)(long)ctx->data,
		.end = (void *)(long)ctx->data_end,
	};
}

/* The next bytes of the packet, or NULL if there are fewer. */
static __always_inline void *take(struct cursor *at, __u32 bytes)
{
	void *header = at->pos;

	if (header + bytes > at->end)
		return NULL;
	at->pos += bytes;
	return header;
}

static __always_inline bool is_vlan(__be16 proto)
{
	return proto == bpf_htons(ETH_P_8021Q) ||
	       proto == bpf_htons(ETH_P_8021AD);
}

/* The protocol that follows Ethernet and VLAN tags; -1: unknown. */
static __always_inline int read_eth(struct cursor *at)
{
	struct ethhdr *eth = take(at, sizeof(*eth));
	struct vlan_tag *tag;
	__be16 proto;

	if (!eth)
		return -1;
	proto = eth->h_proto;
	for (int i = 0; i < MAX_TAGS && is_vlan(proto); i++) {
		tag = take(at, sizeof(*tag));
		if (!tag)
			return -1;
		proto = tag->proto;
	}
	return bpf_ntohs(proto);
}

/* The protocol after IPv4; only the first fragment has its header. */
static __always_inline int read_ip(struct cursor *at)
{
	struct iphdr *ip = take(at, sizeof(*ip));

	if (!ip || ip->ihl < 5 || ip->frag_off & bpf_htons(FRAGMENT_OFFSET))
		return -1;
	/* Past the options.  If the packet ends there, the next take() sees it. */
	at->pos += ip->ihl * 4 - sizeof(*ip);
	return ip->protocol;
}

static __always_inline bool is_extension(__u8 proto)
{
	return proto == IPPROTO_HOPOPTS || proto == IPPROTO_ROUTING ||
	       proto == IPPROTO_DSTOPTS;
}

/* The protocol that follows IPv6 and its extension headers. */
static __always_inline int read_ipv6(struct cursor *at)
{
	struct ipv6hdr *ip = take(at, sizeof(*ip));
	struct ipv6_opt_hdr *extension;
	__u8 proto;

	if (!ip)
		return -1;
	proto = ip->nexthdr;
	for (int i = 0; i < MAX_EXTENSIONS && is_extension(proto); i++) {
		extension = take(at, sizeof(*extension));
		if (!extension)
			return -1;
		/* Its length does not count the first 8 bytes. */
		at->pos += (extension->hdrlen + 1) * 8 - sizeof(*extension);
		proto = extension->nexthdr;
	}
	return proto;
}

#endif
