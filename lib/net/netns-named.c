// SPDX-License-Identifier: LGPL-2.1-only
/* netns-named - network namespaces with names, kept as `ip netns` keeps them */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <linux/magic.h>

#include "internal.h"
#include "netns.h"

void netns_path(char *path, const char *name)
{
	snprintf(path, NETNS_PATH_MAX, NETNS_DIR "/%s", name);
}

/*
 * The directory is a shared mount, so that what is unmounted in it here is so
 * everywhere.  It must be one before the first name is mounted in it: `ip
 * netns` would mount the directory over itself later, and hide the name.
 */
static int make_directory(void)
{
	if (mkdir(NETNS_DIR, 0755) && errno != EEXIST)
		return fail(-errno, NETNS_DIR ": %s", strerror(errno));
	if (!mount("", NETNS_DIR, "none", MS_SHARED | MS_REC, NULL))
		return 0;
	if (errno == EINVAL &&
	    !mount(NETNS_DIR, NETNS_DIR, "none", MS_BIND | MS_REC, NULL) &&
	    !mount("", NETNS_DIR, "none", MS_SHARED | MS_REC, NULL))
		return 0;
	return fail(-errno, NETNS_DIR ": cannot be mounted: %s",
		    strerror(errno));
}

int netns_make(const char *name)
{
	char path[NETNS_PATH_MAX];
	int fd, err;

	err = make_directory();
	if (err)
		return err;
	netns_path(path, name);
	fd = open(path, O_RDONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		  0);
	if (fd < 0)
		return fail(-errno, "%s: %s", path, strerror(errno));
	close(fd);
	if (!unshare(CLONE_NEWNET) &&
	    !mount("/proc/thread-self/ns/net", path, "none", MS_BIND, NULL))
		return 0;
	err = fail(-errno, "%s: cannot create a network namespace: %s", name,
		   strerror(errno));
	unlink(path);
	return err;
}

int netns_inode(ino_t *inode, const char *name)
{
	char path[NETNS_PATH_MAX];
	struct statfs fs;
	struct stat st;

	netns_path(path, name);
	if (stat(path, &st) || statfs(path, &fs))
		return -errno;
	if (fs.f_type != NSFS_MAGIC)
		return -EINVAL;
	*inode = st.st_ino;
	return 0;
}

int netns_remove(const char *name)
{
	char path[NETNS_PATH_MAX];

	netns_path(path, name);
	if (umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW) && errno != ENOENT &&
	    errno != EINVAL)
		return fail(-errno, "%s: %s", path, strerror(errno));
	if (unlink(path) && errno != ENOENT)
		return fail(-errno, "%s: %s", path, strerror(errno));
	return 0;
}
