// SPDX-License-Identifier: LGPL-2.1-only
/* step - the statements of a test */
#include <errno.h>

#include "read.h"

/* ---- maps and variables ---- */

static int read_map(struct test_reader *reader, void *into)
{
	struct test_step *step = into;
	int err;

	step->what = TEST_MAP_SET;
	err = test_need_map(reader, &step->map, false);
	err = err ?: test_take_path(reader, &step->map);
	err = err ?: test_need_equals(reader);
	return err ?: test_need_value(reader, &step->map);
}

static int read_var(struct test_reader *reader, void *into)
{
	struct test_step *step = into;
	int err;

	step->what = TEST_VAR_SET;
	err = test_need_variable(reader, &step->map);
	err = err ?: test_need_equals(reader);
	return err ?: test_need_value(reader, &step->map);
}

static int read_delete(struct test_reader *reader, void *into)
{
	struct test_step *step = into;
	int err;

	step->what = TEST_MAP_DELETE;
	err = test_need_word(reader, "map");
	return err ?: test_need_map(reader, &step->map, true);
}

static int read_clear(struct test_reader *reader, void *into)
{
	struct test_step *step = into;
	int err;

	step->what = TEST_MAP_CLEAR;
	err = test_need_word(reader, "map");
	return err ?: test_need_map(reader, &step->map, false);
}

/* ---- all of them ---- */

static const struct test_word statements[] = {
	{ "for", test_read_for },
	{ "repeat", test_read_repeat },
	/* Those without a block: */
	{ "map", read_map },
	{ "delete", read_delete },
	{ "clear", read_clear },
	{ "var", read_var },
	/* In tests only: */
	{ "context", test_read_context },
	{ "send", test_read_send },
	{ "expect", test_read_expect },
};

#define NR_BLOCKS	 2
#define NR_IN_TESTS_ONLY 3

const struct test_words test_step_words = {
	.what = "a statement of a test",
	.at = statements,
	.nr = ARRAY_SIZE(statements),
	.nr_blocks = NR_BLOCKS,
	.others = &test_file_words,
	.where = "it belongs at the top level, not indented",
};

const struct test_words test_setup_words = {
	.what = "a statement of setup or teardown",
	.at = statements,
	.nr = ARRAY_SIZE(statements) - NR_IN_TESTS_ONLY,
	.nr_blocks = NR_BLOCKS,
	.others = &test_step_words,
	.where = "it belongs in a test",
};
