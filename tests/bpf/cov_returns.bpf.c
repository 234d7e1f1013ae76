// SPDX-License-Identifier: GPL-2.0-only
/*
 * cov_returns - several ways out
 *
 * Packets whose first byte is 0 to 7, one of each, are sent to it.  What ends a
 * line is how often they reach it, or "-" if it is known that none can; then how
 * many of the ways out of its jumps are taken; and behind "<-" the packets whose
 * verdict is decided there.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

const volatile __u32 strict;
__u64 seen, odd;

static __always_inline int parse(struct xdp_md *ctx, __u8 *first)
{
	__u8 *data = (void *)(long)ctx->data;
	void *data_end = (void *)(long)ctx->data_end;

	if ((void *)(data + 1) > data_end) /* 8 1/2 */
		return -1;
	*first = data[0]; /* 8 */
	return 0;
}

static __noinline int judge(__u32 first)
{
	if (first == 4) /* 2 2/2 <- 4 */
		return XDP_TX;
	odd++;					/* 1 */
	return first & 1 ? XDP_DROP : XDP_PASS; /* 1 <- 5 */
}

SEC("xdp")
int xdp_cov_returns(struct xdp_md *ctx)
{
	__u8 first;

	if (parse(ctx, &first) < 0)
		return XDP_ABORTED;
	seen++;		/* 8 */
	if (first == 1) /* 8 2/2 <- 1 */
		return XDP_DROP;
	if (strict)	     /* 7 0/0 */
		seen += 100; /* - */
	switch (first) {     /* 7 4/4 <- 2 */
	case 2:
		return XDP_TX;
	case 3:
		return bpf_redirect(3, 0); /* 1 <- 3 */
	}
	if (first == 4 || first == 5)	       /* 5 <- 6 7 */
		return judge(first);	       /* 2 */
	for (int i = 0; i < first; i++)	       /* 14 */
		__sync_fetch_and_add(&odd, i); /* 13 */
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
