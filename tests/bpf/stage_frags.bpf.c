// SPDX-License-Identifier: GPL-2.0-only
/* stage_frags - counts bytes, also those behind a packet's linear part */
#include "stage_count.h"

enum { PACKETS, BYTES, WITH_FRAGS, SUM_OF_LAST_BYTES, NR_COUNTS };

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, NR_COUNTS);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps");

SEC("xdp.frags")
int xdp_frags(struct xdp_md *ctx)
{
	__u32 linear = ctx->data_end - ctx->data;
	__u64 length = bpf_xdp_get_buff_len(ctx);
	__u8 last;

	count(&counts, PACKETS, 1);
	count(&counts, BYTES, length);
	if (length > linear) {
		count(&counts, WITH_FRAGS, 1);
		if (!bpf_xdp_load_bytes(ctx, length - 1, &last, 1))
			count(&counts, SUM_OF_LAST_BYTES, last);
	}
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
