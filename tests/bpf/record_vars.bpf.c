// SPDX-License-Identifier: GPL-2.0-only
/* record_vars - two programs, each of which drops its first packet */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u32 packets_left = 1;
__u32 packets_seen SEC(".data.seen") = 1;

static __always_inline int count(void)
{
	packets_seen++;
	if (!packets_left)
		return XDP_PASS;
	packets_left--;
	return XDP_DROP;
}

SEC("xdp")
int xdp_vars_one(struct xdp_md *ctx)
{
	return count();
}

SEC("xdp")
int xdp_vars_two(struct xdp_md *ctx)
{
	return count();
}

char _license[] SEC("license") = "GPL";
