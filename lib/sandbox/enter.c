// SPDX-License-Identifier: LGPL-2.1-only
/*
 * enter - moves a process into a sandbox
 *
 * `ip netns exec` gives its command a fresh /sys and with it an empty
 * /sys/fs/bpf.  Here the sandbox's bpffs is put there; cgroups, debugfs and
 * tracefs, which belong to no namespace, stay reachable.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <linux/magic.h>

#include "internal.h"
#include "sandbox.h"

/* File systems that are mounted in /sys and have no namespace. */
static const char *const kept[] = {
	"/sys/fs/cgroup",
	"/sys/kernel/debug",
	"/sys/kernel/tracing",
};

/*
 * A copy of the tree that is mounted there, or -1 if none is.  To mount such a
 * file system anew could change its options, which are the host's.
 */
static int copy_tree(const char *path)
{
	struct statfs fs;

	if (statfs(path, &fs) || fs.f_type == SYSFS_MAGIC)
		return -1;
	return open_tree(AT_FDCWD, path,
			 OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
}

/* Best effort: a kernel may not have the place. */
static void put_tree(int tree, const char *path)
{
	if (tree < 0)
		return;
	if (move_mount(tree, "", AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH))
		note(XDPLAB_LOG_WARN, "%s: %s", path, strerror(errno));
	close(tree);
}

/* /sys shows the network of the namespace in which it was mounted. */
static int mount_sys(void)
{
	int trees[ARRAY_SIZE(kept)];
	int err = 0;

	for (size_t i = 0; i < ARRAY_SIZE(kept); i++)
		trees[i] = copy_tree(kept[i]);
	if (umount2("/sys", MNT_DETACH) && errno != EINVAL)
		err = fail(-errno, "/sys: %s", strerror(errno));
	else if (mount("sysfs", "/sys", "sysfs",
		       MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL))
		err = fail(-errno, "/sys: cannot be mounted: %s",
			   strerror(errno));
	for (size_t i = 0; i < ARRAY_SIZE(kept); i++)
		put_tree(trees[i], kept[i]);
	return err;
}

static int change_mounts(const char *name)
{
	char bpffs[SANDBOX_PATH_MAX];
	int err;

	/* What is mounted here stays here; what the host mounts is seen. */
	if (unshare(CLONE_NEWNS) ||
	    mount("", "/", "none", MS_SLAVE | MS_REC, NULL))
		return fail(-errno, "%s: cannot create a mount namespace: %s",
			    name, strerror(errno));
	err = mount_sys();
	if (err)
		return err;
	sandbox_bpffs(bpffs, name);
	if (mount(bpffs, "/sys/fs/bpf", NULL, MS_BIND, NULL))
		return fail(-errno, "%s: cannot be mounted: %s", bpffs,
			    strerror(errno));
	return 0;
}

/* The sandbox that a namespace belongs to.  A longer name is cut to one that is
 * too long still. */
static int find_sandbox(char name[SANDBOX_NAME_MAX + 2], const char *netns)
{
	struct sandbox_state state;
	int err;

	snprintf(name, SANDBOX_NAME_MAX + 2, "%.*s",
		 (int)sandbox_name_length(netns), netns);
	err = sandbox_name_check(name);
	if (!err)
		err = sandbox_read(&state, name);
	if (err || !state.broken)
		return err;
	fail(-ENOENT, "%s: the sandbox is incomplete", name);
	return advise(-ENOENT, "`xdplab sandbox down %s` removes the remains",
		      name);
}

int xdplab_sandbox_enter(const char *name)
{
	char sandbox[SANDBOX_NAME_MAX + 2];
	int err, lock = sandbox_lock(LOCK_SH);

	if (lock < 0)
		return lock;
	err = find_sandbox(sandbox, name);
	if (!err)
		err = xdplab_netns_enter(name);
	if (!err)
		err = change_mounts(sandbox);
	close(lock);
	return err;
}
