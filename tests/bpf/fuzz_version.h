/* SPDX-License-Identifier: GPL-2.0-only */
/* fuzz_version.h - two versions of a program, which differ for VLAN 77 and for
 * packets with IP options */
#ifndef FUZZ_VERSION_H
#define FUZZ_VERSION_H

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

struct vlan_header {
	__be16 tci, type;
};

static __always_inline int version(struct xdp_md *ctx, int is_new)
{
	void *data = (void *)(long)ctx->data,
	     *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	struct vlan_header *vlan = (void *)(eth + 1);
	struct iphdr *ip = (void *)(eth + 1);
	__be16 type;

	if ((void *)(vlan + 1) > end)
		return XDP_PASS;
	type = eth->h_proto;
	if (type == bpf_htons(ETH_P_8021Q)) {
		if (is_new && (bpf_ntohs(vlan->tci) & 0xfff) == 77)
			return XDP_DROP;
		type = vlan->type;
		ip = (void *)(vlan + 1);
	}
	if (type != bpf_htons(ETH_P_IP) || (void *)(ip + 1) > end)
		return XDP_PASS;
	if (is_new && ip->ihl > 5)
		return XDP_PASS;
	ip->ttl--;
	return XDP_TX;
}

#endif
