// SPDX-License-Identifier: LGPL-2.1-only
/*
 * maps - maps that are there already, which a program continues with
 *
 * Those of a stage before it, or those that are pinned under their names for
 * all who ask.  libbpf can do the latter by itself, but says no more than
 * "invalid argument" where a map does not fit.
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
#include "map/layout.h"
#include "map/map.h"
#include "pin/pin.h"
#include "prog.h"

/* ---- one map ---- */

/*
 * Constants are the code's.  So are the programs that a prog_array begins with:
 * libbpf would put them into the one that is in use.
 */
static bool belongs_to_code(const struct bpf_map *map, bool has_slots)
{
	if (bpf_map__type(map) == BPF_MAP_TYPE_PROG_ARRAY)
		return has_slots;
	return bpf_map__is_internal(map) &&
	       bpf_map__map_flags(map) & BPF_F_RDONLY_PROG;
}

static int reuse_map(struct bpf_map *map, const struct xdplab_map *there,
		     const struct bpf_object *object, const char *path)
{
	int err;

	if (map_holds_objects(there))
		return fail(-EEXIST,
			    "%s: map %s holds objects of types local to its "
			    "program and cannot be reused",
			    path, bpf_map__name(map));
	err = layout_check(there, map, bpf_object__btf(object), path);
	if (err)
		return err;
	err = bpf_map__reuse_fd(map, xdplab_map_fd(there));
	return err ? fail(err, "%s: map %s: %s", path, bpf_map__name(map),
			  strerror(-err))
		   : 0;
}

static int reuse(struct bpf_map *map, const char *pin,
		 const struct bpf_object *object, const char *path)
{
	struct xdplab_map *there;
	int err = xdplab_map_open(&there, pin);

	if (err)
		return err;
	err = reuse_map(map, there, object, path);
	xdplab_map_close(there);
	return err;
}

static size_t count_maps(const struct bpf_object *object)
{
	const struct bpf_map *map;
	size_t nr = 0;

	bpf_object__for_each_map (map, object)
		nr++;
	return nr;
}

static void name_map(char *name, const struct bpf_map *map)
{
	const char *text = bpf_map__name(map);

	/* "count.bss": the variables, whatever their file is called. */
	if (bpf_map__is_internal(map) && strchr(text, '.'))
		text = strchr(text, '.');
	pin_name(name, text);
}

int prog_maps_name(prog_map_name **names, const struct bpf_object *object)
{
	const struct bpf_map *map;
	size_t i = 0;

	*names = calloc(count_maps(object) + 1, sizeof(**names));
	if (!*names)
		return fail(-ENOMEM, "maps: out of memory");
	bpf_object__for_each_map (map, object)
		name_map((*names)[i++], map);
	return 0;
}

/* ---- of a stage before it ---- */

/* 1 if it was there. */
static int reuse_of_stage(struct bpf_map *map, const struct bpf_object *object,
			  const char *path, const char *directory,
			  const char *name)
{
	char pin[PATH_MAX + PIN_NAME_SIZE];
	int err;

	snprintf(pin, sizeof(pin), "%s/%s", directory, name);
	if (access(pin, F_OK))
		return 0;
	err = reuse(map, pin, object, path);
	return err == -EEXIST
		       ? advise(err, "--fresh-maps creates new maps; copy the "
				     "contents with `xdplab map save` and "
				     "`load`")
		       : err ?: 1;
}

int prog_maps_of_stage(struct bpf_object *object, const char *path,
		       const char *directory, const prog_map_name *names,
		       bool has_slots, uint32_t *reused)
{
	struct bpf_map *map;
	size_t i = 0;

	if (access(directory, F_OK))
		return 0;
	bpf_object__for_each_map (map, object) {
		const char *name = names[i++], *pin = bpf_map__pin_path(map);
		int was_there;

		/* What is shared by a pin is that, once it is there. */
		if ((pin && !access(pin, F_OK)) ||
		    belongs_to_code(map, has_slots))
			continue;
		was_there = reuse_of_stage(map, object, path, directory, name);
		if (was_there < 0)
			return was_there;
		*reused += was_there;
	}
	return 0;
}

/* ---- pinned under their names ---- */

int prog_maps_pin_all(struct bpf_object *object, const char *directory,
		      bool has_slots)
{
	char name[PIN_NAME_SIZE], pin[PATH_MAX];
	struct bpf_map *map;

	bpf_object__for_each_map (map, object) {
		if (bpf_map__is_internal(map) ||
		    belongs_to_code(map, has_slots))
			continue;
		pin_name(name, bpf_map__name(map));
		if (snprintf(pin, sizeof(pin), "%s/%s", directory, name) >=
			    (int)sizeof(pin) ||
		    bpf_map__set_pin_path(map, pin))
			return fail(-ENAMETOOLONG, "%s: the path is too long",
				    directory);
	}
	return 0;
}

/* *missing: the directory is still to be made, which libbpf does in one that is
 * there. */
static int check_bpffs(const char *pin, bool *missing)
{
	char path[PATH_MAX], *there;
	struct statfs fs;
	int missing_levels = 0;

	if (snprintf(path, sizeof(path), "%s", pin) >= (int)sizeof(path))
		return fail(-ENAMETOOLONG, "%s: the path is too long", pin);
	for (there = dirname(path); statfs(there, &fs); there = dirname(there))
		if (errno != ENOENT || missing_levels++ > PATH_MAX / 2)
			return fail(-errno, "%s: %s: %s", pin, there,
				    strerror(errno));
	*missing = missing_levels;
	if (fs.f_type != BPF_FS_MAGIC) {
		fail(-EINVAL, "%s: not in a bpffs, maps cannot be pinned", pin);
		return advise(-EINVAL, "use a directory below /sys/fs/bpf");
	}
	return missing_levels > 1
		       ? fail(-ENOENT, "%s: %s has no such directory", pin,
			      there)
		       : 0;
}

static int in_the_way(const char *pin)
{
	return advise(
		-EEXIST,
		"it is %s: remove it if unused, or use another --pin-path",
		pin);
}

/* libbpf would put the object's programs into it, also for a load that fails in
 * the end, or is tried only, and those who use it would run them. */
static int slots_in_use(const struct bpf_map *map, const char *path,
			const char *pin)
{
	fail(-EEXIST,
	     "%s: map %s begins with programs, so the existing one cannot be "
	     "reused",
	     path, bpf_map__name(map));
	return in_the_way(pin);
}

/* fresh->pin: nothing is pinned there yet, and libbpf makes and pins it. */
static int reuse_pinned(struct bpf_map *map, const struct bpf_object *object,
			const char *path, bool has_slots,
			struct fresh_pin *fresh)
{
	const char *pin = bpf_map__pin_path(map);
	int err = check_bpffs(pin, &fresh->directory);

	if (err)
		return err;
	fresh->pin = access(pin, F_OK);
	if (fresh->pin)
		return 0;
	if (belongs_to_code(map, has_slots))
		return slots_in_use(map, path, pin);
	err = reuse(map, pin, object, path);
	if (err == -EEXIST)
		return in_the_way(pin);
	/* libbpf would compare them once more, and is wrong about some. */
	return err ?: bpf_map__set_pin_path(map, NULL);
}

int prog_maps_pinned(struct bpf_object *object, const char *path,
		     bool has_slots, struct fresh_pin **fresh, uint32_t *reused)
{
	struct bpf_map *map;
	size_t i = 0;
	int err = 0;

	free(*fresh);
	*fresh = calloc(count_maps(object) + 1, sizeof(**fresh));
	if (!*fresh)
		return fail(-ENOMEM, "maps: out of memory");
	bpf_object__for_each_map (map, object) {
		if (!err && bpf_map__pin_path(map)) {
			err = reuse_pinned(map, object, path, has_slots,
					   &(*fresh)[i]);
			*reused += !err && !(*fresh)[i].pin;
		}
		i++;
	}
	return err;
}

void prog_maps_unpin(struct bpf_object *object, const struct fresh_pin *fresh)
{
	char path[PATH_MAX];
	struct bpf_map *map;

	if (!fresh)
		return;
	bpf_object__for_each_map (map, object) {
		const char *pin = bpf_map__pin_path(map);

		if (fresh->pin && bpf_map__is_pinned(map))
			bpf_map__unpin(map, NULL);
		/* Unless somebody has put something into it, too. */
		if (fresh->directory && pin) {
			snprintf(path, sizeof(path), "%s", pin);
			rmdir(dirname(path));
		}
		fresh++;
	}
}
