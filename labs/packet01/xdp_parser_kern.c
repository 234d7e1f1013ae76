// SPDX-License-Identifier: GPL-2.0-only
/* xdp_parser_kern - is to drop echo requests with odd sequence numbers */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <stdbool.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

/* The part of the packet that has not been parsed yet. */
struct cursor {
	void *pos, *end;
};

/* The next bytes of the packet, or NULL if there are fewer. */
static __always_inline void *take(struct cursor *at, __u32 bytes)
{
	void *header = at->pos;

	if (header > at->end)
		return NULL;
	at->pos += bytes;
	return header;
}

/* The protocol that follows Ethernet; -1: unknown. */
static __always_inline int read_eth(struct cursor *at)
{
	struct ethhdr *eth = take(at, sizeof(*eth));

	if (!eth)
		return -1;
	return bpf_ntohs(eth->h_proto);
}

/* Unfinished: all of IPv6 is dropped. */
SEC("xdp")
int xdp_parser(struct xdp_md *ctx)
{
	struct cursor at = {
		.pos = (void *)(long)ctx->data,
		.end = (void *)(long)ctx->data_end,
	};
	bool drop = false;

	switch (read_eth(&at)) {
	case ETH_P_IPV6:
		drop = true;
		break;
	}
	return drop ? XDP_DROP : XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
