// SPDX-License-Identifier: LGPL-2.1-only
/* sweep - walks over pins, and removes our own that say nothing any more */
#include <dirent.h>
#include <errno.h>
#include <fts.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "internal.h"

/* Removes a generation with all that is in it, two directories deep. */
static int remove_generation(const char *path, int depth)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	int err = 0;

	if (!dir)
		return -errno;
	while ((entry = readdir(dir))) {
		char below[PATH_MAX];

		if (entry->d_name[0] == '.')
			continue; /* bpffs has no other names with dots */
		if (!unlinkat(dirfd(dir), entry->d_name, 0) ||
		    errno != EISDIR || depth == 0)
			continue;
		if (snprintf(below, sizeof(below), "%s/%s", path,
			     entry->d_name) < (int)sizeof(below))
			remove_generation(below, depth - 1);
	}
	closedir(dir);
	if (rmdir(path))
		err = fail(-errno, "%s: %s", path, strerror(errno));
	return err;
}

/* Whether the pinned link holds no interface any more.  Whatever else may have
 * been put in its place is left alone. */
static bool link_is_dead(const char *path)
{
	struct attach_link link;
	int fd = bpf_obj_get(path);
	bool dead;

	if (fd < 0)
		return false;
	dead = !attach_link_read(&link, fd) && !link.ifindex;
	close(fd);
	return dead;
}

static bool read_number(const char *text, uint64_t max, uint64_t *number)
{
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*number = strtoull(text, &end, 10);
	return !errno && !*end && *number <= max;
}

int pin_sweep(uint64_t cookie, uint32_t ifindex,
	      bool (*live)(uint32_t prog_id, const void *arg),
	      const void *live_arg, void (*report)(const char *path, void *arg),
	      void *report_arg)
{
	char path[PATH_MAX];
	struct dirent *entry;
	size_t length;
	DIR *dir;
	int err;

	err = pin_path(path, "/%" PRIu64 "/%u", cookie, ifindex);
	if (err)
		return err;
	dir = opendir(path);
	if (!dir)
		return 0;
	length = strlen(path);
	while ((entry = readdir(dir))) {
		uint64_t id;
		bool link = !strcmp(entry->d_name, "link");
		int removed;

		snprintf(path + length, sizeof(path) - length, "/%s",
			 entry->d_name);
		if (link && link_is_dead(path))
			removed = unlink(path) ? -errno : 0;
		else if (!strncmp(entry->d_name, "gen-", 4) &&
			 read_number(entry->d_name + 4, UINT32_MAX, &id) &&
			 !live(id, live_arg))
			removed = remove_generation(path, 2);
		else
			continue;
		if (!removed && report)
			report(path, report_arg);
		if (!err)
			err = removed;
	}
	closedir(dir);

	/* The directories go when nothing is left in them. */
	path[length] = '\0';
	if (!rmdir(path)) {
		*strrchr(path, '/') = '\0';
		rmdir(path);
	}
	return err;
}

static int walk_namespace(const char *path, uint64_t cookie,
			  int (*fn)(uint64_t cookie, uint32_t ifindex,
				    void *arg),
			  void *arg)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	uint64_t ifindex;
	int err = 0;

	if (!dir)
		return 0;
	while (!err && (entry = readdir(dir)))
		if (read_number(entry->d_name, INT32_MAX, &ifindex))
			err = fn(cookie, ifindex, arg);
	closedir(dir);
	return err;
}

int pin_walk(int (*fn)(uint64_t cookie, uint32_t ifindex, void *arg), void *arg)
{
	char path[PATH_MAX], below[PATH_MAX];
	struct dirent *entry;
	uint64_t cookie;
	DIR *dir;
	int err = pin_path(path, "%s", "");

	if (err)
		return err;
	dir = opendir(path);
	if (!dir)
		return 0; /* nothing was ever kept */
	while (!err && (entry = readdir(dir))) {
		if (!read_number(entry->d_name, UINT64_MAX, &cookie))
			continue;
		err = pin_path(below, "/%s", entry->d_name);
		if (!err)
			err = walk_namespace(below, cookie, fn, arg);
	}
	closedir(dir);
	return err;
}

/* What kind of object `fd` is, by the name that the kernel gives its file. */
static int pinned_object(int fd, enum pin_kind *kind, uint32_t *id)
{
	char path[32], target[64];
	struct bpf_prog_info info = { 0 };
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
	if (strstr(target, "bpf-map"))
		return -EINVAL;
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
		if (!pinned_object(fd, &kind, &id))
			fn(entry->fts_path, kind, id, arg);
		close(fd);
	}
	fts_close(tree);
}
