// SPDX-License-Identifier: GPL-2.0-only
/* refused_loop_long - loops longer than the verifier follows */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int loop_long(struct xdp_md *ctx)
{
	volatile __u64 sum = 0;

	for (int i = 0; i < 10000000; i++) /* refused here */
		sum += i;		   /* or refused here */
	return sum ? XDP_PASS : XDP_DROP;
}

char LICENSE[] SEC("license") = "GPL";
