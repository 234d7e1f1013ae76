// SPDX-License-Identifier: GPL-2.0-only
/* stage_loop - a loop with a callback, and a global function */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define ROUNDS 10

__u64 packets;
__u64 bytes;
__u64 rounds; /* ROUNDS for each packet */

__noinline int length_of(struct xdp_md *ctx)
{
	return ctx->data_end - ctx->data;
}

static long on_round(__u32 index, void *sum)
{
	*(__u64 *)sum += 1;
	return 0;
}

SEC("xdp")
int xdp_loop(struct xdp_md *ctx)
{
	__u64 sum = 0;

	bpf_loop(ROUNDS, on_round, &sum, 0);
	__sync_fetch_and_add(&packets, 1);
	__sync_fetch_and_add(&bytes, length_of(ctx));
	__sync_fetch_and_add(&rounds, sum);
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
