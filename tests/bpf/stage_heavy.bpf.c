// SPDX-License-Identifier: GPL-2.0-only
/* stage_heavy - much work for the verifier, little for a packet */
#include "stage_count.h"

/* The verifier walks each round by itself, some 200 instructions, and takes
 * the loop to go on for as long as it may.  Each round leaves it one state to
 * come back to, of which it keeps no more than 8192. */
#define MAX_ROUNDS 2000

/* .data, so that the verifier does not know it. */
volatile __u32 wanted_rounds = 1;

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} packets SEC(".maps");

static __always_inline __u64 mix(__u64 number)
{
#pragma unroll
	for (int i = 0; i < 32; i++) {
		number ^= number << 7;
		number ^= number >> 9;
	}
	return number;
}

SEC("xdp")
int xdp_heavy(struct xdp_md *ctx)
{
	__u64 number = ctx->data_end - ctx->data;

	for (__u32 i = 0; i < MAX_ROUNDS && i < wanted_rounds; i++)
		number = mix(number);
	/* Zero alone is mixed into zero, and no frame is so short. */
	count(&packets, 0, number != 0);
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
