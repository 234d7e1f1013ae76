/* SPDX-License-Identifier: GPL-2.0-only */
/* fuzz_fields.h - two versions of a program, of which the new one forgets some of
 * what is to be changed in a packet */
#ifndef FUZZ_FIELDS_H
#define FUZZ_FIELDS_H

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

static __always_inline int version(struct xdp_md *ctx, int is_new)
{
	void *data = (void *)(long)ctx->data,
	     *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	struct iphdr *ip = (void *)(eth + 1);
	struct udphdr *udp = (void *)(ip + 1);

	if ((void *)(udp + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP) ||
	    ip->ihl != 5 || ip->protocol != IPPROTO_UDP)
		return XDP_PASS;
	if (!is_new || ip->tos != 4)
		ip->ttl = 63;
	if (!is_new || udp->dest != bpf_htons(5))
		udp->dest = bpf_htons(4);
	return XDP_TX;
}

#endif
