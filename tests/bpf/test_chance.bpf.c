// SPDX-License-Identifier: GPL-2.0-only
/* test_chance - a program that does not do the same twice */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u64 nr_dropped, nr_sent;

SEC("xdp")
int xdp_by_chance(struct xdp_md *ctx)
{
	__u32 number = bpf_get_prandom_u32();

	if (number & 1) {
		__sync_fetch_and_add(&nr_dropped, 1);
		return XDP_DROP;
	}
	if (number & 6) {
		__sync_fetch_and_add(&nr_sent, number);
		return XDP_TX;
	}
	return XDP_ABORTED;
}

char _license[] SEC("license") = "GPL";
