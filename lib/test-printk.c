// SPDX-License-Identifier: LGPL-2.1-only
/*
 * test-printk - what programs print, as this thread has them run
 *
 * In an instance of tracefs of its own, so that nobody else's lines are in it
 * and nobody else misses any.  The file system is not mounted anywhere for it.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test-run.h"
#include "text.h"

#define PREFIX "xdplab-"
#define EVENT  "bpf_trace_printk: "

struct test_printk {
	int instances; /* the directory */
	char name[32]; /* of ours in it; "": none */
	int pipe;
	struct xdplab_text raw, lines;
};

/* ---- the instance ---- */

static int mount_tracefs(void)
{
	int fs = fsopen("tracefs", FSOPEN_CLOEXEC), mounted = -1, err = 0;

	if (fs < 0)
		return -errno;
	if (!fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
		mounted = fsmount(fs, FSMOUNT_CLOEXEC, 0);
	if (mounted < 0)
		err = -errno;
	close(fs);
	return err ? err : mounted;
}

static int open_instances(void)
{
	int mounted = mount_tracefs(), fd, err;

	if (mounted < 0)
		return mounted;
	fd = openat(mounted, "instances", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	err = -errno;
	close(mounted);
	return fd < 0 ? err : fd;
}

/* Whether it was made by a thread that has ended. */
static bool is_left(const char *name)
{
	char *end;
	long tid;

	if (strncmp(name, PREFIX, strlen(PREFIX)))
		return false;
	tid = strtol(name + strlen(PREFIX), &end, 10);
	return tid > 0 && !*end && kill((pid_t)tid, 0) && errno == ESRCH;
}

static void remove_left(int instances)
{
	DIR *dir = fdopendir(fcntl(instances, F_DUPFD_CLOEXEC, 3));
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (is_left(entry->d_name))
			unlinkat(instances, entry->d_name, AT_REMOVEDIR);
	if (dir)
		closedir(dir);
}

static int open_in(const struct test_printk *printk, const char *file,
		   int flags)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", printk->name, file);
	fd = openat(printk->instances, path, flags | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int write_to(const struct test_printk *printk, const char *file,
		    const char *text)
{
	int fd = open_in(printk, file, O_WRONLY), err = 0;

	if (fd < 0)
		return fd;
	if (write(fd, text, strlen(text)) < 0)
		err = -errno;
	close(fd);
	return err;
}

static int make_instance(struct test_printk *printk)
{
	char tid[16];
	int err;

	snprintf(tid, sizeof(tid), "%d", gettid());
	snprintf(printk->name, sizeof(printk->name), PREFIX "%s", tid);
	if (mkdirat(printk->instances, printk->name, 0700)) {
		printk->name[0] = '\0';
		return -errno;
	}
	err = write_to(printk, "set_event_pid", tid);
	if (!err)
		err = write_to(printk,
			       "events/bpf_trace/bpf_trace_printk/enable", "1");
	if (err)
		return err;
	printk->pipe = open_in(printk, "trace_pipe", O_RDONLY | O_NONBLOCK);
	return printk->pipe < 0 ? printk->pipe : 0;
}

int test_printk_open(struct test_printk **out)
{
	struct test_printk *printk = calloc(1, sizeof(*printk));
	int err;

	if (!printk)
		return fail(-ENOMEM, "tests: out of memory");
	printk->pipe = -1;
	err = printk->instances = open_instances();
	if (err >= 0) {
		remove_left(printk->instances);
		err = make_instance(printk);
	}
	if (err) {
		test_printk_close(printk);
		return fail(err,
			    "tracefs: what programs print cannot be seen: %s",
			    strerror(-err));
	}
	*out = printk;
	return 0;
}

void test_printk_close(struct test_printk *printk)
{
	if (!printk)
		return;
	if (printk->pipe >= 0)
		close(printk->pipe);
	if (printk->name[0])
		unlinkat(printk->instances, printk->name, AT_REMOVEDIR);
	if (printk->instances >= 0)
		close(printk->instances);
	free(printk->raw.bytes);
	free(printk->lines.bytes);
	free(printk);
}

/* ---- its lines ---- */

static int read_all(struct test_printk *printk)
{
	char bytes[4096];
	ssize_t length;

	printk->raw.length = 0;
	while ((length = read(printk->pipe, bytes, sizeof(bytes))) > 0)
		text_add(&printk->raw, bytes, length);
	if (length < 0 && errno != EAGAIN)
		return fail(-errno, "tracefs: %s", strerror(errno));
	text_end(&printk->raw);
	return printk->raw.lost ? fail(-ENOMEM, "tracefs: out of memory") : 0;
}

/* "xdplab-12  [000] d..1.  3.4: bpf_trace_printk: text" is more than was said.
 * What has no such beginning goes on with the line before. */
static void add_line(struct xdplab_text *lines, const char *line, size_t length)
{
	const char *event = memmem(line, length, EVENT, strlen(EVENT));

	if (event) {
		length -= event + strlen(EVENT) - line;
		line = event + strlen(EVENT);
	}
	text_add(lines, line, length);
}

int test_printk_before(struct test_printk *printk)
{
	return read_all(printk);
}

int test_printk_read(struct test_printk *printk, const char **lines)
{
	int err = read_all(printk);
	const char *at, *end;

	if (err)
		return err;
	printk->lines.length = 0;
	for (at = printk->raw.bytes; *at; at = end) {
		end = strchrnul(at, '\n');
		end += *end == '\n';
		add_line(&printk->lines, at, end - at);
	}
	text_end(&printk->lines);
	if (printk->lines.lost)
		return fail(-ENOMEM, "tracefs: out of memory");
	*lines = printk->lines.bytes;
	return 0;
}
