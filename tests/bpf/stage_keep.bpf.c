// SPDX-License-Identifier: GPL-2.0-only
/* stage_keep - counts in a map and in a variable, to go on with another time
 *
 * Programs that are built of it differ in the map, by TYPE and by VALUE, the
 * members of its value, and in a constant, STEP.
 */
#include "stage_count.h"

#ifndef TYPE
#define TYPE BPF_MAP_TYPE_PERCPU_ARRAY
#endif
#ifndef VALUE
#define VALUE                                                                  \
	__u64 packets;                                                         \
	__u64 bytes
#endif
#ifndef STEP
#define STEP 1
#endif

struct record {
	VALUE;
};

struct {
	__uint(type, TYPE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct record);
} records SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP_HASH);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, struct bpf_devmap_val);
} outs SEC(".maps");

const volatile __u64 step = STEP;

__u64 total;

SEC("xdp")
int xdp_keep(struct xdp_md *ctx)
{
	__u32 key = 0;
	struct record *record = bpf_map_lookup_elem(&records, &key);

	if (record)
		record->packets++;
	if (ctx->ingress_ifindex == 0) /* never */
		return bpf_redirect_map(&outs, 0, XDP_PASS);
	__sync_fetch_and_add(&total, step);
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
