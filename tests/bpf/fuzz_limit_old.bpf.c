// SPDX-License-Identifier: GPL-2.0-only
/* fuzz_limit_old - the old one of two versions, which drops what is over a limit */
#include "fuzz_limit.h"

SEC("xdp")
int xdp_limit(struct xdp_md *ctx)
{
	return version(ctx, 200);
}

char _license[] SEC("license") = "GPL";
