/* SPDX-License-Identifier: GPL-2.0-only */
/* test-text.h - files of tests, read from strings */
#ifndef TEST_TEXT_H
#define TEST_TEXT_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* First: cmocka has a macro of the name of our fail(). */
#include "../../lib/internal.h"
#include "../../lib/test/read.h"
#include <cmocka.h>

/* What runs on lo needs no file.  A statement in the test is on line 5, from
 * column 3 on. */
#define HEAD	      "program on lo\n"
#define IN_TEST(text) HEAD "test \"t\"\n  send eth\n  expect PASS\n  " text "\n"
#define A_TEST	      "test \"t\"\n  send eth\n  expect PASS\n"

/* "3:5: message (hint)", one a line */
static inline void note_mistake(const struct xdplab_mistake *mistake, void *arg)
{
	struct xdplab_text *told = arg;
	char line[2048];

	snprintf(line, sizeof(line), "%s%u:%u: %s%s%s%s",
		 told->length ? "\n" : "", mistake->line, mistake->column,
		 mistake->message, *mistake->hint ? " (" : "", mistake->hint,
		 *mistake->hint ? ")" : "");
	xdplab_text_add(told, line);
}

static inline int read_bytes(struct xdplab_tests **tests, const char *text,
			     size_t length, struct xdplab_text *told)
{
	const struct xdplab_tests_opts opts = {
		.sz = sizeof(opts),
		.mistake = note_mistake,
		.arg = told,
		.seed = 1,
	};

	return test_read_text(tests, "some/a.test", text, length, &opts);
}

static inline struct xdplab_tests *read_text(const char *text)
{
	struct xdplab_tests *tests = NULL;
	struct xdplab_text told = { 0 };
	int err = read_bytes(&tests, text, strlen(text), &told);

	if (err)
		print_message("%s\n%s\n", text, told.bytes ?: xdplab_error());
	assert_int_equal(err, 0);
	return tests;
}

static inline void expect_mistakes(const char *text, const char *mistakes)
{
	struct xdplab_tests *tests = NULL;
	struct xdplab_text told = { 0 };
	int err = read_bytes(&tests, text, strlen(text), &told);

	assert_string_equal(told.bytes ?: "", mistakes);
	assert_int_equal(err, -EINVAL);
	assert_null(tests);
	xdplab_text_free(&told);
}

#endif
