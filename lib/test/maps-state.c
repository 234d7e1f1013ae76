// SPDX-License-Identifier: LGPL-2.1-only
/*
 * maps-state - maps set back to what they were when they were loaded
 *
 * What a program cannot write to, and no step has, is left alone; of the rest
 * what is there is read, mostly by one system call, and only what differs is
 * written.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "maps.h"

static int undo(const char *key, const char *was, const char *is, void *arg)
{
	const struct tested_map *map = arg;
	int err;

	(void)is;
	if (was)
		return xdplab_map_set(map->map, key, was, BPF_ANY);
	if (map->map->kind->is_array) {
		memset(map->value, 0, xdplab_map_value_bytes(map->map));
		return xdplab_map_set(map->map, key, map->value, BPF_ANY);
	}
	err = xdplab_map_del(map->map, key);
	return err == -ENOENT ? 0 : err;
}

/*
 * Timers, lists and pointers to what the kernel has are read as zero, whatever
 * they are; they go when what they are in is written or deleted.  Nothing of
 * the kind can be in a map that was just made.
 */
static int write_all(struct tested_map *map)
{
	struct test_entries none = { .key_size = map->initial.key_size,
				     .row_size = map->initial.row_size };
	int err = xdplab_map_clear(map->map);

	/* As if all had gone. */
	return err ?: entries_compare(&map->initial, &none, undo, map);
}

static int set_back_differences(struct tested_map *map)
{
	int err = entries_read(&map->now, map);

	return err ?: entries_compare(&map->initial, &map->now, undo, map);
}

/* 1: it cannot be. */
static int set_back(struct tested_map *map)
{
	map->has_before = false;
	if (map->records)
		return records_drop(map);
	if (!map->by_programs && !map->touched)
		return 0;
	map->touched = false;
	if (tested_is_queue(map))
		return entries_refill(map, &map->initial);
	if (!entries_can_read(map))
		return 1;
	return map->has_objects ? write_all(map) : set_back_differences(map);
}

int test_maps_reset(struct test_maps *maps)
{
	const struct tested_map *left = NULL;

	if (maps->elsewhere || maps->fresh)
		return 0;
	for (size_t i = 0; i < maps->nr; i++) {
		int err = set_back(&maps->at[i]);

		if (err < 0)
			return err;
		if (err)
			left = &maps->at[i];
	}
	maps->fresh = !left;
	return left ? fail(1, "map %s: a %s map cannot be reset", left->name,
			   xdplab_map_type_name(left->map->info.type))
		    : 0;
}

/* Rows of a prog_array that have one program get the other. */
static void exchange_rows(struct tested_map *map, uint32_t from, uint32_t to)
{
	const struct test_entries *entries = &map->initial;

	for (size_t i = 0; i < entries->nr; i++) {
		char *value = entries->rows + i * entries->row_size +
			      entries->key_size;

		if (!memcmp(value, &from, sizeof(from)))
			memcpy(value, &to, sizeof(to));
	}
	map->touched = true;
}

void test_maps_exchange(struct test_maps *maps, uint32_t from, uint32_t to)
{
	for (size_t i = 0; i < maps->nr; i++)
		if (tested_is(&maps->at[i], BPF_MAP_TYPE_PROG_ARRAY))
			exchange_rows(&maps->at[i], from, to);
	for (struct test_bound *bound = maps->bounds; bound;
	     bound = bound->next)
		if (tested_is(bound->map, BPF_MAP_TYPE_PROG_ARRAY) &&
		    bound->wanted &&
		    !memcmp(bound->wanted, &from, sizeof(from)))
			memcpy(bound->wanted, &to, sizeof(to));
	maps->fresh = false;
}

uint64_t test_maps_entries(const struct test_maps *maps)
{
	uint64_t nr = 0;

	for (size_t i = 0; i < maps->nr; i++)
		if (maps->at[i].by_programs)
			nr += maps->at[i].map->info.max_entries;
	return nr;
}

void test_maps_changed(struct test_maps *maps)
{
	maps->fresh = false;
}
