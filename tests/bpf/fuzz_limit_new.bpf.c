// SPDX-License-Identifier: GPL-2.0-only
/* fuzz_limit_new - the new one of two versions, which drops what is over a limit */
#include "fuzz_limit.h"

SEC("xdp")
int xdp_limit(struct xdp_md *ctx)
{
	return version(ctx, 100);
}

char _license[] SEC("license") = "GPL";
