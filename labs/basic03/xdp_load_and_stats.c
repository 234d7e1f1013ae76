// SPDX-License-Identifier: GPL-2.0-only
/*
 * xdp_load_and_stats - loads a program that counts, and prints what it counts
 *
 * A loader has access to the maps of its program: counters() gets one by name.
 * common/stats.c reads and prints it.
 */
#include <stdlib.h>

#include "loader.h"
#include "stats.h"

/* What the command line asks for. */
struct config {
	struct loader loader;
	const char *map;
	uint32_t interval_ms;
	uint32_t count; /* 0: forever */
};

static struct xdplab_prog *load(const struct loader *loader)
{
	struct xdplab_prog_opts prog_opts = {
		.sz = sizeof(prog_opts),
		.name = loader->progname ? loader->progname : "xdp_stats_func",
	};
	struct xdplab_load_opts load_opts = {
		.sz = sizeof(load_opts),
		.mode = loader->mode,
		.force = loader->force,
	};
	const char *path =
		loader->filename ? loader->filename : "xdp_prog_kern.o";
	struct xdplab_change result;
	struct xdplab_prog *prog;

	if (xdplab_prog_open(&prog, path, &prog_opts))
		return NULL;
	if (xdplab_chain_load(loader->ifname, &prog, 1, &result, &load_opts)) {
		xdplab_prog_free(prog);
		return NULL;
	}
	say_loaded(loader, prog, &result);
	return prog;
}

/* The map stays open when the program's object is freed. */
static int counters(struct stats *stats, const struct xdplab_prog *prog,
		    const char *name)
{
	int fd = xdplab_prog_map_fd(prog, name);
	struct xdplab_map *map;
	int err;

	if (fd < 0)
		return fd;
	err = xdplab_map_open_fd(&map, fd);
	return err ? err : stats_open(stats, map);
}

static int watch(const struct stats *stats, const struct config *config)
{
	struct sample before, now;

	if (stats_read(stats, &before))
		return failed();
	stats_header();
	for (uint32_t i = 0; !config->count || i < config->count; i++) {
		stats_wait(&before, config->interval_ms);
		if (stats_read(stats, &now))
			return failed();
		stats_print(&now, &before);
		before = now;
	}
	return EXIT_SUCCESS;
}

/* ---- the command line ---- */

enum { MAP = OWN_KEY };

static void take(void *arg, int key, const char *text)
{
	struct config *config = arg;

	if (key == MAP)
		config->map = text;
	else if (key == 'i')
		config->interval_ms =
			read_number(text, 1, 3600000, "an interval in ms");
	else if (key == 'c')
		config->count = read_number(text, 1, UINT32_MAX, "a count");
	else
		take_loader_option(&config->loader, key, text);
}

static const struct flag flags[] = {
	{ MAP, "map", "NAME", "The map with its counters (xdp_stats_map)" },
	{ 'i', "interval", "MS", "Print each MS milliseconds (1000)" },
	{ 'c', "count", "N", "End after N times" },
	{ 0 },
};

static const struct command command = {
	.about = "usage: xdp_load_and_stats --dev IFNAME [OPTION...]\n\n"
		 "Loads xdp_stats_func, or another program, of "
		 "xdp_prog_kern.o, and prints what it\ncounts.  The program "
		 "stays when this ends.\n",
	.tables = { loader_flags, flags },
	.take = take,
};

int main(int argc, char **argv)
{
	struct config config = { .map = "xdp_stats_map", .interval_ms = 1000 };
	struct xdplab_prog *prog;
	struct stats stats;
	int status;

	read_options(&command, argc, argv, &config);
	need_interface(config.loader.ifname);
	prog = load(&config.loader);
	if (!prog)
		return failed();
	if (counters(&stats, prog, config.map)) {
		status = failed();
	} else {
		status = watch(&stats, &config);
		stats_close(&stats);
	}
	xdplab_prog_free(prog);
	return status;
}
