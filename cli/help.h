/* SPDX-License-Identifier: GPL-2.0-only */
/* help.h - what the help and the manual know of a command's detail */
#ifndef HELP_H
#define HELP_H

#include <stdbool.h>
#include <stddef.h>

/* A paragraph, or lines that begin with a blank: to be shown as they are. */
struct help_block {
	const char *text;
	size_t length;
	bool literal;
	bool gap; /* an empty line follows */
};

/* Takes the next block off *detail; false if there is none. */
bool help_block(struct help_block *block, const char **detail);

#endif
