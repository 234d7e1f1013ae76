// SPDX-License-Identifier: GPL-2.0-only
/* stage_deep400 - 400 bytes of stack, and 64 of a function that it calls */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define WORDS	    50
#define WORDS_BELOW 8

__u64 packets;
__u64 intact;

/* As the compiler does not see: else it would keep them all, on the stack. */
static __always_inline __u64 next(__u64 number)
{
	barrier_var(number);
	return number + 1;
}

/* The sum of WORDS_BELOW numbers from `number` on. */
static __noinline __u64 sum_below(__u64 number)
{
	volatile __u64 words[WORDS_BELOW];
	__u64 sum = 0;

#pragma unroll
	for (int i = 0; i < WORDS_BELOW; i++, number = next(number))
		words[i] = number;
#pragma unroll
	for (int i = 0; i < WORDS_BELOW; i++)
		sum += words[i];
	return sum;
}

SEC("xdp")
int xdp_deep400(struct xdp_md *ctx)
{
	__u64 length = ctx->data_end - ctx->data, number = length, wrong;
	volatile __u64 words[WORDS];

#pragma unroll
	for (int i = 0; i < WORDS; i++, number = next(number))
		words[i] = number;
	__sync_fetch_and_add(&packets, 1);
	wrong = sum_below(words[WORDS - 1]);
	wrong -= WORDS_BELOW * (length + WORDS - 1) +
		 WORDS_BELOW * (WORDS_BELOW - 1) / 2;
	number = length;
#pragma unroll
	for (int i = 0; i < WORDS; i++, number = next(number))
		wrong |= words[i] ^ number;
	if (!wrong)
		__sync_fetch_and_add(&intact, 1);
	return wrong ? XDP_ABORTED : XDP_PASS;
}

char _license[] SEC("license") = "GPL";
