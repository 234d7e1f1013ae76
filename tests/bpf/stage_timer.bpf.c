// SPDX-License-Identifier: GPL-2.0-only
/* stage_timer - the first packet sets a timer, which then rings several times */
#include "stage_count.h"

#define CLOCK_MONOTONIC 1 /* linux/time.h clashes with types of others */

const volatile __u32 wanted_rings = 5;
const volatile __u64 interval_ns = 10 * 1000 * 1000;

struct alarm {
	struct bpf_timer timer;
	__u32 rung;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct alarm);
} alarms SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} packets SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} rings SEC(".maps");

static int on_alarm(void *map, __u32 *key, struct alarm *alarm)
{
	count(&rings, 0, 1);
	if (++alarm->rung < wanted_rings)
		bpf_timer_start(&alarm->timer, interval_ns, 0);
	return 0;
}

SEC("xdp")
int xdp_timer(struct xdp_md *ctx)
{
	__u32 first = 0;
	struct alarm *alarm = bpf_map_lookup_elem(&alarms, &first);

	count(&packets, 0, 1);
	/* -EBUSY for all packets but the first. */
	if (alarm && !bpf_timer_init(&alarm->timer, &alarms, CLOCK_MONOTONIC)) {
		bpf_timer_set_callback(&alarm->timer, on_alarm);
		bpf_timer_start(&alarm->timer, interval_ns, 0);
	}
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
