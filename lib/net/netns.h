/* SPDX-License-Identifier: LGPL-2.1-only */
/* netns.h - network namespaces */
#ifndef NETNS_H
#define NETNS_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* ---- netns.c ---- */

/* The kernel's cookie of the calling thread's network namespace. */
int netns_cookie(uint64_t *cookie);
/*
 * Moves the calling thread into the namespace with that cookie, searching
 * named namespaces and those of processes; `home` gets the descriptor to come
 * back with by netns_leave().  -ENOENT if none was found, without fail().
 */
int netns_visit(int *home, uint64_t cookie);
void netns_leave(int home);

/* ---- netns-named.c ---- */

#define NETNS_DIR      "/run/netns"
#define NETNS_PATH_MAX (sizeof(NETNS_DIR "/") + NAME_MAX)

/* Where the namespace of that name is, into NETNS_PATH_MAX bytes. */
void netns_path(char *path, const char *name);
/*
 * Makes a namespace of that name, which there must not be yet, and moves the
 * calling thread into it; on failure too it may have moved.
 */
int netns_make(const char *name);
/* By what its processes are known: the inode of their /proc/PID/ns/net.
 * -ENOENT, or -EINVAL for something else of that name; both without fail(). */
int netns_inode(ino_t *inode, const char *name);
/* Removes what there is of that name. */
int netns_remove(const char *name);

/* ---- netns-id.c ---- */

/* The name that `ip netns` has for the namespace that the caller's knows by
 * the number `id`.  -ENOENT, without fail(), if it has none. */
int netns_name(char *name, size_t size, int id);

#endif
