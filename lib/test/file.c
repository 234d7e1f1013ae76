// SPDX-License-Identifier: LGPL-2.1-only
/* file - a test file's own lines: what is tested, and what is around it */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nearest.h"
#include "read.h"

/* ---- program ---- */

static int read_prio(struct test_reader *reader, void *into)
{
	struct test_program *program = into;
	uint64_t number;
	int err = test_need_number(reader, 0, INT32_MAX, &number);

	if (err)
		return err;
	program->has_prio = true;
	program->prio = number;
	return 0;
}

static int read_actions(struct test_reader *reader, void *into)
{
	struct test_program *program = into;
	struct span list = test_peek_name(reader);
	char *copy;
	int err;

	list.length = strcspn(list.at, " \t");
	err = test_copy(&copy, list.at, list.length);
	if (err)
		return err;
	if (xdplab_actions_parse(&program->actions, copy))
		err = test_expected(reader, list.at, NULL,
				    "comma-separated verdicts, or \"none\"");
	free(copy);
	reader->at += list.length;
	program->has_actions = true;
	return err;
}

static const struct test_word program_options[] = {
	{ "prio", read_prio },
	{ "actions", read_actions },
};

const struct test_words test_program_words = {
	.what = "an option",
	.at = program_options,
	.nr = ARRAY_SIZE(program_options),
};

/* "action PASS" is no function with an option behind it. */
static int check_function(struct test_reader *reader, struct span name,
			  const char *function)
{
	const char *names[ARRAY_SIZE(program_options)], *near;
	struct span next;

	if (*reader->at == '.' || *reader->at == '/')
		return test_expected(reader, name.at, NULL,
				     "the name of a function; another object "
				     "has a line of its own");
	next = test_peek_name(reader);
	if (test_at_end(reader) || test_word_find(&test_program_words, next))
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		names[i] = program_options[i].name;
	near = nearest_name(function, names, ARRAY_SIZE(names));
	if (!near)
		return 0;
	return test_expected(reader, name.at, near,
			     "the name of a function, or an option: prio or "
			     "actions");
}

static int need_function(struct test_reader *reader,
			 struct test_program *program)
{
	struct span name = test_peek_name(reader);
	int err;

	if (!name.length || test_word_find(&test_program_words, name))
		return 0;
	program->function_place = test_place_here(reader);
	err = test_need_name(reader, &name, "a function name");
	err = err ?: test_copy(&program->function, name.at, name.length);
	return err ?: check_function(reader, name, program->function);
}

/* An object that is tested in place of the file's. */
static int need_object(struct test_reader *reader, struct test_program *program)
{
	const char *given = reader->program;
	char *path;
	int err;

	if (!given)
		return test_need_file(reader, &program->path);
	err = test_need_token(reader, &path, "a file");
	if (err)
		return err;
	free(path);
	program->is_given = true;
	return test_copy(&program->path, given, strlen(given));
}

static int read_object(struct test_reader *reader, struct test_program *program)
{
	int err = need_object(reader, program);

	err = err ?: need_function(reader, program);
	while (!err && !test_at_end(reader))
		err = test_read_word(reader, &test_program_words, program);
	return err;
}

static int read_running(struct test_reader *reader,
			struct test_program *program)
{
	const char *given = reader->program;
	int err = test_need_ifname(reader, &program->ifname);

	if (err || !given)
		return err;
	free(program->ifname);
	program->ifname = NULL;
	return test_copy(&program->path, given, strlen(given));
}

/* What runs on an interface is tested alone; so is what is given. */
static int check_alone(struct test_reader *reader,
		       const struct test_program *program)
{
	struct xdplab_tests *tests = reader->tests;
	const struct test_program *first = tests->programs;

	if (!tests->nr_programs)
		return 0;
	if (!program->ifname && !first->ifname && !reader->program)
		return 0;
	return test_mistake(tests, program->place, NULL,
			    reader->program
				    ? "--program requires a file with one "
				      "program"
				    : "\"program on\" excludes other programs");
}

static int read_program(struct test_reader *reader, void *into)
{
	struct xdplab_tests *tests = reader->tests;
	struct test_program program = {
		.place = test_place_at(reader, reader->text),
	};
	int err;

	(void)into;
	reader->has_program = true;
	err = test_take_word(reader, "on") ? read_running(reader, &program)
					   : read_object(reader, &program);
	err = err ?: check_alone(reader, &program);
	err = err ?: TEST_ADD(tests->programs, tests->nr_programs, program);
	if (err)
		test_program_clear(&program);
	return err;
}

/* ---- set ---- */

static const struct test_word sections[] = {
	{ "rodata", NULL },
	{ "data", NULL },
	{ "bss", NULL },
};

const struct test_words test_section_words = {
	.what = "a section",
	.at = sections,
	.nr = ARRAY_SIZE(sections),
};

/* As libbpf calls them: ".rodata", and ".rodata.mine". */
static int need_section(struct test_reader *reader, char **section)
{
	struct span name = test_peek_name(reader);
	const struct test_word *word;
	int err = test_find_word(reader, &test_section_words, &word);

	if (err)
		return err;
	if (*reader->at == '.') {
		reader->at++;
		name.length += 1 + test_peek_name(reader).length;
		reader->at = name.at + name.length;
	}
	if (asprintf(section, ".%.*s", (int)name.length, name.at) >= 0)
		return 0;
	*section = NULL;
	return fail(-ENOMEM, "out of memory");
}

static int need_assignment(struct test_reader *reader, char **assignment)
{
	struct span name;
	int err = test_need_name(reader, &name, "a variable name");

	if (err)
		return err;
	test_skip_path(reader);
	err = test_need_equals(reader);
	if (!err && test_at_end(reader))
		err = test_expected(reader, reader->at, NULL, "a value");
	reader->at += strlen(reader->at);
	return err ?: test_copy(assignment, name.at, strlen(name.at));
}

static int read_set(struct test_reader *reader, void *into)
{
	struct xdplab_tests *tests = reader->tests;
	struct test_global global = {
		.place = test_place_at(reader, reader->text),
	};
	int err;

	(void)into;
	err = need_section(reader, &global.section);
	global.place = test_place_here(reader);
	err = err ?: need_assignment(reader, &global.assignment);
	err = err ?: TEST_ADD(tests->globals, tests->nr_globals, global);
	if (err)
		test_global_clear(&global);
	return err;
}

/* ---- all of them ---- */

static const struct test_word statements[] = {
	{ "test", test_read_test },
	{ "setup", test_read_setup },
	{ "teardown", test_read_teardown },
	/* Those without a block: */
	{ "program", read_program },
	{ "set", read_set },
	{ "interface", test_read_interface },
	{ "route", test_read_route },
	{ "neighbour", test_read_neighbour },
	{ "context", test_read_defaults },
};

const struct test_words test_file_words = {
	.what = "a statement of a file",
	.at = statements,
	.nr = ARRAY_SIZE(statements),
	.nr_blocks = 3,
	.others = &test_step_words,
	.where = "it belongs in a test, indented more",
};
