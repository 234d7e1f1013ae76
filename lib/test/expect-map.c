// SPDX-License-Identifier: LGPL-2.1-only
/* expect-map - what a test expects of maps, variables, records and lines */
#include <errno.h>

#include "read.h"

int test_need_count(struct test_reader *reader, struct test_step *step)
{
	uint64_t number;
	int err = test_need_op(reader, &step->number.op, false);

	err = err ?: test_need_number(reader, 0, INT64_MAX, &number);
	if (!err)
		step->number.value = (int64_t)number;
	return err;
}

/* OP VALUE; also += and -=, by which it has changed since before the send. */
static int read_comparison(struct test_reader *reader, struct test_map *map)
{
	int err = test_need_op(reader, &map->op, true);

	return err ?: test_need_value(reader, map);
}

/* ---- map ---- */

static int read_key(struct test_reader *reader, struct test_step *step)
{
	step->map.key_place = test_place_here(reader);
	return test_need_rest(reader, &step->map.key, "a key");
}

static int read_has(struct test_reader *reader, void *into)
{
	struct test_step *step = into;

	step->what = EXPECT_MAP_HAS;
	return read_key(reader, step);
}

static int read_lacks(struct test_reader *reader, void *into)
{
	struct test_step *step = into;

	step->what = EXPECT_MAP_LACKS;
	return read_key(reader, step);
}

static int read_unchanged(struct test_reader *reader, void *into)
{
	struct test_step *step = into;

	(void)reader;
	step->what = EXPECT_MAP_UNCHANGED;
	return 0;
}

static int read_empty(struct test_reader *reader, void *into)
{
	struct test_step *step = into;

	(void)reader;
	step->what = EXPECT_MAP_EMPTY;
	return 0;
}

static int read_entries(struct test_reader *reader, void *into)
{
	struct test_step *step = into;

	step->what = EXPECT_MAP_ENTRIES;
	return test_need_count(reader, step);
}

static const struct test_word of_map[] = {
	{ "has", read_has },
	{ "lacks", read_lacks },
	{ "unchanged", read_unchanged },
	{ "empty", read_empty },
	{ "entries", read_entries },
};

const struct test_words test_expect_map_words = {
	.what = "[KEY], or a condition on the whole map",
	.at = of_map,
	.nr = ARRAY_SIZE(of_map),
};

int test_expect_map(struct test_reader *reader, void *into)
{
	struct test_step *step = into;
	int err;

	step->what = EXPECT_MAP;
	err = test_need_map(reader, &step->map, false);
	if (!err && !step->map.key && test_peek_name(reader).length)
		return test_read_word(reader, &test_expect_map_words, step);
	err = err ?: test_take_path(reader, &step->map);
	return err ?: read_comparison(reader, &step->map);
}

/* ---- var ---- */

int test_expect_var(struct test_reader *reader, void *into)
{
	struct test_step *step = into;
	int err;

	step->what = EXPECT_VAR;
	err = test_need_variable(reader, &step->map);
	if (err)
		return err;
	if (!test_take_word(reader, "unchanged"))
		return read_comparison(reader, &step->map);
	step->what = EXPECT_VAR_UNCHANGED;
	return 0;
}

/* ---- ring buffers ---- */

int test_expect_records(struct test_reader *reader, void *into)
{
	struct test_step *step = into;
	int err;

	step->what = EXPECT_RECORDS;
	err = test_need_map(reader, &step->map, false);
	return err ?: test_need_count(reader, step);
}

/* as TYPE {...}; bytes, as hex, where there is no type. */
int test_expect_record(struct test_reader *reader, void *into)
{
	struct test_step *step = into;
	struct test_record *record = &step->record;
	struct span type;
	int err;

	step->what = EXPECT_RECORD;
	err = test_need_map(reader, &record->ring, false);
	if (!err && test_take_word(reader, "as")) {
		test_take_word(reader, "struct");
		record->type_place = test_place_here(reader);
		err = test_need_name(reader, &type, "a type name");
		err = err ?: test_copy(&record->type, type.at, type.length);
	}
	if (err)
		return err;
	record->value_place = test_place_here(reader);
	return test_need_rest(reader, &record->value,
			      record->type ? "{ .FIELD = VALUE, ... }"
					   : "\"as\" TYPE {...}, or hex bytes");
}

/* ---- bpf_printk() ---- */

/* An empty text would be in what was not even printed. */
int test_expect_printk(struct test_reader *reader, void *into)
{
	struct test_step *step = into;
	struct test_place place = test_place_here(reader);
	int err;

	step->what = EXPECT_PRINTK;
	err = test_need_string(reader, &step->text_wanted,
			       "a part of a line, \"...\"");
	if (err || *step->text_wanted)
		return err;
	return test_mistake(reader->tests, place, NULL,
			    "expected some text: an empty one is a part of "
			    "any line");
}

static int read_no_printk(struct test_reader *reader, void *into)
{
	struct test_step *step = into;

	(void)reader;
	step->what = EXPECT_NO_PRINTK;
	return 0;
}

static int read_no_change(struct test_reader *reader, void *into)
{
	struct test_step *step = into;

	(void)reader;
	step->what = EXPECT_NO_CHANGE;
	return 0;
}

static const struct test_word of_no[] = {
	{ "printk", read_no_printk },
	{ "change", read_no_change },
};

const struct test_words test_expect_no_words = {
	.what = "one of",
	.at = of_no,
	.nr = ARRAY_SIZE(of_no),
};

int test_expect_no(struct test_reader *reader, void *into)
{
	return test_read_word(reader, &test_expect_no_words, into);
}
