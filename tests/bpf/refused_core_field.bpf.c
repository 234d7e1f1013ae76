// SPDX-License-Identifier: GPL-2.0-only
/* refused_core_field - reads a field that this kernel's structure does not have */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

struct xdp_buff {
	__u64 no_such_field;
} __attribute__((preserve_access_index));

SEC("xdp")
int core_field(struct xdp_md *ctx)
{
	struct xdp_buff *buff = (void *)(long)ctx->data;

	return buff->no_such_field; /* refused here */
}

char LICENSE[] SEC("license") = "GPL";
