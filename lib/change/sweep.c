// SPDX-License-Identifier: LGPL-2.1-only
/*
 * sweep - removes pins of our own that say nothing any more
 *
 * What runs is the root: the generations of running programs are kept, the
 * stages that these name, and the counters and a foreign link as long as any is.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/membarrier.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "internal.h"
#include "pin/pin.h"

/* Ours are three deep; others may have put more into them. */
#define MAX_DEPTH 16

/*
 * Removes a directory with all that is in it, `depth` directories deep, by
 * descriptors, so that no symbolic link is followed.  -errno of the directory
 * itself; -ELOOP or -ENOTDIR if it is none.
 */
static int remove_directory(int parent, const char *name, int depth)
{
	int fd = openat(parent, name,
			O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!dir)
		return -errno;
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue; /* bpffs has no other names with dots */
		if (unlinkat(fd, entry->d_name, 0) && errno == EISDIR && depth)
			remove_directory(fd, entry->d_name, depth - 1);
	}
	closedir(dir);
	return unlinkat(parent, name, AT_REMOVEDIR) ? -errno : 0;
}

int pin_remove_tree(const char *path)
{
	return remove_directory(AT_FDCWD, path, MAX_DEPTH);
}

/* ---- what lives ---- */

/* Sorted, when all are there. */
struct ids {
	uint32_t *ids;
	size_t nr;
};

struct sweep {
	const struct pin_home *home;
	const struct pin_sweep_opts *opts;

	DIR *dir;
	struct ids generations; /* that live */
	struct ids stages;	/* of these */
	bool unsure;		/* one of them cannot be read */
	bool waited;		/* until no CPU runs what was swapped out */
};

/* The number in a name of the form PREFIX-NUMBER. */
static bool numbered(const char *name, const char *prefix, uint32_t *number)
{
	size_t length = strlen(prefix);
	uint64_t value;

	if (strncmp(name, prefix, length) ||
	    !pin_read_number(name + length, UINT32_MAX, &value))
		return false;
	*number = value;
	return true;
}

static int add_id(struct ids *ids, uint32_t id)
{
	uint32_t *more = reallocarray(ids->ids, ids->nr + 1, sizeof(*more));

	if (!more)
		return fail(-ENOMEM, "state: out of memory");
	ids->ids = more;
	ids->ids[ids->nr++] = id;
	return 0;
}

static int compare_ids(const void *a, const void *b)
{
	const uint32_t *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

static void sort_ids(struct ids *ids)
{
	if (ids->nr)
		qsort(ids->ids, ids->nr, sizeof(*ids->ids), compare_ids);
}

static bool has_id(const struct ids *ids, uint32_t id)
{
	return ids->nr &&
	       bsearch(&id, ids->ids, ids->nr, sizeof(*ids->ids), compare_ids);
}

static int note_generation(struct sweep *sweep, uint32_t prog_id)
{
	struct pin_stage *stages;
	size_t nr;
	int err = add_id(&sweep->generations, prog_id);

	if (err)
		return err;
	if (pin_chain_read(&stages, &nr, sweep->home, prog_id)) {
		sweep->unsure = true;
		return 0;
	}
	for (size_t i = 0; !err && i < nr; i++)
		err = add_id(&sweep->stages, stages[i].id);
	free(stages);
	return err;
}

static int find_living(struct sweep *sweep)
{
	struct dirent *entry;
	uint32_t id;
	int err = 0;

	while (!err && (entry = readdir(sweep->dir)))
		if (numbered(entry->d_name, "gen-", &id) &&
		    sweep->opts->live(id, sweep->opts->live_arg))
			err = note_generation(sweep, id);
	rewinddir(sweep->dir);
	sort_ids(&sweep->generations);
	sort_ids(&sweep->stages);
	return err;
}

/* ---- what does not ---- */

static bool is_prog_array(const char *path)
{
	struct bpf_map_info info = { 0 };
	__u32 size = sizeof(info);
	int fd = bpf_obj_get(path);
	bool is;

	if (fd < 0)
		return false;
	is = !bpf_obj_get_info_by_fd(fd, &info, &size) &&
	     info.type == BPF_MAP_TYPE_PROG_ARRAY;
	close(fd);
	return is;
}

/* A generation's own, or one of a stage that makes tail calls. */
static bool has_prog_array(const struct sweep *sweep, const char *entry)
{
	char path[PATH_MAX];
	struct dirent *map;
	bool has = false;
	DIR *dir;

	if (pin_home_path(path, sweep->home, "/%s/slots", entry))
		return false;
	if (!access(path, F_OK))
		return true;
	if (pin_home_path(path, sweep->home, "/%s/maps", entry))
		return false;
	dir = pin_directory_open(path);
	while (dir && !has && (map = readdir(dir)))
		has = !pin_home_path(path, sweep->home, "/%s/maps/%s", entry,
				     map->d_name) &&
		      is_prog_array(path);
	if (dir)
		closedir(dir);
	return has;
}

/* When a map in a map is replaced the kernel waits for all programs that may
 * still use the old one. */
static void wait_by_map(void)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts);
	int inner, outer, zero = 0;

	inner = bpf_map_create(BPF_MAP_TYPE_ARRAY, "xdplab_inner", 4, 4, 1,
			       NULL);
	opts.inner_map_fd = inner;
	outer = bpf_map_create(BPF_MAP_TYPE_ARRAY_OF_MAPS, "xdplab_outer", 4, 4,
			       1, &opts);
	bpf_map_update_elem(outer, &zero, &inner, BPF_ANY);
	close(outer);
	close(inner);
}

/* A prog_array is emptied with its last pin, and a CPU may still be in the
 * program that was swapped out a moment ago. */
static void wait_for_cpus(struct sweep *sweep)
{
	/* Refused where CPUs are free of ticks (nohz_full). */
	if (syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0))
		wait_by_map();
	sweep->waited = true;
}

static int remove_entry(struct sweep *sweep, const char *name)
{
	int parent = dirfd(sweep->dir);

	/* Some ms, so not for nothing. */
	if (!sweep->waited && has_prog_array(sweep, name))
		wait_for_cpus(sweep);
	if (!unlinkat(parent, name, 0))
		return 0;
	return errno == EISDIR ? remove_directory(parent, name, MAX_DEPTH)
			       : -errno;
}

static bool is_stale(const struct sweep *sweep, const char *name)
{
	uint32_t number;

	if (numbered(name, "gen-", &number))
		return !has_id(&sweep->generations, number);
	if (numbered(name, "stage-", &number))
		return !sweep->unsure && !has_id(&sweep->stages, number);
	if (numbered(name, "counts-", &number))
		return !sweep->generations.nr;
	if (!strncmp(name, PIN_KEPT, strlen(PIN_KEPT)))
		return sweep->opts->drop_kept ||
		       (sweep->opts->gone && !sweep->generations.nr);
	return !strcmp(name, PIN_FOREIGN_LINK) && !sweep->generations.nr;
}

static void report(const struct sweep *sweep, const char *path)
{
	if (sweep->opts->report)
		sweep->opts->report(path, sweep->opts->report_arg);
}

/* First of all, because a link holds its program also when it has lost its
 * interface. */
static int sweep_link(struct sweep *sweep, const char *name)
{
	char path[PATH_MAX];
	int err = pin_home_path(path, sweep->home, "/%s", name);

	if (err || !pin_link_is_dead(path))
		return err;
	if (unlink(path))
		return fail(-errno, "%s: %s", path, strerror(errno));
	report(sweep, path);
	return 0;
}

static int sweep_entries(struct sweep *sweep)
{
	struct dirent *entry;
	char path[PATH_MAX];
	int err = 0;

	while ((entry = readdir(sweep->dir))) {
		int removed =
			pin_home_path(path, sweep->home, "/%s", entry->d_name);

		if (removed)
			return removed;
		if (!is_stale(sweep, entry->d_name))
			continue;
		removed = remove_entry(sweep, entry->d_name);
		if (!removed)
			report(sweep, path);
		if (removed && !err)
			err = fail(removed, "%s: %s", path, strerror(-removed));
	}
	return err;
}

int pin_sweep(const struct pin_home *home, const struct pin_sweep_opts *opts)
{
	struct sweep sweep = { .home = home, .opts = opts };
	char path[PATH_MAX];
	int err = pin_home_path(path, home, "%s", "");

	if (err)
		return err;
	sweep.dir = pin_home_open(home);
	if (!sweep.dir)
		return 0; /* nothing of ours is there */
	err = sweep_link(&sweep, PIN_OWN_LINK);
	if (!err)
		err = sweep_link(&sweep, PIN_FOREIGN_LINK);
	if (!err)
		err = find_living(&sweep);
	if (!err)
		err = sweep_entries(&sweep);
	closedir(sweep.dir);
	free(sweep.generations.ids);
	free(sweep.stages.ids);

	/* The directories go when nothing is left in them. */
	if (!rmdir(path)) {
		*strrchr(path, '/') = '\0';
		rmdir(path);
	}
	return err;
}
