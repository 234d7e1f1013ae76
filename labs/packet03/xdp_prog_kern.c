// SPDX-License-Identifier: GPL-2.0-only
/* xdp_prog_kern - shall send packets: back, through, and on their way */
#include "parse.h"

/* <linux/icmp.h> needs files of the C library. */
#define ICMP_ECHOREPLY 0
#define ICMP_ECHO      8

#define MORE_FRAGMENTS 0x2000

#define MAX_PORTS 64

struct wire {
	__u32 ifindex;	    /* where it leads to */
	__u8 mac[ETH_ALEN]; /* of who is there */
};

/* An echo, the same in ICMP and in ICMPv6 but for the numbers of its type. */
struct echo {
	__be16 kind; /* type and code */
	__sum16 check;
	__be16 id, sequence;
};

/* ---- XDP_TX: who asks gets the answer where the question came in ---- */

/* As far as it has come: it says that it is a reply, and nothing else fits. */
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

/* ---- XDP_REDIRECT: what comes in here goes out there ---- */

/* By the ifindex where a packet comes in. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u32);
	__type(value, struct wire);
	__uint(max_entries, MAX_PORTS);
} wires SEC(".maps");

/* As far as it has come: it goes out there, to the MAC that it came to here. */
SEC("xdp")
int xdp_redirect(struct xdp_md *ctx)
{
	__u32 port = ctx->ingress_ifindex;
	const struct wire *wire = bpf_map_lookup_elem(&wires, &port);

	return wire ? bpf_redirect(wire->ifindex, 0) : XDP_PASS;
}

/* The same two things in two maps, of which the kernel knows what one is for. */
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

/* As far as it has come: everything passes. */
SEC("xdp")
int xdp_redirect_map(struct xdp_md *ctx)
{
	return XDP_PASS;
}

/* ---- bpf_fib_lookup(): where the routes of this machine lead ---- */

/* As far as it has come: everything is left to the stack. */
SEC("xdp")
int xdp_router(struct xdp_md *ctx)
{
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
