// SPDX-License-Identifier: LGPL-2.1-only
/*
 * refs - values that stand for a map, a program or a device
 *
 * The kernel gives them out as ids, and takes maps and programs as descriptors:
 * here they are ids both ways, so that what was read can be written.
 */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "internal.h"
#include "map.h"
#include "pin/pin.h"
#include "prog/info.h"

/* ---- where in a value they are ---- */

static bool is_pair(const struct xdplab_map *map)
{
	return map->info.value_size == sizeof(struct bpf_devmap_val);
}

static uint32_t number_at(const void *value, size_t at)
{
	uint32_t number;

	memcpy(&number, (const char *)value + at, sizeof(number));
	return number;
}

/* The id of a program, which stands after another number in a pair. */
static uint32_t prog_id(const struct xdplab_map *map, const void *value)
{
	if (map->kind->refers == REFERS_PROG)
		return number_at(value, 0);
	if (map->kind->refers == REFERS_MAP || !is_pair(map))
		return 0;
	return number_at(value, offsetof(struct bpf_devmap_val, bpf_prog));
}

/* ---- ids to descriptors ---- */

static int open_id(const struct xdplab_map *map, uint32_t id, bool is_map)
{
	const char *what = is_map ? "map" : "program";
	int fd = is_map ? bpf_map_get_fd_by_id(id) : bpf_prog_get_fd_by_id(id);

	if (fd == -EPERM)
		return fail_permission(fd, map->name, "open what it refers to");
	return fd < 0 ? fail(fd, "map %s (id %u): no %s with id %u", map->name,
			     map->info.id, what, id)
		      : fd;
}

int map_refs_open(const struct xdplab_map *map, const void *value, void *raw,
		  int *fd)
{
	bool is_map = map->kind->refers == REFERS_MAP;
	uint32_t id = is_map ? number_at(value, 0) : prog_id(map, value);
	size_t at = 0;

	if (map->kind->refers == REFERS_FILE)
		return fail(-EOPNOTSUPP,
			    "map %s (id %u): only the process that owns the "
			    "object can add it",
			    map->name, map->info.id);
	memcpy(raw, value, map->info.value_size);
	if (!id && !is_map && map->kind->refers != REFERS_PROG)
		return 0;
	*fd = open_id(map, id, is_map);
	if (*fd < 0)
		return *fd;
	if (is_pair(map))
		at = offsetof(struct bpf_devmap_val, bpf_prog);
	memcpy((char *)raw + at, fd, sizeof(*fd));
	return 0;
}

/* ---- names for people ---- */

static size_t add(struct xdplab_map_ref *refs, size_t nr, const char *what,
		  const char *name)
{
	refs[nr].what = what;
	snprintf(refs[nr].name, sizeof(refs[nr].name), "%s", name);
	return nr + 1;
}

static size_t add_map(struct xdplab_map_ref *refs, uint32_t id)
{
	char name[BPF_OBJ_NAME_LEN];
	struct xdplab_map_info info;
	int fd = bpf_map_get_fd_by_id(id);
	size_t nr = 0;

	if (fd < 0)
		return 0;
	if (!map_info_read(&info, name, fd))
		nr = add(refs, 0, "map_name", name);
	close(fd);
	return nr;
}

size_t xdplab_map_refs(const struct xdplab_map *map, const void *value,
		       struct xdplab_map_ref refs[XDPLAB_MAP_REFS_MAX])
{
	char ifname[IF_NAMESIZE];
	struct info prog;
	size_t nr = 0;
	uint32_t id;

	if (map->kind->refers == REFERS_NOTHING ||
	    map->kind->refers == REFERS_FILE)
		return 0;
	if (map->kind->refers == REFERS_MAP)
		return add_map(refs, number_at(value, 0));
	if (map->kind->refers == REFERS_DEVICE &&
	    if_indextoname(number_at(value, 0), ifname))
		nr = add(refs, nr, "ifname", ifname);
	id = prog_id(map, value);
	if (id && !info_read_id(&prog, id))
		nr = add(refs, nr, "prog_name", prog.name);
	return nr;
}
