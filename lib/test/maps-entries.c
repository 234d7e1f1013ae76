// SPDX-License-Identifier: LGPL-2.1-only
/* maps-entries - all entries of a map kept, and compared with others */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>

#include "maps.h"

/* A map that holds more is too large to be compared as a whole. */
#define BYTES_MAX (256UL << 20)

/* ---- rows ---- */

static void begin(struct test_entries *entries, const struct tested_map *map)
{
	entries->nr = 0;
	entries->key_size = map->map->info.key_size;
	entries->row_size =
		entries->key_size + xdplab_map_value_bytes(map->map);
}

static char *row_at(const struct test_entries *entries, size_t i)
{
	return entries->rows + i * entries->row_size;
}

static char *add_row(struct test_entries *entries, const struct tested_map *map,
		     int *err)
{
	size_t room = 2 * entries->nr + 16;
	char *rows;

	if (entries->nr < entries->room)
		return row_at(entries, entries->nr++);
	if (room > BYTES_MAX / entries->row_size + 16) {
		*err = fail(-E2BIG, "map %s: too large to save and restore",
			    map->name);
		return NULL;
	}
	rows = reallocarray(entries->rows, room, entries->row_size);
	if (!rows) {
		*err = map_no_memory(map->map);
		return NULL;
	}
	entries->rows = rows;
	entries->room = room;
	return row_at(entries, entries->nr++);
}

void entries_free(struct test_entries *entries)
{
	free(entries->rows);
	*entries = (struct test_entries){ 0 };
}

/* ---- queues and stacks ---- */

static int drain(struct test_entries *entries, const struct tested_map *map)
{
	int fd = xdplab_map_fd(map->map), err = 0;

	while (!err) {
		char *row = add_row(entries, map, &err);

		if (!row)
			return err;
		err = bpf_map_lookup_and_delete_elem(fd, NULL, row);
	}
	entries->nr--;
	return err == -ENOENT ? 0 : map_fail(map->map, err, "delete entries");
}

/* What was put into a stack first comes out last. */
static int fill(const struct tested_map *map,
		const struct test_entries *entries)
{
	bool is_stack = tested_is(map, BPF_MAP_TYPE_STACK);
	int err = 0;

	for (size_t i = 0; !err && i < entries->nr; i++) {
		size_t at = is_stack ? entries->nr - 1 - i : i;

		err = xdplab_map_set(map->map, NULL, row_at(entries, at),
				     BPF_ANY);
	}
	return err;
}

int entries_refill(const struct tested_map *map,
		   const struct test_entries *entries)
{
	struct test_entries dropped = { 0 };
	int err;

	begin(&dropped, map);
	err = drain(&dropped, map);
	entries_free(&dropped);
	return err ?: fill(map, entries);
}

/* ---- read ---- */

struct reading {
	struct test_entries *entries;
	const struct tested_map *map;
};

static bool is_zero(const char *bytes, size_t size)
{
	return !size || (!*bytes && !memcmp(bytes, bytes + 1, size - 1));
}

static int keep(const void *key, const void *value, void *arg)
{
	struct reading *r = arg;
	struct test_entries *entries = r->entries;
	size_t size = entries->row_size - entries->key_size;
	int err = 0;
	char *row;

	if (r->map->map->kind->is_array && is_zero(value, size))
		return 0;
	row = add_row(entries, r->map, &err);
	if (!row)
		return err;
	memcpy(row, key, entries->key_size);
	memcpy(row + entries->key_size, value, size);
	return 0;
}

static int read_memory(struct reading *r)
{
	int err = 0;

	for (uint32_t i = 0; !err && i < r->map->map->info.max_entries; i++)
		err = keep(&i, memory_at(r->map, i), r);
	return err;
}

static int compare_keys(const void *a, const void *b, void *size)
{
	return memcmp(a, b, *(size_t *)size);
}

bool entries_can_read(const struct tested_map *map)
{
	return tested_is_queue(map) || !xdplab_map_can_read(map->map);
}

int entries_read(struct test_entries *entries, const struct tested_map *map)
{
	struct reading reading = { entries, map };
	int err;

	begin(entries, map);
	if (tested_is_queue(map))
		return drain(entries, map) ?: fill(map, entries);
	err = map->memory ? read_memory(&reading)
			  : xdplab_map_read(map->map, keep, &reading);
	if (!err && entries->nr)
		qsort_r(entries->rows, entries->nr, entries->row_size,
			compare_keys, &entries->key_size);
	return err;
}

/* Of a key only what the length says is the prefix; the kernel keeps the rest as
 * it came. */
static bool is_prefix(const char *key, const char *wanted)
{
	const size_t at = sizeof(uint32_t);
	uint32_t bits;
	uint8_t off;

	if (memcmp(key, wanted, at) != 0)
		return false;
	memcpy(&bits, key, at);
	if (memcmp(key + at, wanted + at, bits / 8) != 0)
		return false;
	if (!(bits % 8))
		return true;
	off = key[at + bits / 8] ^ wanted[at + bits / 8];
	return !(off >> (8 - bits % 8));
}

bool entries_have_prefix(const struct test_entries *entries, const void *key)
{
	for (size_t i = 0; i < entries->nr; i++)
		if (is_prefix(row_at(entries, i), key))
			return true;
	return false;
}

/* ---- compare ---- */

/* Which of two rows comes first, or 0 for the same key. */
static int order_of(const struct test_entries *was, size_t i,
		    const struct test_entries *is, size_t k)
{
	if (i == was->nr)
		return 1;
	if (k == is->nr)
		return -1;
	return memcmp(row_at(was, i), row_at(is, k), is->key_size);
}

int entries_compare(const struct test_entries *was,
		    const struct test_entries *is, entry_change_fn fn,
		    void *arg)
{
	size_t i = 0, k = 0, key_size = is->key_size;
	int stop = 0;

	while (!stop && (i < was->nr || k < is->nr)) {
		int order = order_of(was, i, is, k);
		char *old = order <= 0 ? row_at(was, i++) : NULL;
		char *new = order >= 0 ? row_at(is, k++) : NULL;

		if (!order && !memcmp(old, new, is->row_size))
			continue;
		stop = fn(old ?: new, old ? old + key_size : NULL,
			  new ? new + key_size : NULL, arg);
	}
	return stop;
}
