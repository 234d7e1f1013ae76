// SPDX-License-Identifier: LGPL-2.1-only
/* programs - which objects a file of tests is about */
#include "test.h"

size_t xdplab_tests_nr_programs(const struct xdplab_tests *tests)
{
	return tests->nr_programs;
}

const char *xdplab_tests_program(const struct xdplab_tests *tests, size_t index)
{
	return tests->programs[index].path;
}
