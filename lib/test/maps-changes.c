// SPDX-License-Identifier: LGPL-2.1-only
/*
 * maps-changes - what has changed in a map, in rows for people
 *
 * Of a value only the fields that changed are reported; of one that came or
 * went, all of it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "maps.h"

#define ROWS_MAX    20
#define NEAREST_MAX 5

struct telling {
	const struct tested_map *map;
	const void *but; /* a key */
	bool differs;	 /* these are what was not expected */
	struct test_failure *failure;
	unsigned char *was, *is; /* values, of all CPUs as one */
	struct xdplab_text path; /* to where we are */
	size_t nr, nr_rows;
};

void test_spell(struct xdplab_text *text, const struct test_map *words)
{
	xdplab_text_add(text, words->name);
	if (words->key) {
		xdplab_text_add(text, "[");
		xdplab_text_add(text, words->key);
		xdplab_text_add(text, "]");
	}
	if (words->path)
		xdplab_text_add(text, words->path);
}

/* ---- rows ---- */

static void add_row(struct telling *t, const char *was, const char *is)
{
	if (t->nr_rows++ >= ROWS_MAX)
		return;
	text_end(&t->path);
	test_failure_row(t->failure, t->path.bytes ?: "", was, is, t->differs);
}

static void add_values(struct telling *t, const struct value_node *node,
		       const unsigned char *was, const unsigned char *is)
{
	struct xdplab_text before = { 0 }, now = { 0 };

	xdplab_text_add(&before, was ? "was " : "did not exist");
	if (was)
		test_print(t->map, node, was, &before);
	if (is)
		test_print(t->map, node, is, &now);
	else
		xdplab_text_add(&now, "does not exist");
	add_row(t, before.bytes ?: "", now.bytes ?: "");
	xdplab_text_free(&before);
	xdplab_text_free(&now);
}

/* ---- fields ---- */

static void tell_node(struct telling *t, const struct value_node *node,
		      const unsigned char *was, const unsigned char *is);

static void tell_elements(struct telling *t, const struct value_node *node,
			  const unsigned char *was, const unsigned char *is)
{
	const struct value_node *of = t->map->map->value->nodes + node->first;
	size_t length = t->path.length;

	for (uint32_t i = 0; i < node->count; i++) {
		text_char(&t->path, '[');
		text_unsigned(&t->path, i);
		text_char(&t->path, ']');
		tell_node(t, of, was + (size_t)i * of->size,
			  is + (size_t)i * of->size);
		t->path.length = length;
	}
}

static void tell_members(struct telling *t, const struct value_node *node,
			 const unsigned char *was, const unsigned char *is)
{
	const struct xdplab_type *type = t->map->map->value;
	const struct value_node *of = type->nodes + node->first;
	size_t length = t->path.length;

	for (uint32_t i = 0; i < node->count; i++, of++) {
		if (length && of->name_length)
			text_char(&t->path, '.');
		text_add(&t->path, type->names.bytes + of->name,
			 of->name_length);
		tell_node(t, of, was + of->offset, is + of->offset);
		t->path.length = length;
	}
}

static bool is_same(const struct value_node *node, const unsigned char *was,
		    const unsigned char *is)
{
	if (node->bits)
		return value_number_read(node, was) ==
		       value_number_read(node, is);
	return !memcmp(was, is, node->size);
}

static void tell_node(struct telling *t, const struct value_node *node,
		      const unsigned char *was, const unsigned char *is)
{
	bool is_plain = node->look == LOOK_PLAIN;

	if (is_same(node, was, is))
		return;
	if (is_plain && node->kind == VALUE_ARRAY)
		tell_elements(t, node, was, is);
	else if (is_plain && node->kind == VALUE_STRUCT)
		tell_members(t, node, was, is);
	else
		add_values(t, node, was, is);
}

/* ---- entries ---- */

static void begin_path(struct telling *t, const char *key)
{
	const struct xdplab_map *map = t->map->map;

	t->path.length = 0;
	if (t->map->is_section) /* variables have their own names */
		return;
	text_word(&t->path, t->map->name);
	if (!map->info.key_size)
		return;
	text_char(&t->path, '[');
	xdplab_value_print(map->key, key, XDPLAB_FORM_TEXT, &t->path);
	text_char(&t->path, ']');
}

/* The entries that an array is said not to have are zero. */
static const unsigned char *one_value(const struct telling *t,
				      const char *values, unsigned char *sum)
{
	const struct xdplab_map *map = t->map->map;

	if (values)
		xdplab_map_sum(map, values, sum);
	else if (map->kind->is_array)
		memset(sum, 0, map->info.value_size);
	else
		return NULL;
	return sum;
}

static int tell_entry(const char *key, const char *was, const char *is,
		      void *arg)
{
	struct telling *t = arg;
	const struct xdplab_map *map = t->map->map;
	const unsigned char *before = one_value(t, was, t->was);
	const unsigned char *now = one_value(t, is, t->is);

	t->nr++;
	if (t->but && !memcmp(key, t->but, map->info.key_size))
		return 0;
	begin_path(t, key);
	if (before && now)
		tell_node(t, map->value->nodes, before, now);
	else
		add_values(t, map->value->nodes, before, now);
	return 0;
}

static void tell_more(struct telling *t)
{
	char line[40];

	if (t->nr_rows <= ROWS_MAX)
		return;
	snprintf(line, sizeof(line), "and %zu more", t->nr_rows - ROWS_MAX);
	test_failure_row(t->failure, "...", "", line, t->differs);
}

static int begin(struct telling *t)
{
	size_t size = t->map->map->info.value_size + 1;

	t->was = malloc(size);
	t->is = malloc(size);
	return t->was && t->is ? 0 : map_no_memory(t->map->map);
}

static void end(struct telling *t)
{
	free(t->was);
	free(t->is);
	xdplab_text_free(&t->path);
}

static int tell_changes(struct telling *t, struct tested_map *map)
{
	const struct test_entries *before = tested_before(map);
	int err;

	/* Of a program that runs elsewhere nothing may have been kept. */
	if (!entries_can_read(map) || !before->row_size)
		return 0;
	err = begin(t);
	if (!err)
		err = entries_read(&map->now, map);
	if (!err)
		err = entries_compare(before, &map->now, tell_entry, t);
	if (!err)
		tell_more(t);
	end(t);
	return err ?: (int)t->nr;
}

int test_tell_changes(struct tested_map *map, const void *but,
		      struct test_failure *failure)
{
	struct telling t = { .map = map, .but = but, .failure = failure };

	return tell_changes(&t, map);
}

int test_tell_unexpected(struct tested_map *map, struct test_failure *failure)
{
	struct telling t = { .map = map, .differs = true, .failure = failure };

	return tell_changes(&t, map);
}

/* ---- the nearest ---- */

/* How many bytes of two keys differ. */
static size_t distance(const char *a, const char *b, size_t size)
{
	size_t nr = 0;

	for (size_t i = 0; i < size; i++)
		nr += a[i] != b[i];
	return nr;
}

struct near {
	const char *row;
	size_t distance;
};

static int by_distance(const void *a, const void *b)
{
	const struct near *one = a, *other = b;

	if (one->distance != other->distance)
		return one->distance < other->distance ? -1 : 1;
	return (one->row > other->row) - (one->row < other->row);
}

static void tell_nearest(struct telling *t, const struct test_entries *entries,
			 struct near *list)
{
	const struct value_node *node = t->map->map->value->nodes;
	struct xdplab_text value = { 0 };

	qsort(list, entries->nr, sizeof(*list), by_distance);
	for (size_t i = 0; i < entries->nr && i < NEAREST_MAX; i++) {
		const char *row = list[i].row;

		begin_path(t, row);
		value.length = 0;
		test_print(t->map, node,
			   one_value(t, row + entries->key_size, t->is),
			   &value);
		add_row(t, "", value.bytes ?: "");
	}
	xdplab_text_free(&value);
}

int test_tell_nearest(struct tested_map *map, const void *key,
		      struct test_failure *failure)
{
	const struct test_entries *now = &map->now;
	struct telling t = { .map = map, .failure = failure };
	struct near *list = NULL;
	int err;

	if (!entries_can_read(map))
		return 0;
	err = begin(&t);
	if (!err)
		err = entries_read(&map->now, map);
	if (!err && now->nr)
		list = calloc(now->nr, sizeof(*list));
	for (size_t i = 0; list && i < now->nr; i++) {
		list[i].row = now->rows + i * now->row_size;
		list[i].distance = distance(list[i].row, key, now->key_size);
	}
	if (list)
		tell_nearest(&t, now, list);
	free(list);
	end(&t);
	return err;
}
