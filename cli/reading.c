// SPDX-License-Identifier: GPL-2.0-only
/* reading - what runs, and when that was seen */
#include <stdio.h>
#include <time.h>

#include "reading.h"

static double now(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
}

double reading_clock(void)
{
	return now(CLOCK_MONOTONIC);
}

int reading_take(struct reading *reading, const char *ifname)
{
	double began = reading_clock();
	int err;

	reading->time = now(CLOCK_REALTIME);
	err = xdplab_status_read(&reading->status, ifname);
	/* Counters were read somewhere between. */
	reading->at = (began + reading_clock()) / 2;
	return err;
}

void reading_forget(struct reading *reading)
{
	xdplab_status_free(reading->status);
	reading->status = NULL;
}

void reading_wait(double seconds)
{
	struct timespec rest = { .tv_sec = seconds };

	rest.tv_nsec = (seconds - rest.tv_sec) * 1e9;
	nanosleep(&rest, NULL);
}

bool reading_kernel_counts(void)
{
	FILE *file = fopen("/proc/sys/kernel/bpf_stats_enabled", "re");
	int on = file ? fgetc(file) : '0';

	if (file)
		fclose(file);
	return on == '1';
}
