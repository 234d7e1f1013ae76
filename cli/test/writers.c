// SPDX-License-Identifier: GPL-2.0-only
/* writers - results, told in every form that was asked for */
#include "test.h"

/* ---- of tests that are run ---- */

void test_writers_begin(struct test_writers *writers, size_t nr_tests)
{
	for (size_t i = 0; i < writers->nr; i++)
		writers->at[i].output->begin(&writers->at[i], nr_tests);
}

void test_writers_test(struct test_writers *writers, const json_t *row)
{
	for (size_t i = 0; i < writers->nr; i++)
		writers->at[i].output->test(&writers->at[i], row);
}

void test_writers_file(struct test_writers *writers, const char *path,
		       const struct test_sum *sum)
{
	for (size_t i = 0; i < writers->nr; i++)
		if (writers->at[i].output->file)
			writers->at[i].output->file(&writers->at[i], path, sum);
}

void test_writers_end(struct test_writers *writers, const struct test_sum *sum)
{
	for (size_t i = 0; i < writers->nr; i++)
		writers->at[i].output->end(&writers->at[i], sum);
}

/* ---- where nothing is run ---- */

static void tell_rows(struct test_writer *writer, const char *path,
		      const json_t *rows)
{
	if (json_array_size(rows))
		writer->output->wrong(writer, path, rows);
}

static void tell_wrong(struct test_writer *writer,
		       const struct test_files *files)
{
	const struct test_sum none = { 0 };

	writer->output->begin(writer, 0);
	for (size_t i = 0; i < files->nr; i++)
		tell_rows(writer, files->at[i].path, files->at[i].wrong);
	tell_rows(writer, "xdplab test", files->wrong);
	writer->output->end(writer, &none);
}

void test_writers_wrong(struct test_writers *writers,
			const struct test_files *files)
{
	for (size_t i = 0; i < writers->nr; i++)
		if (writers->at[i].output->wrong)
			tell_wrong(&writers->at[i], files);
}
