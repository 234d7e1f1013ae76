// SPDX-License-Identifier: LGPL-2.1-only
/*
 * maps-before - what maps are before a send, as far as it will be asked for
 *
 * The fields that are to have changed; whole maps where any change counts, and
 * small ones besides, to show what has changed instead.
 */
#include <errno.h>
#include <string.h>

#include "maps.h"

/* Of larger ones it would take longer than many packets. */
#define SMALL_ENTRIES 128
#define SMALL_BYTES   (32U << 10)

/* ---- what is kept ---- */

static int keep_field(struct test_bound *bound)
{
	unsigned char *field;
	int there = test_read_field(bound, &field);

	if (there < 0)
		return there;
	if (there)
		memcpy(bound->before, field, bound->size);
	else
		memset(bound->before, 0, bound->size);
	return 0;
}

/* Maps of which nothing was changed are what they were at first. */
static int keep_all(const struct test_maps *maps, struct tested_map *map)
{
	int err;

	if (maps->fresh || map->has_before || !entries_can_read(map))
		return 0;
	err = entries_read(&map->before, map);
	map->has_before = !err;
	return err;
}

static int keep_if_small(const struct test_maps *maps, struct tested_map *map)
{
	uint64_t entries = map->map->info.max_entries;
	uint64_t bytes = entries * xdplab_map_value_bytes(map->map);

	return entries <= SMALL_ENTRIES && bytes <= SMALL_BYTES
		       ? keep_all(maps, map)
		       : 0;
}

/* What is sent by perf events is seen from when somebody listens. */
static int keep_map(const struct test_maps *maps, struct tested_map *map)
{
	if (!maps->elsewhere && !map->records &&
	    tested_is(map, BPF_MAP_TYPE_PERF_EVENT_ARRAY))
		return records_open(map);
	return keep_all(maps, map);
}

static int keep_each(struct test_maps *maps)
{
	int err = 0;

	for (size_t i = 0; !err && i < maps->nr; i++)
		err = keep_map(maps, &maps->at[i]);
	return err;
}

static int keep_of_entry(const struct test_maps *maps,
			 const struct test_step *step)
{
	struct test_bound *bound = step->map.bound;
	int err = test_is_change(step->map.op) ? keep_field(bound) : 0;

	return err ?: keep_if_small(maps, bound->map);
}

static int keep(struct test_maps *maps, const struct test_step *step)
{
	switch (step->what) {
	case EXPECT_MAP:
	case EXPECT_VAR:
		return keep_of_entry(maps, step);
	case EXPECT_VAR_UNCHANGED:
		return keep_field(step->map.bound);
	case EXPECT_MAP_HAS:
	case EXPECT_MAP_LACKS:
	case EXPECT_MAP_EMPTY:
		return keep_if_small(maps, step->map.bound->map);
	case EXPECT_MAP_ENTRIES:
		return test_is_change(step->number.op)
			       ? keep_all(maps, step->map.bound->map)
			       : keep_if_small(maps, step->map.bound->map);
	case EXPECT_MAP_UNCHANGED:
		return keep_all(maps, step->map.bound->map);
	case EXPECT_NO_CHANGE:
		return keep_each(maps);
	default:
		return 0;
	}
}

int test_maps_before(struct test_maps *maps, const struct test_step *steps,
		     size_t nr)
{
	int err = 0;

	for (size_t i = 0; !err && i < maps->nr; i++) {
		maps->at[i].has_before = false;
		if (maps->at[i].records)
			err = records_drop(&maps->at[i]);
	}
	for (size_t i = 0; !err && i < nr; i++)
		err = keep(maps, &steps[i]);
	maps->fresh = false;
	return err;
}

int test_maps_collect(struct test_maps *maps, bool keep)
{
	int err = 0;

	for (size_t i = 0; !err && i < maps->nr; i++)
		if (maps->at[i].records)
			err = keep ? records_take(&maps->at[i])
				   : records_drop(&maps->at[i]);
	return err;
}
