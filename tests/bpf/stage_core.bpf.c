// SPDX-License-Identifier: GPL-2.0-only
/* stage_core - what CO-RE finds out about a type of the running kernel */
#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

/* Neither its members' places nor its size are the kernel's. */
struct net_device {
	unsigned int mtu;
	int ifindex;
} __attribute__((preserve_access_index));

struct net_device___wrong {
	int no_such_member;
} __attribute__((preserve_access_index));

__u64 packets;
__u32 device_size;
__u32 ifindex_offset;
__u32 mtu_size;
__u32 has_mtu;
__u32 has_wrong = 1;

SEC("xdp")
int xdp_core(struct xdp_md *ctx)
{
	__sync_fetch_and_add(&packets, 1);
	device_size = bpf_core_type_size(struct net_device);
	ifindex_offset = bpf_core_field_offset(struct net_device, ifindex);
	mtu_size = bpf_core_field_size(struct net_device, mtu);
	has_mtu = bpf_core_field_exists(struct net_device, mtu);
	has_wrong = bpf_core_field_exists(struct net_device___wrong,
					  no_such_member);
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
