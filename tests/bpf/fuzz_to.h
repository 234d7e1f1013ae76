/* SPDX-License-Identifier: GPL-2.0-only */
/* fuzz_to.h - two versions of a program, which redirect to other places */
#ifndef FUZZ_TO_H
#define FUZZ_TO_H

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u32);
} ports SEC(".maps"), spares SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_CPUMAP);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u32);
} cpus SEC(".maps");

/* That one version alone has, under that name. */
struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} OWN_MAP SEC(".maps");

static __always_inline int version(struct xdp_md *ctx, int is_new)
{
	struct ethhdr *eth = (void *)(long)ctx->data;

	if ((void *)(eth + 1) > (void *)(long)ctx->data_end)
		return XDP_PASS;
	switch (eth->h_dest[0]) {
	case 1: /* another interface */
		return bpf_redirect(is_new ? 71 : 70, 0);
	case 2: /* another entry, and so another interface */
		return bpf_redirect_map(&ports, is_new ? 1 : 0, 0);
	case 3: /* the same interface, by another map */
		if (is_new)
			return bpf_redirect_map(&spares, 1, 0);
		return bpf_redirect_map(&ports, 0, 0);
	case 4: /* another entry, which is no interface */
		return bpf_redirect_map(&cpus, is_new ? 1 : 0, 0);
	case 5: /* nowhere */
		return is_new ? XDP_REDIRECT : bpf_redirect(70, 0);
	case 6: /* to none of those that a test has */
		return bpf_redirect(is_new ? 70 : 99, 0);
	case 7: /* to all of a map that the other has not, which nobody can tell */
		if (is_new)
			return bpf_redirect_map(&cpus, 0, 0);
		return bpf_redirect_map(&OWN_MAP, 0, BPF_F_BROADCAST);
	default:
		return XDP_PASS;
	}
}

#endif
