// SPDX-License-Identifier: LGPL-2.1-only
/*
 * state - which sandboxes there are, and what there is of them
 *
 *	/run/netns/NAME, NAME-peer, NAME-peer2 ...	their namespaces
 *	/run/xdplab/NAME/bpf				their bpffs
 *
 * The directory is made first and removed last: while there is anything of a
 * sandbox, it says so.  The bpffs is mounted last and unmounted first: without
 * it the sandbox is half made, or half gone.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <linux/magic.h>

#include "internal.h"
#include "net/netns.h"
#include "sandbox.h"

/* ---- names and paths ---- */

size_t sandbox_name_length(const char *netns)
{
	const char *suffix = strrchr(netns, '-');

	if (!suffix || strncmp(suffix, "-peer", 5) ||
	    suffix[5 + strspn(suffix + 5, "0123456789")])
		return strlen(netns);
	return suffix - netns;
}

int sandbox_name_check(const char *name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-_";
	size_t length = strlen(name);

	if (length && length <= SANDBOX_NAME_MAX && *name != '-' &&
	    strspn(name, allowed) == length &&
	    sandbox_name_length(name) == length)
		return 0;
	fail(-EINVAL, "%s: not a valid sandbox name", name);
	return advise(-EINVAL,
		      "up to %d letters, digits, '-' and '_', not beginning "
		      "with '-' and not ending in \"-peer\" or \"-peerN\"",
		      SANDBOX_NAME_MAX);
}

void sandbox_netns(char *netns, const char *name, unsigned int port)
{
	static const char *const suffixes[1 + SANDBOX_PORTS_MAX] = {
		"",	  "-peer",  "-peer2", "-peer3", "-peer4",
		"-peer5", "-peer6", "-peer7", "-peer8",
	};

	snprintf(netns, SANDBOX_NETNS_MAX, "%s%s", name, suffixes[port]);
}

void sandbox_directory(char *path, const char *name)
{
	snprintf(path, SANDBOX_PATH_MAX, SANDBOX_DIR "/%s", name);
}

void sandbox_bpffs(char *path, const char *name)
{
	snprintf(path, SANDBOX_PATH_MAX, SANDBOX_DIR "/%s/bpf", name);
}

/* ---- lock ---- */

/* What is in it decides what is mounted and unmounted. */
static int check_owner(int fd)
{
	struct stat st;

	if (!fstat(fd, &st) && !st.st_uid && !(st.st_mode & 0077))
		return 0;
	fail(-EPERM, SANDBOX_DIR ": not owned exclusively by root");
	return advise(-EPERM,
		      "chown root " SANDBOX_DIR " && chmod 700 " SANDBOX_DIR);
}

int sandbox_lock(int operation)
{
	int err = 0, fd = -1;

	if (mkdir(SANDBOX_DIR, 0700) && errno != EEXIST)
		err = -errno;
	else
		fd = open(SANDBOX_DIR,
			  O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (!err && fd < 0)
		err = -errno;
	if (err == -EACCES)
		return fail_permission(-EPERM, SANDBOX_DIR, "use it");
	if (err)
		return fail(err, SANDBOX_DIR ": %s", strerror(-err));
	err = check_owner(fd);
	if (!err && flock(fd, operation))
		err = fail(-errno, SANDBOX_DIR ": lock: %s", strerror(errno));
	if (!err)
		return fd;
	close(fd);
	return err;
}

/* ---- one sandbox ---- */

static int may_be_sandbox(const struct dirent *entry)
{
	return !sandbox_name_check(entry->d_name);
}

static bool has_bpffs(const char *name)
{
	char path[SANDBOX_PATH_MAX];
	struct statfs fs;

	sandbox_bpffs(path, name);
	return !statfs(path, &fs) && fs.f_type == BPF_FS_MAGIC;
}

int sandbox_read(struct sandbox_state *state, const char *name)
{
	struct sandbox_state read = { 0 };
	char path[SANDBOX_PATH_MAX];
	char netns[SANDBOX_NETNS_MAX];
	unsigned int whole = 0;
	struct stat st;

	sandbox_directory(path, name);
	if (lstat(path, &st) || !S_ISDIR(st.st_mode)) {
		fail(-ENOENT, "%s: no such sandbox", name);
		return advise(-ENOENT, "see `xdplab sandbox ls`");
	}
	read.broken = !has_bpffs(name);
	for (unsigned int port = 0; port <= SANDBOX_PORTS_MAX; port++) {
		sandbox_netns(netns, name, port);
		switch (netns_inode(&read.netns[port], netns)) {
		case 0:
			whole++;
			read.ports = port;
			break;
		case -ENOENT:
			break;
		default:
			read.broken = true;
		}
	}
	if (!read.ports || whole != 1 + read.ports)
		read.broken = true;
	*state = read;
	return 0;
}

static bool is_inside(const struct sandbox_state *state, int proc,
		      const char *process)
{
	char path[32];
	struct stat st;

	snprintf(path, sizeof(path), "%.16s/ns/net", process);
	if (fstatat(proc, path, &st, 0))
		return false; /* gone since, or a zombie */
	for (unsigned int port = 0; port <= SANDBOX_PORTS_MAX; port++)
		if (state->netns[port] == st.st_ino)
			return true;
	return false;
}

int sandbox_processes(const struct sandbox_state *state, unsigned int *number,
		      pid_t *pid)
{
	DIR *proc = opendir("/proc");
	const struct dirent *entry;
	unsigned int found = 0;

	if (!proc)
		return fail(-errno, "/proc: %s", strerror(errno));
	while ((entry = readdir(proc))) {
		if (!isdigit((unsigned char)*entry->d_name) ||
		    !is_inside(state, dirfd(proc), entry->d_name))
			continue;
		found++;
		*pid = atoi(entry->d_name);
	}
	closedir(proc);
	*number = found;
	return 0;
}

/* ---- where we are ---- */

/* Whether the sandbox's bpffs is what we have as `fs`. */
static bool has_as_bpffs(const char *name, const struct stat *fs)
{
	char path[SANDBOX_PATH_MAX];
	struct stat st;

	sandbox_bpffs(path, name);
	return !stat(path, &st) && st.st_dev == fs->st_dev;
}

int sandbox_here(char *name)
{
	const struct dirent *entry;
	bool here = false;
	struct stat fs;
	DIR *dir;

	*name = '\0';
	if (stat("/sys/fs/bpf", &fs))
		return 0;
	dir = opendir(SANDBOX_DIR);
	if (!dir)
		return fail(-errno, SANDBOX_DIR ": %s", strerror(errno));
	while (!here && (entry = readdir(dir))) {
		snprintf(name, SANDBOX_NAME_MAX + 1, "%.*s", SANDBOX_NAME_MAX,
			 entry->d_name);
		here = may_be_sandbox(entry) && has_as_bpffs(name, &fs);
	}
	if (!here)
		*name = '\0';
	closedir(dir);
	return 0;
}

/* ---- all of them ---- */

struct listing {
	struct xdplab_sandbox_iface ifaces[2 * SANDBOX_PORTS_MAX];
	struct sandbox_end ends[2 * SANDBOX_PORTS_MAX];
	char netns[1 + SANDBOX_PORTS_MAX][SANDBOX_NETNS_MAX];
};

static void list_iface(struct listing *listing, unsigned int port, bool peer)
{
	unsigned int index = 2 * (port - 1) + peer;
	struct sandbox_end *end = &listing->ends[index];

	sandbox_end(end, port, peer);
	listing->ifaces[index] = (struct xdplab_sandbox_iface){
		.netns = listing->netns[peer ? port : 0],
		.ifname = end->ifname,
		.mac = end->mac,
		.ipv4 = end->ipv4,
		.ipv6 = end->ipv6,
	};
}

static int list_one(const char *name,
		    void (*fn)(const struct xdplab_sandbox *s, void *arg),
		    void *arg)
{
	struct sandbox_state state = { 0 };
	struct xdplab_sandbox s = { .name = name };
	struct listing listing;
	pid_t pid;
	int err = sandbox_read(&state, name);

	if (!err)
		err = sandbox_processes(&state, &s.processes, &pid);
	if (err)
		return err;
	for (unsigned int port = 0; port <= state.ports; port++) {
		sandbox_netns(listing.netns[port], name, port);
		if (!port)
			continue;
		list_iface(&listing, port, false);
		list_iface(&listing, port, true);
	}
	s.ports = state.ports;
	s.broken = state.broken;
	s.ifaces = listing.ifaces;
	s.nr_ifaces = 2 * state.ports;
	fn(&s, arg);
	return 0;
}

int xdplab_sandbox_list(void (*fn)(const struct xdplab_sandbox *s, void *arg),
			void *arg)
{
	struct dirent **entries;
	int number, err = 0, lock = sandbox_lock(LOCK_SH);

	if (lock < 0)
		return lock;
	number = scandirat(lock, ".", &entries, may_be_sandbox, alphasort);
	if (number < 0)
		err = fail(-errno, SANDBOX_DIR ": %s", strerror(errno));
	for (int i = 0; i < number; i++) {
		if (!err)
			err = list_one(entries[i]->d_name, fn, arg);
		if (err == -ENOENT) /* a file, and none of ours */
			err = 0;
		free(entries[i]);
	}
	if (number >= 0)
		free(entries);
	close(lock);
	return err;
}
