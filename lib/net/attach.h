/* SPDX-License-Identifier: LGPL-2.1-only */
/* attach.h - programs on interfaces */
#ifndef ATTACH_H
#define ATTACH_H

#include <stdbool.h>
#include <stdint.h>
#include <net/if.h>

#include "xdplab.h"

#define NR_MODES (XDPLAB_MODE_HW + 1)

/* An interface, and the ids of the programs on it by mode. */
struct attach_state {
	uint32_t ifindex;
	char ifname[IF_NAMESIZE];
	uint32_t mtu;
	bool up;
	uint32_t ids[NR_MODES];
};

/* Tells `fn` the state of every interface, in one dump. */
int attach_query(int (*fn)(const struct attach_state *state, void *arg),
		 void *arg);
/* The state of one interface. */
int attach_read(struct attach_state *state, const char *ifname);
/* Its state by now, by its ifindex, as it may have been renamed.  -ENODEV,
 * without fail(), if it has gone. */
int attach_reread(struct attach_state *state);
/* Whether the program is one of those on the interface, `state`. */
bool attach_runs(uint32_t prog_id, const void *state);
/*
 * Sets by netlink the program of an interface in `mode` (never auto) to `fd`,
 * or to none if that is -1, provided that `expected_fd` is what runs there
 * now; -1: that nothing does.  The kernel's error, without fail();
 * netlink_reason() has its words.
 */
int attach_set(uint32_t ifindex, enum xdplab_mode mode, int fd,
	       int expected_fd);

/* An XDP link and what it holds. */
struct attach_link {
	uint32_t id;
	uint32_t ifindex; /* 0: its interface is gone, or it was detached */
	uint32_t prog_id;
};

/* Tells `fn` each XDP link there is, in every namespace. */
int attach_links(int (*fn)(const struct attach_link *link, void *arg),
		 void *arg);
/* What the link `fd` holds; -EINVAL if it is no XDP link.  No fail(). */
int attach_link_read(struct attach_link *link, int fd);
/* A new link's descriptor, or the kernel's error, without fail(). */
int attach_link_create(uint32_t ifindex, enum xdplab_mode mode, int prog_fd);
/*
 * A descriptor of the one link that holds `prog_fd`, which runs on the
 * interface in `mode`; -ENOENT: it is attached by netlink; -ENOTUNIQ: links of
 * several namespaces fit.  The kernel's error, without fail().
 */
int attach_link_find(uint32_t ifindex, enum xdplab_mode mode, uint32_t prog_id,
		     int prog_fd);

#endif
