// SPDX-License-Identifier: GPL-2.0-only
/* filter - lets tests/run -k choose among a program's tests */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

__attribute__((constructor)) static void filter(void)
{
	const char *pattern = getenv("XDPLAB_TEST_FILTER");

	if (pattern && *pattern)
		cmocka_set_test_filter(pattern);
}
