// SPDX-License-Identifier: GPL-2.0-only
/* fuzz_new - the new one of two versions */
#include "fuzz_version.h"

SEC("xdp")
int xdp_version(struct xdp_md *ctx)
{
	return version(ctx, 1);
}

char _license[] SEC("license") = "GPL";
