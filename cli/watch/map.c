// SPDX-License-Identifier: GPL-2.0-only
/* map - one map: what of it is watched, and its numbers in a round */
#include <errno.h>
#include <inttypes.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reading.h"
#include "watch.h"

#define SMALL	   1024	       /* entries of a map that is shown unasked */
#define KEYS_MAX   65536       /* looked at in a round; that takes 20 ms */
#define MEMORY_MAX (32u << 20) /* bytes for them */

/* ---- what of it is watched ---- */

void watch_map_close(struct watch_map *map)
{
	watch_keys_free(map->keys);
	map->keys = NULL;
	watch_fields_free(&map->fields);
	xdplab_map_close(map->map);
	map->map = NULL;
}

bool watch_map_is_internal(const struct xdplab_map_info *info)
{
	return !strncmp(info->name, "xdplab_", 7) ||
	       strstr(info->name, ".rodata");
}

static bool is_array(uint32_t type)
{
	return type == BPF_MAP_TYPE_ARRAY || type == BPF_MAP_TYPE_PERCPU_ARRAY;
}

static bool is_hash(uint32_t type)
{
	return type == BPF_MAP_TYPE_HASH || type == BPF_MAP_TYPE_LRU_HASH ||
	       type == BPF_MAP_TYPE_PERCPU_HASH ||
	       type == BPF_MAP_TYPE_LRU_PERCPU_HASH;
}

/* Keys of all other maps are collected first: memory is for all of them. */
static bool is_too_large(const struct watch_map *map)
{
	const struct xdplab_map_info *info = xdplab_map_info(map->map);

	if (!map->choice->text && info->max_entries > SMALL)
		return true;
	return !map->fields.key && info->max_entries > KEYS_MAX &&
	       !is_array(info->type) && !is_hash(info->type);
}

static void say_too_large(struct watch_map *map)
{
	const struct xdplab_map_info *info = xdplab_map_info(map->map);

	if (map->choice->text)
		snprintf(map->why, sizeof(map->why),
			 "%s of up to %" PRIu32 " entries: name a key",
			 xdplab_map_type_name(info->type), info->max_entries);
	else
		snprintf(map->why, sizeof(map->why),
			 "up to %" PRIu32 " entries: --map %s has the fastest",
			 info->max_entries, info->name);
}

static void make_keys(struct watch_map *map)
{
	size_t nr = map->fields.nr, limit = KEYS_MAX;
	size_t key_size = xdplab_map_info(map->map)->key_size;
	size_t each = sizeof(struct watch_key) + 32 + key_size +
		      nr * sizeof(struct counter);
	uint32_t *bits = need_memory(calloc(nr + 1, sizeof(*bits)));

	if (limit > MEMORY_MAX / each)
		limit = MEMORY_MAX / each;
	for (size_t i = 0; i < nr; i++)
		bits[i] = map->fields.fields[i].bits;
	map->keys = watch_keys_new(key_size, bits, nr, limit);
	map->at = reading_clock();
	free(bits);
}

/* Prepares what is to be read of it; nothing, with `why`, if that cannot be. */
void watch_map_prepare(struct watch_map *map)
{
	const struct xdplab_map_info *info = xdplab_map_info(map->map);

	*map->why = '\0';
	map->hidden = map->wrong = false;
	if (!map->choice->text && !is_array(info->type) && !is_hash(info->type))
		map->hidden = true;
	else if (watch_choice_fields(map->choice, map->map, &map->fields,
				     map->why, sizeof(map->why)))
		map->wrong = true;
	else if (is_too_large(map))
		say_too_large(map);
	else
		make_keys(map);
	/* Of what nobody asked for, a map without numbers is no error. */
	map->hidden |= map->wrong && !map->choice->text;
	if (map->hidden)
		watch_map_close(map);
}

/* ---- the lines of a map ---- */

static void free_number(struct watch_number *number)
{
	free(number->key);
	free(number->key_text);
	free(number->key_json);
	free(number->path);
	free(number);
}

static char *print_key(const struct watch_map *map, const void *key,
		       enum xdplab_form form)
{
	struct xdplab_text text = { 0 };

	xdplab_value_print(xdplab_map_key_type(map->map), key, form, &text);
	return need_memory(text.lost ? NULL : text.bytes);
}

static struct watch_number *new_number(const struct watch_map *map,
				       const void *key, size_t field)
{
	size_t size = xdplab_map_info(map->map)->key_size;
	struct watch_number *number = need_memory(calloc(1, sizeof(*number)));

	number->key = need_memory(malloc(size + 1));
	number->key_size = size;
	memcpy(number->key, key, size);
	number->path = need_memory(strdup(map->fields.paths[field]));
	number->is_signed = map->fields.fields[field].is_signed;
	number->key_text = print_key(map, key, XDPLAB_FORM_TEXT);
	number->key_json = print_key(map, key, XDPLAB_FORM_JSON);
	return number;
}

/* The line of that key and field, taken out of the old ones; NULL: it had none.
 * Most stay where they were. */
static struct watch_number *take_number(struct watch_map *map, size_t guess,
					const void *key, size_t field)
{
	size_t size = xdplab_map_info(map->map)->key_size;

	for (size_t i = 0; i < map->nr_numbers; i++) {
		size_t at = (guess + i) % map->nr_numbers;
		struct watch_number *number = map->numbers[at];

		if (number && number->key_size == size &&
		    !memcmp(number->key, key, size) &&
		    !strcmp(number->path, map->fields.paths[field])) {
			map->numbers[at] = NULL;
			return number;
		}
	}
	return NULL;
}

static void drop_numbers(struct watch_map *map)
{
	for (size_t i = 0; i < map->nr_numbers; i++)
		if (map->numbers[i])
			free_number(map->numbers[i]);
	free(map->numbers);
	map->numbers = NULL;
	map->nr_numbers = 0;
}

static void show_keys(struct watch_map *map, const struct watch_key **top,
		      size_t nr)
{
	size_t nr_numbers = nr * map->fields.nr, at = 0;
	struct watch_number **numbers = need_memory(
		calloc(nr_numbers + 1, sizeof(struct watch_number *)));

	for (size_t i = 0; i < nr; i++)
		for (size_t field = 0; field < map->fields.nr; field++, at++) {
			numbers[at] = take_number(map, at, top[i]->key, field);
			if (!numbers[at])
				numbers[at] =
					new_number(map, top[i]->key, field);
			numbers[at]->counter = top[i]->numbers[field];
			history_add(&numbers[at]->history,
				    top[i]->numbers[field].state ==
						    COUNTER_MOVING
					    ? top[i]->numbers[field].rate
					    : -1);
		}
	drop_numbers(map);
	map->numbers = numbers;
	map->nr_numbers = nr_numbers;
}

/* ---- reading one ---- */

/* An entry on its way from the kernel to the keys. */
struct entry_reading {
	struct watch_map *map;
	void *sum;
	uint64_t *numbers;
	size_t seen; /* entries */
};

static int read_entry(const void *key, const void *values, void *arg)
{
	struct entry_reading *r = arg;
	const struct watch_fields *fields = &r->map->fields;

	r->map->limited = r->seen++ == watch_keys_limit(r->map->keys);
	if (r->map->limited)
		return 1;
	if (xdplab_map_nr_values(r->map->map) > 1) {
		xdplab_map_sum(r->map->map, values, r->sum);
		values = r->sum;
	}
	for (size_t i = 0; i < fields->nr; i++)
		r->numbers[i] = xdplab_field_read(&fields->fields[i], values);
	/* Those after the first that are new are looked at all the same. */
	watch_keys_put(r->map->keys, key, r->numbers);
	return 0;
}

static int read_one(struct entry_reading *r)
{
	int err = xdplab_map_get(r->map->map, r->map->fields.key, r->sum);

	return err ? err : read_entry(r->map->fields.key, r->sum, r);
}

static void read_entries(struct watch_map *map)
{
	struct entry_reading r = {
		.map = map,
		.sum = need_memory(
			calloc(1, xdplab_map_value_bytes(map->map) + 1)),
		.numbers = need_memory(
			calloc(map->fields.nr + 1, sizeof(uint64_t))),
	};
	int err;

	map->limited = false;
	*map->why = '\0';
	err = map->fields.key ? read_one(&r)
			      : xdplab_map_read(map->map, read_entry, &r);
	if (err == -ENOENT)
		snprintf(map->why, sizeof(map->why), "no such entry");
	else if (err < 0)
		snprintf(map->why, sizeof(map->why), "%s", xdplab_error());
	free(r.sum);
	free(r.numbers);
}

void watch_map_read(struct watch_map *map, size_t top)
{
	const struct watch_key **keys =
		need_memory(calloc(top + 1, sizeof(struct watch_key *)));
	double at = reading_clock();

	watch_keys_begin(map->keys, at - map->at);
	map->at = at;
	read_entries(map);
	watch_keys_end(map->keys);
	if (!watch_keys_count(map->keys) && !*map->why)
		snprintf(map->why, sizeof(map->why), "no entries");
	show_keys(map, keys, watch_keys_top(map->keys, keys, top));
	free(keys);
}

void watch_map_free(struct watch_map *map)
{
	watch_map_close(map);
	drop_numbers(map);
	free(map->ifname);
	free(map->stage);
	free(map->name);
	free(map);
}
