// SPDX-License-Identifier: GPL-2.0-only
/* cov_tails - programs that are tail-called, from a slot that begins with one,
 * by a name that a test has, and by itself;
 * cov_returns.bpf.c says what ends the lines */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

enum { EVEN, ODD, ITSELF, NOBODY };

int xdp_cov_even(struct xdp_md *ctx);

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__array(values, int(struct xdp_md *));
} nexts SEC(".maps") = {
	.values = { [EVEN] = (void *)&xdp_cov_even },
};

__u32 first;
__u64 even, odd, missed;

SEC("xdp")
int xdp_cov_even(struct xdp_md *ctx)
{
	if (first == 4) /* 4 2/2 <- 4 */
		return XDP_TX;
	even++;					    /* 3 */
	if (first == 6) {			    /* 3 2/2 <- 0 2 */
		bpf_tail_call(ctx, &nexts, NOBODY); /* 1 <- 6 */
		return XDP_DROP;
	}
	return XDP_PASS;
}

SEC("xdp")
int xdp_cov_odd(struct xdp_md *ctx)
{
	if (first == 3) /* 4 2/2 <- 3 7 */
		return XDP_DROP;
	odd++; /* 2 */
	return XDP_TX;
}

SEC("xdp")
int xdp_cov_never(struct xdp_md *ctx)
{
	missed += 10; /* - */
	return XDP_ABORTED;
}

SEC("xdp")
int xdp_cov_tails(struct xdp_md *ctx)
{
	__u8 *data = (void *)(long)ctx->data;

	if ((void *)(data + 1) > (void *)(long)ctx->data_end) /* 9 1/2 */
		return XDP_ABORTED;
	if (data[0] == 7) {			    /* 9 2/2 */
		data[0] = 3;			    /* 1 */
		bpf_tail_call(ctx, &nexts, ITSELF); /* 1 */
	}
	first = data[0];		       /* 8 */
	bpf_tail_call(ctx, &nexts, first & 1); /* 8 */
	missed++;			       /* 0 */
	return XDP_ABORTED;
}

char _license[] SEC("license") = "GPL";
