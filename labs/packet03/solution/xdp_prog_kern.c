// SPDX-License-Identifier: GPL-2.0-only
/* xdp_prog_kern - answers, redirects and routes packets */
#include <linux/icmpv6.h>
#include "parse.h"

/* <linux/icmp.h> and <sys/socket.h> need files of the C library. */
#define ICMP_ECHOREPLY 0
#define ICMP_ECHO      8
#define AF_INET	       2
#define AF_INET6       10

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

/* ---- writing headers ---- */

/* Multicast and broadcast: other hosts receive the packet, too. */
static __always_inline bool is_for_many(const struct ethhdr *eth)
{
	return eth->h_dest[0] & 1;
}

static __always_inline void set_mac(__u8 *mac, const __u8 *to)
{
	__builtin_memcpy(mac, to, ETH_ALEN);
}

static __always_inline void swap_macs(struct ethhdr *eth)
{
	__u8 from[ETH_ALEN];

	set_mac(from, eth->h_source);
	set_mac(eth->h_source, eth->h_dest);
	set_mac(eth->h_dest, from);
}

/* RFC 1624, equation 3: the checksum after one word of what it covers changed. */
static __always_inline void update(__sum16 *check, __be16 from, __be16 to)
{
	__u32 sum = (~*check & 0xffff) + (~from & 0xffff) + to;

	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	*check = ~sum;
}

/* ---- XDP_TX: answers leave where the request arrived ---- */

/* Turns a request into a reply; false: it is not a request. */
static __always_inline bool turn_echo(struct cursor *at, __u8 request,
				      __u8 reply)
{
	struct echo *echo = take(at, sizeof(*echo));
	__be16 kind = bpf_htons(reply << 8);

	if (!echo || echo->kind != bpf_htons(request << 8))
		return false;
	update(&echo->check, echo->kind, kind);
	echo->kind = kind;
	return true;
}

/* Swapping addresses does not change checksums. */
static __always_inline bool answer_ip(struct cursor *at)
{
	struct iphdr *ip = at->pos;
	__be32 from;

	if (read_ip(at) != IPPROTO_ICMP ||
	    ip->frag_off & bpf_htons(MORE_FRAGMENTS) ||
	    !turn_echo(at, ICMP_ECHO, ICMP_ECHOREPLY))
		return false;
	from = ip->saddr;
	ip->saddr = ip->daddr;
	ip->daddr = from;
	return true;
}

static __always_inline bool answer_ipv6(struct cursor *at)
{
	struct ipv6hdr *ip = take(at, sizeof(*ip));
	struct in6_addr from;

	if (!ip || ip->nexthdr != IPPROTO_ICMPV6 ||
	    !turn_echo(at, ICMPV6_ECHO_REQUEST, ICMPV6_ECHO_REPLY))
		return false;
	from = ip->saddr;
	ip->saddr = ip->daddr;
	ip->daddr = from;
	return true;
}

SEC("xdp")
int xdp_icmp_echo(struct xdp_md *ctx)
{
	struct cursor at = packet(ctx);
	struct ethhdr *eth = take(&at, sizeof(*eth));
	bool answered = false;

	if (!eth || is_for_many(eth))
		return XDP_PASS;
	if (eth->h_proto == bpf_htons(ETH_P_IP))
		answered = answer_ip(&at);
	else if (eth->h_proto == bpf_htons(ETH_P_IPV6))
		answered = answer_ipv6(&at);
	if (!answered)
		return XDP_PASS;
	swap_macs(eth);
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

SEC("xdp")
int xdp_redirect(struct xdp_md *ctx)
{
	struct cursor at = packet(ctx);
	struct ethhdr *eth = take(&at, sizeof(*eth));
	__u32 port = ctx->ingress_ifindex;
	const struct wire *wire = bpf_map_lookup_elem(&wires, &port);

	if (!eth || !wire)
		return XDP_PASS;
	set_mac(eth->h_dest, wire->mac);
	return bpf_redirect(wire->ifindex, 0);
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

SEC("xdp")
int xdp_redirect_map(struct xdp_md *ctx)
{
	struct cursor at = packet(ctx);
	struct ethhdr *eth = take(&at, sizeof(*eth));
	__u32 port = ctx->ingress_ifindex;
	const __u8 *mac = bpf_map_lookup_elem(&macs, &port);
	long verdict;

	if (!eth || !mac)
		return XDP_PASS;
	/* Without an entry in the map, this is the last argument. */
	verdict = bpf_redirect_map(&tx_port, port, XDP_PASS);
	if (verdict == XDP_REDIRECT)
		set_mac(eth->h_dest, mac);
	return verdict;
}

/* ---- bpf_fib_lookup(): the routes of this machine ---- */

/* Writes where from and where to; false: a packet to be left to the stack, which
 * sends the error of an expired TTL, and looks at options. */
static __always_inline bool ask_ip(const struct iphdr *ip,
				   struct bpf_fib_lookup *fib)
{
	if (ip->ihl != 5 || ip->ttl <= 1)
		return false;
	fib->family = AF_INET;
	fib->tos = ip->tos;
	fib->l4_protocol = ip->protocol;
	fib->tot_len = bpf_ntohs(ip->tot_len);
	fib->ipv4_src = ip->saddr;
	fib->ipv4_dst = ip->daddr;
	return true;
}

/* fe80::/10, which routers do not forward. */
static __always_inline bool is_link_local(const struct in6_addr *address)
{
	return (address->in6_u.u6_addr16[0] & bpf_htons(0xffc0)) ==
	       bpf_htons(0xfe80);
}

static __always_inline bool ask_ipv6(const struct ipv6hdr *ip,
				     struct bpf_fib_lookup *fib)
{
	if (ip->hop_limit <= 1 || is_link_local(&ip->saddr) ||
	    is_link_local(&ip->daddr))
		return false;
	fib->family = AF_INET6;
	fib->flowinfo = *(__be32 *)ip & bpf_htonl(0x0fffffff);
	fib->l4_protocol = ip->nexthdr;
	fib->tot_len = bpf_ntohs(ip->payload_len) + sizeof(*ip);
	__builtin_memcpy(fib->ipv6_src, &ip->saddr, sizeof(fib->ipv6_src));
	__builtin_memcpy(fib->ipv6_dst, &ip->daddr, sizeof(fib->ipv6_dst));
	return true;
}

/* One hop less.  The checksum covers words, and the TTL is half of one. */
static __always_inline void lower_ttl(struct iphdr *ip)
{
	__be16 *word = (__be16 *)&ip->ttl, from = *word;

	ip->ttl--;
	update(&ip->check, from, *word);
}

/* The stack's, unless there is a way and a neighbour at its end: it asks for a
 * neighbour's address, takes what is for itself, and tells of what cannot be. */
static __always_inline int route(struct xdp_md *ctx, struct ethhdr *eth,
				 struct bpf_fib_lookup *fib)
{
	fib->ifindex = ctx->ingress_ifindex;
	switch (bpf_fib_lookup(ctx, fib, sizeof(*fib), 0)) {
	case BPF_FIB_LKUP_RET_SUCCESS:
		break;
	case BPF_FIB_LKUP_RET_BLACKHOLE:
		return XDP_DROP;
	default:
		return XDP_PASS;
	}
	set_mac(eth->h_source, fib->smac);
	set_mac(eth->h_dest, fib->dmac);
	return bpf_redirect(fib->ifindex, 0);
}

static __always_inline int route_ip(struct xdp_md *ctx, struct ethhdr *eth,
				    struct iphdr *ip)
{
	struct bpf_fib_lookup fib = { 0 };
	int verdict;

	if (!ip || !ask_ip(ip, &fib))
		return XDP_PASS;
	verdict = route(ctx, eth, &fib);
	if (verdict == XDP_REDIRECT)
		lower_ttl(ip);
	return verdict;
}

static __always_inline int route_ipv6(struct xdp_md *ctx, struct ethhdr *eth,
				      struct ipv6hdr *ip)
{
	struct bpf_fib_lookup fib = { 0 };
	int verdict;

	if (!ip || !ask_ipv6(ip, &fib))
		return XDP_PASS;
	verdict = route(ctx, eth, &fib);
	if (verdict == XDP_REDIRECT)
		ip->hop_limit--;
	return verdict;
}

SEC("xdp")
int xdp_router(struct xdp_md *ctx)
{
	struct cursor at = packet(ctx);
	struct ethhdr *eth = take(&at, sizeof(*eth));

	if (!eth || is_for_many(eth))
		return XDP_PASS;
	if (eth->h_proto == bpf_htons(ETH_P_IP))
		return route_ip(ctx, eth, take(&at, sizeof(struct iphdr)));
	if (eth->h_proto == bpf_htons(ETH_P_IPV6))
		return route_ipv6(ctx, eth, take(&at, sizeof(struct ipv6hdr)));
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
