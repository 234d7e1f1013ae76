// SPDX-License-Identifier: LGPL-2.1-only
/* kind - what the kernel makes of the maps of each type */
#include "internal.h"
#include "map.h"

static const struct map_kind kinds[] = {
	[BPF_MAP_TYPE_ARRAY] = { .walk = WALK_INDICES,
				 .batches = true,
				 .is_array = true,
				 .can_swap = true },
	[BPF_MAP_TYPE_PERCPU_ARRAY] = { .walk = WALK_INDICES,
					.batches = true,
					.is_array = true,
					.per_cpu = true },
	[BPF_MAP_TYPE_HASH] = { .batches = true, .can_swap = true },
	[BPF_MAP_TYPE_LRU_HASH] = { .batches = true, .can_swap = true },
	[BPF_MAP_TYPE_PERCPU_HASH] = { .batches = true, .per_cpu = true },
	[BPF_MAP_TYPE_LRU_PERCPU_HASH] = { .batches = true, .per_cpu = true },
	[BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE] = { .per_cpu = true },
	[BPF_MAP_TYPE_PROG_ARRAY] = { .walk = WALK_INDICES,
				      .refers = REFERS_PROG },
	[BPF_MAP_TYPE_ARRAY_OF_MAPS] = { .walk = WALK_INDICES,
					 .refers = REFERS_MAP },
	[BPF_MAP_TYPE_HASH_OF_MAPS] = { .refers = REFERS_MAP },
	[BPF_MAP_TYPE_DEVMAP] = { .walk = WALK_INDICES,
				  .refers = REFERS_DEVICE },
	[BPF_MAP_TYPE_DEVMAP_HASH] = { .number_key = true,
				       .refers = REFERS_DEVICE },
	[BPF_MAP_TYPE_CPUMAP] = { .walk = WALK_INDICES, .refers = REFERS_CPU },
	[BPF_MAP_TYPE_XSKMAP] = { .walk = WALK_INDICES,
				  .refers = REFERS_FILE,
				  .unread = "the kernel does not report its "
					    "sockets" },
	[BPF_MAP_TYPE_PERF_EVENT_ARRAY] = { .walk = WALK_INDICES,
					    .refers = REFERS_FILE,
					    .unread = "the kernel does not "
						      "report its events" },
	[BPF_MAP_TYPE_CGROUP_ARRAY] = { .walk = WALK_INDICES,
					.refers = REFERS_FILE },
	[BPF_MAP_TYPE_QUEUE] = { .unread = "reading a queue removes its "
					   "values; only the next one can be "
					   "peeked at" },
	[BPF_MAP_TYPE_STACK] = { .unread = "reading a stack removes its "
					   "values; only the top one can be "
					   "peeked at" },
	[BPF_MAP_TYPE_RINGBUF] = { .unread = "only the consumer of a ring "
					     "buffer can read it" },
	[BPF_MAP_TYPE_USER_RINGBUF] = { .unread = "only the consumer of a ring "
						  "buffer can read it" },
	[BPF_MAP_TYPE_BLOOM_FILTER] = { .unread = "a bloom filter cannot be "
						  "listed; it can only say "
						  "whether it may hold a given "
						  "value" },
};

const struct map_kind *map_kind(uint32_t type)
{
	static const struct map_kind other;

	return type < ARRAY_SIZE(kinds) ? &kinds[type] : &other;
}
