// SPDX-License-Identifier: GPL-2.0-only
/* stage_data - what begins with a value, can be changed, or begins with zero */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define CREDIT 1000000

const volatile __u32 verdict = XDP_PASS;
const volatile __u64 price = 3;
const volatile char word[8] = "chained";

/* .data: falls by the price for each packet. */
__u64 credit = CREDIT;

/* .bss */
__u64 packets;
__u64 surprises;

static __always_inline int word_is_intact(void)
{
	static const char wanted[] = "chained";
	int same = 1;

	for (int i = 0; i < (int)sizeof(word); i++)
		same &= word[i] == wanted[i];
	return same;
}

SEC("xdp")
int xdp_data(struct xdp_md *ctx)
{
	__u64 before = __sync_fetch_and_add(&credit, -price);

	__sync_fetch_and_add(&packets, 1);
	if (!word_is_intact() || before > CREDIT)
		__sync_fetch_and_add(&surprises, 1);
	return verdict;
}

char _license[] SEC("license") = "GPL";
