// SPDX-License-Identifier: LGPL-2.1-only
/* loop - for and repeat: their blocks, read again and again */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "read.h"

/* What is to be read again and again, whatever becomes of the statement that
 * says so meanwhile. */
struct block {
	size_t first, end;
	const struct test_words *words;
	struct test_line *opener;
	struct test_place place;
};

static struct block block_of(struct test_reader *reader)
{
	struct block block = { reader->body, reader->body_end, reader->words,
			       reader->line,
			       test_place_at(reader, reader->text) };

	reader->body = reader->body_end; /* it is taken */
	return block;
}

/* ---- once ---- */

static int read_once(struct test_reader *reader, const struct block *block,
		     const struct test_loop *loop)
{
	const struct test_loop *outer = reader->loops;
	const char *variables = reader->variables;
	int err = test_count(reader, &reader->rounds, 1, block->place);

	if (err)
		return err;
	if (loop) {
		reader->loops = loop;
		reader->variables = NULL;
	}
	err = test_read_block(reader, block->first, block->end, block->words);
	reader->loops = outer;
	reader->variables = variables;
	return err;
}

/* A block has something in it, and is not too deep. */
static int enter(struct test_reader *reader, const struct block *block)
{
	if (block->opener->wrong)
		return -EINVAL;
	if (block->first == block->end)
		return test_mistake(reader->tests, block->place, NULL,
				    "expected the loop's statements below it, "
				    "indented more");
	if (reader->depth == TEST_LOOPS_MAX)
		return test_mistake(reader->tests, block->place, NULL,
				    "loops nested more than %d deep",
				    TEST_LOOPS_MAX);
	reader->depth++;
	return 0;
}

/* ---- repeat ---- */

static int repeat(struct test_reader *reader, const struct block *block)
{
	uint64_t times = 0;
	int err = test_need_number(reader, 1, TEST_STEPS_MAX, &times);

	err = err ?: test_need_end(reader);
	while (!err && times--)
		err = read_once(reader, block, NULL);
	return err;
}

int test_read_repeat(struct test_reader *reader, void *into)
{
	struct block block = block_of(reader);
	int err = enter(reader, &block);

	(void)into;
	if (err)
		return err;
	err = repeat(reader, &block);
	reader->depth--;
	return err;
}

/* ---- for x in 1..10 step 2 ---- */

static int need_signed(struct test_reader *reader, int64_t *number)
{
	const char *start;
	bool negative;
	uint64_t found;
	int err;

	test_skip_blanks(reader);
	start = reader->at;
	negative = test_take(reader, "-");
	err = test_need_number(reader, 0, INT64_MAX, &found);
	if (err)
		reader->at = start;
	else
		*number = negative ? -(int64_t)found : (int64_t)found;
	return err;
}

struct range {
	int64_t first, last;
	uint64_t step;
};

static int need_range(struct test_reader *reader, struct range *range)
{
	const char *start;
	int err;

	test_skip_blanks(reader);
	start = reader->at;
	err = need_signed(reader, &range->first);
	err = err ?: test_need(reader, "..");
	err = err ?: need_signed(reader, &range->last);
	if (!err && range->first > range->last)
		err = test_mistake(
			reader->tests, test_place_at(reader, start), NULL,
			"this range is empty: %jd is more than %jd",
			(intmax_t)range->first, (intmax_t)range->last);
	range->step = 1;
	if (!err && test_take_word(reader, "step"))
		err = test_need_number(reader, 1, INT64_MAX, &range->step);
	return err ?: test_need_end(reader);
}

static int read_range(struct test_reader *reader, const struct block *block,
		      struct test_loop *loop)
{
	struct range range;
	uint64_t left;
	char digits[24];
	int err = need_range(reader, &range);

	if (err)
		return err;
	left = (uint64_t)range.last - (uint64_t)range.first;
	for (int64_t value = range.first;; value += (int64_t)range.step) {
		loop->value.at = digits;
		loop->value.length = snprintf(digits, sizeof(digits), "%jd",
					      (intmax_t)value);
		err = read_once(reader, block, loop);
		if (err || left < range.step)
			break;
		left -= range.step;
	}
	loop->value = (struct span){ 0 };
	return err;
}

/* ---- for x in [10.0.0.1, 10.0.0.2] ---- */

static int check_list(struct test_reader *reader)
{
	do {
		struct span value = { reader->at,
				      test_length_to(reader->at, ",]") };

		reader->at += value.length;
		if (!span_trim(value).length)
			return test_expected(reader, reader->at, NULL,
					     "a value");
	} while (test_take(reader, ","));
	return test_need(reader, "]") ?: test_need_end(reader);
}

static int read_list(struct test_reader *reader, const struct block *block,
		     struct test_loop *loop)
{
	const char *start = reader->at;
	char *values, *at;
	int err = check_list(reader);

	err = err ?: test_copy(&values, start, strlen(start));
	if (err)
		return err;
	for (at = values; !err; at++) {
		struct span value = { at, test_length_to(at, ",]") };

		loop->value = span_trim(value);
		err = read_once(reader, block, loop);
		at += value.length;
		if (*at != ',')
			break;
	}
	free(values);
	return err;
}

/* ---- for ---- */

static int need_variable(struct test_reader *reader, struct span *name)
{
	const struct test_loop *outer = reader->loops;
	int err = test_need_name(reader, name, "a variable name");

	if (err)
		return err;
	if (name->length > TEST_VARIABLE_MAX)
		return test_mistake(reader->tests,
				    test_place_at(reader, name->at), NULL,
				    "expected a name of up to %d letters",
				    TEST_VARIABLE_MAX);
	while (outer && !test_span_is(outer->name, *name))
		outer = outer->outer;
	return !outer ? 0
		      : test_mistake(
				reader->tests, test_place_at(reader, name->at),
				NULL,
				"an enclosing loop uses the same variable");
}

static int read_for(struct test_reader *reader, const struct block *block)
{
	struct test_loop loop = { .outer = reader->loops };
	char name[TEST_VARIABLE_MAX + 1];
	int err = need_variable(reader, &loop.name);

	err = err ?: test_need_word(reader, "in");
	if (err)
		return err;
	/* The statement's text is another while its block is read. */
	memcpy(name, loop.name.at, loop.name.length);
	loop.name.at = name;
	return test_take(reader, "[") ? read_list(reader, block, &loop)
				      : read_range(reader, block, &loop);
}

int test_read_for(struct test_reader *reader, void *into)
{
	struct block block = block_of(reader);
	int err = enter(reader, &block);

	(void)into;
	if (err)
		return err;
	err = read_for(reader, &block);
	reader->depth--;
	return err;
}
