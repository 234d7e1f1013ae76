// SPDX-License-Identifier: LGPL-2.1-only
/* failure - what of an expectation did not hold, in words and rows */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"

void test_failure_say(struct test_failure *failure, const char *fmt, ...)
{
	char *message;
	va_list args;
	int length;

	va_start(args, fmt);
	length = vasprintf(&message, fmt, args);
	va_end(args);
	if (length < 0)
		return;
	free((char *)failure->shown.message);
	failure->shown.message = message;
}

static void row_clear(const struct xdplab_test_row *row)
{
	free((char *)row->what);
	free((char *)row->expected);
	free((char *)row->got);
}

void test_failure_row(struct test_failure *failure, const char *what,
		      const char *expected, const char *got, bool differs)
{
	struct xdplab_test_row row = { .what = strdup(what),
				       .expected = strdup(expected),
				       .got = strdup(got),
				       .differs = differs };
	struct xdplab_test_row *rows = reallocarray(
		failure->rows, failure->nr_rows + 1, sizeof(*rows));

	if (rows)
		failure->rows = rows;
	/* Without memory there is a row less to be shown, and no more. */
	if (!rows || !row.what || !row.expected || !row.got) {
		row_clear(&row);
		return;
	}
	rows[failure->nr_rows++] = row;
	failure->shown.rows = rows;
	failure->shown.nr_rows = failure->nr_rows;
}

void test_failure_clear(struct test_failure *failure)
{
	for (size_t i = 0; i < failure->nr_rows; i++)
		row_clear(&failure->rows[i]);
	free(failure->rows);
	free((char *)failure->shown.message);
	*failure = (struct test_failure){ 0 };
}

bool test_compare(enum test_op op, int64_t before, int64_t got,
		  int64_t expected)
{
	switch (op) {
	case TEST_EQ:
		return got == expected;
	case TEST_NE:
		return got != expected;
	case TEST_LT:
		return got < expected;
	case TEST_LE:
		return got <= expected;
	case TEST_GT:
		return got > expected;
	case TEST_GE:
		return got >= expected;
	/* Counters go round; that is no overflow. */
	case TEST_PLUS:
		return (uint64_t)got - (uint64_t)before == (uint64_t)expected;
	default:
		return (uint64_t)before - (uint64_t)got == (uint64_t)expected;
	}
}

const char *test_op_text(enum test_op op)
{
	static const char *const texts[] = {
		[TEST_EQ] = "==",   [TEST_NE] = "!=",	 [TEST_LT] = "<",
		[TEST_LE] = "<=",   [TEST_GT] = ">",	 [TEST_GE] = ">=",
		[TEST_PLUS] = "+=", [TEST_MINUS] = "-=",
	};

	return texts[op];
}

void test_say_compared(struct test_failure *failure, const char *what,
		       const char *got, enum test_op op, const char *expected)
{
	bool equal = op == TEST_EQ;

	test_failure_say(failure, "%s is %s, not %s%s%s", what, got,
			 equal ? "" : test_op_text(op), equal ? "" : " ",
			 expected);
}
