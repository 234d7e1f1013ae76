// SPDX-License-Identifier: LGPL-2.1-only
/*
 * maps-memory - arrays that are read where they are
 *
 * The kernel takes almost a microsecond for each entry of an array, and an array
 * may have as many entries as there are ports.  But one that can be mapped is
 * read like any memory; variables always can.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/libbpf.h>

#include "maps.h"
#include "prog/prog.h"

static bool has_inner_maps(struct bpf_object *object)
{
	struct bpf_map *map;

	bpf_object__for_each_map (map, object)
		if (bpf_map__inner_map(map))
			return true;
	return false;
}

/* Maps that are put into others, or found by their pins, have to be as these
 * say. */
static bool can_be_made_so(const struct bpf_map *map)
{
	return bpf_map__type(map) == BPF_MAP_TYPE_ARRAY &&
	       !bpf_map__is_internal(map) && !bpf_map__pin_path(map);
}

void test_maps_prepare(struct xdplab_prog *const progs[], size_t nr)
{
	struct bpf_map *map;

	for (size_t i = 0; i < nr; i++) {
		struct bpf_object *object = prog_object(progs[i]);

		if (has_inner_maps(object))
			continue;
		bpf_object__for_each_map (map, object)
			if (can_be_made_so(map))
				bpf_map__set_map_flags(map,
						       bpf_map__map_flags(map) |
							       BPF_F_MMAPABLE);
	}
}

/* ---- one map ---- */

static size_t length_of(const struct tested_map *map)
{
	size_t page = sysconf(_SC_PAGESIZE);
	size_t bytes = memory_stride(map) * map->map->info.max_entries;

	return (bytes + page - 1) / page * page;
}

void memory_open(struct tested_map *map)
{
	void *mapped;

	if (!tested_is(map, BPF_MAP_TYPE_ARRAY) ||
	    !(map->map->info.flags & BPF_F_MMAPABLE))
		return;
	/* It is refused where there are locks or timers in the values. */
	mapped = mmap(NULL, length_of(map), PROT_READ, MAP_SHARED,
		      xdplab_map_fd(map->map), 0);
	if (mapped != MAP_FAILED)
		map->memory = mapped;
}

void memory_close(struct tested_map *map)
{
	if (map->memory)
		munmap((void *)map->memory, length_of(map));
	map->memory = NULL;
}
