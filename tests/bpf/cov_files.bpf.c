// SPDX-License-Identifier: GPL-2.0-only
/* cov_files - a branch that leads into another file, and back */
#include "cov_files.h"

SEC("xdp")
int xdp_cov_files(struct xdp_md *ctx)
{
	__u8 *data = (void *)(long)ctx->data;

	if ((void *)(data + 1) > (void *)(long)ctx->data_end)
		return XDP_ABORTED;
	if (data[0] > 4)
		return go_elsewhere();
	__sync_fetch_and_add(&here, 1);
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
