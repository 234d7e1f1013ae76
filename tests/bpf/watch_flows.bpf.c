// SPDX-License-Identifier: GPL-2.0-only
/* watch_flows - counts UDP packets by their port, in maps of several kinds */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

struct flow {
	__be32 addr;
	__be16 port;
	__u16 zero;
};

struct rec {
	__u64 packets;
	__u64 bytes;
};

/* Too large to be shown unasked. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, struct flow);
	__type(value, struct rec);
} flows SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, struct rec);
} recs SEC(".maps");

/* Its keys are text that a terminal must not get. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8);
	__type(key, char[16]);
	__type(value, __u32);
} names SEC(".maps");

static void count(struct rec *rec, __u64 bytes)
{
	if (!rec)
		return;
	__sync_fetch_and_add(&rec->packets, 1);
	__sync_fetch_and_add(&rec->bytes, bytes);
}

static void count_flow(const struct flow *flow, __u64 bytes)
{
	const struct rec none = { 0 };

	if (!bpf_map_lookup_elem(&flows, flow))
		bpf_map_update_elem(&flows, flow, &none, BPF_NOEXIST);
	count(bpf_map_lookup_elem(&flows, flow), bytes);
}

static void count_name(__u16 port)
{
	char name[16] = "port\033[31m";
	__u32 *seen, one = 1;

	name[9] = port & 1 ? '1' : '0';
	seen = bpf_map_lookup_elem(&names, name);
	if (seen)
		__sync_fetch_and_add(seen, 1);
	else
		bpf_map_update_elem(&names, name, &one, BPF_NOEXIST);
}

SEC("xdp")
int xdp_flows(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data,
	     *end = (void *)(long)ctx->data_end;
	struct iphdr *ip = data + sizeof(struct ethhdr);
	struct udphdr *udp = (void *)(ip + 1);
	__u32 first = 0;
	struct flow flow = { 0 };

	if ((void *)(udp + 1) > end || ip->protocol != IPPROTO_UDP ||
	    ip->ihl != 5)
		return XDP_PASS;
	flow.addr = ip->saddr;
	flow.port = udp->dest;
	count_flow(&flow, end - data);
	count_name(bpf_ntohs(udp->dest));
	count(bpf_map_lookup_elem(&recs, &first), end - data);
	return XDP_DROP;
}

char _license[] SEC("license") = "GPL";
