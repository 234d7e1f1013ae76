// SPDX-License-Identifier: GPL-2.0-only
/* xdp_prog_kern - counts packets and bytes by verdict, in a map to be shared */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct datarec {
	__u64 rx_packets;
	__u64 rx_bytes;
};

#define NR_VERDICTS (XDP_REDIRECT + 1)

/* Asks the loader to pin it by name, or to reuse what is pinned there. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__type(key, __u32);
	__type(value, struct datarec);
	__uint(max_entries, NR_VERDICTS);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} xdp_stats_map SEC(".maps");

static __always_inline int count(const struct xdp_md *ctx, __u32 verdict)
{
	struct datarec *rec = bpf_map_lookup_elem(&xdp_stats_map, &verdict);

	if (!rec)
		return XDP_ABORTED;
	rec->rx_packets++;
	rec->rx_bytes += (__u64)ctx->data_end - ctx->data;
	return verdict;
}

SEC("xdp")
int xdp_pass_func(struct xdp_md *ctx)
{
	return count(ctx, XDP_PASS);
}

SEC("xdp")
int xdp_drop_func(struct xdp_md *ctx)
{
	return count(ctx, XDP_DROP);
}

char LICENSE[] SEC("license") = "GPL";
