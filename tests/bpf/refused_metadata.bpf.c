// SPDX-License-Identifier: GPL-2.0-only
/* refused_metadata - asks for the device's metadata without being bound to it */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

extern int bpf_xdp_metadata_rx_timestamp(const struct xdp_md *ctx,
					 __u64 *timestamp) __ksym;

SEC("xdp")
int metadata(struct xdp_md *ctx)
{
	__u64 time;

	return bpf_xdp_metadata_rx_timestamp(ctx, &time);
}

char LICENSE[] SEC("license") = "GPL";
