/* SPDX-License-Identifier: LGPL-2.1-only */
/* sandbox.h - what the files of sandboxes know of each other */
#ifndef SANDBOX_H
#define SANDBOX_H

#include <stddef.h>
#include <net/if.h>
#include <sys/types.h>
#include <stdbool.h>

/* ---- state.c ---- */

#define SANDBOX_DIR	  "/run/xdplab"
#define SANDBOX_NAME_MAX  32
#define SANDBOX_PORTS_MAX 8
#define SANDBOX_NETNS_MAX (SANDBOX_NAME_MAX + sizeof("-peer8"))
#define SANDBOX_PATH_MAX  (sizeof(SANDBOX_DIR "//bpf") + SANDBOX_NAME_MAX)

/* -EINVAL unless a sandbox may have that name. */
int sandbox_name_check(const char *name);
/* How much of a namespace's name is that of its sandbox. */
size_t sandbox_name_length(const char *netns);
/* The namespace of a port's peer, or for port 0 the sandbox's own, into
 * SANDBOX_NETNS_MAX bytes. */
void sandbox_netns(char *netns, const char *name, unsigned int port);
/* Its directory and its bpffs, into SANDBOX_PATH_MAX bytes. */
void sandbox_directory(char *path, const char *name);
void sandbox_bpffs(char *path, const char *name);
/* Locks all sandboxes, by flock's `operation`, making their directory; closing
 * the returned descriptor gives the lock back. */
int sandbox_lock(int operation);

/* What there is of a sandbox. */
struct sandbox_state {
	ino_t netns[1 + SANDBOX_PORTS_MAX]; /* 0: none */
	unsigned int ports;
	bool broken;
};

/* -ENOENT if there is no sandbox of that name. */
int sandbox_read(struct sandbox_state *state, const char *name);
/* How many processes are in it, and the id of one of them. */
int sandbox_processes(const struct sandbox_state *state, unsigned int *number,
		      pid_t *pid);
/* The sandbox whose bpffs the caller has at /sys/fs/bpf, into
 * SANDBOX_NAME_MAX + 1 bytes; "" if none, outside. */
int sandbox_here(char *name);

/* ---- net.c ---- */

/* One end of a sandbox's port, 1 to SANDBOX_PORTS_MAX, in words. */
struct sandbox_end {
	char ifname[IF_NAMESIZE];
	char mac[18];
	char ipv4[16];
	char ipv6[46];
};

void sandbox_end(struct sandbox_end *end, unsigned int port, bool peer);
/* Makes the calling thread's new namespace quiet, and its lo up. */
int sandbox_net_prepare(void);
/* Makes a port's two ends: the peer here, the other in namespace `netns`. */
int sandbox_net_pair(unsigned int port, int netns);
/* Sets up the end that is here. */
int sandbox_net_end(unsigned int port, bool peer);
/* Deletes a port, seen from its end in the sandbox; none is none. */
int sandbox_net_delete(unsigned int port);

#endif
