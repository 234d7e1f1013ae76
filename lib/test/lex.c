// SPDX-License-Identifier: LGPL-2.1-only
/*
 * lex - splits a test file into statements
 *
 * A statement is one line, and those on which it goes on: within brackets,
 * after a comma or a slash, and after a "\".  What is between its words becomes
 * blanks, so that each of its bytes stays where it is in the file.
 */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "read.h"

#define BRACKETS_MAX 64 /* in one another */

struct lexer {
	struct test_reader *reader;
	char *clean;
	size_t at;
	struct test_line line;
	size_t brackets[BRACKETS_MAX]; /* where those are that are open */
	size_t nr_brackets;
};

/* Of a statement, the first error alone: more may come of it. */
static void wrong(struct lexer *lexer, size_t at, const char *message)
{
	struct xdplab_tests *tests = lexer->reader->tests;

	if (!lexer->line.wrong)
		test_mistake(tests, test_place_of(tests, at), NULL, "%s",
			     message);
	lexer->line.wrong = true;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* The first place from `at` on that is no blank. */
static size_t skip(const struct lexer *lexer, size_t at)
{
	while (is_blank(lexer->clean[at]))
		at++;
	return at;
}

static size_t line_end(const struct lexer *lexer, size_t at)
{
	return at + strcspn(lexer->clean + at, "\n");
}

static void blank(struct lexer *lexer, size_t from, size_t to)
{
	memset(lexer->clean + from, ' ', to - from);
}

/* ---- brackets ---- */

static char closer_of(char open)
{
	return open == '(' ? ')' : open == '[' ? ']' : '}';
}

static void open_bracket(struct lexer *lexer)
{
	if (lexer->nr_brackets == BRACKETS_MAX) {
		wrong(lexer, lexer->at, "brackets nested too deep");
		lexer->nr_brackets = 0;
	}
	lexer->brackets[lexer->nr_brackets++] = lexer->at;
}

static void close_bracket(struct lexer *lexer)
{
	char close = lexer->clean[lexer->at], wanted = 0;

	if (lexer->nr_brackets)
		wanted = closer_of(
			lexer->clean[lexer->brackets[--lexer->nr_brackets]]);
	if (!wanted)
		wrong(lexer, lexer->at, "unmatched closing bracket");
	else if (close != wanted)
		wrong(lexer, lexer->at,
		      wanted == ')'   ? "expected \")\" here"
		      : wanted == ']' ? "expected \"]\" here"
				      : "expected \"}\" here");
}

/* Whether more has to come, as nothing ends so. */
static bool is_open(const struct lexer *lexer)
{
	size_t at = lexer->at;

	while (at > lexer->line.from && is_blank(lexer->clean[at - 1]))
		at--;
	return lexer->nr_brackets ||
	       (at > lexer->line.from && strchr(",/", lexer->clean[at - 1]));
}

/*
 * Goes on with the next line if it is indented more than the statement, or
 * closes its brackets.  One that was forgotten does not take in the rest of the
 * file.
 */
static bool go_on(struct lexer *lexer)
{
	size_t start = lexer->at + 1, next = skip(lexer, start);

	while (lexer->clean[next] == '\n' || lexer->clean[next] == '#') {
		start = line_end(lexer, next);
		start += lexer->clean[start] == '\n';
		next = skip(lexer, start);
	}
	if (!lexer->clean[next] || (next - start <= lexer->line.indent &&
				    !strchr(")]}", lexer->clean[next])))
		return false;
	blank(lexer, lexer->at, next);
	lexer->at = next;
	return true;
}

/* ---- a statement ---- */

static void skip_string(struct lexer *lexer)
{
	char quote = lexer->clean[lexer->at];
	size_t start = lexer->at++;

	for (; lexer->clean[lexer->at] != quote; lexer->at++) {
		char c = lexer->clean[lexer->at];

		if (c == '\\' && lexer->clean[lexer->at + 1] != '\n')
			c = lexer->clean[++lexer->at];
		if (!c || c == '\n') {
			wrong(lexer, start, "unterminated string");
			return;
		}
	}
	lexer->at++;
}

/* Not that of a second layer, ip#2. */
static bool is_comment(const struct lexer *lexer)
{
	return lexer->clean[lexer->at] == '#' &&
	       (!lexer->at ||
		!isalnum((unsigned char)lexer->clean[lexer->at - 1]));
}

static bool is_joined(const struct lexer *lexer)
{
	const char *at = lexer->clean + lexer->at;

	return *at == '\\' && at[1 + (at[1] == '\r')] == '\n';
}

/* Goes over what is no letter to itself; false at the end of the statement. */
static bool step(struct lexer *lexer)
{
	char c = lexer->clean[lexer->at];
	size_t start = lexer->at;

	if (c == '"' || c == '\'') {
		skip_string(lexer);
	} else if (is_comment(lexer)) {
		lexer->at = line_end(lexer, start);
		blank(lexer, start, lexer->at);
	} else if (is_joined(lexer)) {
		lexer->at = line_end(lexer, start) + 1;
		blank(lexer, start, lexer->at);
	} else if (!c || c == '\n') {
		return c && is_open(lexer) && go_on(lexer);
	} else {
		if (strchr("([{", c))
			open_bracket(lexer);
		else if (strchr(")]}", c))
			close_bracket(lexer);
		else if (c == '\r')
			lexer->clean[lexer->at] = ' ';
		lexer->at++;
	}
	return true;
}

static void end_statement(struct lexer *lexer)
{
	struct test_line *line = &lexer->line;

	line->to = lexer->at;
	while (line->to > line->from && is_blank(lexer->clean[line->to - 1]))
		line->to--;
	if (lexer->nr_brackets)
		wrong(lexer, lexer->brackets[lexer->nr_brackets - 1],
		      "unclosed bracket");
	if (lexer->clean[lexer->at])
		lexer->at++;
	lexer->clean[line->to] = '\0';
}

/* Copies the statement as one line, without what is between its lines. */
static void say(struct lexer *lexer)
{
	const struct xdplab_tests *tests = lexer->reader->tests;
	const struct test_line *line = &lexer->line;
	char *to = tests->said + line->from;

	for (size_t at = line->from; at < line->to;) {
		size_t run = strspn(lexer->clean + at, " \t");

		if (run && memchr(tests->text + at, '\n', run)) {
			*to++ = ' ';
			at += run;
			continue;
		}
		run += !run;
		memcpy(to, lexer->clean + at, run);
		to += run;
		at += run;
	}
	*to = '\0';
}

/* ---- indentation ---- */

/* One of two indentations begins with the other, or nobody knows which is
 * deeper: how wide a tab is, is a matter of the editor. */
static void check_indent(struct lexer *lexer, const struct test_line *before)
{
	const char *text = lexer->reader->tests->text;
	struct test_line *line = &lexer->line;
	size_t common = line->indent;

	if (line->indent > TEST_INDENT_MAX)
		wrong(lexer, line->from, "indented too far");
	if (!before)
		return;
	if (before->indent < common)
		common = before->indent;
	if (!memcmp(text + line->from - line->indent,
		    text + before->from - before->indent, common))
		return;
	line->indent_told = true;
	wrong(lexer, line->from - line->indent,
	      "indentation does not match the tabs and spaces of the line "
	      "before");
	line->wrong = false; /* what it says may be right */
}

/* ---- all ---- */

static int read_statement(struct lexer *lexer, size_t start)
{
	struct test_reader *reader = lexer->reader;
	size_t nr = reader->nr_lines;

	lexer->line = (struct test_line){ .from = lexer->at,
					  .indent = lexer->at - start };
	lexer->nr_brackets = 0;
	check_indent(lexer, nr ? reader->lines + nr - 1 : NULL);
	while (step(lexer))
		;
	end_statement(lexer);
	say(lexer);
	return TEST_ADD(reader->lines, reader->nr_lines, lexer->line);
}

static int note_lines(struct xdplab_tests *tests)
{
	size_t at = 0;
	int err;

	do {
		err = TEST_ADD(tests->lines, tests->nr_lines, at);
		at += strcspn(tests->text + at, "\n") + 1;
	} while (!err && tests->text[at - 1]);
	return err;
}

/* By its byte order mark. */
static bool is_utf16(const char *text)
{
	return !strncmp(text, "\xff\xfe", 2) || !strncmp(text, "\xfe\xff", 2);
}

int test_lex(struct test_reader *reader, size_t length)
{
	struct lexer lexer = { .reader = reader, .clean = reader->clean };
	size_t whole = strlen(lexer.clean);
	int err = note_lines(reader->tests);

	if (!err && whole < length)
		return test_mistake(reader->tests,
				    test_place_of(reader->tests, whole), NULL,
				    is_utf16(lexer.clean)
					    ? "UTF-16: expected UTF-8"
					    : "NUL byte: not a text file");
	if (!strncmp(lexer.clean, "\xef\xbb\xbf", 3)) /* a byte order mark */
		lexer.at = 3;
	while (!err && lexer.clean[lexer.at]) {
		size_t start = lexer.at;

		lexer.at = skip(&lexer, start);
		if (lexer.clean[lexer.at] == '#')
			lexer.at = line_end(&lexer, lexer.at);
		if (lexer.clean[lexer.at] == '\n')
			lexer.at++;
		else if (lexer.clean[lexer.at])
			err = read_statement(&lexer, start);
	}
	return err;
}
