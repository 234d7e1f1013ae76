/* SPDX-License-Identifier: GPL-2.0-only */
/* stage_count.h - how the stages, which tests put into chains, count */
#ifndef STAGE_COUNT_H
#define STAGE_COUNT_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

/* Adds to a counter of 64 bits in an array, per CPU or not. */
static __always_inline void count(void *map, __u32 key, __u64 number)
{
	__u64 *value = bpf_map_lookup_elem(map, &key);

	if (value)
		__sync_fetch_and_add(value, number);
}

#endif
