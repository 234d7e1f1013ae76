// SPDX-License-Identifier: GPL-2.0-only
/* subprogs - static and global functions, a callback, .rodata, .data, .bss */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

const volatile __u32 wanted_verdict = XDP_PASS;
__u64 runs = 40;
__u64 rounds;

static __noinline int add(int a, int b)
{
	return a + b;
}

__noinline int frame_length(struct xdp_md *ctx)
{
	return ctx->data_end - ctx->data;
}

static long on_round(__u32 index, void *sum)
{
	*(__u64 *)sum += index;
	return 0;
}

SEC("xdp.frags")
int xdp_subprogs(struct xdp_md *ctx)
{
	__u64 sum = 0;

	runs++;
	bpf_loop(4, on_round, &sum, 0);
	rounds += add(sum, frame_length(ctx));
	return wanted_verdict;
}

char _license[] SEC("license") = "GPL";
