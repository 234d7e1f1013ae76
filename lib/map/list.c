// SPDX-License-Identifier: LGPL-2.1-only
/* list - all maps of the machine, who uses them and where they are pinned */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "internal.h"
#include "map.h"
#include "pin/pin.h"
#include "prog/info.h"

struct seen {
	struct xdplab_map_seen view; /* what the caller sees; first of all */
	char name[BPF_OBJ_NAME_LEN];
	struct xdplab_map_user *users;
	char **pins;
};

struct xdplab_maps {
	struct seen *seen; /* in the order of their ids */
	size_t nr, room;
	bool lost; /* memory ran out */
};

static struct seen *find(const struct xdplab_maps *maps, uint32_t id)
{
	size_t from = 0, to = maps->nr;

	while (from < to) {
		size_t middle = from + (to - from) / 2;
		uint32_t found = maps->seen[middle].view.info.id;

		if (found == id)
			return &maps->seen[middle];
		if (found < id)
			from = middle + 1;
		else
			to = middle;
	}
	return NULL;
}

/* ---- maps ---- */

static void add_map(struct xdplab_maps *maps, int fd)
{
	struct seen *seen;

	if (maps->nr == maps->room) {
		size_t room = 2 * maps->room + 64;

		seen = reallocarray(maps->seen, room, sizeof(*seen));
		if (!seen) {
			maps->lost = true;
			return;
		}
		maps->seen = seen;
		maps->room = room;
	}
	seen = &maps->seen[maps->nr];
	memset(seen, 0, sizeof(*seen));
	if (!map_info_read(&seen->view.info, seen->name, fd))
		maps->nr++;
}

/* Ids grow as maps are made. */
static int read_maps(struct xdplab_maps *maps)
{
	uint32_t id = 0;
	int err;

	while (!(err = bpf_map_get_next_id(id, &id))) {
		int fd = bpf_map_get_fd_by_id(id);

		if (fd < 0)
			continue; /* it has just gone */
		add_map(maps, fd);
		close(fd);
	}
	if (err == -EPERM)
		return fail_permission(err, "maps", "list them");
	return err == -ENOENT ? 0 : fail(err, "maps: %s", strerror(-err));
}

/* ---- who uses them ---- */

static void add_user(struct xdplab_maps *maps, struct seen *seen,
		     const struct info *prog)
{
	struct xdplab_map_user *users = reallocarray(
		seen->users, seen->view.nr_users + 1, sizeof(*users));
	char *name = strdup(prog->name);

	if (users)
		seen->view.users = seen->users = users;
	if (users && name)
		users[seen->view.nr_users++] = (struct xdplab_map_user){
			.id = prog->id,
			.name = name,
		};
	else
		free(name);
	maps->lost |= !users || !name;
}

static void read_users(struct xdplab_maps *maps)
{
	uint32_t id = 0;

	while (!bpf_prog_get_next_id(id, &id)) {
		struct info prog;

		if (info_read_id(&prog, id))
			continue;
		for (size_t i = 0; i < prog.nr_map_ids; i++) {
			struct seen *seen = find(maps, prog.map_ids[i]);

			if (seen)
				add_user(maps, seen, &prog);
		}
	}
}

/* ---- where they are pinned ---- */

static void on_pin(const char *path, enum pin_kind kind, uint32_t id, void *arg)
{
	struct xdplab_maps *maps = arg;
	struct seen *seen = kind == PIN_MAP ? find(maps, id) : NULL;
	char **pins, *copy;

	if (!seen)
		return;
	pins = reallocarray(seen->pins, seen->view.nr_pins + 1, sizeof(*pins));
	copy = strdup(path);
	if (pins) {
		seen->pins = pins;
		seen->view.pins = (const char *const *)pins;
	}
	if (pins && copy)
		pins[seen->view.nr_pins++] = copy;
	else
		free(copy);
	maps->lost |= !pins || !copy;
}

/* ---- all of it ---- */

int xdplab_maps_read(struct xdplab_maps **out)
{
	struct xdplab_maps *maps = calloc(1, sizeof(*maps));
	int err;

	if (!maps)
		return fail(-ENOMEM, "maps: out of memory");
	take_libbpf_log();
	err = read_maps(maps);
	if (!err) {
		read_users(maps);
		pin_find(on_pin, maps);
		if (maps->lost)
			err = fail(-ENOMEM, "maps: out of memory");
	}
	if (err) {
		xdplab_maps_free(maps);
		return err;
	}
	/* The names are where they stay only now. */
	for (size_t i = 0; i < maps->nr; i++)
		maps->seen[i].view.info.name = maps->seen[i].name;
	*out = maps;
	return 0;
}

size_t xdplab_maps_count(const struct xdplab_maps *maps)
{
	return maps->nr;
}

const struct xdplab_map_seen *xdplab_maps_at(const struct xdplab_maps *maps,
					     size_t index)
{
	return index < maps->nr ? &maps->seen[index].view : NULL;
}

static void free_seen(struct seen *seen)
{
	for (size_t i = 0; i < seen->view.nr_users; i++)
		free((char *)seen->users[i].name);
	for (size_t i = 0; i < seen->view.nr_pins; i++)
		free(seen->pins[i]);
	free(seen->users);
	free(seen->pins);
}

void xdplab_maps_free(struct xdplab_maps *maps)
{
	if (!maps)
		return;
	for (size_t i = 0; i < maps->nr; i++)
		free_seen(&maps->seen[i]);
	free(maps->seen);
	free(maps);
}
