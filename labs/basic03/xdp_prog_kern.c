// SPDX-License-Identifier: GPL-2.0-only
/* xdp_prog_kern - counts packets and bytes by verdict, in three ways */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct datarec {
	__u64 rx_packets;
	__u64 rx_bytes;
};

#define NR_VERDICTS (XDP_REDIRECT + 1)

/* A record for each verdict, which is its index. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, struct datarec);
	__uint(max_entries, NR_VERDICTS);
} xdp_stats_map SEC(".maps");

/* The same, one per CPU. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__type(key, __u32);
	__type(value, struct datarec);
	__uint(max_entries, NR_VERDICTS);
} xdp_percpu_map SEC(".maps");

/* Longer packets are dropped, so that there are two verdicts. */
static __u32 verdict_of(__u64 bytes)
{
	return bytes > 1000 ? XDP_DROP : XDP_PASS;
}

static __always_inline __u64 length(const struct xdp_md *ctx)
{
	return (__u64)ctx->data_end - ctx->data;
}

/* A load, an addition and a store: two CPUs can do them at the same time. */
SEC("xdp")
int xdp_stats_func(struct xdp_md *ctx)
{
	__u64 bytes = length(ctx);
	__u32 verdict = verdict_of(bytes);
	struct datarec *rec = bpf_map_lookup_elem(&xdp_stats_map, &verdict);

	if (!rec) /* never, but the verifier does not know that */
		return XDP_ABORTED;
	rec->rx_packets++;
	rec->rx_bytes += bytes;
	return verdict;
}

/* One instruction, with exclusive access to the memory. */
SEC("xdp")
int xdp_atomic_func(struct xdp_md *ctx)
{
	__u64 bytes = length(ctx);
	__u32 verdict = verdict_of(bytes);
	struct datarec *rec = bpf_map_lookup_elem(&xdp_stats_map, &verdict);

	if (!rec)
		return XDP_ABORTED;
	__sync_fetch_and_add(&rec->rx_packets, 1);
	__sync_fetch_and_add(&rec->rx_bytes, bytes);
	return verdict;
}

/* As the first, in memory that no other CPU writes to. */
SEC("xdp")
int xdp_percpu_func(struct xdp_md *ctx)
{
	__u64 bytes = length(ctx);
	__u32 verdict = verdict_of(bytes);
	struct datarec *rec = bpf_map_lookup_elem(&xdp_percpu_map, &verdict);

	if (!rec)
		return XDP_ABORTED;
	rec->rx_packets++;
	rec->rx_bytes += bytes;
	return verdict;
}

char LICENSE[] SEC("license") = "GPL";
