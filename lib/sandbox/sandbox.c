// SPDX-License-Identifier: LGPL-2.1-only
/* sandbox - makes sandboxes, all of one or nothing, and takes them away */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "internal.h"
#include "net/netns.h"
#include "sandbox.h"

/* The calling thread's namespace, to come back to by netns_leave(). */
static int home_netns(void)
{
	int fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);

	return fd < 0 ? fail(-errno, "/proc/thread-self/ns/net: %s",
			     strerror(errno))
		      : fd;
}

/* What has begun is brought to its end: signals wait for it. */
static void hold_signals(sigset_t *held)
{
	sigset_t all;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, held);
}

static void release_signals(const sigset_t *held)
{
	pthread_sigmask(SIG_SETMASK, held, NULL);
}

/* ---- take away ---- */

/* A veth goes with its namespace, but some time after it: a namespace that
 * nobody is in any more is taken apart by a kernel thread. */
static int delete_ports(const char *name)
{
	int err, home = home_netns();

	if (home < 0)
		return home;
	err = xdplab_netns_enter(name);
	for (unsigned int port = 1; !err && port <= SANDBOX_PORTS_MAX; port++)
		err = sandbox_net_delete(port);
	netns_leave(home);
	return err;
}

static int remove_directory(const char *path)
{
	if (!rmdir(path) || errno == ENOENT)
		return 0;
	return fail(-errno, "%s: %s", path, strerror(errno));
}

/* Pins die with the bpffs, unless somebody is in it. */
static int unmount_bpffs(const char *name)
{
	char path[SANDBOX_PATH_MAX];
	int err;

	sandbox_bpffs(path, name);
	if (!umount2(path, UMOUNT_NOFOLLOW) || errno == ENOENT ||
	    errno == EINVAL)
		return 0;
	err = fail(-errno, "%s: %s", path, strerror(errno));
	return advise(err, "`fuser -vm %s` shows who uses it", path);
}

/* Removes what there is of the sandbox. */
static int dismantle(const char *name, const struct sandbox_state *state)
{
	char path[SANDBOX_PATH_MAX], netns[SANDBOX_NETNS_MAX];
	int err = unmount_bpffs(name);

	if (!err && state->netns[0])
		err = delete_ports(name);
	for (unsigned int port = 0; !err && port <= SANDBOX_PORTS_MAX; port++) {
		sandbox_netns(netns, name, port);
		err = netns_remove(netns);
	}
	if (err)
		return err;
	sandbox_bpffs(path, name);
	err = remove_directory(path);
	sandbox_directory(path, name);
	return err ? err : remove_directory(path);
}

static int refuse_if_used(const char *name, const struct sandbox_state *state)
{
	unsigned int number;
	pid_t pid;
	int err = sandbox_processes(state, &number, &pid);

	if (err || !number)
		return err;
	if (number == 1)
		fail(-EBUSY, "%s: process %d is inside", name, (int)pid);
	else
		fail(-EBUSY, "%s: %u processes are inside, one is %d", name,
		     number, (int)pid);
	return advise(-EBUSY, "end %s or leave the sandbox, then try again",
		      number == 1 ? "it" : "them");
}

int xdplab_sandbox_down(const char *name)
{
	struct sandbox_state state;
	int lock, err = sandbox_name_check(name);
	sigset_t held;

	if (err)
		return err;
	lock = sandbox_lock(LOCK_EX);
	if (lock < 0)
		return lock;
	err = sandbox_read(&state, name);
	if (!err)
		err = refuse_if_used(name, &state);
	if (!err) {
		hold_signals(&held);
		err = dismantle(name, &state);
		release_signals(&held);
	}
	close(lock);
	return err;
}

/* ---- make ---- */

/* What is mounted in a sandbox is mounted nowhere else. */
static int refuse_inside(const char *name)
{
	char here[SANDBOX_NAME_MAX + 1];
	int err = sandbox_here(here);

	if (err || !*here)
		return err;
	fail(-EINVAL, "%s: not possible inside the sandbox %s", name, here);
	return advise(-EINVAL, "leave %s first, then `xdplab sandbox up %s`",
		      here, name);
}

/* No namespace may have a name that would be the sandbox's, not even of a port
 * that it will not have: what has such a name goes with the sandbox. */
static int refuse_if_there(const char *name)
{
	char path[SANDBOX_PATH_MAX], netns[SANDBOX_NETNS_MAX];
	struct stat st;
	ino_t inode;

	sandbox_directory(path, name);
	if (!lstat(path, &st)) {
		fail(-EEXIST, "%s: the sandbox exists", name);
		return advise(-EEXIST,
			      "`xdplab sandbox enter %s` enters it, `xdplab "
			      "sandbox down %s` removes it",
			      name, name);
	}
	for (unsigned int port = 0; port <= SANDBOX_PORTS_MAX; port++) {
		sandbox_netns(netns, name, port);
		if (netns_inode(&inode, netns) == -ENOENT)
			continue;
		fail(-EEXIST, "%s: network namespace %s exists", name, netns);
		return advise(-EEXIST,
			      "choose another name, or `ip netns delete %s`",
			      netns);
	}
	return 0;
}

/* The peer's namespace is made, and left for that of the sandbox. */
static int make_port(const char *name, unsigned int port, int netns)
{
	char peer[SANDBOX_NETNS_MAX];
	int err;

	sandbox_netns(peer, name, port);
	err = netns_make(peer);
	if (!err)
		err = sandbox_net_prepare();
	if (!err)
		err = sandbox_net_pair(port, netns);
	if (!err)
		err = sandbox_net_end(port, true);
	if (err)
		return err;
	if (setns(netns, CLONE_NEWNET))
		return fail(-errno, "%s: %s", name, strerror(errno));
	return sandbox_net_end(port, false);
}

static int make_network(const char *name, unsigned int ports)
{
	int netns = -1, err, home = home_netns();

	if (home < 0)
		return home;
	err = netns_make(name);
	if (!err)
		err = sandbox_net_prepare();
	if (!err) {
		netns = home_netns();
		err = netns < 0 ? netns : 0;
	}
	for (unsigned int port = 1; !err && port <= ports; port++)
		err = make_port(name, port, netns);
	if (netns >= 0)
		close(netns);
	netns_leave(home);
	return err;
}

static int mount_bpffs(const char *name)
{
	char path[SANDBOX_PATH_MAX];

	sandbox_bpffs(path, name);
	if (!mkdir(path, 0700) &&
	    !mount("bpf", path, "bpf", MS_NOSUID | MS_NODEV | MS_NOEXEC,
		   "mode=0700"))
		return 0;
	return fail(-errno, "%s: cannot mount a bpffs: %s", path,
		    strerror(errno));
}

/* Takes back what was made before the failure that has been said. */
static int undo(const char *name, int err)
{
	struct sandbox_state state;
	struct error kept;

	error_keep(&kept);
	if (sandbox_read(&state, name) || dismantle(name, &state))
		note(XDPLAB_LOG_WARN, "%s: cleanup failed: %s", name,
		     xdplab_error());
	error_restore(&kept);
	return err;
}

/* With the directory there is a sandbox, with the bpffs it is whole. */
static int make(const char *name, unsigned int ports)
{
	char path[SANDBOX_PATH_MAX];
	int err;

	sandbox_directory(path, name);
	if (mkdir(path, 0700))
		return fail(-errno, "%s: %s", path, strerror(errno));
	err = make_network(name, ports);
	if (!err)
		err = mount_bpffs(name);
	return err ? undo(name, err) : 0;
}

int xdplab_sandbox_up(const char *name, const struct xdplab_sandbox_opts *opts)
{
	unsigned int ports = OPT(opts, ports) ? OPT(opts, ports) : 1;
	int lock, err = sandbox_name_check(name);
	sigset_t held;

	if (err)
		return err;
	if (ports > SANDBOX_PORTS_MAX)
		return fail(-EINVAL, "%s: %u ports: the maximum is %d", name,
			    ports, SANDBOX_PORTS_MAX);
	lock = sandbox_lock(LOCK_EX);
	if (lock < 0)
		return lock;
	err = refuse_inside(name);
	if (!err)
		err = refuse_if_there(name);
	if (!err) {
		hold_signals(&held);
		err = make(name, ports);
		release_signals(&held);
	}
	close(lock);
	return err;
}
