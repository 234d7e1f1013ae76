// SPDX-License-Identifier: LGPL-2.1-only
/* tests - what is asked of a file of tests that was read */
#include "test.h"

size_t xdplab_tests_count(const struct xdplab_tests *tests)
{
	return tests->nr_cases;
}

const struct xdplab_test *xdplab_tests_at(const struct xdplab_tests *tests,
					  size_t index)
{
	return &tests->cases[index].shown;
}

uint64_t xdplab_tests_seed(const struct xdplab_tests *tests)
{
	return tests->is_random ? tests->seed : 0;
}

size_t xdplab_tests_nr_programs(const struct xdplab_tests *tests)
{
	return tests->nr_programs;
}

const char *xdplab_tests_program(const struct xdplab_tests *tests, size_t index)
{
	return tests->programs[index].path;
}
