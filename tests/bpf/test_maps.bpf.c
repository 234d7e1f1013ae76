// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_maps - does to maps what a packet says
 *
 * The byte behind the Ethernet header says what, the next one to which entry.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/types.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

enum what {
	COUNT,
	FLOW,
	PUSH,
	EVENT,
	PERF,
	BLOOM,
	LOCK,
	INNER,
	REST,
	START,
	VARIABLES,
};

/* How counters are called. */
enum counter { C_FIRST, C_SECOND, C_LAST = 3 };

struct rec {
	__u64 packets;
	__u64 bytes;
};

struct flow {
	__be32 saddr;
	__be16 port;
	__u16 zero;
};

struct seen {
	__u64 packets;
	__be32 daddr;
	char name[8];
	__u8 low : 4, high : 4;
	struct rec recs[2];
};

struct event {
	__u32 number;
	__be16 port;
	__u8 mac[6];
};

/* The same, its end left open. */
struct head {
	__u32 number;
	__u8 rest[];
};

struct guarded {
	struct bpf_spin_lock lock;
	__u32 count;
};

struct timed {
	struct bpf_timer timer;
	__u32 count;
};

struct prefix {
	__u32 prefixlen;
	__be32 addr;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 5);
	__type(key, __u32);
	__type(value, struct rec);
} stats SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64);
} counters SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, struct flow);
	__type(value, struct seen);
} flows SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(max_entries, 8);
	__type(value, __u32);
} queued SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_STACK);
	__uint(max_entries, 8);
	__type(value, __u32);
} stacked SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
} samples SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, struct guarded);
} guards SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, struct timed);
} timers SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 64);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct prefix);
	__type(value, __u32);
} prefixes SEC(".maps");

/* Only tests put something in. */
struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 64);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct prefix);
	__type(value, struct rec);
} networks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, __u64);
} recent SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, __u64);
} cpu_hash SEC(".maps");

struct inner {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} inner_one SEC(".maps"), inner_two SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 2);
	__uint(key_size, sizeof(__u32));
	__array(values, struct inner);
} outer SEC(".maps") = {
	.values = { &inner_one },
};

struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP);
	__uint(max_entries, 4);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
} ports SEC(".maps");

struct conf {
	__u32 limit;
	__u8 list[4];
	__be32 from;
	enum counter which;
};

const volatile __u32 limit = 7;
const volatile struct conf conf = { .limit = 1 };
const volatile __u32 table[4] SEC(".rodata.tables") = { 1, 2, 3, 4 };
__u64 total;
__s32 level = -3;
struct rec sums[2];
char label[8] = "none";
const struct event *unused_event;
const struct head *unused_head;

static void count(__u32 at, __u64 bytes)
{
	struct rec *rec = bpf_map_lookup_elem(&stats, &at);
	__u64 *counter = bpf_map_lookup_elem(&counters, &at);

	if (rec) {
		rec->packets++;
		rec->bytes += bytes;
	}
	if (counter)
		__sync_fetch_and_add(counter, 1);
}

static void see_flow(__u8 at)
{
	struct flow flow = { .port = bpf_htons(80) };
	struct seen one = { .packets = 1, .name = "first", .high = 9 }, *seen;

	flow.saddr = bpf_htonl(0x0a000000 + at);
	one.daddr = flow.saddr;
	seen = bpf_map_lookup_elem(&flows, &flow);
	if (seen)
		seen->packets++;
	else
		bpf_map_update_elem(&flows, &flow, &one, BPF_ANY);
}

static void push(__u32 at)
{
	bpf_map_push_elem(&queued, &at, BPF_ANY);
	bpf_map_push_elem(&stacked, &at, BPF_ANY);
}

static void tell(struct xdp_md *ctx, __u8 at, int perf)
{
	struct event event = { .number = at,
			       .port = bpf_htons(443),
			       .mac = { 2, 0, 0, 0, 0, 1 } };

	if (perf)
		bpf_perf_event_output(ctx, &samples, BPF_F_CURRENT_CPU, &event,
				      sizeof(event));
	else
		bpf_ringbuf_output(&events, &event, sizeof(event), 0);
}

static void lock(__u32 at)
{
	struct guarded none = { 0 }, *guarded;

	bpf_map_update_elem(&guards, &at, &none, BPF_NOEXIST);
	guarded = bpf_map_lookup_elem(&guards, &at);
	if (!guarded)
		return;
	bpf_spin_lock(&guarded->lock);
	guarded->count++;
	bpf_spin_unlock(&guarded->lock);
}

static void count_inner(__u32 at)
{
	__u32 first = 0, *number;
	void *inner = bpf_map_lookup_elem(&outer, &at);

	if (!inner)
		return;
	number = bpf_map_lookup_elem(inner, &first);
	if (number)
		++*number;
}

static void rest(__u32 at)
{
	struct prefix prefix = { 24, bpf_htonl(0x0a000000 + (at << 8)) };
	__u64 one = 1;

	bpf_map_update_elem(&prefixes, &prefix, &at, BPF_ANY);
	bpf_map_update_elem(&recent, &at, &one, BPF_ANY);
	bpf_map_update_elem(&cpu_hash, &at, &one, BPF_ANY);
}

static int tick(void *map, __u32 *key, struct timed *timed)
{
	timed->count++;
	return 0;
}

static void start(__u32 at)
{
	struct timed *timed = bpf_map_lookup_elem(&timers, &at);

	if (!timed)
		return;
	timed->count = 100;
	bpf_timer_init(&timed->timer, &timers, 1 /* CLOCK_MONOTONIC */);
	bpf_timer_set_callback(&timed->timer, tick);
	bpf_timer_start(&timed->timer, 50 * 1000 * 1000, 0);
}

static void set_variables(__u8 at)
{
	static __u32 calls;

	calls++;
	total += limit + conf.limit + table[at & 3];
	level -= at;
	sums[1].packets++;
	label[0] = 'N';
}

SEC("xdp")
int xdp_maps(struct xdp_md *ctx)
{
	__u8 *data = (void *)(long)ctx->data + sizeof(struct ethhdr);
	void *end = (void *)(long)ctx->data_end;
	__u8 at;

	if ((void *)(data + 2) > end)
		return XDP_ABORTED;
	at = data[1];
	switch ((enum what)data[0]) {
	case COUNT:
		count(at, end - (void *)(long)ctx->data);
		break;
	case FLOW:
		see_flow(at);
		break;
	case PUSH:
		push(at);
		break;
	case EVENT:
		tell(ctx, at, 0);
		break;
	case PERF:
		tell(ctx, at, 1);
		break;
	case LOCK:
		lock(at);
		break;
	case INNER:
		count_inner(at);
		break;
	case REST:
		rest(at);
		break;
	case START:
		start(at);
		break;
	case VARIABLES:
		set_variables(at);
		break;
	default:
		return bpf_redirect_map(&ports, at, XDP_DROP);
	}
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
