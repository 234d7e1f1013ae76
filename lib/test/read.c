// SPDX-License-Identifier: LGPL-2.1-only
/* read - a test file, with all its errors reported at once */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "read.h"
#include "text.h"

/* So much is shown of the value of a variable. */
#define SHOWN_MAX 64

/* ---- blocks ---- */

/* The first statement after those that are indented more than this one. */
static size_t block_end(const struct test_reader *reader, size_t opener,
			size_t end)
{
	unsigned int indent = reader->lines[opener].indent;
	size_t at = opener + 1;

	while (at < end && reader->lines[at].indent > indent)
		at++;
	return at;
}

static void check_indent(struct test_reader *reader, size_t at, size_t first)
{
	struct test_line *line = reader->lines + at;
	unsigned int expected = reader->lines[first].indent;

	if (line->indent == expected || line->indent_told)
		return;
	line->indent_told = true;
	test_mistake(
		reader->tests, test_place_of(reader->tests, line->from), NULL,
		"expected the indentation of line %u (%u), not %u",
		test_place_of(reader->tests, reader->lines[first].from).line,
		expected, line->indent);
}

/* Statements that are indented as if they were a block, which they are not,
 * are read as those that follow. */
static void no_block(struct test_reader *reader, size_t first, size_t end)
{
	struct test_line *line = reader->lines + first;

	if (!line->indent_told)
		test_mistake(reader->tests,
			     test_place_of(reader->tests, line->from), NULL,
			     "unexpected indentation: the statement before has "
			     "no block");
	while (first < end)
		reader->lines[first++].indent_told = true;
}

static void add_value(struct xdplab_text *text, struct span value)
{
	if (value.length <= SHOWN_MAX) {
		text_add(text, value.at, value.length);
		return;
	}
	text_add(text, value.at, SHOWN_MAX);
	text_word(text, "...");
}

/* What each step that is in these loops has as its variables. */
static int write_variables(struct test_reader *reader)
{
	struct xdplab_tests *tests = reader->tests;
	const struct test_loop *loops[TEST_LOOPS_MAX];
	struct xdplab_text text = { 0 };
	size_t nr = 0;
	int err;

	for (const struct test_loop *at = reader->loops; at; at = at->outer)
		loops[nr++] = at;
	while (nr--) {
		text_add(&text, loops[nr]->name.at, loops[nr]->name.length);
		text_char(&text, '=');
		add_value(&text, loops[nr]->value);
		text_word(&text, nr ? ", " : "");
	}
	text_end(&text);
	err = text.lost ? fail(-ENOMEM, "out of memory")
			: TEST_ADD(tests->loops, tests->nr_loops, text.bytes);
	if (err)
		xdplab_text_free(&text);
	else
		reader->variables = text.bytes;
	return err;
}

static int add_step(struct test_reader *reader, struct test_step *step)
{
	struct test_steps *steps = reader->steps;
	int err = test_count(reader, &reader->steps_read, 1, step->place);

	if (!err && !reader->variables)
		err = write_variables(reader);
	if (err)
		return err;
	if (step->what < TEST_SEND)
		reader->between = step->place;
	step->variables = reader->variables;
	return TEST_ADD(steps->at, steps->nr, *step);
}

static bool has_block(const struct test_words *words,
		      const struct test_word *word)
{
	return word < words->at + words->nr_blocks;
}

static int read_step(struct test_reader *reader, const struct test_word *word)
{
	struct test_step step = {
		.place = test_place_at(reader, reader->text),
		.text = reader->tests->said + reader->line->from,
	};
	int err;

	if (has_block(reader->words, word))
		return word->read(reader, NULL);
	err = word->read(reader, &step);
	err = err ?: test_need_end(reader);
	if (!err && reader->steps)
		err = add_step(reader, &step);
	if (err)
		test_step_clear(&step);
	return err;
}

/* One that is wrong has been reported: no more is read of it than which it is.
 */
static int find_word(struct test_reader *reader, struct test_line *line,
		     const struct test_word **word)
{
	int err = test_expand(reader, line);

	if (err != -EINVAL)
		return err ?: test_find_word(reader, reader->words, word);
	*word = test_word_find(reader->words, test_peek_name(reader));
	return err;
}

/* Reads a statement; *next becomes the one after it and its block. */
static int read_statement(struct test_reader *reader, size_t at, size_t *next)
{
	struct test_line *line = reader->lines + at;
	const struct test_word *word = NULL;
	int err = find_word(reader, line, &word);

	line->wrong |= err == -EINVAL;
	if (word && !has_block(reader->words, word) && *next > at + 1) {
		no_block(reader, at + 1, *next);
		*next = at + 1;
	}
	reader->body = at + 1;
	reader->body_end = *next;
	if (word && (!err || has_block(reader->words, word)))
		err = read_step(reader, word);
	return err;
}

/*
 * An error in a statement has been reported, and the next one is read.  One
 * that was wrong once is not read again when a loop comes to it anew.
 */
static int go_on(struct test_reader *reader, struct test_line *line, int err)
{
	if (err != -EINVAL)
		return err;
	line->wrong = true;
	reader->is_unsure = true;
	return 0;
}

int test_read_block(struct test_reader *reader, size_t first, size_t end,
		    const struct test_words *words)
{
	const struct test_words *outer = reader->words;
	int err = 0;

	for (size_t at = first, next;
	     !err && at < end && !test_is_enough(reader); at = next) {
		next = block_end(reader, at, end);
		check_indent(reader, at, first);
		reader->words = words;
		err = go_on(reader, reader->lines + at,
			    read_statement(reader, at, &next));
	}
	reader->words = outer;
	return err;
}

/* ---- all of a file ---- */

static int begin(struct test_reader *reader, const char *path, const char *text,
		 size_t length)
{
	struct xdplab_tests *tests = reader->tests;

	tests->path = strdup(path);
	tests->text = strndup(text, length);
	tests->said = calloc(1, length + 1);
	reader->clean = strndup(text, length);
	if (!tests->path || !tests->text || !tests->said || !reader->clean)
		return fail(-ENOMEM, "%s: no memory to read it", path);
	return test_lex(reader, length);
}

/* One of its own, unless it is given, is short: people type it to see the same
 * again. */
static int choose_seed(struct test_reader *reader, uint64_t given)
{
	uint32_t own = 0;

	reader->is_seed_given = given;
	while (!given && !own)
		if (getrandom(&own, sizeof(own), 0) < 0)
			return fail(-errno, "no random numbers: %s",
				    strerror(errno));
	reader->seed = reader->tests->seed = given ?: own;
	return 0;
}

static int read_all(struct test_reader *reader, const char *path,
		    const char *text, size_t length)
{
	struct xdplab_tests *tests = reader->tests;
	int err = begin(reader, path, text, length);

	if (!err)
		err = test_read_block(reader, 0, reader->nr_lines,
				      &test_file_words);
	err = err ?: test_finish(reader);
	return !err || err == -EINVAL ? test_mistakes_tell(tests) : err;
}

int test_read_text(struct xdplab_tests **out, const char *path,
		   const char *text, size_t length,
		   const struct xdplab_tests_opts *opts)
{
	struct test_reader reader = {
		.program = OPT(opts, program),
		.variables = "",
		.steps_read = { .max = TEST_STEPS_MAX, .of = "steps" },
		.rounds = { .max = TEST_STEPS_MAX, .of = "rounds" },
		.bytes = { .max = TEST_BYTES_MAX, .of = "bytes" },
	};
	int err;

	reader.tests = calloc(1, sizeof(*reader.tests));
	if (!reader.tests)
		return fail(-ENOMEM, "%s: no memory to read it", path);
	reader.tests->mistake = OPT(opts, mistake);
	reader.tests->mistake_arg = OPT(opts, arg);
	err = choose_seed(&reader, OPT(opts, seed));
	err = err ?: read_all(&reader, path, text, length);
	free(reader.clean);
	free(reader.lines);
	free(reader.origins);
	free(reader.context.ingress);
	xdplab_text_free(&reader.expanded);
	if (err)
		test_free(reader.tests);
	else
		*out = reader.tests;
	return err;
}

/* ---- the file ---- */

/* It may be a pipe, and is not waited for where nobody writes to it: that one
 * is at its end. */
static int open_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd >= 0)
		fcntl(fd, F_SETFL, O_RDONLY);
	return fd;
}

static int read_open(int fd, const char *path, char **text, size_t *length)
{
	struct stat st;
	int err;

	if (fstat(fd, &st))
		return fail(-errno, "%s: %s", path, strerror(errno));
	if (S_ISDIR(st.st_mode))
		return fail(-EISDIR, "%s: is a directory, not a test file",
			    path);
	err = file_read(text, length, fd, path, TEST_FILE_MAX);
	if (err == -EFBIG)
		return fail(err, "%s: larger than 16 MiB: not a test file",
			    path);
	if (err || !S_ISFIFO(st.st_mode) || *length)
		return err;
	free(*text);
	*text = NULL;
	return fail(-ENODATA, "%s: nobody writes to this pipe", path);
}

int xdplab_tests_read(struct xdplab_tests **out, const char *path,
		      const struct xdplab_tests_opts *opts)
{
	size_t length = 0;
	char *text = NULL;
	int fd, err = OPTS_DEFECT(opts);

	if (err)
		return err;
	fd = open_file(path);
	if (fd < 0)
		return fail(-errno, "%s: %s", path, strerror(errno));
	err = read_open(fd, path, &text, &length);
	close(fd);
	if (!text)
		return err;
	err = test_read_text(out, path, text, length, opts);
	free(text);
	return err;
}
