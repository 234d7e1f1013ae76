// SPDX-License-Identifier: GPL-2.0-only
/* stage_meta - asks the device for a packet's hash and time, since Linux 6.3 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

/* The kernel's, by name. */
enum xdp_rss_hash_type { XDP_RSS_TYPE_NONE };

extern int bpf_xdp_metadata_rx_hash(const struct xdp_md *ctx, __u32 *hash,
				    enum xdp_rss_hash_type *type) __ksym;
extern int bpf_xdp_metadata_rx_timestamp(const struct xdp_md *ctx,
					 __u64 *timestamp) __ksym;

/* How often each answer, 0 or -errno, was given. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, __s32);
	__type(value, __u64);
} hash_answers SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, __s32);
	__type(value, __u64);
} time_answers SEC(".maps");

static __always_inline void count(void *map, __s32 answer)
{
	__u64 none = 0, *value = bpf_map_lookup_elem(map, &answer);

	if (!value) {
		bpf_map_update_elem(map, &answer, &none, BPF_NOEXIST);
		value = bpf_map_lookup_elem(map, &answer);
	}
	if (value)
		__sync_fetch_and_add(value, 1);
}

SEC("xdp")
int xdp_meta(struct xdp_md *ctx)
{
	enum xdp_rss_hash_type type = XDP_RSS_TYPE_NONE;
	__u64 timestamp = 0;
	__u32 hash = 0;

	count(&hash_answers, bpf_xdp_metadata_rx_hash(ctx, &hash, &type));
	count(&time_answers, bpf_xdp_metadata_rx_timestamp(ctx, &timestamp));
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
