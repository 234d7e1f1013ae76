// SPDX-License-Identifier: GPL-2.0-only
/* fuzz_fields_old - the old one of two versions, which changes packets */
#include "fuzz_fields.h"

SEC("xdp")
int xdp_fields(struct xdp_md *ctx)
{
	return version(ctx, 0);
}

char _license[] SEC("license") = "GPL";
