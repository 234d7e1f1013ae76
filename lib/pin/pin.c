// SPDX-License-Identifier: LGPL-2.1-only
/*
 * pin - our state in bpffs: where it is, and its lock
 *
 *	ROOT/xdplab/COOKIE/IFINDEX/gen-ID/chain		the stages in order
 *	                                 /slots		programs of its own
 *	                          /stage-ID/prog	its mark, or adopted
 *	                                   /code	to be fused anew
 *	                                   /maps/NAME
 *	                          /counts-N		packets by verdict
 *	                          /link			with load --link
 *	                          /foreign-link		that was there before
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
#include "pin.h"

#define DEFAULT_BPFFS "/sys/fs/bpf"
#define STATE_DIR     "xdplab"

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
	fail(-EPERM, "%s: not owned exclusively by the caller", path);
	return advise(-EPERM, "check what it is and remove it");
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

int pin_directory(const char *path)
{
	struct stat st;

	if (!mkdir(path, 0700))
		return 0;
	if (errno == EACCES || errno == EPERM)
		return fail_permission(-EPERM, path, "save state");
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
			fail(-EAGAIN, "another change is in progress");
			return advise(-EAGAIN, "try again, or increase "
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
		err = pin_directory(path);
	if (err)
		return err;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 && errno == EACCES)
		return fail_permission(-EPERM, path, "save state");
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

/* ---- directories and pins ---- */

int pin_home_path(char *path, const struct pin_home *home, const char *fmt, ...)
{
	int err =
		pin_path(path, "/%" PRIu64 "/%u", home->cookie, home->ifindex);
	size_t length;
	va_list ap;

	if (err)
		return err;
	length = strlen(path);
	va_start(ap, fmt);
	vsnprintf(path + length, PATH_MAX - length, fmt, ap);
	va_end(ap);
	return 0;
}

int pin_home_make(const struct pin_home *home)
{
	char path[PATH_MAX];
	int err;

	err = pin_path(path, "/%" PRIu64, home->cookie);
	if (!err)
		err = pin_directory(path);
	if (!err)
		err = pin_home_path(path, home, "%s", "");
	return err ? err : pin_directory(path);
}

#define DIRECTORY (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

DIR *pin_directory_open(const char *path)
{
	int fd = open(path, DIRECTORY);

	return fd < 0 ? NULL : fdopendir(fd);
}

DIR *pin_home_open(const struct pin_home *home)
{
	char path[PATH_MAX];
	int above, fd;

	if (pin_home_path(path, home, "%s", ""))
		return NULL;
	*strrchr(path, '/') = '\0';
	above = open(path, DIRECTORY);
	if (above < 0)
		return NULL;
	fd = openat(above, path + strlen(path) + 1, DIRECTORY);
	close(above);
	return fd < 0 ? NULL : fdopendir(fd);
}

void pin_name(char *name, const char *text)
{
	snprintf(name, PIN_NAME_SIZE, "%s", text);
	for (char *c = name; *c; c++)
		if (!strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZ_-"
			    "abcdefghijklmnopqrstuvwxyz0123456789",
			    *c))
			*c = '_';
}

int pin_object(int fd, const char *path)
{
	int err = bpf_obj_pin(fd, path);

	return err ? fail(err, "%s: %s", path, strerror(-err)) : 0;
}
