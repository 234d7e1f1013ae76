// SPDX-License-Identifier: GPL-2.0-only
/* args-read - reads a command line by the command's own table */
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"

/* Builds getopt's two tables; a long option's value is its index + 256. */
static void getopt_tables(const struct args *args,
			  const struct option_spec *all, char *letters,
			  struct option *longs)
{
	*letters++ = args->cmd->flags & CMD_REST ? '+' : '-';
	*letters++ = ':';
	for (int i = 0; all[i].name; i++) {
		longs[i] = (struct option){
			.name = all[i].name,
			.has_arg = all[i].arg ? required_argument : no_argument,
			.val = 256 + i,
		};
		if (!all[i].letter)
			continue;
		*letters++ = all[i].letter;
		if (all[i].arg)
			*letters++ = ':';
	}
	*letters = '\0';
}

static int option_index(const struct option_spec *all, int value)
{
	if (value >= 256)
		return value - 256;
	for (int i = 0; all[i].name; i++)
		if (all[i].letter == value)
			return i;
	return -1;
}

/* A long option that there is not, with or without "=ARGUMENT" after it. */
static int refuse_long(const struct args *args, const struct option_spec *all,
		       const char *word)
{
	char typed[64];
	struct nearest nearest = { .typed = typed };

	snprintf(typed, sizeof(typed), "%.*s", (int)strcspn(word + 2, "="),
		 word + 2);
	for (int i = 0; all[i].name; i++)
		nearest_try(&nearest, all[i].name);
	if (nearest.word)
		return say_usage(args, "%s: no such option; did you mean --%s?",
				 word, nearest.word);
	return say_usage(args, "%s: no such option", word);
}

/* What getopt did not like, in words: `word` is where it stood. */
static int refuse(const struct args *args, const struct option_spec *all,
		  int value, const char *word)
{
	int index = optopt ? option_index(all, optopt) : -1;

	if (value == ':')
		return say_usage(args, "%s needs %s", word,
				 index >= 0 ? all[index].arg : "an argument");
	if (index >= 0)
		return say_usage(args, "%s takes no argument", word);
	if (optopt)
		return say_usage(args, "-%c: no such option", optopt);
	return refuse_long(args, all, word);
}

/* Whether the next word is a number, such as -5: no command has an option that
 * is a digit. */
static bool is_negative(int argc, char **argv)
{
	return optind > 0 && optind < argc && argv[optind][0] == '-' &&
	       isdigit((unsigned char)argv[optind][1]);
}

/* getopt_long(), for which a number below zero is an operand. */
static int next(int argc, char **argv, const char *letters,
		const struct option *longs)
{
	if (*letters == '+' || !is_negative(argc, argv))
		return getopt_long(argc, argv, letters, longs, NULL);
	optarg = argv[optind++];
	return 1;
}

int args_read(struct args *args, int argc, char **argv)
{
	struct option_spec all[MAX_OPTIONS];
	struct option longs[MAX_OPTIONS] = { 0 };
	char letters[2 * MAX_OPTIONS + 3];
	int value;

	cmd_options(args->cmd, all);
	getopt_tables(args, all, letters, longs);
	args->operands = argv;
	opterr = 0;
	optind = 0; /* glibc forgets what it read before */
	while ((value = next(argc, argv, letters, longs)) != -1) {
		int index;

		/* Operands come as option 1: they move to the front of argv,
		 * after which getopt already is. */
		if (value == 1) {
			args->operands[args->nr_operands++] = optarg;
			continue;
		}
		if (value == '?' || value == ':')
			return refuse(args, all, value, argv[optind - 1]);
		index = option_index(all, value);
		args->counts[index]++;
		args->values[index] = optarg;
		if (!optarg)
			continue;
		if (args->nr_given == MAX_GIVEN)
			return say_usage(args, "more than %d options",
					 MAX_GIVEN);
		args->given[args->nr_given++] =
			(struct args_given){ index, optarg };
	}
	while (optind < argc)
		args->operands[args->nr_operands++] = argv[optind++];
	args->operands[args->nr_operands] = NULL;
	return EXIT_DONE;
}

int args_number(const struct args *args, const char *name, uint64_t min,
		uint64_t max, uint64_t *number)
{
	const char *text = args_value(args, name);
	unsigned long long value;
	char *end;

	if (!text)
		return EXIT_DONE;
	errno = 0;
	value = strtoull(text, &end, strncmp(text, "0x", 2) ? 10 : 16);
	if (errno || end == text || *end || strpbrk(text, "-+ \t\n"))
		return say_usage(args, "--%s %s: not an integer", name, text);
	if (value < min || value > max)
		return say_usage(args, "--%s %s: not in the range %llu to %llu",
				 name, text, (unsigned long long)min,
				 (unsigned long long)max);
	*number = value;
	return EXIT_DONE;
}

int args_seconds(const struct args *args, const char *name, double min,
		 double max, double *seconds)
{
	const char *text = args_value(args, name);
	double value;
	char *end;

	if (!text)
		return EXIT_DONE;
	value = strtod(text, &end);
	if (end == text || *end || strspn(text, "0123456789.") != strlen(text))
		return say_usage(args, "--%s %s: not a number of seconds", name,
				 text);
	if (!(value >= min && value <= max))
		return say_usage(args, "--%s %s: not in the range %g to %g",
				 name, text, min, max);
	*seconds = value;
	return EXIT_DONE;
}

int args_operands(const struct args *args, int min, int max)
{
	if (args->nr_operands < min)
		return say_usage(args, "too few arguments: %s %s needs %s",
				 args->program->name, args->cmd->name,
				 args->cmd->operands);
	if (max >= 0 && args->nr_operands > max)
		return say_usage(args, "%s: unexpected argument",
				 args->operands[max]);
	return EXIT_DONE;
}
