// SPDX-License-Identifier: GPL-2.0-only
/* fuzz_to_new - the new one of two versions, which redirects */
#define OWN_MAP own_new
#include "fuzz_to.h"

SEC("xdp")
int xdp_to(struct xdp_md *ctx)
{
	return version(ctx, 1);
}

char _license[] SEC("license") = "GPL";
