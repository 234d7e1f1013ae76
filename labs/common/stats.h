/* SPDX-License-Identifier: GPL-2.0-only */
/* stats - counters of packets and bytes by verdict: read from a map, printed */
#ifndef STATS_H
#define STATS_H

#include <stdint.h>

#include <xdplab.h>

#define NR_VERDICTS 5

struct counts {
	uint64_t packets, bytes;
};

/* What the counters were at a time. */
struct sample {
	uint64_t ns; /* of CLOCK_MONOTONIC */
	struct counts of[NR_VERDICTS];
};

/*
 * A map of counters: the key is a verdict, the value has the fields rx_packets
 * and rx_bytes.  Where they are in the value BTF tells, and not a header that
 * program and viewer would have to share.
 */
struct stats {
	struct xdplab_map *map;
	struct xdplab_field packets, bytes;
};

/* Takes the map over, and finds the fields.  On failure it is closed. */
int stats_open(struct stats *stats, struct xdplab_map *map);
void stats_close(struct stats *stats);

/* Reads all counters; where each CPU has its own, their sums. */
int stats_read(const struct stats *stats, struct sample *sample);

/* Prints rates since the sample before; stats_header() says what they are. */
void stats_header(void);
void stats_print(const struct sample *sample, const struct sample *before);

/* Sleeps until `ms` milliseconds after the sample. */
void stats_wait(const struct sample *sample, uint32_t ms);

#endif
