// SPDX-License-Identifier: GPL-2.0-only
/* xdp_parser_kern - shall drop echo requests with odd sequence numbers */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <stdbool.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

/* What of the packet has not been read yet. */
struct cursor {
	void *pos, *end;
};

/* The next bytes of the packet, or NULL if it has not so many. */
static __always_inline void *take(struct cursor *at, __u32 bytes)
{
	void *header = at->pos;

	if (header > at->end)
		return NULL;
	at->pos += bytes;
	return header;
}

/* The protocol that follows Ethernet; -1: none can be told. */
static __always_inline int read_eth(struct cursor *at)
{
	struct ethhdr *eth = take(at, sizeof(*eth));

	if (!eth)
		return -1;
	return bpf_ntohs(eth->h_proto);
}

/* As far as it has come: all of IPv6 is dropped. */
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
