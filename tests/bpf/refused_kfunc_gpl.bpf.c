// SPDX-License-Identifier: GPL-2.0-only
/* refused_kfunc_gpl - calls a kernel function under another licence */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct sock_common {
	int unused;
};

extern int bpf_sock_destroy(struct sock_common *sock) __ksym;

SEC("xdp")
int kfunc_gpl(struct xdp_md *ctx)
{
	return bpf_sock_destroy((void *)ctx);
}

char LICENSE[] SEC("license") = "Proprietary";
