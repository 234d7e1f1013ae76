// SPDX-License-Identifier: GPL-2.0-only
/*
 * xdp_stats - prints the rates of counters that another command has pinned
 *
 * An open map stays open when its pin is replaced: follow() checks whether it
 * was.
 */
#include <errno.h>
#include <stdlib.h>

#include "loader.h"
#include "pin.h"
#include "stats.h"

/* What the command line asks for. */
struct config {
	const char *ifname;
	bool keep;
	uint32_t interval_ms;
	uint32_t count; /* 0: forever */
};

static int open_pin(struct stats *stats, const char *path)
{
	struct xdplab_map *map;
	int err = xdplab_map_open(&map, path);

	return err ? err : stats_open(stats, map);
}

static uint32_t id(const struct stats *stats)
{
	return xdplab_map_info(stats->map)->id;
}

/*
 * Opens what the pin leads to now.  If that is another map than we have, the
 * program counts there, and ours stands still for ever: returns 1 once it is
 * changed for it.  While nothing is pinned, a load may be under way: 0.
 */
static int follow(struct stats *stats, const char *path)
{
	struct stats now;
	int err = open_pin(&now, path);

	if (err)
		return err == -ENOENT ? 0 : err;
	if (id(&now) == id(stats)) {
		stats_close(&now);
		return 0;
	}
	printf("%s: was map %u, is map %u: opened anew\n", path, id(stats),
	       id(&now));
	stats_close(stats);
	*stats = now;
	return 1;
}

static int watch(struct stats *stats, const char *path,
		 const struct config *config)
{
	struct sample before, now;
	int err = stats_read(stats, &before);

	stats_header();
	for (uint32_t i = 0; !err && (!config->count || i < config->count);
	     i++) {
		stats_wait(&before, config->interval_ms);
		int changed = config->keep ? 0 : follow(stats, path);

		err = changed < 0 ? changed : stats_read(stats, &now);
		/* There is no earlier sample of the new map. */
		if (!err && !changed)
			stats_print(&now, &before);
		before = now;
	}
	return err;
}

/* ---- the command line ---- */

enum { KEEP = OWN_KEY };

static void take(void *arg, int key, const char *text)
{
	struct config *config = arg;

	switch (key) {
	case 'd':
		config->ifname = text;
		break;
	case KEEP:
		config->keep = true;
		break;
	case 'i':
		config->interval_ms =
			read_number(text, 1, 3600000, "an interval in ms");
		break;
	case 'c':
		config->count = read_number(text, 1, UINT32_MAX, "a count");
		break;
	}
}

static const struct flag flags[] = {
	{ 'd', "dev", "IFNAME", "The counters of this interface" },
	{ 'i', "interval", "MS", "Print each MS milliseconds (1000)" },
	{ 'c', "count", "N", "End after N times" },
	{ KEEP, "keep", NULL, "Keep to the map that was there first" },
	{ 'h', "help", NULL, "Show this help" },
	{ 0 },
};

static const struct command command = {
	.about = "usage: xdp_stats --dev IFNAME [OPTION...]\n\n"
		 "Prints the rates of the counters in "
		 "/sys/fs/bpf/IFNAME/xdp_stats_map.\n",
	.tables = { flags },
	.take = take,
};

int main(int argc, char **argv)
{
	struct config config = { .interval_ms = 1000 };
	char path[PATH_MAX];
	struct stats stats;
	int err;

	read_options(&command, argc, argv, &config);
	need_interface(config.ifname);
	snprintf(path, sizeof(path), PIN_MAP, config.ifname);
	if (open_pin(&stats, path))
		return failed();
	err = watch(&stats, path, &config);
	stats_close(&stats);
	return err ? failed() : EXIT_SUCCESS;
}
