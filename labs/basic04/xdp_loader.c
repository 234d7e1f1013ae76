// SPDX-License-Identifier: GPL-2.0-only
/*
 * xdp_loader - loads a program that counts, and pins its counters
 *
 * load() decides where the map is pinned, and whether that of an earlier load is
 * reused.  The program of an earlier load is detached first.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "loader.h"
#include "pin.h"

/* What the command line asks for. */
struct config {
	struct loader loader;
	bool reuse;
};

/* So that the map can be pinned; and this is how the trap is set. */
static int remove_pin(const char *ifname)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), PIN_MAP, ifname);
	if (!unlink(path) || errno == ENOENT)
		return 0;
	fprintf(stderr, "Error: %s: %s\n", path, strerror(errno));
	return -1;
}

/* What an earlier run loaded, if anything. */
static void unload(const struct loader *loader, const char *name)
{
	struct xdplab_unload_opts opts = {
		.sz = sizeof(opts),
		.name = name,
		.mode = loader->mode,
	};

	(void)xdplab_chain_unload(loader->ifname, NULL, &opts);
}

static int load(const struct config *config)
{
	const struct loader *loader = &config->loader;
	const char *path =
		loader->filename ? loader->filename : "xdp_prog_kern.o";
	char pin_dir[PATH_MAX];
	/* Maps that ask for it are pinned here by their names, and one that
	 * is pinned here already is used in place of a new one. */
	struct xdplab_prog_opts prog_opts = {
		.sz = sizeof(prog_opts),
		.name = loader->progname ? loader->progname : "xdp_pass_func",
		.pin_path = pin_dir,
	};
	struct xdplab_load_opts load_opts = {
		.sz = sizeof(load_opts),
		.mode = loader->mode,
		.force = loader->force,
	};
	struct xdplab_change result;
	struct xdplab_prog *prog;
	int status = EXIT_SUCCESS;

	snprintf(pin_dir, sizeof(pin_dir), PIN_DIR, loader->ifname);
	if (!config->reuse && remove_pin(loader->ifname))
		return EXIT_FAILURE;
	if (xdplab_prog_open(&prog, path, &prog_opts))
		return failed();
	unload(loader, prog_opts.name);
	if (xdplab_chain_load(loader->ifname, &prog, 1, &result, &load_opts))
		status = failed();
	else
		say_loaded(loader, prog, &result);
	xdplab_prog_free(prog);
	return status;
}

/* ---- the command line ---- */

enum { REUSE = OWN_KEY };

static void take(void *arg, int key, const char *text)
{
	struct config *config = arg;

	if (key == REUSE)
		config->reuse = true;
	else
		take_loader_option(&config->loader, key, text);
}

static const struct flag flags[] = {
	{ REUSE, "reuse", NULL, "Go on with the map that is pinned there" },
	{ 0 },
};

static const struct command command = {
	.about =
		"usage: xdp_loader --dev IFNAME [OPTION...]\n\n"
		"Loads xdp_pass_func, or another program, of xdp_prog_kern.o, "
		"and pins its counters\nas /sys/fs/bpf/IFNAME/xdp_stats_map.\n",
	.tables = { loader_flags, flags },
	.take = take,
};

int main(int argc, char **argv)
{
	struct config config = { 0 };

	read_options(&command, argc, argv, &config);
	need_interface(config.loader.ifname);
	return load(&config);
}
