// SPDX-License-Identifier: GPL-2.0-only
/* test_licence - which licences can be combined, and what comes of it */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

/* First: cmocka has a macro of the name of our fail(). */
#include "../../lib/internal.h"
#include "../../lib/prog/licence.h"
#include <cmocka.h>

#define PARTS_MAX 4
#define UNTOUCHED 77

/* Parts up to the first NULL, and what they make together. */
struct combination {
	const char *parts[PARTS_MAX + 1];
	const char *whole;
};

static size_t count(const char *const *parts)
{
	size_t nr = 0;

	while (parts[nr])
		nr++;
	return nr;
}

static void expect(const char *const *parts, const char *expected)
{
	size_t a = UNTOUCHED, b = UNTOUCHED;
	const char *whole = licence_combine(parts, count(parts), &a, &b);

	assert_non_null(whole);
	assert_string_equal(whole, expected);
	assert_int_equal(a, UNTOUCHED);
	assert_int_equal(b, UNTOUCHED);
}

static void expect_all(const struct combination *combinations, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		expect(combinations[i].parts, combinations[i].whole);
}

/* They make nothing, because of this pair. */
static void expect_pair(const char *const *parts, size_t one, size_t other)
{
	size_t a = UNTOUCHED, b = UNTOUCHED;

	assert_null(licence_combine(parts, count(parts), &a, &b));
	assert_int_equal(a, one);
	assert_int_equal(b, other);
}

#define PARTS(...)                                                             \
	(const char *const[])                                                  \
	{                                                                      \
		__VA_ARGS__, NULL                                              \
	}

static void what_the_kernel_takes_for_the_gpl_makes_the_whole_gpl(void **state)
{
	static const struct combination combinations[] = {
		{ { "GPL" }, "GPL" },
		{ { "GPL v2" }, "GPL" },
		{ { "GPL and additional rights" }, "GPL" },
		{ { "Dual BSD/GPL" }, "GPL" },
		{ { "Dual MIT/GPL" }, "GPL" },
		{ { "Dual MPL/GPL" }, "GPL" },
		{ { "GPL", "GPL" }, "GPL" },
		{ { "Dual BSD/GPL", "Dual BSD/GPL" }, "GPL" },
		{ { "Dual MPL/GPL", "GPL v2", "Dual MIT/GPL" }, "GPL" },
	};

	(void)state;
	expect_all(combinations, ARRAY_SIZE(combinations));
}

static void permissive_parts_go_into_a_whole_under_the_gpl(void **state)
{
	static const char *const licences[] = {
		"0BSD",		 "BSD",		  "BSD-2-Clause",
		"BSD-3-Clause",	 "BSL-1.0",	  "CC0-1.0",
		"ISC",		 "LGPL-2.1-only", "LGPL-2.1-or-later",
		"MIT",		 "MIT-0",	  "Public Domain",
		"Unlicense",	 "X11",		  "Zlib",
		"Public domain", "zlib",	  "bsd-2-clause",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(licences); i++) {
		expect(PARTS(licences[i], "GPL"), "GPL");
		expect(PARTS("Dual MIT/GPL", licences[i]), "GPL");
	}
}

static void permissive_parts_alone_are_not_under_the_gpl(void **state)
{
	static const struct combination combinations[] = {
		{ { "MIT" }, "MIT" },
		{ { "MIT", "MIT" }, "MIT" },
		{ { "ISC", "MIT", "Zlib" }, "ISC" },
		{ { "LGPL-2.1-only", "MIT" }, "LGPL-2.1-only" },
	};

	(void)state;
	expect_all(combinations, ARRAY_SIZE(combinations));
}

static void another_licence_stays_that_of_the_whole(void **state)
{
	static const struct combination combinations[] = {
		{ { "Proprietary" }, "Proprietary" },
		{ { "Proprietary", "Proprietary" }, "Proprietary" },
		{ { "Proprietary", "MIT" }, "Proprietary" },
		{ { "MIT", "Proprietary", "ISC" }, "Proprietary" },
		{ { "MIT", "Apache-2.0", "Apache-2.0" }, "Apache-2.0" },
		{ { "" }, "" },
		{ { "", "" }, "" },
		{ { "MIT", "" }, "" },
	};

	(void)state;
	expect_all(combinations, ARRAY_SIZE(combinations));
}

static void other_licences_do_not_go_with_the_gpl(void **state)
{
	static const char *const licences[] = {
		"Proprietary", "",	     "Apache-2.0", "BSD-4-Clause",
		"CDDL-1.0",    "EPL-2.0",    "GPL-3.0",	   "LGPL-3.0-only",
		"MPL-2.0",     "OpenSSL",    "unknown",	   "GPL-2.0-only",
		"gpl",	       "GPL v2\n",   "GPL ",	   "MITx",
		"Dual",	       "Dual MIT/X", " MIT",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(licences); i++) {
		expect_pair(PARTS("GPL", licences[i]), 0, 1);
		expect_pair(PARTS(licences[i], "GPL v2"), 0, 1);
		expect_pair(PARTS("Dual BSD/GPL", licences[i]), 0, 1);
	}
}

static void other_licences_do_not_go_with_each_other(void **state)
{
	(void)state;
	expect_pair(PARTS("Proprietary", "proprietary"), 0, 1);
	expect_pair(PARTS("Proprietary", ""), 0, 1);
	expect_pair(PARTS("Apache-2.0", "MPL-2.0"), 0, 1);
}

static void the_pair_that_is_told_cannot_be_combined(void **state)
{
	(void)state;
	expect_pair(PARTS("MIT", "GPL", "ISC", "Proprietary"), 1, 3);
	expect_pair(PARTS("MIT", "", "", "GPL"), 1, 3);
	expect_pair(PARTS("GPL", "Dual MIT/GPL", "", "Proprietary"), 0, 2);
}

static void a_whole_without_parts_has_no_licence(void **state)
{
	(void)state;
	expect((const char *const[]){ NULL }, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			what_the_kernel_takes_for_the_gpl_makes_the_whole_gpl),
		cmocka_unit_test(
			permissive_parts_go_into_a_whole_under_the_gpl),
		cmocka_unit_test(permissive_parts_alone_are_not_under_the_gpl),
		cmocka_unit_test(another_licence_stays_that_of_the_whole),
		cmocka_unit_test(other_licences_do_not_go_with_the_gpl),
		cmocka_unit_test(other_licences_do_not_go_with_each_other),
		cmocka_unit_test(the_pair_that_is_told_cannot_be_combined),
		cmocka_unit_test(a_whole_without_parts_has_no_licence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
