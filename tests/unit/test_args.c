// SPDX-License-Identifier: GPL-2.0-only
/* test_args - command lines, and what a command's table makes of them */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../cli/cmd.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

static const struct option_spec options[] = {
	{ 'm', "mode", "MODE", "Attach in MODE", NULL },
	{ 'p', "prio", "PRIO", "Run at PRIO", NULL },
	{ 0, "pin-path", "DIR", "Pin maps in DIR", NULL },
	{ 'f', "force", NULL, "Replace what is there", NULL },
	{ 0 },
};

static const struct cmd load = {
	.name = "load",
	.operands = "IFACE FILE",
	.flags = CMD_JSON | CMD_NETNS,
	.options = options,
};

static const struct cmd exec = {
	.name = "exec",
	.operands = "NAME CMD...",
	.flags = CMD_REST,
	.options = options,
};

static const struct cmd plain = { .name = "plain", .operands = "[NAME]" };

static const struct program program = { .name = "xdplab", .prefixes = true };

/* A command line split at its blanks, and what was made of it. */
struct line {
	char words[256];
	char *argv[32];
	int argc;
	struct args args;
};

static void split(struct line *line, const struct cmd *cmd, const char *words)
{
	char *rest = line->words;

	*line = (struct line){ .args = { .program = &program, .cmd = cmd } };
	line->argv[line->argc++] = (char *)cmd->name;
	snprintf(line->words, sizeof(line->words), "%s", words);
	while (rest && *rest)
		line->argv[line->argc++] = strsep(&rest, " ");
}

/* ---- what was said on stderr ---- */

static FILE *terminal;
static char *told;
static size_t told_size;

static void listen(void)
{
	terminal = stderr;
	stderr = open_memstream(&told, &told_size);
	assert_non_null(stderr);
}

/* Its first line, without the names of program and command, or "". */
static void heard(char *line, size_t size)
{
	const char *said;

	fclose(stderr);
	stderr = terminal;
	said = strstr(told, ": ");
	snprintf(line, size, "%s", said ? said + 2 : "");
	line[strcspn(line, "\n")] = '\0';
	free(told);
}

/* ---- the line as a whole ---- */

/* Options as NAME=VALUE or NAME=COUNT, then "|" and the operands. */
static void render(const struct args *args, char *made, size_t size)
{
	struct option_spec all[MAX_OPTIONS];
	FILE *out = fmemopen(made, size, "w");

	cmd_options(args->cmd, all);
	for (int i = 0; all[i].name; i++) {
		if (args_value(args, all[i].name))
			fprintf(out, "%s=%s ", all[i].name,
				args_value(args, all[i].name));
		else if (args_count(args, all[i].name))
			fprintf(out, "%s=%u ", all[i].name,
				args_count(args, all[i].name));
	}
	fputc('|', out);
	for (int i = 0; args_operand(args, i); i++)
		fprintf(out, " %s", args_operand(args, i));
	fclose(out);
}

struct outcome {
	const char *words, *made;
};

static void expect_outcomes(const struct cmd *cmd,
			    const struct outcome *outcomes, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		struct line line;
		char made[256];
		int status;

		split(&line, cmd, outcomes[i].words);
		listen();
		status = args_read(&line.args, line.argc, line.argv);
		heard(made, sizeof(made));
		if (status == EXIT_DONE)
			render(&line.args, made, sizeof(made));
		else
			assert_int_equal(status, EXIT_USAGE);
		assert_string_equal(made, outcomes[i].made);
	}
}

static void options_and_operands_come_in_any_order(void **state)
{
	static const struct outcome outcomes[] = {
		{ "", "|" },
		{ "veth0 a.o", "| veth0 a.o" },
		{ "-m skb veth0 a.o", "mode=skb | veth0 a.o" },
		{ "veth0 -m skb a.o", "mode=skb | veth0 a.o" },
		{ "veth0 a.o -m skb", "mode=skb | veth0 a.o" },
		{ "veth0 a.o b.o c.o --force", "force=1 | veth0 a.o b.o c.o" },
		{ "- veth0", "| - veth0" },
	};

	(void)state;
	expect_outcomes(&load, outcomes, ARRAY_SIZE(outcomes));
}

static void an_argument_may_be_joined_to_its_option(void **state)
{
	static const struct outcome outcomes[] = {
		{ "-mskb veth0", "mode=skb | veth0" },
		{ "--mode skb veth0", "mode=skb | veth0" },
		{ "--mode=skb veth0", "mode=skb | veth0" },
		{ "--mode= veth0", "mode= | veth0" },
		{ "-fvvmskb veth0", "mode=skb force=1 verbose=2 | veth0" },
		{ "--netns blue -j lo", "netns=blue json=1 | lo" },
		{ "-m -p", "mode=-p |" },
	};

	(void)state;
	expect_outcomes(&load, outcomes, ARRAY_SIZE(outcomes));
}

static void the_last_of_several_values_counts(void **state)
{
	static const struct outcome outcomes[] = {
		{ "-m skb -m hw", "mode=hw |" },
		{ "--verbose -v -vv", "verbose=4 |" },
	};

	(void)state;
	expect_outcomes(&load, outcomes, ARRAY_SIZE(outcomes));
}

static void a_prefix_is_enough_if_only_one_fits(void **state)
{
	static const struct outcome outcomes[] = {
		{ "--mo skb", "mode=skb |" },
		{ "--pin=/d", "pin-path=/d |" },
		{ "--p 1", "--p: no such option" },
	};

	(void)state;
	expect_outcomes(&load, outcomes, ARRAY_SIZE(outcomes));
}

static void all_is_an_operand_after_two_dashes(void **state)
{
	static const struct outcome outcomes[] = {
		{ "-f -- -m skb", "force=1 | -m skb" },
		{ "veth0 -- --force", "| veth0 --force" },
		{ "-- --", "| --" },
		{ "--", "|" },
	};

	(void)state;
	expect_outcomes(&load, outcomes, ARRAY_SIZE(outcomes));
}

static void a_number_below_zero_is_an_operand(void **state)
{
	static const struct outcome outcomes[] = {
		{ "map 0 -5", "| map 0 -5" },
		{ "map -55 -f -0x5", "force=1 | map -55 -0x5" },
		{ "map -m -5 -5", "mode=-5 | map -5" },
		{ "map -f -5 -- -5 -f", "force=1 | map -5 -5 -f" },
	};

	(void)state;
	expect_outcomes(&load, outcomes, ARRAY_SIZE(outcomes));
}

static void a_command_that_runs_another_leaves_it_its_options(void **state)
{
	static const struct outcome outcomes[] = {
		{ "-f blue ip -j -f link", "force=1 | blue ip -j -f link" },
		{ "blue -f", "| blue -f" },
		{ "-- -f", "| -f" },
		{ "blue ls -- -l", "| blue ls -- -l" },
	};

	(void)state;
	expect_outcomes(&exec, outcomes, ARRAY_SIZE(outcomes));
}

static void what_is_wrong_is_said_of_the_word_it_is_in(void **state)
{
	static const struct outcome outcomes[] = {
		{ "-m", "-m needs MODE" },
		{ "veth0 --mode", "--mode needs MODE" },
		{ "--pin-path", "--pin-path needs DIR" },
		{ "--netns", "--netns needs NAME" },
		{ "--force=yes", "--force=yes takes no argument" },
		{ "-x veth0", "-x: no such option" },
		{ "-fx veth0", "-x: no such option" },
		{ "--nonesuch", "--nonesuch: no such option" },
		{ "--nonesuch=1", "--nonesuch=1: no such option" },
		{ "--modes skb",
		  "--modes: no such option; did you mean --mode?" },
	};

	(void)state;
	expect_outcomes(&load, outcomes, ARRAY_SIZE(outcomes));
}

static void a_command_takes_only_what_its_table_has(void **state)
{
	static const struct outcome outcomes[] = {
		{ "-v -h", "verbose=1 help=1 |" },
		{ "-j", "-j: no such option" },
		{ "--netns blue", "--netns: no such option" },
	};

	(void)state;
	expect_outcomes(&plain, outcomes, ARRAY_SIZE(outcomes));
}

static void an_option_may_be_given_several_times(void **state)
{
	struct line line;

	(void)state;
	split(&line, &load, "-m one -p 3 --mode=two -f -m three");
	assert_int_equal(args_read(&line.args, line.argc, line.argv), 0);
	assert_string_equal(args_value_at(&line.args, "mode", 0), "one");
	assert_string_equal(args_value_at(&line.args, "mode", 1), "two");
	assert_string_equal(args_value_at(&line.args, "mode", 2), "three");
	assert_null(args_value_at(&line.args, "mode", 3));
	assert_null(args_value_at(&line.args, "pin-path", 0));
	assert_string_equal(args_value(&line.args, "mode"), "three");
}

/* ---- numbers and operands ---- */

static void numbers_are_read_whole_or_refused(void **state)
{
	static const struct {
		const char *words;
		uint64_t min, max, number;
		const char *error;
	} cases[] = {
		{ "-p 50", 0, 100, 50, "" },
		{ "-p 0", 0, 100, 0, "" },
		{ "-p 100", 0, 100, 100, "" },
		{ "-p 0x1f", 0, 100, 31, "" },
		{ "-p 010", 0, 100, 10, "" },
		{ "-p 18446744073709551615", 0, UINT64_MAX, UINT64_MAX, "" },
		{ "veth0", 0, 100, 7, "" },
		{ "-p 101", 0, 100, 7,
		  "--prio 101: not in the range 0 to 100" },
		{ "-p 0", 1, 100, 7, "--prio 0: not in the range 1 to 100" },
		{ "-p 5x", 0, 100, 7, "--prio 5x: not an integer" },
		{ "-p x", 0, 100, 7, "--prio x: not an integer" },
		{ "-p -1", 0, 100, 7, "--prio -1: not an integer" },
		{ "-p +1", 0, 100, 7, "--prio +1: not an integer" },
		{ "-p 1.5", 0, 100, 7, "--prio 1.5: not an integer" },
		{ "-p 1e3", 0, 100, 7, "--prio 1e3: not an integer" },
		{ "-p 0x", 0, 100, 7, "--prio 0x: not an integer" },
		{ "--prio=", 0, 100, 7, "--prio : not an integer" },
		{ "-p 18446744073709551616", 0, UINT64_MAX, 7,
		  "--prio 18446744073709551616: not an integer" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		uint64_t number = 7;
		struct line line;
		char error[256];
		int status;

		split(&line, &load, cases[i].words);
		assert_int_equal(args_read(&line.args, line.argc, line.argv),
				 EXIT_DONE);
		listen();
		status = args_number(&line.args, "prio", cases[i].min,
				     cases[i].max, &number);
		heard(error, sizeof(error));
		assert_string_equal(error, cases[i].error);
		assert_int_equal(status, *error ? EXIT_USAGE : EXIT_DONE);
		assert_int_equal(number, cases[i].number);
	}
}

static void seconds_are_read_whole_and_within_limits(void **state)
{
	static const struct {
		const char *text;
		int status;
		double seconds;
	} cases[] = {
		{ "1", 0, 1 },
		{ "0.1", 0, 0.1 },
		{ ".5", 0, 0.5 },
		{ "3600", 0, 3600 },
		{ "0.09", EXIT_USAGE, 0 },
		{ "3601", EXIT_USAGE, 0 },
		{ "-1", EXIT_USAGE, 0 },
		{ "1e2", EXIT_USAGE, 0 },
		{ "nan", EXIT_USAGE, 0 },
		{ "1s", EXIT_USAGE, 0 },
		{ "", EXIT_USAGE, 0 },
		{ "1.2.3", EXIT_USAGE, 0 },
		{ "0x10", EXIT_USAGE, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char words[64];
		double seconds = 7;
		struct line line;
		int status;

		snprintf(words, sizeof(words), "--prio=%s", cases[i].text);
		split(&line, &load, words);
		assert_int_equal(args_read(&line.args, line.argc, line.argv),
				 0);
		listen();
		status = args_seconds(&line.args, "prio", 0.1, 3600, &seconds);
		heard(words, sizeof(words));
		assert_int_equal(status, cases[i].status);
		assert_true(seconds == (status ? 7 : cases[i].seconds));
	}
}

static void operands_are_counted(void **state)
{
	static const struct {
		const char *words;
		int min, max;
		const char *error;
	} cases[] = {
		{ "veth0 a.o", 2, 2, "" },
		{ "veth0 a.o b.o c.o", 2, -1, "" },
		{ "", 0, 0, "" },
		{ "veth0", 2, 2,
		  "too few arguments: xdplab load needs IFACE FILE" },
		{ "veth0 a.o b.o", 2, 2, "b.o: unexpected argument" },
		{ "lo", 0, 0, "lo: unexpected argument" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct line line;
		char error[256];
		int status;

		split(&line, &load, cases[i].words);
		assert_int_equal(args_read(&line.args, line.argc, line.argv),
				 EXIT_DONE);
		listen();
		status = args_operands(&line.args, cases[i].min, cases[i].max);
		heard(error, sizeof(error));
		assert_string_equal(error, cases[i].error);
		assert_int_equal(status, *error ? EXIT_USAGE : EXIT_DONE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_and_operands_come_in_any_order),
		cmocka_unit_test(an_option_may_be_given_several_times),
		cmocka_unit_test(an_argument_may_be_joined_to_its_option),
		cmocka_unit_test(the_last_of_several_values_counts),
		cmocka_unit_test(a_prefix_is_enough_if_only_one_fits),
		cmocka_unit_test(all_is_an_operand_after_two_dashes),
		cmocka_unit_test(a_number_below_zero_is_an_operand),
		cmocka_unit_test(
			a_command_that_runs_another_leaves_it_its_options),
		cmocka_unit_test(what_is_wrong_is_said_of_the_word_it_is_in),
		cmocka_unit_test(a_command_takes_only_what_its_table_has),
		cmocka_unit_test(numbers_are_read_whole_or_refused),
		cmocka_unit_test(seconds_are_read_whole_and_within_limits),
		cmocka_unit_test(operands_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
