// SPDX-License-Identifier: LGPL-2.1-only
/* case - the tests of a file, and what is done before and after each */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "read.h"
#include "value/string.h"

/* ---- names ---- */

/* Names are shown on terminals, in XML and in JSON. */
static bool is_printable(const char *name)
{
	struct xdplab_text text = { 0 };
	bool printable = value_string_print(&text, (const unsigned char *)name,
					    strlen(name));

	xdplab_text_free(&text);
	return printable;
}

static int need_test_name(struct test_reader *reader, char **name,
			  struct test_place *place)
{
	int err;

	*place = test_place_here(reader);
	err = test_need_string(reader, name, "a test name, \"...\"");
	if (err)
		return err;
	if (**name && is_printable(*name))
		return 0;
	return test_mistake(reader->tests, *place, NULL,
			    **name ? "not a printable UTF-8 name"
				   : "empty name");
}

/* ---- a test ---- */

static int need_after(struct test_reader *reader, struct test_case *test)
{
	static const char *const word[] = { "after" };

	if (test_at_end(reader))
		return 0;
	if (!test_take_word(reader, "after"))
		return test_expected_near(reader, word, ARRAY_SIZE(word),
					  "after \"...\", or the end of the "
					  "statement");
	return need_test_name(reader, (char **)&test->shown.after,
			      &test->after_place);
}

static int read_head(struct test_reader *reader, struct test_case *test)
{
	int err;

	if (reader->line->wrong)
		return -EINVAL;
	err = need_test_name(reader, (char **)&test->shown.name, &test->place);
	err = err ?: need_after(reader, test);
	return err ?: test_need_end(reader);
}

static void begin_test(struct test_reader *reader, struct test_steps *steps)
{
	reader->steps = steps;
	reader->sent = NULL;
	reader->has_sent = reader->has_expected = false;
	reader->between = (struct test_place){ 0 };
	reader->seed = reader->tests->seed;
	reader->is_unsure = false;
}

static int end_test(struct test_reader *reader, struct test_place place)
{
	reader->steps = NULL;
	if (reader->is_unsure)
		return 0;
	if (!reader->has_sent)
		return test_mistake(reader->tests, place, NULL,
				    "test without send: expected \"send\" "
				    "below it, indented more");
	return test_check_send(reader);
}

static int read_body(struct test_reader *reader, struct test_case *test,
		     bool is_unsure)
{
	struct test_place place = test_place_at(reader, reader->text);
	struct test_steps steps = { 0 };
	int err;

	begin_test(reader, &steps);
	reader->is_unsure = is_unsure;
	err = test_context_copy(&reader->context, &reader->tests->context);
	err = err
		      ?: test_read_block(reader, reader->body, reader->body_end,
					 &test_step_words);
	err = err ?: end_test(reader, place);
	test->steps = steps;
	return err;
}

int test_read_test(struct test_reader *reader, void *into)
{
	struct xdplab_tests *tests = reader->tests;
	struct test_case test = { .after = SIZE_MAX };
	int err, body_err;

	(void)into;
	test.place = test_place_at(reader, reader->text);
	test.shown.line = test.place.line;
	err = read_head(reader, &test);
	body_err = read_body(reader, &test, err);
	if (TEST_ADD(tests->cases, tests->nr_cases, test)) {
		test_case_clear(&test);
		return -ENOMEM;
	}
	return err ?: body_err;
}

/* ---- setup and teardown ---- */

static int read_steps(struct test_reader *reader, struct test_steps *into)
{
	struct test_place place = test_place_at(reader, reader->text);
	struct test_steps steps = *into;
	int err;

	if (reader->line->wrong)
		return -EINVAL;
	err = test_need_end(reader);
	if (err)
		return err;
	if (reader->body == reader->body_end)
		return test_mistake(reader->tests, place, NULL,
				    "expected statements below this, indented "
				    "more");
	begin_test(reader, &steps);
	err = test_read_block(reader, reader->body, reader->body_end,
			      &test_setup_words);
	reader->steps = NULL;
	*into = steps;
	return err;
}

int test_read_setup(struct test_reader *reader, void *into)
{
	(void)into;
	return read_steps(reader, &reader->tests->setup);
}

int test_read_teardown(struct test_reader *reader, void *into)
{
	(void)into;
	return read_steps(reader, &reader->tests->teardown);
}
