// SPDX-License-Identifier: LGPL-2.1-only
/* sum - the values of all CPUs as one */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "map.h"
#include "value/value.h"

static bool add_field(const char *path, const struct xdplab_field *field,
		      void *arg)
{
	struct xdplab_map *map = arg;
	struct xdplab_field *fields =
		reallocarray(map->fields, map->nr_fields + 1, sizeof(*fields));

	(void)path;
	if (!fields)
		return false;
	map->fields = fields;
	fields[map->nr_fields++] = *field;
	return true;
}

/* Bytes of which nothing is known, as many as a number has, are taken for one:
 * what each CPU has of its own is counted, mostly. */
static bool is_size_of_number(size_t size)
{
	return size == 1 || size == 2 || size == 4 || size == 8;
}

/* In order of where they begin, of those that begin together the largest first. */
static int by_place(const void *a, const void *b)
{
	const struct xdplab_field *one = a, *other = b;

	if (one->offset != other->offset)
		return one->offset < other->offset ? -1 : 1;
	return (one->bits < other->bits) - (one->bits > other->bits);
}

/* Members of a union share their bits, in which there is room for one sum: that
 * of the largest.  The others are what it makes of them. */
static void drop_shared(struct xdplab_map *map)
{
	struct xdplab_field *fields = map->fields;
	uint64_t end = 0;
	size_t kept = 0;

	if (map->nr_fields)
		qsort(fields, map->nr_fields, sizeof(*fields), by_place);
	for (size_t i = 0; i < map->nr_fields; i++) {
		if (fields[i].offset < end)
			continue;
		end = fields[i].offset + fields[i].bits;
		fields[kept++] = fields[i];
	}
	map->nr_fields = kept;
}

void map_find_fields(struct xdplab_map *map)
{
	struct xdplab_field whole = { .bits = map->info.value_size * 8 };

	if (map->nr_values < 2)
		return;
	xdplab_field_each(map->value, add_field, map);
	drop_shared(map);
	if (map->value->nodes->kind == VALUE_BYTES &&
	    is_size_of_number(map->info.value_size))
		add_field("", &whole, map);
}

bool xdplab_map_can_sum(const struct xdplab_map *map)
{
	return map->nr_fields;
}

void xdplab_map_sum(const struct xdplab_map *map, const void *values, void *sum)
{
	const unsigned char *from = values;

	if (sum != values)
		memcpy(sum, values, map->info.value_size);
	for (size_t i = 0; i < map->nr_fields; i++) {
		uint64_t total = 0;

		for (unsigned int cpu = 0; cpu < map->nr_values; cpu++)
			total += xdplab_field_read(&map->fields[i],
						   from + cpu * map->stride);
		xdplab_field_write(&map->fields[i], sum, total);
	}
}
