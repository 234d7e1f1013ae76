// SPDX-License-Identifier: GPL-2.0-only
/* test_lower - lowers the destination port of UDP, counts that, and drops what
 * goes to port 1; `sloppy` leaves the checksum as it was */
#include <stdbool.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

const volatile bool sloppy = false;

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} lowered SEC(".maps");

struct packet {
	struct ethhdr eth;
	struct iphdr ip;
	struct udphdr udp;
} __attribute__((packed));

static void count(void)
{
	__u32 first = 0;
	__u64 *number = bpf_map_lookup_elem(&lowered, &first);

	if (number)
		++*number;
}

/* One less in the port is one more in the checksum, which carries round. */
static void lower(struct packet *packet)
{
	__u32 sum = bpf_ntohs(packet->udp.check) + 1;

	packet->udp.dest = bpf_htons(bpf_ntohs(packet->udp.dest) - 1);
	if (!sloppy)
		packet->udp.check = bpf_htons((sum & 0xffff) + (sum >> 16));
}

SEC("xdp")
int xdp_lower(struct xdp_md *ctx)
{
	struct packet *packet = (void *)(long)ctx->data;

	if ((void *)(packet + 1) > (void *)(long)ctx->data_end)
		return XDP_PASS;
	if (packet->eth.h_proto != bpf_htons(ETH_P_IP) ||
	    packet->ip.protocol != IPPROTO_UDP)
		return XDP_PASS;
	if (packet->udp.dest == bpf_htons(1))
		return XDP_DROP;
	count();
	lower(packet);
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
