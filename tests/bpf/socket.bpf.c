// SPDX-License-Identifier: GPL-2.0-only
/* socket - a program that is not XDP */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("socket")
int no_xdp(struct __sk_buff *skb)
{
	return 0;
}

char _license[] SEC("license") = "GPL";
