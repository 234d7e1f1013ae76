// SPDX-License-Identifier: LGPL-2.1-only
/*
 * ring - how full a ring buffer is
 *
 * Its consumer's and its producer's position are in the first two pages that
 * can be mapped; both only grow.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "internal.h"
#include "map.h"

static int read_position(const struct xdplab_map *map, int page,
			 uint64_t *position)
{
	long size = sysconf(_SC_PAGESIZE);
	uint64_t *mapped =
		mmap(NULL, size, PROT_READ, MAP_SHARED, map->fd, page * size);

	if (mapped == MAP_FAILED)
		return map_fail(map, -errno, "read the positions");
	*position = __atomic_load_n(mapped, __ATOMIC_ACQUIRE);
	munmap(mapped, size);
	return 0;
}

int xdplab_map_ring(const struct xdplab_map *map, struct xdplab_map_ring *ring)
{
	uint64_t consumed = 0, produced = 0;
	int err;

	if (map->info.type != BPF_MAP_TYPE_RINGBUF &&
	    map->info.type != BPF_MAP_TYPE_USER_RINGBUF)
		return fail(-EOPNOTSUPP, "map %s (id %u): not a ring buffer",
			    map->name, map->info.id);
	/* In this order, so that it is never less than nothing. */
	err = read_position(map, 0, &consumed);
	if (!err)
		err = read_position(map, 1, &produced);
	if (err)
		return err;
	ring->size = map->info.max_entries;
	ring->unread = produced - consumed;
	return 0;
}
