// SPDX-License-Identifier: GPL-2.0-only
/*
 * watch-maps - the maps of what runs, found anew in every round
 *
 * A map is open while something that runs uses it, and is closed in the round
 * in which nothing does.  The one that comes in its place is found by the same
 * interface, stage and name, and its numbers begin anew.
 */
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

/* ---- which maps are used ---- */

/* A map that runs, and who is the first that uses it. */
struct use {
	uint32_t id;
	size_t order;
	const char *ifname, *stage;
	unsigned int nr_users;
};

struct uses {
	struct use *uses;
	size_t nr, room;
};

static void add_use(struct uses *uses, uint32_t id, const char *ifname,
		    const char *stage)
{
	for (size_t i = 0; i < uses->nr; i++)
		if (uses->uses[i].id == id) {
			uses->uses[i].nr_users++;
			return;
		}
	if (uses->nr == uses->room) {
		uses->room = 2 * uses->room + 16;
		uses->uses = watch_memory(reallocarray(uses->uses, uses->room,
						       sizeof(*uses->uses)));
	}
	uses->uses[uses->nr] = (struct use){ id, uses->nr, ifname, stage, 1 };
	uses->nr++;
}

static void add_attached(struct uses *uses, const char *ifname,
			 const struct xdplab_attached *attached)
{
	for (size_t i = 0; i < attached->nr_stages; i++) {
		const struct xdplab_stage *stage = &attached->stages[i];

		for (uint32_t k = 0; k < stage->nr_map_ids; k++)
			add_use(uses, stage->map_ids[k], ifname, stage->name);
	}
	for (uint32_t k = 0; !attached->nr_stages && k < attached->nr_map_ids;
	     k++)
		add_use(uses, attached->map_ids[k], ifname, attached->name);
}

static void find_uses(struct uses *uses, const struct watch *watch,
		      const struct xdplab_status *status)
{
	for (size_t i = 0; i < xdplab_status_count(status); i++) {
		const struct xdplab_iface *iface =
			xdplab_status_iface(status, i);

		for (size_t k = 0;
		     watch_has(watch, iface->ifname) && k < iface->nr_attached;
		     k++)
			add_attached(uses, iface->ifname, &iface->attached[k]);
	}
}

static bool is_used(const struct uses *uses, uint32_t id)
{
	for (size_t i = 0; i < uses->nr; i++)
		if (uses->uses[i].id == id)
			return true;
	return false;
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
	return watch_memory(text.lost ? NULL : text.bytes);
}

static struct watch_number *new_number(const struct watch_map *map,
				       const void *key, size_t field)
{
	size_t size = xdplab_map_info(map->map)->key_size;
	struct watch_number *number = watch_memory(calloc(1, sizeof(*number)));

	number->key = watch_memory(malloc(size + 1));
	number->key_size = size;
	memcpy(number->key, key, size);
	number->path = watch_memory(strdup(map->fields.paths[field]));
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
	struct watch_number **numbers =
		watch_memory(calloc(nr_numbers + 1, sizeof(*numbers)));

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
};

static int read_entry(const void *key, const void *values, void *arg)
{
	struct entry_reading *r = arg;
	const struct watch_fields *fields = &r->map->fields;

	if (xdplab_map_nr_values(r->map->map) > 1) {
		xdplab_map_sum(r->map->map, values, r->sum);
		values = r->sum;
	}
	for (size_t i = 0; i < fields->nr; i++)
		r->numbers[i] = xdplab_field_read(&fields->fields[i], values);
	if (watch_keys_put(r->map->keys, key, r->numbers))
		return 0;
	r->map->limited = true;
	return 1;
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
		.sum = watch_memory(
			calloc(1, xdplab_map_value_bytes(map->map) + 1)),
		.numbers = watch_memory(
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

static void read_map(struct watch_map *map, size_t top)
{
	const struct watch_key **keys =
		watch_memory(calloc(top + 1, sizeof(*keys)));
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

/* ---- opening and closing ---- */

static void close_map(struct watch_map *map)
{
	watch_keys_free(map->keys);
	map->keys = NULL;
	watch_fields_free(&map->fields);
	xdplab_map_close(map->map);
	map->map = NULL;
}

static bool is_internal(const struct xdplab_map_info *info)
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
	uint32_t *bits = watch_memory(calloc(nr + 1, sizeof(*bits)));

	if (limit > MEMORY_MAX / each)
		limit = MEMORY_MAX / each;
	for (size_t i = 0; i < nr; i++)
		bits[i] = map->fields.fields[i].bits;
	map->keys = watch_keys_new(key_size, bits, nr, limit);
	map->at = reading_clock();
	free(bits);
}

/* Prepares what is to be read of it; nothing, with `why`, if that cannot be. */
static void prepare(struct watch_map *map)
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
}

static struct watch_map *add_map(struct watch *watch)
{
	struct watch_map *map = watch_memory(calloc(1, sizeof(*map)));

	watch->maps = watch_memory(reallocarray(watch->maps, watch->nr_maps + 1,
						sizeof(*watch->maps)));
	watch->maps[watch->nr_maps++] = map;
	return map;
}

/* The map that was in its place: nothing uses it any more. */
static struct watch_map *map_before(const struct watch *watch,
				    const struct uses *uses,
				    const struct use *use, const char *name,
				    const struct watch_choice *choice)
{
	for (size_t i = 0; i < watch->nr_maps; i++) {
		struct watch_map *map = watch->maps[i];

		if (map->choice == choice && map->name &&
		    !strcmp(map->name, name) &&
		    !strcmp(map->ifname, use->ifname) &&
		    !strcmp(map->stage, use->stage) &&
		    (map->mark.id == use->id || !is_used(uses, map->mark.id)))
			return map;
	}
	return NULL;
}

static void rename_to(char **name, const char *to)
{
	free(*name);
	*name = watch_memory(strdup(to));
}

static void see_map(struct watch_map *map, const struct use *use)
{
	mark_see(&map->mark, use->id);
	map->nr_users = use->nr_users;
	map->order = use->order;
	rename_to(&map->ifname, use->ifname);
	rename_to(&map->stage, use->stage);
}

/* Opens it once more: whoever wants two things of it holds it twice. */
static void open_choice(struct watch *watch, const struct uses *uses,
			const struct use *use, struct xdplab_map *opened,
			const struct watch_choice *choice)
{
	const char *name = xdplab_map_info(opened)->name;
	struct watch_map *map = map_before(watch, uses, use, name, choice);

	if (!map)
		map = add_map(watch);
	close_map(map);
	map->map = opened;
	map->choice = choice;
	rename_to(&map->name, name);
	see_map(map, use);
	prepare(map);
	map->hidden |= map->wrong && !choice->text;
	if (map->hidden)
		close_map(map);
}

static struct xdplab_map *open_id(uint32_t id)
{
	struct xdplab_map *map = NULL;
	char text[16];

	snprintf(text, sizeof(text), "%" PRIu32, id);
	xdplab_map_open(&map, text);
	return map;
}

/* One that nobody wants is kept in mind, too, so as not to be opened again. */
static void hide(struct watch *watch, const struct use *use)
{
	struct watch_map *map = add_map(watch);

	map->hidden = true;
	see_map(map, use);
}

static void open_map(struct watch *watch, const struct watch_maps *what,
		     const struct uses *uses, const struct use *use)
{
	struct xdplab_map *map = open_id(use->id);
	bool wanted = false;

	for (size_t i = 0; i < what->nr_choices; i++) {
		if (!map || is_internal(xdplab_map_info(map)) ||
		    !watch_choice_fits(&what->choices[i], xdplab_map_info(map)))
			continue;
		if (wanted)
			map = open_id(use->id);
		wanted = true;
		if (map)
			open_choice(watch, uses, use, map, &what->choices[i]);
	}
	if (wanted)
		return;
	xdplab_map_close(map);
	hide(watch, use);
}

/* ---- a round ---- */

static bool see_known(struct watch *watch, const struct use *use)
{
	bool known = false;

	for (size_t i = 0; i < watch->nr_maps; i++)
		if (watch->maps[i]->mark.id == use->id) {
			known |= watch->maps[i]->mark.absent <= 1;
			if (watch->maps[i]->mark.absent <= 1)
				see_map(watch->maps[i], use);
		}
	return known;
}

void watch_map_free(struct watch_map *map)
{
	close_map(map);
	drop_numbers(map);
	free(map->ifname);
	free(map->stage);
	free(map->name);
	free(map);
}

/* As the stages are that use them. */
static int compare_maps(const void *a, const void *b)
{
	const struct watch_map *left = *(struct watch_map *const *)a;
	const struct watch_map *right = *(struct watch_map *const *)b;

	return left->order < right->order ? -1 : left->order > right->order;
}

static void drop_maps(struct watch *watch)
{
	size_t kept = 0;

	for (size_t i = 0; i < watch->nr_maps; i++) {
		struct watch_map *map = watch->maps[i];

		if (map->mark.absent)
			close_map(map);
		if (map->mark.absent > (map->hidden ? 0 : WATCH_KEEP))
			watch_map_free(map);
		else
			watch->maps[kept++] = map;
	}
	watch->nr_maps = kept;
	if (kept)
		qsort(watch->maps, kept, sizeof(*watch->maps), compare_maps);
}

void watch_maps_read(struct watch *watch, const struct watch_maps *what,
		     const struct xdplab_status *status)
{
	struct uses uses = { 0 };

	find_uses(&uses, watch, status);
	for (size_t i = 0; i < uses.nr; i++)
		if (!see_known(watch, &uses.uses[i]))
			open_map(watch, what, &uses, &uses.uses[i]);
	free(uses.uses);
	drop_maps(watch);
	for (size_t i = 0; i < watch->nr_maps; i++)
		if (watch->maps[i]->keys)
			read_map(watch->maps[i], what->top);
}

const struct watch_map *watch_maps_chosen(const struct watch *watch,
					  const struct watch_choice *choice)
{
	for (size_t i = 0; i < watch->nr_maps; i++)
		if (watch->maps[i]->choice == choice && !watch->maps[i]->hidden)
			return watch->maps[i];
	return NULL;
}
