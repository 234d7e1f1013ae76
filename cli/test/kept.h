/* SPDX-License-Identifier: GPL-2.0-only */
/* kept.h - the file of tests that xdplab test --fuzz writes */
#ifndef CLI_TEST_KEPT_H
#define CLI_TEST_KEPT_H

#include "cmd.h"

struct kept {
	char *path;
	int fd;		     /* -1: not open */
	char *head, **tests; /* what is in it, one text each */
	size_t nr;
	int lost; /* why it could not be written, errno */
};

/* `path`, or if that is NULL, a name of its own for the operand. */
void kept_name(struct kept *kept, const char *path, const char *operand);
/* Makes the file, with what these tests have besides tests.  An exit status. */
int kept_open(struct kept *kept, const struct args *args,
	      const struct xdplab_tests *tests, uint64_t seed);
/* Writes it, with that finding in the place of the one of its number. */
void kept_add(struct kept *kept, const struct xdplab_finding *finding);
/* Removes it if nothing is in it. */
void kept_close(struct kept *kept);

#endif
