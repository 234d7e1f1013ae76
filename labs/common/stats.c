// SPDX-License-Identifier: GPL-2.0-only
/* stats - reads counters by verdict from a map, and prints their rates */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "stats.h"

#define NS_PER_S 1000000000ULL

/* ---- the map ---- */

int stats_open(struct stats *stats, struct xdplab_map *map)
{
	const struct xdplab_type *type = xdplab_map_value_type(map);
	int err = xdplab_field_find(type, "rx_packets", &stats->packets);

	if (!err)
		err = xdplab_field_find(type, "rx_bytes", &stats->bytes);
	if (err)
		xdplab_map_close(map);
	else
		stats->map = map;
	return err;
}

void stats_close(struct stats *stats)
{
	xdplab_map_close(stats->map);
	stats->map = NULL;
}

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * NS_PER_S + time.tv_nsec;
}

int stats_read(const struct stats *stats, struct sample *sample)
{
	/* Those of all CPUs, of which the sum is made in their place. */
	void *value = malloc(xdplab_map_value_bytes(stats->map));
	int err = value ? 0 : -ENOMEM;

	sample->ns = now();
	for (uint32_t verdict = 0; verdict < NR_VERDICTS && !err; verdict++) {
		err = xdplab_map_get(stats->map, &verdict, value);
		if (err)
			break;
		xdplab_map_sum(stats->map, value, value);
		sample->of[verdict] = (struct counts){
			.packets = xdplab_field_read(&stats->packets, value),
			.bytes = xdplab_field_read(&stats->bytes, value),
		};
	}
	free(value);
	return err;
}

/* ---- the table ---- */

void stats_header(void)
{
	printf("%-8s  %-8s %12s %12s %14s %10s\n", "Time", "Verdict", "Packets",
	       "Packets/s", "Bytes", "Mbit/s");
}

static void print_row(uint32_t verdict, const struct counts *counts,
		      const struct counts *before, double seconds)
{
	time_t time_now = time(NULL);
	char clock[16];

	strftime(clock, sizeof(clock), "%H:%M:%S", localtime(&time_now));
	printf("%-8s  %-8s %12lu %12.0f %14lu %10.1f\n", clock,
	       xdplab_verdict_name(verdict), counts->packets,
	       (counts->packets - before->packets) / seconds, counts->bytes,
	       (counts->bytes - before->bytes) * 8 / seconds / 1e6);
}

/* A verdict that never came up has no row; if none did, PASS has. */
void stats_print(const struct sample *sample, const struct sample *before)
{
	double seconds = (double)(sample->ns - before->ns) / NS_PER_S;
	bool printed = false;

	for (uint32_t verdict = 0; verdict < NR_VERDICTS; verdict++) {
		if (!sample->of[verdict].packets)
			continue;
		print_row(verdict, &sample->of[verdict], &before->of[verdict],
			  seconds);
		printed = true;
	}
	if (!printed)
		print_row(2, &sample->of[2], &before->of[2], seconds);
	fflush(stdout); /* who reads it through a pipe reads it now */
}

void stats_wait(const struct sample *sample, uint32_t ms)
{
	uint64_t end = sample->ns + ms * 1000000ULL;
	struct timespec time = { end / NS_PER_S, end % NS_PER_S };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL))
		;
}
