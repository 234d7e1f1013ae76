// SPDX-License-Identifier: GPL-2.0-only
/* test-writers - results, told in every form that was asked for */
#include "test.h"

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
