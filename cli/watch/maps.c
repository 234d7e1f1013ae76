// SPDX-License-Identifier: GPL-2.0-only
/*
 * maps - the maps of what runs, found anew in every round
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

#include "watch.h"

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
		uses->uses = need_memory(reallocarray(uses->uses, uses->room,
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

/* ---- opening and closing ---- */

static struct watch_map *add_map(struct watch *watch)
{
	struct watch_map *map = need_memory(calloc(1, sizeof(*map)));

	watch->maps = need_memory(reallocarray(watch->maps, watch->nr_maps + 1,
					       sizeof(struct watch_map *)));
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

static void see_map(struct watch_map *map, const struct use *use)
{
	mark_see(&map->mark, use->id);
	map->nr_users = use->nr_users;
	map->order = use->order;
	watch_rename(&map->ifname, use->ifname);
	watch_rename(&map->stage, use->stage);
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
	watch_map_close(map);
	map->map = opened;
	map->choice = choice;
	watch_rename(&map->name, name);
	see_map(map, use);
	watch_map_prepare(map);
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
		if (!map || watch_map_is_internal(xdplab_map_info(map)) ||
		    !watch_choice_fits(&what->choices[i], use->ifname,
				       use->stage, xdplab_map_info(map)))
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
			watch_map_close(map);
		if (map->mark.absent > (map->hidden ? 0 : WATCH_KEEP))
			watch_map_free(map);
		else
			watch->maps[kept++] = map;
	}
	watch->nr_maps = kept;
	if (kept)
		qsort(watch->maps, kept, sizeof(struct watch_map *),
		      compare_maps);
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
			watch_map_read(watch->maps[i], what->top);
}

const struct watch_map *watch_maps_chosen(const struct watch *watch,
					  const struct watch_choice *choice)
{
	for (size_t i = 0; i < watch->nr_maps; i++)
		if (watch->maps[i]->choice == choice && !watch->maps[i]->hidden)
			return watch->maps[i];
	return NULL;
}
