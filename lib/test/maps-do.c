// SPDX-License-Identifier: LGPL-2.1-only
/* maps-do - steps that set, delete and clear */
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "maps.h"

/* ---- set ---- */

static void put(const struct test_bound *bound, unsigned char *value)
{
	value += bound->offset;
	for (size_t i = 0; i < bound->size; i++)
		value[i] = (value[i] & ~bound->mask[i]) |
			   (bound->wanted[i] & bound->mask[i]);
}

static bool is_within(const struct test_bound *bound,
		      const struct xdplab_field *field)
{
	return field->offset / 8 >= bound->offset &&
	       field->offset + field->bits <= (bound->offset + bound->size) * 8;
}

/* The field that was set, or those in it. */
static void zero_numbers(const struct test_bound *bound, unsigned char *value)
{
	const struct xdplab_map *map = bound->map->map;

	for (size_t i = 0; i < map->nr_fields; i++)
		if (is_within(bound, &map->fields[i]))
			xdplab_field_write(&map->fields[i], value, 0);
}

/* What is read is the sum of all CPUs: so this one has the numbers, and the
 * others zero.  All else is the same for all of them. */
static void put_all(const struct test_bound *bound, unsigned char *values)
{
	const struct xdplab_map *map = bound->map->map;
	int here = sched_getcpu();

	for (unsigned int cpu = 0; cpu < map->nr_values; cpu++) {
		unsigned char *value = values + cpu * map->stride;

		put(bound, value);
		if (map->nr_values > 1 && (int)cpu != here)
			zero_numbers(bound, value);
	}
}

static int set(const struct test_bound *bound)
{
	struct tested_map *map = bound->map;
	bool is_part = bound->node != map->map->value->nodes;
	int err = is_part ? tested_get_all(map, bound->key) : -ENOENT;

	if (err && err != -ENOENT)
		return err;
	if (err)
		memset(map->value, 0, xdplab_map_value_bytes(map->map));
	put_all(bound, map->value);
	return xdplab_map_set(map->map, bound->key, map->value, BPF_ANY);
}

/* ---- any ---- */

int test_maps_do(struct test_maps *maps, const struct test_step *step)
{
	struct test_bound *bound = step->map.bound;

	maps->fresh = false;
	bound->map->touched = true;
	switch (step->what) {
	case TEST_MAP_DELETE:
		return xdplab_map_del(bound->map->map, bound->key);
	case TEST_MAP_CLEAR:
		return xdplab_map_clear(bound->map->map);
	default:
		return set(bound);
	}
}

bool test_maps_is_entry(const struct test_maps *maps,
			const struct test_map *map, uint32_t map_id,
			uint32_t key)
{
	const struct test_bound *bound = map->bound;

	(void)maps;
	return bound->map->map->info.id == map_id &&
	       !memcmp(bound->key, &key, sizeof(key));
}
