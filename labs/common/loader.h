/* SPDX-License-Identifier: GPL-2.0-only */
/* loader - what the commands that load a program have in common */
#ifndef LOADER_H
#define LOADER_H

#include <stdbool.h>

#include <xdplab.h>

#include "options.h"

/* What the command line asks for. */
struct loader {
	const char *ifname;
	const char *filename; /* NULL: the lab's own, from where we are */
	const char *progname; /* NULL: the only program in the file */
	enum xdplab_mode mode;
	bool mode_chosen;
	bool force;
	bool quiet;
};

/* Their options, a table of a command. */
extern const struct flag loader_flags[];

/* The first key that is free for the options of a command. */
#define OWN_KEY (NO_LETTER + 1)

/* Takes one of these options. */
void take_loader_option(struct loader *loader, int key, const char *arg);

/* Exits if the interface is not named. */
void need_interface(const char *ifname);

/*
 * The library prints nothing.  It keeps what went wrong, and what to do about
 * it where that is known, for its caller to ask: this prints both.  Returns
 * EXIT_FAILURE.
 */
int failed(void);

/* Says what was loaded. */
void say_loaded(const struct loader *loader, const struct xdplab_prog *prog,
		const struct xdplab_change *change);

#endif
