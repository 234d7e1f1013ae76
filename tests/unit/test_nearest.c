// SPDX-License-Identifier: GPL-2.0-only
/* test_nearest - which name was meant */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include "../../lib/internal.h"
#include "../../lib/nearest.h"
#include <cmocka.h>

static unsigned int distance(const char *a, const char *b)
{
	return nearest_distance(a, strlen(a), b, strlen(b));
}

static void a_letter_more_less_or_other_is_one(void **state)
{
	(void)state;
	assert_int_equal(distance("ttl", "ttl"), 0);
	assert_int_equal(distance("tl", "ttl"), 1);
	assert_int_equal(distance("ttll", "ttl"), 1);
	assert_int_equal(distance("tti", "ttl"), 1);
	assert_int_equal(distance("", "ttl"), 3);
}

static void two_exchanged_letters_are_one(void **state)
{
	(void)state;
	assert_int_equal(distance("tpc", "tcp"), 1);
	assert_int_equal(distance("chkusm", "chksum"), 1);
}

static void capitals_are_no_difference(void **state)
{
	(void)state;
	assert_int_equal(distance("TTL", "ttl"), 0);
}

static void long_words_are_far_from_all(void **state)
{
	char word[NEAREST_FAR + 1];

	(void)state;
	memset(word, 'a', sizeof(word));
	assert_int_equal(nearest_distance(word, NEAREST_FAR, "a", 1),
			 NEAREST_FAR);
	assert_int_equal(nearest_distance(word, NEAREST_FAR - 1, word, 1),
			 NEAREST_FAR - 2);
}

static void the_nearest_name_is_near(void **state)
{
	static const char *const names[] = { "src", "dst", "chksum" };

	(void)state;
	assert_string_equal(nearest_name("cheksum", names, 3), "chksum");
	assert_string_equal(nearest_name("sdt", names, 3), "dst");
	assert_string_equal(nearest_name("ds", names, 3), "dst");
	assert_null(nearest_name("ttl", names, 3));
	assert_null(nearest_name("", names, 3));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_letter_more_less_or_other_is_one),
		cmocka_unit_test(two_exchanged_letters_are_one),
		cmocka_unit_test(capitals_are_no_difference),
		cmocka_unit_test(long_words_are_far_from_all),
		cmocka_unit_test(the_nearest_name_is_near),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
