// SPDX-License-Identifier: GPL-2.0-only
/* stage_subs - a tail call out of a function, below 224 bytes of stack */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

/* Above a tail call Linux takes less than 256 bytes, of frames that 6.1 rounds
 * up to 32 and 6.18 to 16: with a word more 6.1 would refuse it. */
#define WORDS 28

__u64 packets;
__u64 broken;
__u64 fell_through;

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} tails SEC(".maps");

/* As the compiler does not see: else it would keep them all, on the stack. */
static __always_inline __u64 next(__u64 number)
{
	barrier_var(number);
	return number + 1;
}

/* Returns the verdict of the program in the slot, or passes: the compiler, who
 * sees the second alone, must not put that constant in the place of the call's
 * result. */
static __noinline int try_tail(struct xdp_md *ctx)
{
	int verdict = XDP_PASS;

	bpf_tail_call(ctx, &tails, 0);
	__sync_fetch_and_add(&fell_through, 1);
	barrier_var(verdict);
	return verdict;
}

SEC("xdp")
int xdp_subs(struct xdp_md *ctx)
{
	__u64 length = ctx->data_end - ctx->data, number = length, wrong = 0;
	volatile __u64 words[WORDS];
	int verdict;

#pragma unroll
	for (int i = 0; i < WORDS; i++, number = next(number))
		words[i] = number;
	verdict = try_tail(ctx);
	__sync_fetch_and_add(&packets, 1);
	number = length;
#pragma unroll
	for (int i = 0; i < WORDS; i++, number = next(number))
		wrong |= words[i] ^ number;
	if (wrong)
		__sync_fetch_and_add(&broken, 1);
	return verdict;
}

char _license[] SEC("license") = "GPL";
