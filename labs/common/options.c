// SPDX-License-Identifier: GPL-2.0-only
/* options - reads a command line, and prints help, from a table */
#include <errno.h>
#include <error.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "options.h"

#define MAX_FLAGS 32

static void print_flag(const struct flag *flag)
{
	if (flag->key < NO_LETTER)
		printf("  -%c, ", flag->key);
	else
		printf("      ");
	printf("--%-11s %-7s %s\n", flag->name, flag->arg ? flag->arg : "",
	       flag->help);
}

static void print_help(const struct command *command)
{
	puts(command->about);
	for (const struct flag *const *table = command->tables; *table; table++)
		for (const struct flag *flag = *table; flag->name; flag++)
			print_flag(flag);
}

/* The flag as getopt_long() wants it. */
static void add_flag(const struct flag *flag, struct option *option,
		     char **letters)
{
	option->name = flag->name;
	option->has_arg = flag->arg ? required_argument : no_argument;
	option->val = flag->key;
	if (flag->key >= NO_LETTER)
		return;
	*(*letters)++ = flag->key;
	if (flag->arg)
		*(*letters)++ = ':';
}

static void add_flags(const struct command *command, struct option *options,
		      char *letters)
{
	for (const struct flag *const *table = command->tables; *table; table++)
		for (const struct flag *flag = *table; flag->name; flag++)
			add_flag(flag, options++, &letters);
}

void read_options(const struct command *command, int argc, char **argv,
		  void *config)
{
	struct option options[MAX_FLAGS + 1] = { 0 };
	char letters[2 * MAX_FLAGS + 1] = "";
	int key;

	add_flags(command, options, letters);
	while ((key = getopt_long(argc, argv, letters, options, NULL)) != -1) {
		if (key == '?') /* getopt_long() has said what is wrong */
			exit(EXIT_USAGE);
		if (key == 'h') {
			print_help(command);
			exit(EXIT_SUCCESS);
		}
		command->take(config, key, optarg);
	}
	if (optind < argc)
		error(EXIT_USAGE, 0, "%s: not an option", argv[optind]);
}

uint32_t read_number(const char *text, uint32_t min, uint32_t max,
		     const char *what)
{
	unsigned long number;
	char *end;

	errno = 0;
	number = strtoul(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || errno || number < min ||
	    number > max)
		error(EXIT_USAGE, 0, "'%s' is not %s", text, what);
	return number;
}
