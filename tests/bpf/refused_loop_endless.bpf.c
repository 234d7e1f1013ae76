// SPDX-License-Identifier: GPL-2.0-only
/* refused_loop_endless - loops without an end */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int loop_endless(struct xdp_md *ctx)
{
	for (;;) /* refused here */
		barrier();
}

char LICENSE[] SEC("license") = "GPL";
