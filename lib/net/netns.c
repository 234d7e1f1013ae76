// SPDX-License-Identifier: LGPL-2.1-only
/* netns - enters network namespaces and tells them apart */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "internal.h"
#include "netns.h"

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif

static bool valid_name(const char *name)
{
	return *name && strcmp(name, ".") && strcmp(name, "..") &&
	       !strchr(name, '/') && strlen(name) <= NAME_MAX;
}

/* A name may be a link, as made for containers: ln -s /proc/PID/ns/net. */
int xdplab_netns_enter(const char *name)
{
	char path[sizeof(NETNS_DIR) + 1 + NAME_MAX];
	int fd, err = 0;

	if (!valid_name(name))
		return fail(-EINVAL, "%s: not a valid namespace name", name);
	snprintf(path, sizeof(path), NETNS_DIR "/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT) {
		fail(-ENOENT, "%s: no such network namespace", name);
		return advise(-ENOENT, "see `ip netns`");
	}
	if (fd < 0)
		return fail(-errno, "%s: %s", path, strerror(errno));
	if (setns(fd, CLONE_NEWNET)) {
		err = -errno;
		if (err == -EPERM)
			fail_permission(err, name, "enter the namespace");
		else
			fail(err, "%s: not a network namespace", path);
	}
	close(fd);
	return err;
}

int netns_cookie(uint64_t *cookie)
{
	socklen_t size = sizeof(*cookie);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct stat st;
	int err = 0;

	if (fd < 0)
		return fail(-errno, "network namespace: %s", strerror(errno));
	if (!getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, cookie, &size))
		goto out;
	/* Before 5.14 the inode serves; it may come back, but then the ids of
	 * the programs in our state will not fit. */
	if (stat("/proc/thread-self/ns/net", &st))
		err = fail(-errno, "network namespace: %s", strerror(errno));
	else
		*cookie = st.st_ino;
out:
	close(fd);
	return err;
}

/* Moves into the namespace behind `path` if it has the cookie. */
static bool try_namespace(const char *path, uint64_t cookie)
{
	uint64_t found = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool there;

	if (fd < 0)
		return false;
	there = !setns(fd, CLONE_NEWNET) && !netns_cookie(&found) &&
		found == cookie;
	close(fd);
	return there;
}

static bool search_directory(const char *directory, const char *suffix,
			     uint64_t cookie)
{
	DIR *dir = opendir(directory);
	struct dirent *entry;
	bool there = false;
	char path[PATH_MAX];

	if (!dir)
		return false;
	while (!there && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.' ||
		    (*suffix && !isdigit((unsigned char)entry->d_name[0])))
			continue;
		snprintf(path, sizeof(path), "%s/%s%s", directory,
			 entry->d_name, suffix);
		there = try_namespace(path, cookie);
	}
	closedir(dir);
	return there;
}

int netns_visit(int *home, uint64_t cookie)
{
	int fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (search_directory(NETNS_DIR, "", cookie) ||
	    search_directory("/proc", "/ns/net", cookie)) {
		*home = fd;
		return 0;
	}
	netns_leave(fd);
	return -ENOENT;
}

void netns_leave(int home)
{
	/* The descriptor was opened from this thread's own namespace, so the
	 * kernel has no reason to refuse it. */
	if (setns(home, CLONE_NEWNET))
		note(XDPLAB_LOG_WARN,
		     "cannot return to the original "
		     "namespace: %s",
		     strerror(errno));
	close(home);
}
