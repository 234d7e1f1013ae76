// SPDX-License-Identifier: GPL-2.0-only
/* merged - ten times tests/bpf/stage_tick.bpf.c, put together by hand */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct ticks {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
};

struct ticks ticks0 SEC(".maps");
struct ticks ticks1 SEC(".maps");
struct ticks ticks2 SEC(".maps");
struct ticks ticks3 SEC(".maps");
struct ticks ticks4 SEC(".maps");
struct ticks ticks5 SEC(".maps");
struct ticks ticks6 SEC(".maps");
struct ticks ticks7 SEC(".maps");
struct ticks ticks8 SEC(".maps");
struct ticks ticks9 SEC(".maps");

static __always_inline void count(void *ticks, const __u32 *key)
{
	__u64 *tick = bpf_map_lookup_elem(ticks, key);

	if (tick)
		++*tick;
}

SEC("xdp")
int xdp_merged(struct xdp_md *ctx)
{
	__u32 first = 0;

	count(&ticks0, &first);
	count(&ticks1, &first);
	count(&ticks2, &first);
	count(&ticks3, &first);
	count(&ticks4, &first);
	count(&ticks5, &first);
	count(&ticks6, &first);
	count(&ticks7, &first);
	count(&ticks8, &first);
	count(&ticks9, &first);
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
