// SPDX-License-Identifier: LGPL-2.1-only
/*
 * kept - maps that outlive their stage, to be gone on with
 *
 * They are pinned once more before the stage goes, and are gone when one of its
 * name has come: a process that is killed in between leaves pins too many, and
 * never too few.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "internal.h"
#include "pin.h"

int pin_maps_path(char *path, const struct pin_home *home, uint32_t id)
{
	return pin_home_path(path, home, "/stage-%u/maps", id);
}

int pin_kept_path(char *path, const struct pin_home *home, const char *stage)
{
	char name[PIN_NAME_SIZE];

	pin_name(name, stage);
	return pin_home_path(path, home, "/" PIN_KEPT "%s", name);
}

static int keep_one(const char *from, const char *to, const char *name)
{
	char path[PATH_MAX + NAME_MAX + 2];
	int fd, err;

	snprintf(path, sizeof(path), "%s/%s", from, name);
	fd = bpf_obj_get(path);
	if (fd < 0)
		return fail(fd, "%s: %s", path, strerror(-fd));
	snprintf(path, sizeof(path), "%s/%s", to, name);
	err = pin_object(fd, path);
	close(fd);
	return err;
}

int pin_kept_write(const struct pin_home *home, const char *stage, uint32_t id)
{
	char from[PATH_MAX], to[PATH_MAX];
	struct dirent *entry;
	int err = pin_maps_path(from, home, id);
	DIR *dir;

	if (!err)
		err = pin_kept_path(to, home, stage);
	if (err)
		return err;
	/* Also of a stage without maps there is one. */
	dir = pin_directory_open(from);
	if (!dir)
		return fail(-errno, "%s: maps cannot be kept: %s", from,
			    strerror(errno));
	pin_remove_tree(to);
	err = pin_directory(to);
	while (!err && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			err = keep_one(from, to, entry->d_name);
	closedir(dir);
	return err;
}

static uint32_t map_id(const char *directory, const char *name)
{
	char path[PATH_MAX + NAME_MAX + 2];
	struct bpf_map_info info = { 0 };
	__u32 size = sizeof(info);
	int fd;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	fd = bpf_obj_get(path);
	if (fd < 0)
		return 0;
	if (bpf_obj_get_info_by_fd(fd, &info, &size))
		info.id = 0;
	close(fd);
	return info.id;
}

void pin_kept_remove_copies(const struct pin_home *home, const char *stage,
			    uint32_t id)
{
	char own[PATH_MAX], path[PATH_MAX];
	struct dirent *entry;
	bool copies = true;
	DIR *dir;

	if (pin_maps_path(own, home, id) || pin_kept_path(path, home, stage))
		return;
	dir = pin_directory_open(path);
	while (dir && copies && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			copies = map_id(path, entry->d_name) ==
				 map_id(own, entry->d_name);
	if (dir)
		closedir(dir);
	if (copies)
		pin_remove_tree(path);
}

void pin_kept_remove(const struct pin_home *home, const char *stage)
{
	char path[PATH_MAX];

	if (!pin_kept_path(path, home, stage))
		pin_remove_tree(path);
}
