// SPDX-License-Identifier: GPL-2.0-only
/* fuzz_loop - a bug behind a loop that has to go round several times */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <bpf/bpf_helpers.h>

/* Bits that no constant of the code tells. */
SEC("xdp")
int xdp_loop(struct xdp_md *ctx)
{
	__u8 *data = (void *)(long)ctx->data,
	     *end = (void *)(long)ctx->data_end;
	__u32 i;

#pragma clang loop unroll(disable)
	for (i = 0; i < ETH_HLEN; i++) {
		if (data + i + 1 > end || (data[i] ^ (i * 37 + 75)) & 7)
			break;
	}
	return i > 3 ? XDP_ABORTED : XDP_PASS;
}

char _license[] SEC("license") = "GPL";
