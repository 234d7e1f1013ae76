// SPDX-License-Identifier: GPL-2.0-only
/* round - a round: what runs is read once, and the model told of it */
#include <stdlib.h>
#include <string.h>

#include "reading.h"
#include "watch.h"

#define DRILL_KEYS 2000

static void tell(struct watch *watch, const struct watch_maps *maps,
		 const struct reading *reading)
{
	watch_begin(watch, reading->at, reading->time);
	for (size_t i = 0; i < xdplab_status_count(reading->status); i++)
		watch_see(watch, xdplab_status_iface(reading->status, i));
	watch_maps_read(watch, maps, reading->status);
	watch_end(watch);
}

/* What was counted while it was turned on or off is no rate. */
static void note_counting(struct watch_session *session)
{
	bool counts = session->counting >= 0 || reading_kernel_counts();

	session->watch.counts_changed = counts != session->watch.kernel_counts;
	session->watch.kernel_counts = counts;
}

int watch_round(struct watch_session *session)
{
	struct reading reading = { 0 };
	int err = reading_take(&reading, NULL);

	if (err)
		return err;
	note_counting(session);
	tell(&session->watch, &session->maps, &reading);
	if (session->drill.nr_ifaces)
		tell(&session->drill, &session->drill_maps, &reading);
	reading_forget(&reading);
	return 0;
}

double watch_next(const struct watch_session *session, double last)
{
	double now = reading_clock(), next = last + session->interval;

	while (next < now)
		next += session->interval;
	return next;
}

void watch_drill(struct watch_session *session, const struct watch_map *map)
{
	struct watch_choice *choice = &session->drill_choice;

	watch_free(&session->drill);
	free((void *)choice->ifname);
	free((void *)choice->stage);
	free((void *)choice->name);
	*choice = (struct watch_choice){ .text = "" };
	if (!map)
		return;
	choice->ifname = need_memory(strdup(map->ifname));
	choice->stage = need_memory(strdup(map->stage));
	choice->name = need_memory(strdup(map->name));
	session->drill_maps = (struct watch_maps){ choice, 1, DRILL_KEYS };
	watch_name(&session->drill, map->ifname);
}
