// SPDX-License-Identifier: GPL-2.0-only
/*
 * xdp_pass_user - puts an XDP program on an interface, and takes it off
 *
 * What XDP needs from user space is in load() and unload(); the rest of the
 * file, and common/, read the command line and say what was done.
 */
#include <error.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>

#include "loader.h"

/* What the command line asks for. */
struct config {
	struct loader loader;
	uint32_t unload_id;
	bool unload_all;
};

/* ---- XDP ---- */

static int load(const struct loader *loader)
{
	struct xdplab_prog_opts prog_opts = {
		.sz = sizeof(prog_opts),
		.name = loader->progname,
	};
	struct xdplab_load_opts load_opts = {
		.sz = sizeof(load_opts),
		.mode = loader->mode,
		.force = loader->force,
	};
	const char *path =
		loader->filename ? loader->filename : "xdp_pass_kern.o";
	struct xdplab_change result;
	struct xdplab_prog *prog;
	int status = EXIT_SUCCESS;

	/* Reads the ELF object and finds the program in it. */
	if (xdplab_prog_open(&prog, path, &prog_opts))
		return failed();

	/* Has the kernel verify it, and attaches it to the interface. */
	if (xdplab_chain_load(loader->ifname, &prog, 1, &result, &load_opts))
		status = failed();
	else
		say_loaded(loader, prog, &result);

	/* Our hold on it ends; the interface has its own, and keeps it. */
	xdplab_prog_free(prog);
	return status;
}

static int unload(const struct config *config)
{
	struct xdplab_unload_opts opts = {
		.sz = sizeof(opts),
		.id = config->unload_id,
		.all = config->unload_all,
		.mode = config->loader.mode,
	};
	const char *ifname = config->loader.ifname;
	struct xdplab_change result;

	/* Comes back when the kernel says that they are gone. */
	if (xdplab_chain_unload(ifname, &result, &opts))
		return failed();
	if (!config->loader.quiet)
		printf("Success: unloaded %u program%s from %s (ifindex %u)\n",
		       result.nr_removed, result.nr_removed == 1 ? "" : "s",
		       ifname, if_nametoindex(ifname));
	return EXIT_SUCCESS;
}

/* ---- the command line ---- */

enum { UNLOAD_ALL = OWN_KEY };

static void take(void *arg, int key, const char *text)
{
	struct config *config = arg;

	if (key == 'U')
		config->unload_id =
			read_number(text, 1, UINT32_MAX, "the id of a program");
	else if (key == UNLOAD_ALL)
		config->unload_all = true;
	else
		take_loader_option(&config->loader, key, text);
}

static const struct flag flags[] = {
	{ 'U', "unload", "ID", "Do not load: take off this program" },
	{ UNLOAD_ALL, "unload-all", NULL, "Do not load: take off every one" },
	{ 0 },
};

static const struct command command = {
	.about = "usage: xdp_pass_user --dev IFNAME [OPTION...]\n\n"
		 "Puts an XDP program, that of xdp_pass_kern.o, on an "
		 "interface, or takes it off.\n",
	.tables = { loader_flags, flags },
	.take = take,
};

static void check(const struct config *config)
{
	const struct loader *loader = &config->loader;

	need_interface(loader->ifname);
	if (config->unload_id && config->unload_all)
		error(EXIT_USAGE, 0, "choose --unload or --unload-all");
	if ((config->unload_id || config->unload_all) &&
	    (loader->force || loader->filename || loader->progname))
		error(EXIT_USAGE, 0,
		      "--force, --filename and --progname are for loading");
}

int main(int argc, char **argv)
{
	struct config config = { 0 };

	read_options(&command, argc, argv, &config);
	check(&config);
	if (config.unload_id || config.unload_all)
		return unload(&config);
	return load(&config.loader);
}
