// SPDX-License-Identifier: LGPL-2.1-only
/*
 * pin - our state in bpffs: the lock, generations, links
 *
 *	ROOT/xdplab/COOKIE/IFINDEX/gen-ID/chain		the stages, by name
 *	                          /link			with load --link
 *
 * The kernel is the only database: a generation whose program is not attached
 * says nothing and is swept away.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <linux/magic.h>

#include "internal.h"

#define DEFAULT_BPFFS "/sys/fs/bpf"
#define STATE_DIR     "xdplab"
#define CHAIN_MAP     "xdplab_chain"

/* ---- paths ---- */

/* What the user chose, or NULL. */
static const char *chosen_root(void)
{
	const char *path = getenv("XDPLAB_BPFFS");

	return path && *path ? path : NULL;
}

static const char *any_root(void)
{
	return chosen_root() ?: DEFAULT_BPFFS;
}

int pin_root(const char **root)
{
	const char *path = any_root();
	int err = chosen_root() ? -EINVAL : -ENOENT;
	struct statfs fs;

	if (!statfs(path, &fs) && fs.f_type == BPF_FS_MAGIC) {
		*root = path;
		return 0;
	}
	fail(err, "%s: no bpffs is mounted there", path);
	return advise(err, "mount -t bpf bpf %s", path);
}

/*
 * bpffs is often writable for everybody, with the sticky bit: what is below our
 * directory can be believed if that directory is ours and nobody else's.
 */
static int check_owner(const char *path, const struct stat *st)
{
	if (S_ISDIR(st->st_mode) && st->st_uid == geteuid() &&
	    !(st->st_mode & 0022))
		return 0;
	fail(-EPERM, "%s: does not belong to the caller alone", path);
	return advise(-EPERM, "somebody else has made it: look what it is, and "
			      "remove it");
}

int pin_path(char *path, const char *fmt, ...)
{
	const char *root = any_root();
	int err, length = snprintf(path, PATH_MAX, "%s/" STATE_DIR, root);
	struct stat st;
	va_list ap;

	if (length >= PATH_MAX / 2)
		return fail(-ENAMETOOLONG, "%s: the path is too long", root);
	err = lstat(path, &st) ? 0 : check_owner(path, &st);
	if (err)
		return err;
	va_start(ap, fmt);
	vsnprintf(path + length, PATH_MAX - length, fmt, ap);
	va_end(ap);
	return 0;
}

static int make_directory(const char *path)
{
	struct stat st;

	if (!mkdir(path, 0700))
		return 0;
	if (errno == EACCES || errno == EPERM)
		return fail_permission(-EPERM, path, "keep state");
	if (errno != EEXIST)
		return fail(-errno, "%s: %s", path, strerror(errno));
	if (lstat(path, &st) || !S_ISDIR(st.st_mode))
		return fail(-ENOTDIR, "%s: is in the way", path);
	return 0;
}

/* ---- lock ---- */

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static int wait_for_lock(int fd, uint32_t timeout_ms)
{
	const struct timespec pause = { .tv_nsec = 2000000 };
	int64_t end = now_ms() + timeout_ms;

	while (flock(fd, LOCK_EX | LOCK_NB)) {
		if (errno != EWOULDBLOCK)
			return fail(-errno, "lock: %s", strerror(errno));
		if (now_ms() >= end) {
			fail(-EAGAIN, "another change is still under way");
			return advise(-EAGAIN, "try again, or wait longer with "
					       "--timeout");
		}
		nanosleep(&pause, NULL);
	}
	return 0;
}

int pin_lock(uint32_t timeout_ms)
{
	char path[PATH_MAX];
	const char *root;
	struct stat st;
	int fd, err = pin_root(&root);

	if (!err)
		err = pin_path(path, "%s", "");
	if (!err)
		err = make_directory(path);
	if (err)
		return err;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 && errno == EACCES)
		return fail_permission(-EPERM, path, "keep state");
	if (fd < 0)
		return fail(-errno, "%s: %s", path, strerror(errno));
	err = fstat(fd, &st) ? -errno : check_owner(path, &st);
	if (!err)
		err = wait_for_lock(fd, timeout_ms);
	if (err) {
		close(fd);
		return err;
	}
	return fd;
}

/* ---- publish ---- */

static int make_generation(uint64_t cookie, uint32_t ifindex, uint32_t prog_id)
{
	char path[PATH_MAX];
	int err;

	err = pin_path(path, "/%" PRIu64, cookie);
	if (!err)
		err = make_directory(path);
	if (!err)
		err = pin_path(path, "/%" PRIu64 "/%u", cookie, ifindex);
	if (!err)
		err = make_directory(path);
	if (!err)
		err = pin_path(path, "/%" PRIu64 "/%u/gen-%u", cookie, ifindex,
			       prog_id);
	return err ? err : make_directory(path);
}

int pin_publish(uint64_t cookie, uint32_t ifindex, uint32_t prog_id,
		const struct pin_stage *stage)
{
	char path[PATH_MAX];
	const __u32 key = 0;
	int fd, err;

	err = make_generation(cookie, ifindex, prog_id);
	if (!err)
		err = pin_path(path, "/%" PRIu64 "/%u/gen-%u/chain", cookie,
			       ifindex, prog_id);
	if (err)
		return err;
	fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, CHAIN_MAP, sizeof(key),
			    sizeof(*stage), 1, NULL);
	if (fd < 0)
		return fail(fd, "%s: %s", path, strerror(-fd));
	err = bpf_map_update_elem(fd, &key, stage, 0);
	if (!err)
		err = bpf_map_freeze(fd);
	if (!err)
		err = bpf_obj_pin(fd, path);
	if (err)
		fail(err, "%s: %s", path, strerror(-err));
	close(fd);
	return err;
}

/* ---- read ---- */

/* Whether the map is one that pin_publish() could have made. */
static bool is_chain(int fd)
{
	struct bpf_map_info info = { 0 };
	__u32 size = sizeof(info);

	return !bpf_obj_get_info_by_fd(fd, &info, &size) &&
	       info.type == BPF_MAP_TYPE_ARRAY &&
	       info.value_size == sizeof(struct pin_stage) &&
	       !strcmp(info.name, CHAIN_MAP);
}

int pin_stage_read(struct pin_stage *stage, uint64_t cookie, uint32_t ifindex,
		   uint32_t prog_id)
{
	struct pin_stage read;
	char path[PATH_MAX];
	const __u32 key = 0;
	int fd, err;

	if (pin_path(path, "/%" PRIu64 "/%u/gen-%u/chain", cookie, ifindex,
		     prog_id))
		return -ENOENT;
	fd = bpf_obj_get(path);
	if (fd < 0)
		return -ENOENT;
	err = is_chain(fd) ? bpf_map_lookup_elem(fd, &key, &read) : -ENOENT;
	close(fd);
	if (err)
		return -ENOENT;
	read.name[sizeof(read.name) - 1] = '\0';
	read.section[sizeof(read.section) - 1] = '\0';
	read.path[sizeof(read.path) - 1] = '\0';
	*stage = read;
	return 0;
}
