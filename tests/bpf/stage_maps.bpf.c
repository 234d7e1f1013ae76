// SPDX-License-Identifier: GPL-2.0-only
/* stage_maps - counts packets by length and source in maps of six types */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

struct prefix {
	__u32 bits;
	__u8 address[4];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} packets SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} cpu_packets SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, __u64);
} lengths SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, __u64);
} cpu_lengths SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, __u64);
} new_lengths SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 1024);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct prefix);
	__type(value, __u64);
} sources SEC(".maps");

/* Counts what `key` finds, which is added as `new_key` if it finds nothing. */
static __always_inline void count_as(void *map, const void *key,
				     const void *new_key)
{
	__u64 none = 0, *value = bpf_map_lookup_elem(map, key);

	if (!value) {
		bpf_map_update_elem(map, new_key, &none, BPF_NOEXIST);
		value = bpf_map_lookup_elem(map, key);
	}
	if (value)
		__sync_fetch_and_add(value, 1);
}

static __always_inline void count(void *map, const void *key)
{
	count_as(map, key, key);
}

/* By network, a /24: 0.0.0.0 stands for what is not IPv4. */
static __always_inline void count_source(struct xdp_md *ctx)
{
	struct ethhdr *eth = (void *)(long)ctx->data;
	struct iphdr *ip = (void *)(eth + 1);
	struct prefix host = { .bits = 32 }, network;

	if ((void *)(ip + 1) <= (void *)(long)ctx->data_end &&
	    eth->h_proto == bpf_htons(ETH_P_IP))
		__builtin_memcpy(host.address, &ip->saddr, 4);
	network = host;
	network.bits = 24;
	network.address[3] = 0;
	count_as(&sources, &host, &network);
}

SEC("xdp")
int xdp_maps(struct xdp_md *ctx)
{
	__u32 length = ctx->data_end - ctx->data, first = 0;

	count(&packets, &first);
	count(&cpu_packets, &first);
	count(&lengths, &length);
	count(&cpu_lengths, &length);
	count(&new_lengths, &length);
	count_source(ctx);
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
