// SPDX-License-Identifier: LGPL-2.1-only
/* walk - walks over pins, our own and those of others */
#include <dirent.h>
#include <errno.h>
#include <fts.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "internal.h"
#include "net/attach.h"
#include "pin.h"

bool pin_read_number(const char *text, uint64_t max, uint64_t *number)
{
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*number = strtoull(text, &end, 10);
	return !errno && !*end && *number <= max;
}

static int walk_namespace(const char *path, uint64_t cookie,
			  int (*fn)(const struct pin_home *home, void *arg),
			  void *arg)
{
	DIR *dir = pin_directory_open(path);
	struct dirent *entry;
	uint64_t ifindex;
	int err = 0;

	if (!dir)
		return 0;
	while ((entry = readdir(dir))) {
		struct pin_home home = { .cookie = cookie };
		int failed = 0;

		if (pin_read_number(entry->d_name, INT32_MAX, &ifindex)) {
			home.ifindex = ifindex;
			failed = fn(&home, arg);
		}
		if (!err)
			err = failed;
	}
	closedir(dir);
	return err;
}

int pin_walk(int (*fn)(const struct pin_home *home, void *arg), void *arg)
{
	char path[PATH_MAX], below[PATH_MAX];
	struct dirent *entry;
	uint64_t cookie;
	DIR *dir;
	int err = pin_path(path, "%s", "");

	if (err)
		return err;
	dir = pin_directory_open(path);
	if (!dir)
		return 0; /* nothing was ever kept */
	while ((entry = readdir(dir))) {
		int failed;

		if (!pin_read_number(entry->d_name, UINT64_MAX, &cookie))
			continue;
		failed = pin_path(below, "/%s", entry->d_name);
		if (!failed)
			failed = walk_namespace(below, cookie, fn, arg);
		if (!err)
			err = failed;
	}
	closedir(dir);
	return err;
}

/* By the name that the kernel gives its file. */
int pin_identify(int fd, enum pin_kind *kind, uint32_t *id)
{
	char path[32], target[64];
	struct bpf_prog_info info = { 0 };
	struct bpf_map_info map = { 0 };
	__u32 size = sizeof(info);
	struct attach_link link;
	ssize_t length;
	int err;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	length = readlink(path, target, sizeof(target) - 1);
	if (length < 0)
		return -errno;
	target[length] = '\0';
	if (strstr(target, "bpf-prog")) {
		err = bpf_obj_get_info_by_fd(fd, &info, &size);
		*kind = PIN_PROG;
		*id = info.id;
		return err;
	}
	if (strstr(target, "bpf-map")) {
		size = sizeof(map);
		err = bpf_obj_get_info_by_fd(fd, &map, &size);
		*kind = PIN_MAP;
		*id = map.id;
		return err;
	}
	err = attach_link_read(&link, fd);
	*kind = PIN_LINK;
	*id = err ? 0 : link.id;
	return err;
}

void pin_find(void (*fn)(const char *path, enum pin_kind kind, uint32_t id,
			 void *arg),
	      void *arg)
{
	char root_copy[PATH_MAX];
	char *const roots[] = { root_copy, NULL };
	const char *root;
	FTSENT *entry;
	FTS *tree;

	if (pin_root(&root))
		return;
	snprintf(root_copy, sizeof(root_copy), "%s", root);
	tree = fts_open(roots, FTS_PHYSICAL | FTS_XDEV | FTS_NOCHDIR, NULL);
	if (!tree)
		return;
	for (int seen = 0; seen < PIN_FIND_MAX && (entry = fts_read(tree));) {
		enum pin_kind kind = PIN_PROG;
		uint32_t id = 0;
		int fd;

		if (entry->fts_info != FTS_F && entry->fts_info != FTS_DEFAULT)
			continue;
		seen++;
		fd = bpf_obj_get(entry->fts_path);
		if (fd < 0)
			continue;
		if (!pin_identify(fd, &kind, &id))
			fn(entry->fts_path, kind, id, arg);
		close(fd);
	}
	fts_close(tree);
}
