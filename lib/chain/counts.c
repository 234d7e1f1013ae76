// SPDX-License-Identifier: LGPL-2.1-only
/*
 * counts - packets and bytes by stage, verdict and CPU
 *
 * A counter belongs to a stage for as long as the stage is in the chain, and
 * all generations count in the same maps: a change loses no packet of it.  A
 * chain that outgrows one map gets another beside it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "chain.h"
#include "pin/pin.h"

#define COUNTS_MAP "xdplab_counts"
#define ROW_SIZE   4096u
#define VALUE_MAX  (4u << 20) /* KMALLOC_MAX_SIZE */

static size_t per_map(const struct counts *counts)
{
	return counts->row_size / FUSE_COUNTER_SIZE;
}

static size_t map_size(const struct counts *counts)
{
	return (size_t)counts->rows * counts->row_size;
}

/* The highest number of a CPU that there could be, of a list as "0-3,8-11";
 * there may be fewer than that. */
static int last_cpu(void)
{
	FILE *file = fopen("/sys/devices/system/cpu/possible", "re");
	int cpu = -1;
	char behind;

	if (!file)
		return -1;
	while (fscanf(file, "%d%c", &cpu, &behind) == 2 && behind != '\n')
		;
	fclose(file);
	return cpu;
}

static int size_rows(struct counts *counts)
{
	int last = last_cpu();

	if (last < 0)
		return fail(-ENOENT, "CPUs: /sys/devices/system/cpu/possible: "
				     "cannot be read");
	counts->rows = 1;
	while (counts->rows <= (uint32_t)last)
		counts->rows *= 2;
	counts->row_size = ROW_SIZE;
	while (map_size(counts) > VALUE_MAX)
		counts->row_size /= 2;
	return 0;
}

/* ---- the existing ones ---- */

static bool is_ours(const struct counts *counts, int fd)
{
	struct bpf_map_info info = { 0 };
	__u32 size = sizeof(info);

	return !bpf_obj_get_info_by_fd(fd, &info, &size) &&
	       info.type == BPF_MAP_TYPE_ARRAY &&
	       info.value_size == map_size(counts) && info.max_entries == 1 &&
	       info.map_flags & BPF_F_MMAPABLE &&
	       !strcmp(info.name, COUNTS_MAP);
}

int counts_open(struct counts *counts, const struct pin_home *home)
{
	struct counts opened = { 0 };
	char path[PATH_MAX];
	int err = size_rows(&opened);

	while (!err && opened.nr < ARRAY_SIZE(opened.fds)) {
		int fd;

		err = pin_home_path(path, home, "/counts-%zu", opened.nr);
		if (err)
			break;
		fd = bpf_obj_get(path);
		if (fd < 0) {
			if (fd != -ENOENT)
				err = fail(fd, "%s: %s", path, strerror(-fd));
			break;
		}
		opened.fds[opened.nr++] = fd;
		opened.nr_pinned++;
		if (!is_ours(&opened, fd))
			err = fail(-EUCLEAN, "%s: not a counter map", path);
	}
	if (err)
		counts_close(&opened);
	else
		*counts = opened;
	return err;
}

void counts_close(struct counts *counts)
{
	for (size_t i = 0; i < counts->nr; i++) {
		if (counts->views[i])
			munmap((void *)counts->views[i], map_size(counts));
		close(counts->fds[i]);
	}
	*counts = (struct counts){ 0 };
}

/* ---- a counter for a new stage ---- */

uint32_t counts_room(const struct counts *counts)
{
	return counts->nr * per_map(counts);
}

static int add_map(struct counts *counts)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_MMAPABLE);
	int fd;

	if (counts->nr == ARRAY_SIZE(counts->fds))
		return fail(-ENOSPC, "chain: too many counters");
	fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, COUNTS_MAP, sizeof(uint32_t),
			    map_size(counts), 1, &opts);
	if (fd < 0)
		return fail(fd, "counters: %s", strerror(-fd));
	counts->fds[counts->nr++] = fd;
	return is_ours(counts, fd)
		       ? 0
		       : fail(-ENOMEM, "counters: %s", strerror(ENOMEM));
}

/* No program counts there: the one that did was swapped out by the change that
 * took its stage away. */
static int clear(const struct counts *counts, uint32_t counter)
{
	size_t size = map_size(counts);
	char *map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED,
			 counts->fds[counter / per_map(counts)], 0);

	if (map == MAP_FAILED)
		return fail(-errno, "counters: %s", strerror(errno));
	for (uint32_t row = 0; row < counts->rows; row++)
		memset(map + (size_t)row * counts->row_size +
			       counter % per_map(counts) * FUSE_COUNTER_SIZE,
		       0, FUSE_COUNTER_SIZE);
	munmap(map, size);
	return 0;
}

int counts_take(struct counts *counts, uint32_t counter)
{
	int err = 0;

	while (!err && counter / per_map(counts) >= counts->nr)
		err = add_map(counts);
	return err ? err : clear(counts, counter);
}

int counts_write(struct counts *counts, const struct pin_home *home)
{
	char path[PATH_MAX];
	int err = 0;

	while (!err && counts->nr_pinned < counts->nr) {
		err = pin_home_make(home);
		if (!err)
			err = pin_home_path(path, home, "/counts-%zu",
					    counts->nr_pinned);
		if (!err)
			err = pin_object(counts->fds[counts->nr_pinned], path);
		if (!err)
			counts->nr_pinned++;
	}
	return err;
}

/* ---- reading ---- */

void counts_view(struct counts *counts)
{
	for (size_t i = 0; i < counts->nr; i++) {
		void *map = mmap(NULL, map_size(counts), PROT_READ, MAP_SHARED,
				 counts->fds[i], 0);

		counts->views[i] = map == MAP_FAILED ? NULL : map;
	}
}

/* Adds what one CPU has counted. */
static void add_row(uint64_t packets[FUSE_VERDICTS],
		    uint64_t bytes[FUSE_VERDICTS],
		    const struct fuse_count row[FUSE_VERDICTS])
{
	for (int i = 0; i < FUSE_VERDICTS; i++) {
		packets[i] +=
			__atomic_load_n(&row[i].packets, __ATOMIC_RELAXED);
		bytes[i] += __atomic_load_n(&row[i].bytes, __ATOMIC_RELAXED);
	}
}

bool counts_read(const struct counts *counts, uint32_t counter,
		 uint64_t packets[FUSE_VERDICTS], uint64_t bytes[FUSE_VERDICTS])
{
	const char *view;

	if (!counts->nr || counter / per_map(counts) >= counts->nr)
		return false;
	view = counts->views[counter / per_map(counts)];
	if (!view)
		return false;
	memset(packets, 0, FUSE_VERDICTS * sizeof(*packets));
	memset(bytes, 0, FUSE_VERDICTS * sizeof(*bytes));
	view += counter % per_map(counts) * FUSE_COUNTER_SIZE;
	for (uint32_t row = 0; row < counts->rows; row++)
		add_row(packets, bytes,
			(const void *)(view + (size_t)row * counts->row_size));
	return true;
}
