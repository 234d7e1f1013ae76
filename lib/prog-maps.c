// SPDX-License-Identifier: LGPL-2.1-only
/*
 * prog-maps - maps that are to be shared by their pins
 *
 * libbpf reuses a map that is pinned under the name of one of the object, and
 * says no more than "invalid argument" where that is not possible.
 */
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/magic.h>

#include "internal.h"

/* The directory, or what there is above one that is still to be made. */
static int check_bpffs(const char *pin)
{
	char path[PATH_MAX];
	struct statfs fs;

	if (snprintf(path, sizeof(path), "%s", pin) >= (int)sizeof(path))
		return fail(-ENAMETOOLONG, "%s: the path is too long", pin);
	while (statfs(dirname(path), &fs))
		if (errno != ENOENT)
			return fail(-errno, "%s: %s", pin, strerror(errno));
	if (fs.f_type == BPF_FS_MAGIC)
		return 0;
	fail(-EINVAL, "%s: maps can be pinned in a bpffs only", pin);
	return advise(-EINVAL, "/sys/fs/bpf is one, where it is mounted");
}

static int compare(const char *pin, const struct bpf_map *map,
		   const struct bpf_map_info *info)
{
	const struct {
		const char *what;
		uint32_t there, wanted;
	} pairs[] = {
		{ "type", info->type, bpf_map__type(map) },
		{ "keys of bytes", info->key_size, bpf_map__key_size(map) },
		{ "values of bytes", info->value_size,
		  bpf_map__value_size(map) },
		{ "entries", info->max_entries, bpf_map__max_entries(map) },
		{ "flags", info->map_flags, bpf_map__map_flags(map) },
	};

	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
		if (pairs[i].there == pairs[i].wanted)
			continue;
		fail(-EEXIST,
		     "%s: another map is pinned there, with %s %u "
		     "instead of %u",
		     pin, pairs[i].what, pairs[i].there, pairs[i].wanted);
		return advise(-EEXIST, "remove it if nobody needs it, or pin "
				       "elsewhere by --pin-path");
	}
	return 0;
}

/* *fresh: nothing is pinned there yet. */
static int check_pin(const struct bpf_map *map, bool *fresh)
{
	const char *pin = bpf_map__pin_path(map);
	struct bpf_map_info info = { 0 };
	__u32 size = sizeof(info);
	int err, fd;

	err = check_bpffs(pin);
	if (err)
		return err;
	fd = bpf_obj_get(pin);
	*fresh = fd < 0;
	if (fd < 0)
		return 0; /* libbpf makes it */
	if (!bpf_obj_get_info_by_fd(fd, &info, &size))
		err = compare(pin, map, &info);
	close(fd);
	return err;
}

int prog_check_pins(const struct bpf_object *object, bool **fresh)
{
	const struct bpf_map *map;
	size_t nr = 0, i = 0;
	int err = 0;

	bpf_object__for_each_map (map, object)
		nr++;
	free(*fresh);
	*fresh = calloc(nr + 1, sizeof(**fresh));
	if (!*fresh)
		return fail(-ENOMEM, "maps: out of memory");
	bpf_object__for_each_map (map, object) {
		if (!err && bpf_map__pin_path(map))
			err = check_pin(map, &(*fresh)[i]);
		i++;
	}
	return err;
}

void prog_remove_pins(struct bpf_object *object, const bool *fresh)
{
	struct bpf_map *map;
	size_t i = 0;

	if (!fresh)
		return;
	bpf_object__for_each_map (map, object)
		if (fresh[i++] && bpf_map__is_pinned(map))
			bpf_map__unpin(map, NULL);
}
