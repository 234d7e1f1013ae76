// SPDX-License-Identifier: LGPL-2.1-only
/* head - what a file of findings has besides its tests, which is what the
 * file has of which they were made, or one program alone */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "test/read.h"
#include "text.h"

int xdplab_tests_of_program(struct xdplab_tests **out, const char *path,
			    const char *function,
			    const struct xdplab_tests_opts *opts)
{
	struct xdplab_tests *tests;
	struct test_program program = { 0 };
	int err = OPTS_DEFECT(opts);

	if (err)
		return err;
	tests = calloc(1, sizeof(*tests));
	if (!tests)
		return fail(-ENOMEM, "%s: no memory to read it", path);
	tests->mistake = OPT(opts, mistake);
	tests->mistake_arg = OPT(opts, arg);
	tests->is_read = true;
	tests->path = strdup(path);
	err = test_copy(&program.path, path, strlen(path));
	if (!err && function)
		err = test_copy(&program.function, function, strlen(function));
	err = err ?: TEST_ADD(tests->programs, tests->nr_programs, program);
	if (err || !tests->path) {
		xdplab_tests_free(tests);
		return err ?: -ENOMEM;
	}
	*out = tests;
	return 0;
}

/* ---- programs, whose paths are of where the file is ---- */

/* Of the path as much as is the directory, or leads there. */
static size_t common(const char *directory, const char *path)
{
	size_t same = 0, i = 0;

	for (; path[i] && path[i] == directory[i]; i++)
		if (path[i] == '/')
			same = i + 1;
	return !directory[i] && path[i] == '/' ? i + 1 : same;
}

static void add_path(struct xdplab_text *text, const char *directory,
		     const char *path)
{
	size_t same = common(directory, path), length = strlen(directory);

	while (same < length) {
		text_word(text, "../");
		length = (const char *)memrchr(directory, '/', length) -
			 directory;
	}
	text_word(text, path + same);
}

static void add_options(struct xdplab_text *text,
			const struct test_program *program)
{
	const char *before = " actions ";

	if (program->has_prio) {
		text_word(text, " prio ");
		text_unsigned(text, program->prio);
	}
	if (program->has_actions && !program->actions)
		text_word(text, " actions none");
	for (uint32_t i = 0; program->has_actions && i <= XDP_REDIRECT; i++) {
		if (!(program->actions & 1U << i))
			continue;
		text_word(text, before);
		text_word(text, xdplab_verdict_name(i));
		before = ",";
	}
}

static int add_program(struct xdplab_text *text, const char *directory,
		       const struct test_program *program)
{
	char *path = realpath(program->path, NULL);

	if (!path)
		return fail(-errno, "%s: %s", program->path, strerror(errno));
	text_word(text, "program \"");
	add_path(text, directory, path);
	text_char(text, '"');
	if (program->function) {
		text_char(text, ' ');
		text_word(text, program->function);
	}
	add_options(text, program);
	text_char(text, '\n');
	free(path);
	return 0;
}

/* ---- statements of the file ---- */

static bool begins_with(const char *statement, const char *word)
{
	size_t length = strlen(word);

	return !strncmp(statement, word, length) &&
	       strchr(" \t\"", statement[length]);
}

static void add_statements(struct xdplab_text *text,
			   const struct test_reader *reader)
{
	const char *all = reader->tests->text;
	bool is_left_out = false;

	for (size_t i = 0; i < reader->nr_lines; i++) {
		const struct test_line *line = &reader->lines[i];
		const char *from = all + line->from;

		if (line->indent == reader->lines->indent)
			is_left_out = begins_with(from, "test") ||
				      begins_with(from, "program");
		if (is_left_out)
			continue;
		text_add(text, from - line->indent,
			 line->to - line->from + line->indent);
		text_char(text, '\n');
	}
}

/* The file was read, so that there is no error in it. */
static int read_statements(struct xdplab_text *text,
			   const struct xdplab_tests *tests)
{
	struct xdplab_tests copy = { .path = tests->path, .text = tests->text };
	struct test_reader reader = { .tests = &copy,
				      .clean = strdup(tests->text) };
	size_t length = strlen(tests->text);
	int err = -ENOMEM;

	copy.said = calloc(1, length + 1);
	if (reader.clean && copy.said)
		err = test_lex(&reader, length);
	if (!err)
		add_statements(text, &reader);
	free(copy.said);
	free(copy.lines);
	free(reader.clean);
	free(reader.lines);
	return err;
}

int xdplab_tests_head(const struct xdplab_tests *tests, const char *directory,
		      struct xdplab_text *text)
{
	int err = 0;

	for (size_t i = 0; !err && i < tests->nr_programs; i++)
		if (tests->programs[i].path)
			err = add_program(text, directory, &tests->programs[i]);
	if (!err && tests->text)
		err = read_statements(text, tests);
	text_end(text);
	return err ?: text->lost ? -ENOMEM : 0;
}
