// SPDX-License-Identifier: GPL-2.0-only
/* refused_kfunc - calls a kernel function that XDP programs do not have */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct sock_common {
	int unused;
};

extern int bpf_sock_destroy(struct sock_common *sock) __ksym;

SEC("xdp")
int kfunc(struct xdp_md *ctx)
{
	return bpf_sock_destroy((void *)ctx); /* refused here */
}

char LICENSE[] SEC("license") = "GPL";
