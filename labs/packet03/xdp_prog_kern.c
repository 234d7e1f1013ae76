// SPDX-License-Identifier: GPL-2.0-only
/* xdp_prog_kern - is to answer, redirect and route packets */
#include "parse.h"

/* <linux/icmp.h> needs files of the C library. */
#define ICMP_ECHOREPLY 0
#define ICMP_ECHO      8

#define MORE_FRAGMENTS 0x2000

#define MAX_PORTS 64

struct wire {
	__u32 ifindex;	    /* the target */
	__u8 mac[ETH_ALEN]; /* of the receiver */
};

/* An echo, the same in ICMP and ICMPv6 except for the values of its type. */
struct echo {
	__be16 kind; /* type and code */
	__sum16 check;
	__be16 id, sequence;
};

/* ---- XDP_TX: answers leave where the request arrived ---- */

/* Unfinished: changes only the type. */
static __always_inline bool turn_echo(struct cursor *at, __u8 request,
				      __u8 reply)
{
	struct echo *echo = take(at, sizeof(*echo));

	if (!echo || echo->kind != bpf_htons(request << 8))
		return false;
	echo->kind = bpf_htons(reply << 8);
	return true;
}

static __always_inline bool answer_ip(struct cursor *at)
{
	struct iphdr *ip = at->pos;

	if (read_ip(at) != IPPROTO_ICMP ||
	    ip->frag_off & bpf_htons(MORE_FRAGMENTS))
		return false;
	return turn_echo(at, ICMP_ECHO, ICMP_ECHOREPLY);
}

SEC("xdp")
int xdp_icmp_echo(struct xdp_md *ctx)
{
	struct cursor at = packet(ctx);
	struct ethhdr *eth = take(&at, sizeof(*eth));

	if (!eth || eth->h_proto != bpf_htons(ETH_P_IP) || !answer_ip(&at))
		return XDP_PASS;
	return XDP_TX;
}

/* ---- XDP_REDIRECT: from one interface to another ---- */

/* Indexed by the incoming ifindex. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u32);
	__type(value, struct wire);
	__uint(max_entries, MAX_PORTS);
} wires SEC(".maps");

/* Unfinished: the destination MAC is not changed. */
SEC("xdp")
int xdp_redirect(struct xdp_md *ctx)
{
	__u32 port = ctx->ingress_ifindex;
	const struct wire *wire = bpf_map_lookup_elem(&wires, &port);

	return wire ? bpf_redirect(wire->ifindex, 0) : XDP_PASS;
}

/* The same in two maps, one of which is a map of interfaces to the kernel. */
struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP);
	__type(key, __u32);
	__type(value, __u32);
	__uint(max_entries, MAX_PORTS);
} tx_port SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u32);
	__type(value, __u8[ETH_ALEN]);
	__uint(max_entries, MAX_PORTS);
} macs SEC(".maps");

/* Unfinished: everything passes. */
SEC("xdp")
int xdp_redirect_map(struct xdp_md *ctx)
{
	return XDP_PASS;
}

/* ---- bpf_fib_lookup(): the routes of this machine ---- */

/* Unfinished: everything is left to the stack. */
SEC("xdp")
int xdp_router(struct xdp_md *ctx)
{
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
