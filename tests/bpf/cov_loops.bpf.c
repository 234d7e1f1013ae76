// SPDX-License-Identifier: GPL-2.0-only
/* cov_loops - loops in loops, a switch that falls through, a verdict that
 * compilers choose without a line; cov_returns.bpf.c says what ends the lines */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

const volatile __u32 mode = 2;
__u64 inner, outer, off, mixed[3];

/* In a subprogram and in the main one. */
static __always_inline void mark(__u32 first)
{
	if (first > 5)			       /* 16 4/4 */
		__sync_fetch_and_add(&off, 1); /* 4 */
}

static __noinline __u32 walk(__u32 first)
{
	__u32 i, k = 0;

	mark(first);
	for (i = 0; i < 4; i++) {
		if (i == first)
			break;
		__sync_fetch_and_add(&outer, 1);	     /* 22 */
		for (k = 0; k < (first & 3); k++)	     /* 60 4/4 */
			__sync_fetch_and_add(&inner, first); /* 38 */
	}
	return k; /* 8 */
}

static __noinline int pick(__u32 first)
{
	switch (first) { /* 8 9/10 */
	case 0:
		mixed[0] += 3; /* 1 */
		__attribute__((fallthrough));
	case 1:
		mixed[1] += 2; /* 2 */
		break;
	case 4:
		return XDP_TX;
	case 8:
		mixed[2] |= 4; /* 0 */
	}
	return XDP_PASS;
}

SEC("xdp")
int xdp_cov_loops(struct xdp_md *ctx)
{
	__u8 *data = (void *)(long)ctx->data;
	__u32 first;

	if ((void *)(data + 1) > (void *)(long)ctx->data_end) /* 8 1/2 */
		return XDP_ABORTED;
	first = data[0];
	mark(first);
	switch (mode) { /* 8 0/0 */
	case 8:
		off = first; /* - */
		break;
	case 9:
		outer = first; /* - */
		break;
	}
	if (mode == 2)	     /* 8 */
		walk(first); /* 8 */
	else
		__sync_fetch_and_add(&outer, 1000); /* - */
	if (pick(first) == XDP_TX)		    /* 8 2/2 <- 4 */
		return XDP_DROP;
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
