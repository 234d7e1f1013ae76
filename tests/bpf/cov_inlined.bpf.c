// SPDX-License-Identifier: GPL-2.0-only
/* cov_inlined - functions in several places, conditions of parts, one return;
 * cov_returns.bpf.c says what ends the lines */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u64 sums[2], rounds, steps;

static __always_inline void add(__u64 *sum, __u8 byte)
{
	if (byte & 1)	   /* 16 4/4 */
		*sum += 1; /* 8 */
	else
		__sync_fetch_and_add(sum, 2); /* 8 */
}

static __always_inline int look(struct xdp_md *ctx, __u8 *first)
{
	__u8 *data = (void *)(long)ctx->data;
	void *data_end = (void *)(long)ctx->data_end;

	if ((void *)(data + 2) > data_end) /* 8 1/2 */
		return -1;
	add(&sums[0], data[0]);
	add(&sums[1], data[0] + 1);
	*first = data[0];
	return 0;
}

SEC("xdp")
int xdp_cov_inlined(struct xdp_md *ctx)
{
	int verdict = XDP_DROP;
	__u8 first;

	if (look(ctx, &first))
		goto out;
	if (first == 2 || first == 3) /* 8 4/4 <- 2 3 */
		goto out;
	if (first > 4 && first != 6) /* 6 4/4 */
		verdict = XDP_TX;
	if (first == 6) /* 6 <- 5 6 7 */
		verdict = XDP_PASS;
	for (int i = 0; i < first; i++) {
		if (i & 1) /* 23 2/2 */
			continue;
		rounds++; /* 13 */
	}
	__sync_fetch_and_add(&steps, 1); /* 6 */
out:
	return verdict;
}

char _license[] SEC("license") = "GPL";
