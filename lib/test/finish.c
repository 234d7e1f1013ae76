// SPDX-License-Identifier: LGPL-2.1-only
/* finish - what can be said of a test file when all of it was read */
#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "nearest.h"
#include "read.h"

/* This many names are compared with one that is none. */
#define COMPARED_MAX 256

/* ---- names ---- */

static int by_name(const void *a, const void *b)
{
	const struct test_case *test = a, *other = b;

	return strcmp(test->shown.name, other->shown.name);
}

static void keep(void *node)
{
	(void)node;
}

/* Finds the test of that name, which becomes this one if there is none yet. */
static struct test_case *find_or_add(void **names, struct test_case *test)
{
	struct test_case **found = tsearch(test, names, by_name);

	return found ? *found : NULL;
}

static int note_names(struct xdplab_tests *tests, void **names)
{
	for (size_t i = 0; i < tests->nr_cases; i++) {
		struct test_case *test = tests->cases + i, *same;

		if (!test->shown.name)
			continue; /* it could not be read */
		same = find_or_add(names, test);
		if (!same)
			return fail(-ENOMEM, "out of memory");
		if (same != test)
			test_mistake(tests, test->place, NULL,
				     "duplicate name: also used in line %u",
				     same->shown.line);
	}
	return 0;
}

/* ---- after ---- */

static void no_such_test(struct xdplab_tests *tests,
			 const struct test_case *test)
{
	const char *names[COMPARED_MAX];
	size_t nr = 0;

	for (size_t i = 0; i < tests->nr_cases && nr < COMPARED_MAX; i++)
		if (tests->cases[i].shown.name)
			names[nr++] = tests->cases[i].shown.name;
	test_mistake(tests, test->after_place,
		     nearest_name(test->shown.after, names, nr),
		     "no test of this name in this file");
}

static void link_after(struct xdplab_tests *tests, void **names)
{
	for (size_t i = 0;
	     i < tests->nr_cases && tests->nr_told < TEST_TOLD_MAX; i++) {
		struct test_case *test = tests->cases + i, **found;
		const struct test_case wanted = {
			.shown.name = test->shown.after,
		};

		if (!wanted.shown.name)
			continue;
		found = tfind(&wanted, names, by_name);
		if (found)
			test->after = *found - tests->cases;
		else
			no_such_test(tests, test);
	}
}

/* Walks from each test to those that come before it.  One that is met twice on
 * one walk comes after itself. */
static int find_circles(struct xdplab_tests *tests)
{
	size_t *walk = calloc(tests->nr_cases + 1, sizeof(*walk));

	if (!walk)
		return fail(-ENOMEM, "out of memory");
	for (size_t i = 0; i < tests->nr_cases; i++) {
		size_t at = i;

		while (at != SIZE_MAX && !walk[at]) {
			walk[at] = i + 1;
			at = tests->cases[at].after;
		}
		if (at != SIZE_MAX && walk[at] == i + 1)
			test_mistake(tests, tests->cases[at].after_place, NULL,
				     "the test comes after itself");
	}
	free(walk);
	return 0;
}

/* ---- all ---- */

/* A program that is given needs no line of the file. */
static int add_given(struct test_reader *reader)
{
	struct xdplab_tests *tests = reader->tests;
	struct test_program program = { .place = { 1, 1 } };
	int err = test_copy(&program.path, reader->program,
			    strlen(reader->program));

	err = err ?: TEST_ADD(tests->programs, tests->nr_programs, program);
	if (err)
		test_program_clear(&program);
	return err;
}

/* Not after another error, which may be why a part was not recognised. */
static void check_parts(struct test_reader *reader)
{
	struct xdplab_tests *tests = reader->tests;
	struct test_place end = test_place_of(tests, strlen(tests->text));

	if (tests->nr_told)
		return;
	if (!reader->has_program && !reader->program)
		test_mistake(tests, (struct test_place){ 1, 1 }, NULL,
			     "missing a line \"program FILE\"");
	else if (!tests->nr_cases)
		test_mistake(tests, end, NULL, "no tests in this file");
}

int test_finish(struct test_reader *reader)
{
	struct xdplab_tests *tests = reader->tests;
	void *names = NULL;
	int err = 0;

	check_parts(reader);
	if (!reader->has_program && reader->program)
		err = add_given(reader);
	err = err ?: note_names(tests, &names);
	if (!err) {
		link_after(tests, &names);
		err = find_circles(tests);
	}
	tdestroy(names, keep);
	return err;
}
