// SPDX-License-Identifier: GPL-2.0-only
/* refused_context_write - writes to the context */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int context_write(struct xdp_md *ctx)
{
	ctx->data = 0; /* refused here */
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
