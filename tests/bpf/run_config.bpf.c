// SPDX-License-Identifier: GPL-2.0-only
/* run_config - says where in a chain it wants to be, as libxdp's macro does */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define XDP_RUN_CONFIG(function) _##function SEC(".xdp_run_config")

struct {
	__uint(priority, 7);
	__uint(XDP_PASS, 1);
	__uint(XDP_DROP, 1);
} XDP_RUN_CONFIG(xdp_configured);

SEC("xdp")
int xdp_configured(struct xdp_md *ctx)
{
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
