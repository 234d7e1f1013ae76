// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_aborted - ABORTED, but only behind conditions one inside the other: a
 * port, a combination of flags, and an option
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define MAGIC_PORT   0xbeef
#define USER_TIMEOUT 28 /* a TCP option, RFC 5482 */

SEC("xdp")
int xdp_fuzz_abort(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data,
	     *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	struct iphdr *ip = (void *)(eth + 1);
	struct tcphdr *tcp = (void *)(ip + 1);
	__u8 *option = (void *)(tcp + 1);

	if ((void *)(tcp + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP) ||
	    ip->ihl != 5 || ip->protocol != IPPROTO_TCP)
		return XDP_PASS;
	if (tcp->dest != bpf_htons(MAGIC_PORT))
		return XDP_PASS;
	if (!tcp->fin || tcp->syn || !tcp->psh || !tcp->urg)
		return XDP_DROP;
	if (tcp->doff < 6 || option + 4 > (__u8 *)end)
		return XDP_DROP;
	if (option[0] != USER_TIMEOUT || option[1] != 4)
		return XDP_DROP;
	return XDP_ABORTED;
}

char _license[] SEC("license") = "GPL";
