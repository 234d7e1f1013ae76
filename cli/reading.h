/* SPDX-License-Identifier: GPL-2.0-only */
/* reading.h - what runs, and when that was seen: two of them give rates */
#ifndef READING_H
#define READING_H

#include <stdbool.h>

#include <xdplab.h>

struct reading {
	struct xdplab_status *status;
	double at;   /* seconds, on a clock that is never set */
	double time; /* since 1970 */
};

/* Reads as xdplab_status_read() does; *reading holds none before. */
int reading_take(struct reading *reading, const char *ifname);
void reading_forget(struct reading *reading);

/* Seconds on the clock of reading.at. */
double reading_clock(void);
void reading_wait(double seconds);

/* Whether the kernel counts the runs of all programs, whoever asked for it by
 * sysctl; what asked for it by a descriptor is not seen. */
bool reading_kernel_counts(void);

#endif
