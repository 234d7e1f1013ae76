// SPDX-License-Identifier: LGPL-2.1-only
/*
 * expand - the variables of loops in a statement: $x, and $(x * 2 - 1)
 *
 * Of each byte is kept where it comes from, so that an error in what became of
 * `$x` is shown where that is.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "nearest.h"
#include "read.h"
#include "text.h"
#include "value/parse.h"

struct expander {
	struct test_reader *reader;
	const char *at;
};

static int wrong(struct expander *expander, const char *at, const char *hint,
		 const char *message)
{
	struct test_reader *reader = expander->reader;

	return test_mistake(reader->tests, test_place_at(reader, at), hint,
			    "%s", message);
}

/* ---- variables ---- */

static struct span peek_name(const char *at)
{
	struct span name = { at, 0 };

	if (isdigit((unsigned char)*at))
		return name;
	while (isalnum((unsigned char)at[name.length]) ||
	       at[name.length] == '_')
		name.length++;
	return name;
}

static const struct test_loop *find(const struct test_reader *reader,
				    struct span name)
{
	const struct test_loop *loop = reader->loops;

	while (loop && !test_span_is(loop->name, name))
		loop = loop->outer;
	return loop;
}

/* "for $x in" */
static bool is_of_for(const struct test_reader *reader, struct span name)
{
	const char *at = reader->text + strspn(reader->text, " \t");

	if (strncmp(at, "for", 3))
		return false;
	at += 3;
	return at + strspn(at, " \t") + 1 == name.at;
}

static int unknown(struct expander *expander, struct span name)
{
	struct test_reader *reader = expander->reader;
	char names[TEST_LOOPS_MAX][TEST_VARIABLE_MAX + 1];
	char word[TEST_VARIABLE_MAX + 1];
	const char *list[TEST_LOOPS_MAX];
	size_t nr = 0;

	for (const struct test_loop *loop = reader->loops; loop;
	     loop = loop->outer, nr++) {
		snprintf(names[nr], sizeof(names[nr]), "%.*s",
			 (int)loop->name.length, loop->name.at);
		list[nr] = names[nr];
	}
	if (is_of_for(reader, name))
		return wrong(expander, name.at - 1, NULL,
			     "expected the name of a variable, without $");
	snprintf(word, sizeof(word), "%.*s", (int)name.length, name.at);
	return wrong(expander, name.at, nearest_name(word, list, nr),
		     nr ? "expected a variable of an enclosing loop"
			: "not within a loop");
}

/* ---- $(x * 2 - 1) ---- */

static int read_sum(struct expander *expander, int64_t *value);

static void skip_blanks(struct expander *expander)
{
	expander->at += strspn(expander->at, " \t");
}

static int read_variable(struct expander *expander, int64_t *value)
{
	struct span name = peek_name(expander->at), digits;
	const struct test_loop *loop = find(expander->reader, name);
	uint64_t number;
	bool negative;

	if (!name.length)
		return wrong(expander, name.at, NULL,
			     "expected a number or a loop variable");
	if (!loop)
		return unknown(expander, name);
	digits = loop->value;
	negative = span_take(&digits, "-");
	if (!value_literal_number(digits, INT64_MAX, &number))
		return wrong(expander, name.at, NULL,
			     "the value of this variable is not a number");
	expander->at += name.length;
	*value = negative ? -(int64_t)number : (int64_t)number;
	return 0;
}

static int read_number(struct expander *expander, int64_t *value)
{
	struct span word = { expander->at, 0 };
	uint64_t number;

	while (isalnum((unsigned char)word.at[word.length]))
		word.length++;
	if (!value_literal_number(word, INT64_MAX, &number))
		return wrong(expander, word.at, NULL,
			     "not a number, or too large");
	expander->at += word.length;
	*value = (int64_t)number;
	return 0;
}

static int read_factor(struct expander *expander, int64_t *value)
{
	bool negative = false;
	int err;

	for (skip_blanks(expander); *expander->at == '-';
	     skip_blanks(expander)) {
		negative = !negative;
		expander->at++;
	}
	if (*expander->at == '(') {
		expander->at++;
		err = read_sum(expander, value);
		if (!err && *expander->at != ')')
			err = wrong(expander, expander->at, NULL,
				    "expected + - * / % or )");
		expander->at += !err;
	} else {
		err = isdigit((unsigned char)*expander->at)
			      ? read_number(expander, value)
			      : read_variable(expander, value);
	}
	if (!err && negative && __builtin_sub_overflow(0, *value, value))
		err = wrong(expander, expander->at, NULL, "too large");
	return err;
}

/* True if it cannot be calculated. */
static bool calculate(int64_t *value, char op, int64_t other)
{
	switch (op) {
	case '+':
		return __builtin_add_overflow(*value, other, value);
	case '-':
		return __builtin_sub_overflow(*value, other, value);
	case '*':
		return __builtin_mul_overflow(*value, other, value);
	}
	if (!other || (other == -1 && *value == INT64_MIN))
		return true;
	*value = op == '/' ? *value / other : *value % other;
	return false;
}

/* Operands, by `operand`, with any of these operators between them. */
static int read_row(struct expander *expander, int64_t *value, const char *ops,
		    int (*operand)(struct expander *expander, int64_t *value))
{
	int err = operand(expander, value);

	for (skip_blanks(expander);
	     !err && *expander->at && strchr(ops, *expander->at);
	     skip_blanks(expander)) {
		const char *op = expander->at++;
		int64_t other;

		err = operand(expander, &other);
		if (!err && calculate(value, *op, other))
			err = wrong(expander, op, NULL,
				    "too large, or division by zero");
	}
	return err;
}

static int read_product(struct expander *expander, int64_t *value)
{
	return read_row(expander, value, "*/%", read_factor);
}

static int read_sum(struct expander *expander, int64_t *value)
{
	return read_row(expander, value, "+-", read_product);
}

/* ---- a statement ---- */

static void note_origins(struct test_reader *reader, size_t from, size_t origin,
			 bool moves)
{
	for (size_t i = from; i < reader->expanded.length; i++)
		reader->origins[i] = origin + (moves ? i - from : 0);
}

/* Appends what the file has at `at`; `to`: in its place. */
static int put(struct test_reader *reader, const char *at, size_t length,
	       const struct span *to)
{
	struct xdplab_text *text = &reader->expanded;
	size_t from = text->length, *origins;
	int err = test_count(reader, &reader->bytes, to ? to->length : 0,
			     test_place_at(reader, at));

	if (err)
		return err;
	text_add(text, to ? to->at : at, to ? to->length : length);
	origins = text->lost ? NULL
			     : reallocarray(reader->origins, text->length + 1,
					    sizeof(*origins));
	if (!origins)
		return fail(-ENOMEM, "out of memory");
	reader->origins = origins;
	note_origins(reader, from, reader->line->from + (at - reader->text),
		     !to);
	return 0;
}

static int put_sum(struct expander *expander, const char *dollar)
{
	struct span digits;
	char buffer[24];
	int64_t value;
	int err = read_factor(expander, &value);

	if (err)
		return err;
	digits.at = buffer;
	digits.length =
		snprintf(buffer, sizeof(buffer), "%jd", (intmax_t)value);
	return put(expander->reader, dollar, 0, &digits);
}

/* A value that is a string becomes a part of the string that it is put in. */
static struct span without_quotes(struct span value)
{
	if (value.length < 2 || *value.at != '"')
		return value;
	return (struct span){ value.at + 1, value.length - 2 };
}

/* In a string, a dollar that begins no variable is a dollar. */
static int put_variable(struct expander *expander, bool is_in_string)
{
	struct test_reader *reader = expander->reader;
	const char *dollar = expander->at++;
	struct span name = peek_name(expander->at), value;
	const struct test_loop *loop = find(reader, name);

	if (*expander->at == '(' && (reader->loops || !is_in_string))
		return put_sum(expander, dollar);
	if (!loop && is_in_string)
		return put(reader, dollar, 1, NULL);
	if (!loop)
		return unknown(expander, name);
	value = is_in_string ? without_quotes(loop->value) : loop->value;
	expander->at += name.length;
	return put(reader, dollar, 0, &value);
}

/* What is there up to the next dollar, or over a quote; *quote is that of the
 * string it is in, or 0. */
static int put_plain(struct expander *expander, char *quote)
{
	const char *start = expander->at;

	expander->at += strcspn(start, "$\"'\\");
	if (*expander->at == '\\') {
		expander->at += 1 + (expander->at[1] != '\0');
	} else if (*expander->at && *expander->at != '$') {
		if (!*quote)
			*quote = *expander->at;
		else if (*quote == *expander->at)
			*quote = '\0';
		expander->at++;
	}
	return put(expander->reader, start, expander->at - start, NULL);
}

static int expand(struct test_reader *reader)
{
	struct expander expander = { reader, reader->text };
	char quote = '\0';
	int err = 0;

	reader->expanded.length = 0;
	while (!err && *expander.at)
		err = *expander.at == '$' ? put_variable(&expander, quote)
					  : put_plain(&expander, &quote);
	if (err)
		return err;
	text_end(&reader->expanded);
	reader->origins[reader->expanded.length] = reader->line->to;
	reader->text = reader->at = reader->expanded.bytes;
	reader->is_expanded = true;
	return 0;
}

int test_expand(struct test_reader *reader, struct test_line *line)
{
	reader->line = line;
	reader->text = reader->at = reader->clean + line->from;
	reader->is_expanded = false;
	if (line->wrong ||
	    test_count(reader, &reader->bytes, line->to - line->from,
		       test_place_of(reader->tests, line->from)))
		return -EINVAL;
	return strchr(reader->text, '$') ? expand(reader) : 0;
}
