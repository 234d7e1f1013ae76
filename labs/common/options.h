/* SPDX-License-Identifier: GPL-2.0-only */
/* options - what the command lines of the labs have in common */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdint.h>

#define EXIT_USAGE 2

/* Keys of options without a letter are this and above. */
#define NO_LETTER 256

struct flag {
	int key; /* the letter, or a number of its own */
	const char *name;
	const char *arg; /* what its argument is called, NULL: it has none */
	const char *help;
};

struct command {
	const char *about;
	/* Tables of options, each up to one without a name; NULL is the last. */
	const struct flag *tables[3];
	/* Takes one into `config`; `arg` is NULL where it has none. */
	void (*take)(void *config, int key, const char *arg);
};

/* Reads the command line; on a mistake says so and exits with EXIT_USAGE.
 * -h prints the help and exits. */
void read_options(const struct command *command, int argc, char **argv,
		  void *config);

/* Reads a number from `min` to `max` that is `what`, or exits likewise. */
uint32_t read_number(const char *text, uint32_t min, uint32_t max,
		     const char *what);

#endif
