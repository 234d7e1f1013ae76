// SPDX-License-Identifier: GPL-2.0-only
/* json - results as JSON: the row of each test or error, as it is */
#include "out.h"
#include "test.h"

static void begin(struct test_writer *writer, size_t nr_tests)
{
	static const struct out_column no_columns[] = { { 0 } };

	(void)nr_tests;
	writer->out = out_open(true, OUT_STREAM, no_columns);
}

static void test(struct test_writer *writer, const json_t *row)
{
	out_row(writer->out, json_copy((json_t *)row));
}

static void wrong(struct test_writer *writer, const char *path,
		  const json_t *rows)
{
	const json_t *row;
	size_t i;

	(void)path;
	json_array_foreach(rows, i, row)
	{
		out_row(writer->out, json_copy((json_t *)row));
	}
}

static void end(struct test_writer *writer, const struct test_sum *sum)
{
	(void)sum;
	out_close(writer->out);
}

const struct test_output test_json = { begin, test, NULL, wrong, end };
