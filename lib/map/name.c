// SPDX-License-Identifier: LGPL-2.1-only
/* name - the map that a word means: an id, a pin, or a name, which several
 * may have */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "internal.h"
#include "map.h"
#include "pin/pin.h"

/* The kernel cuts names at 15 characters. */
static bool is_called(const char *name, const char *wanted)
{
	return strlen(name) == BPF_OBJ_NAME_LEN - 1
		       ? !strncmp(name, wanted, strlen(name))
		       : !strcmp(name, wanted);
}

static int no_map(const char *name)
{
	fail(-ENOENT, "%s: no such map", name);
	return advise(-ENOENT, "see `xdplab map`; use a map's name, id or "
			       "pinned path");
}

/* ---- several of that name ---- */

struct twins {
	size_t nr, nr_living;
	uint32_t id;		/* of the last */
	uint32_t living;	/* the same of those that live */
	struct xdplab_text who; /* all of them, for people */
};

/* What no program uses and no pin names goes with whoever still looks at it. */
static bool is_living(const struct xdplab_map_seen *map)
{
	return map->nr_users || map->nr_pins;
}

static void describe(struct xdplab_text *text,
		     const struct xdplab_map_seen *map)
{
	char id[24];

	snprintf(id, sizeof(id), "%s%u (", text->length ? ", " : "",
		 map->info.id);
	xdplab_text_add(text, id);
	if (!map->nr_users && map->nr_pins)
		xdplab_text_add(text, "pinned at ");
	xdplab_text_add(text, map->nr_users  ? map->users[0].name
			      : map->nr_pins ? map->pins[0]
					     : "used by no program");
	xdplab_text_add(text, ")");
}

static void find_twins(struct twins *twins, const struct xdplab_maps *maps,
		       const char *name)
{
	for (size_t i = 0; i < xdplab_maps_count(maps); i++) {
		const struct xdplab_map_seen *map = xdplab_maps_at(maps, i);

		if (!is_called(map->info.name, name))
			continue;
		twins->nr++;
		twins->id = map->info.id;
		describe(&twins->who, map);
		if (!is_living(map))
			continue;
		twins->nr_living++;
		twins->living = map->info.id;
	}
}

/* Any of them may have gone since they were counted. */
static int open_twin(struct xdplab_map **out, const struct twins *twins,
		     const char *name)
{
	if (!twins->nr)
		return no_map(name);
	if (twins->nr_living == 1)
		return map_open_id(out, twins->living, name);
	if (twins->nr == 1)
		return map_open_id(out, twins->id, name);
	fail(-ENOTUNIQ, "%s: %zu maps have that name", name, twins->nr);
	return advise(-ENOTUNIQ, "select one by id: %s",
		      twins->who.bytes ?: "");
}

/* After a stage was given new maps the old ones may be there for a while. */
static int open_living(struct xdplab_map **out, const char *name)
{
	struct twins twins = { 0 };
	struct xdplab_maps *maps;
	int err = xdplab_maps_read(&maps);

	if (err)
		return err;
	find_twins(&twins, maps, name);
	xdplab_maps_free(maps);
	err = open_twin(out, &twins, name);
	xdplab_text_free(&twins.who);
	return err;
}

/* ---- by name ---- */

static bool has_name(uint32_t id, const char *wanted)
{
	char name[BPF_OBJ_NAME_LEN];
	struct xdplab_map_info info;
	int fd = bpf_map_get_fd_by_id(id);
	bool has;

	if (fd < 0)
		return false; /* it has just gone */
	has = !map_info_read(&info, name, fd) && is_called(name, wanted);
	close(fd);
	return has;
}

/* Who uses maps takes long to find out, and mostly one has the name. */
static int open_name(struct xdplab_map **out, const char *name)
{
	uint32_t id = 0, found = 0;
	size_t nr = 0;
	int err;

	/* Many have no name; that is none. */
	while (!(err = bpf_map_get_next_id(id, &id))) {
		if (!*name || !has_name(id, name))
			continue;
		found = id;
		nr++;
	}
	if (err == -EPERM)
		return fail_permission(err, name, "look for maps by name");
	if (nr > 1)
		return open_living(out, name);
	return nr ? map_open_id(out, found, name) : no_map(name);
}

int xdplab_map_open(struct xdplab_map **out, const char *which)
{
	uint64_t id;

	take_libbpf_log();
	if (strchr(which, '/'))
		return map_open_pin(out, which);
	if (pin_read_number(which, UINT32_MAX, &id))
		return map_open_id(out, id, which);
	return open_name(out, which);
}
