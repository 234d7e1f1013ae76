/* SPDX-License-Identifier: LGPL-2.1-only */
/* tap.h - a program around a chain's, which tells of each packet */
#ifndef TAP_H
#define TAP_H

#include <stdint.h>

/*
 * What an event of the perf buffer begins with; the packet's bytes follow.  A
 * packet has two on the same CPU, one after the other: as it came, with the
 * verdict TAP_CAME, and as it left.
 */
struct tap_event {
	uint32_t verdict;
	uint32_t length;
	uint32_t ifindex, queue;
};

#define TAP_CAME UINT32_MAX

/* What a chain that is tapped is built with: the perf buffer's map. */
struct tap_opts {
	int events_fd;
};

struct built;

/* Puts the tap in the place of the program that a chain has become. */
int tap_build(struct built *built, const struct tap_opts *opts,
	      const char *ifname);

#endif
