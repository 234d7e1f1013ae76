// SPDX-License-Identifier: GPL-2.0-only
/* stage_deep512 - fills all 512 bytes of the stack, and reads them back */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

/* Clang 14 gives no function more than 504 bytes; the last word is
 * taken by hand. */
#define WORDS 63

/* No maps of its own: their keys would need room on the stack. */
__u64 packets;
__u64 intact;

/* As the compiler does not see: else it would keep them all, on the stack. */
static __always_inline __u64 next(__u64 number)
{
	barrier_var(number);
	return number + 1;
}

static __always_inline void set_last(__u64 number)
{
	asm volatile("*(u64 *)(r10 - 512) = %0" : : "r"(number) : "memory");
}

static __always_inline __u64 last(void)
{
	__u64 number;

	asm volatile("%0 = *(u64 *)(r10 - 512)" : "=r"(number) : : "memory");
	return number;
}

SEC("xdp")
int xdp_deep512(struct xdp_md *ctx)
{
	__u64 length = ctx->data_end - ctx->data, number = length, wrong = 0;
	volatile __u64 words[WORDS];

	set_last(~length);
#pragma unroll
	for (int i = 0; i < WORDS; i++, number = next(number))
		words[i] = number;
	__sync_fetch_and_add(&packets, 1);
	number = length;
#pragma unroll
	for (int i = 0; i < WORDS; i++, number = next(number))
		wrong |= words[i] ^ number;
	wrong |= last() ^ ~length;
	if (!wrong)
		__sync_fetch_and_add(&intact, 1);
	return wrong ? XDP_ABORTED : XDP_PASS;
}

char _license[] SEC("license") = "GPL";
