// SPDX-License-Identifier: GPL-2.0-only
/*
 * xdp_loader - adds one of an object's programs to the chain of an interface
 *
 * New since the first lab, in load(): the program is chosen by its name, and
 * gets a position in the chain.
 */
#include <error.h>
#include <stdlib.h>

#include "loader.h"

/* What the command line asks for. */
struct config {
	struct loader loader;
	bool has_prio;
	uint32_t prio;
	bool has_actions;
	uint32_t actions; /* mask of 1 << verdict: the chain continues */
};

static int load(const struct config *config)
{
	const struct loader *loader = &config->loader;
	/* The function's name, needed if the object has several. */
	struct xdplab_prog_opts prog_opts = {
		.sz = sizeof(prog_opts),
		.name = loader->progname,
	};
	/* Zero is a valid value of both: hence .has_... */
	struct xdplab_load_opts load_opts = {
		.sz = sizeof(load_opts),
		.mode = loader->mode,
		.force = loader->force,
		.has_prio = config->has_prio,
		.prio = config->prio,
		.has_actions = config->has_actions,
		.actions = config->actions,
	};
	const char *path =
		loader->filename ? loader->filename : "xdp_prog_kern.o";
	struct xdplab_change result;
	struct xdplab_prog *prog;
	int status = EXIT_SUCCESS;

	if (xdplab_prog_open(&prog, path, &prog_opts))
		return failed();
	if (xdplab_chain_load(loader->ifname, &prog, 1, &result, &load_opts))
		status = failed();
	else
		say_loaded(loader, prog, &result);
	xdplab_prog_free(prog);
	return status;
}

/* ---- the command line ---- */

enum { ACTIONS = OWN_KEY };

static void take_actions(struct config *config, const char *list)
{
	if (xdplab_actions_parse(&config->actions, list))
		error(EXIT_USAGE, 0, "%s", xdplab_error());
	config->has_actions = true;
}

static void take(void *arg, int key, const char *text)
{
	struct config *config = arg;

	if (key == 'P') {
		config->prio = read_number(text, 0, UINT32_MAX, "a priority");
		config->has_prio = true;
	} else if (key == ACTIONS) {
		take_actions(config, text);
	} else {
		take_loader_option(&config->loader, key, text);
	}
}

static const struct flag flags[] = {
	{ 'P', "prio", "N", "Place in the chain: lower runs first (50)" },
	{ ACTIONS, "actions", "LIST", "Verdicts to go on after (PASS)" },
	{ 0 },
};

static const struct command command = {
	.about =
		"usage: xdp_loader --dev IFNAME --progname NAME [OPTION...]\n\n"
		"Puts a program of xdp_prog_kern.o into the chain of an "
		"interface.\n",
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
