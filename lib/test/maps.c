// SPDX-License-Identifier: LGPL-2.1-only
/* maps - the maps and variables of what is tested */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "maps.h"
#include "prog/info.h"
#include "prog/prog.h"

/* ---- what can become of one ---- */

static bool programs_write(const struct xdplab_map *map)
{
	if (map->info.frozen || map->info.flags & BPF_F_RDONLY_PROG)
		return false;
	return map->kind->refers == REFERS_NOTHING &&
	       map->info.type != BPF_MAP_TYPE_USER_RINGBUF;
}

/* "struct bpf_timer", and whatever is a pointer: those of the kernel are not
 * told from others. */
static bool is_object(const char *spelling)
{
	size_t length = strlen(spelling);

	return !strncmp(spelling, "struct bpf_", strlen("struct bpf_")) ||
	       (length && spelling[length - 1] == '*');
}

static bool has_objects(const struct xdplab_type *type)
{
	for (size_t i = 0; i < type->nr_nodes; i++)
		if (is_object(type->names.bytes + type->nodes[i].spelling))
			return true;
	return false;
}

int tested_get_all(struct tested_map *map, const void *key)
{
	int err = 0;

	if (tested_is(map, BPF_MAP_TYPE_LPM_TRIE)) {
		err = entries_read(&map->now, map);
		if (!err && !entries_have_prefix(&map->now, key))
			err = -ENOENT;
	}
	return err ?: xdplab_map_get(map->map, key, map->value);
}

int tested_get(struct tested_map *map, const void *key)
{
	uint32_t index;
	int err;

	if (map->memory) {
		memcpy(&index, key, sizeof(index));
		memcpy(map->value, memory_at(map, index),
		       map->map->info.value_size);
		return 0;
	}
	err = tested_get_all(map, key);
	if (!err)
		xdplab_map_sum(map->map, map->value, map->value);
	return err;
}

/* ---- open ---- */

static bool is_known(struct test_maps *maps, uint32_t id)
{
	for (size_t i = 0; i < maps->nr; i++) {
		if (maps->at[i].map->info.id != id)
			continue;
		maps->at[i].is_shared = true;
		return true;
	}
	return false;
}

static struct tested_map *add_map(struct test_maps *maps,
				  struct xdplab_map *map, const char *name)
{
	struct tested_map *at =
		reallocarray(maps->at, maps->nr + 1, sizeof(*at));

	if (!at)
		return NULL;
	maps->at = at;
	at += maps->nr;
	*at = (struct tested_map){
		.name = strdup(name),
		.map = map,
		/* No map in C can have a point in its name. */
		.is_section = strchr(name, '.'),
		.by_programs = programs_write(map),
		.has_objects = has_objects(map->value),
		.value = malloc(xdplab_map_value_bytes(map) + 1),
	};
	maps->nr++;
	memory_open(at);
	return at->name && at->value ? at : NULL;
}

/* What xdplab puts into a program, to count its packets, is no map of it. */
static bool is_own(const struct xdplab_map *map)
{
	return !strncmp(map->name, "xdplab_", strlen("xdplab_"));
}

/* 1 if it is none of its own, or there already, as several programs share
 * it. */
static int open_map(struct test_maps *maps, int fd, const char *name,
		    struct tested_map **out)
{
	struct xdplab_map *map = NULL;
	int err = xdplab_map_open_fd(&map, fd);

	if (err)
		return err;
	if (is_known(maps, map->info.id) || is_own(map)) {
		xdplab_map_close(map);
		return 1;
	}
	*out = add_map(maps, map, name ?: map->name);
	return *out ? 0 : map_no_memory(map);
}

static int begin_with(struct tested_map *map)
{
	if (tested_is(map, BPF_MAP_TYPE_RINGBUF))
		return records_open(map);
	return entries_can_read(map) ? entries_read(&map->initial, map) : 0;
}

/* Variables go by their section, whatever their file is called. */
static const char *name_of(const struct bpf_map *map, const char *name)
{
	const char *point = strchr(bpf_map__name(map), '.');

	return bpf_map__is_internal(map) && point ? point : name;
}

static int open_object(struct test_maps *maps, const struct xdplab_prog *prog)
{
	const prog_map_name *names = prog_map_names(prog);
	const struct bpf_map *map;
	int err = 0;

	bpf_object__for_each_map (map, prog_object(prog)) {
		const char *name = name_of(map, *names++);
		struct tested_map *opened;

		if (bpf_map__fd(map) < 0)
			continue;
		err = open_map(maps, bpf_map__fd(map), name, &opened);
		if (err < 0)
			return err;
		if (err)
			continue;
		opened->prog = prog;
		opened->program = xdplab_prog_name(prog);
		opened->btf = bpf_object__btf(prog_object(prog));
		err = begin_with(opened);
		if (err)
			return err;
	}
	return 0;
}

static int open_id(struct test_maps *maps, uint32_t id)
{
	struct tested_map *opened;
	int fd = bpf_map_get_fd_by_id(id), err;

	if (fd < 0)
		return fail(fd, "map %u: %s", id, strerror(-fd));
	err = open_map(maps, fd, NULL, &opened);
	close(fd);
	return err < 0 ? err : 0;
}

struct tested_map *test_maps_find_id(const struct test_maps *maps, uint32_t id)
{
	for (size_t i = 0; i < maps->nr; i++)
		if (maps->at[i].map->info.id == id)
			return &maps->at[i];
	return NULL;
}

/* A stage that is tail-called has maps which the chain's program has not. */
static int open_stage(struct test_maps *maps, const struct xdplab_stage *stage)
{
	int err = 0;

	for (uint32_t i = 0; !err && i < stage->nr_map_ids; i++) {
		struct tested_map *map =
			test_maps_find_id(maps, stage->map_ids[i]);

		if (!map)
			err = open_id(maps, stage->map_ids[i]);
		map = test_maps_find_id(maps, stage->map_ids[i]);
		if (!map)
			continue;
		map->is_shared |= map->program != NULL;
		map->program = stage->name;
	}
	return err;
}

/* Of what is no chain that xdplab has loaded no stages are known. */
static int open_stages(struct test_maps *maps, uint32_t prog_id)
{
	const struct pin_home anywhere = { 0 };
	int err = 0;

	if (stage_views_read(&maps->stages, &anywhere, prog_id))
		return 0;
	for (size_t i = 0; !err && i < maps->stages.nr; i++)
		err = open_stage(maps, &maps->stages.views[i]);
	return err;
}

static int open_program(struct test_maps *maps, int prog_fd)
{
	struct info info;
	int err = info_read(&info, prog_fd, "");

	if (err)
		return fail(err, "the program: %s", strerror(-err));
	for (uint32_t i = 0; !err && i < info.nr_map_ids; i++)
		err = open_id(maps, info.map_ids[i]);
	return err ?: open_stages(maps, info.id);
}

int test_maps_open(struct test_maps **out, struct xdplab_prog *const progs[],
		   size_t nr, int prog_fd)
{
	struct test_maps *maps = calloc(1, sizeof(*maps));
	int err = 0;

	if (!maps)
		return fail(-ENOMEM, "maps: out of memory");
	maps->elsewhere = !nr;
	maps->fresh = nr;
	for (size_t i = 0; !err && i < nr; i++)
		err = open_object(maps, progs[i]);
	if (!err && !nr)
		err = open_program(maps, prog_fd);
	if (err) {
		test_maps_close(maps);
		return err;
	}
	*out = maps;
	return 0;
}

/* ---- close ---- */

static void close_map(struct tested_map *map)
{
	records_close(map);
	memory_close(map);
	entries_free(&map->initial);
	entries_free(&map->before);
	entries_free(&map->now);
	free(map->value);
	free(map->name);
	xdplab_map_close(map->map);
}

static void free_bounds(struct test_bound *bound)
{
	while (bound) {
		struct test_bound *next = bound->next;

		value_type_free(bound->type);
		free(bound->key);
		free(bound->wanted);
		free(bound->mask);
		free(bound->before);
		free(bound);
		bound = next;
	}
}

void test_maps_close(struct test_maps *maps)
{
	if (!maps)
		return;
	for (size_t i = 0; i < maps->nr; i++)
		close_map(&maps->at[i]);
	free_bounds(maps->bounds);
	stage_views_free(&maps->stages);
	free(maps->at);
	free(maps);
}
