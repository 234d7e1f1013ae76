// SPDX-License-Identifier: GPL-2.0-only
/* loader - the options of a command that loads a program, and what it says */
#include <error.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>

#include "loader.h"

#define FILENAME NO_LETTER

const struct flag loader_flags[] = {
	{ 'd', "dev", "IFNAME", "Work on this interface" },
	{ 'S', "skb-mode", NULL, "Mode skb, or generic: any interface" },
	{ 'N', "native-mode", NULL, "Mode native: in the driver" },
	{ 'A', "auto-mode", NULL, "Native, or skb where it must be (default)" },
	{ 'F', "force", NULL, "Replace a foreign program there" },
	{ FILENAME, "filename", "FILE", "Load from FILE, not the lab's own" },
	{ 'n', "progname", "NAME", "Load function NAME (the only one)" },
	{ 'q', "quiet", NULL, "Print nothing but errors" },
	{ 'h', "help", NULL, "Show this help" },
	{ 0 },
};

static void choose_mode(struct loader *loader, enum xdplab_mode mode)
{
	if (loader->mode_chosen)
		error(EXIT_USAGE, 0, "choose one of -S, -N and -A");
	loader->mode_chosen = true;
	loader->mode = mode;
}

void take_loader_option(struct loader *loader, int key, const char *arg)
{
	switch (key) {
	case 'd':
		loader->ifname = arg;
		break;
	case 'S':
		choose_mode(loader, XDPLAB_MODE_SKB);
		break;
	case 'N':
		choose_mode(loader, XDPLAB_MODE_NATIVE);
		break;
	case 'A':
		choose_mode(loader, XDPLAB_MODE_AUTO);
		break;
	case 'F':
		loader->force = true;
		break;
	case FILENAME:
		loader->filename = arg;
		break;
	case 'n':
		loader->progname = arg;
		break;
	case 'q':
		loader->quiet = true;
		break;
	}
}

void need_interface(const char *ifname)
{
	if (!ifname)
		error(EXIT_USAGE, 0, "--dev is missing: which interface?");
}

int failed(void)
{
	fprintf(stderr, "Error: %s\n", xdplab_error());
	if (*xdplab_remedy())
		fprintf(stderr, "  %s\n", xdplab_remedy());
	return EXIT_FAILURE;
}

/* A chain of one goes by the id of its program, and else each stage by its own,
 * as in `xdplab status`. */
void say_loaded(const struct loader *loader, const struct xdplab_prog *prog,
		const struct xdplab_change *change)
{
	if (loader->quiet)
		return;
	printf("Success: loaded %s (id %u) on %s (ifindex %u), %s mode",
	       xdplab_prog_name(prog),
	       change->nr_stages == 1 ? change->prog_id : xdplab_prog_id(prog),
	       loader->ifname, if_nametoindex(loader->ifname),
	       xdplab_mode_name(change->mode));
	if (change->replaced_id)
		printf(", replaces id %u", change->replaced_id);
	putchar('\n');
}
