// SPDX-License-Identifier: GPL-2.0-only
/* test_counter - how fast numbers go up, and what is no rate */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../cli/counter.h"

/* A counter that had one value, and a while later another. */
static struct counter after(uint64_t then, uint64_t now, unsigned int bits,
			    double seconds)
{
	struct counter counter = { 0 };

	counter_see(&counter, then, bits, 1);
	assert_int_equal(counter.state, COUNTER_NEW);
	counter_see(&counter, now, bits, seconds);
	assert_true(counter.value == now);
	return counter;
}

static void a_rate_is_what_came_by_the_time_that_it_took(void **state)
{
	struct counter counter = after(100, 350, 64, 2.5);

	(void)state;
	assert_int_equal(counter.state, COUNTER_MOVING);
	assert_true(counter.rate == 100);
	counter = after(7, 7, 64, 1);
	assert_int_equal(counter.state, COUNTER_MOVING);
	assert_true(counter.rate == 0);
}

static void a_number_that_was_seen_once_has_no_rate(void **state)
{
	struct counter counter = { 0 };

	(void)state;
	counter_see(&counter, 1000, 64, 1);
	assert_int_equal(counter.state, COUNTER_NEW);
	assert_true(counter.rate == 0);
	counter_see(&counter, 2000, 64, 0); /* no time has passed */
	assert_int_equal(counter.state, COUNTER_NEW);
}

static void
a_number_that_went_down_was_reset_and_never_is_negative(void **state)
{
	(void)state;
	assert_int_equal(after(1000, 999, 64, 1).state, COUNTER_RESET);
	assert_int_equal(after(UINT64_MAX / 2, 0, 64, 1).state, COUNTER_RESET);
	assert_int_equal(after(3000000000u, 0, 32, 1).state, COUNTER_RESET);
	assert_true(after(1000, 0, 64, 1).rate == 0);
}

static void it_moves_again_after_a_reset(void **state)
{
	struct counter counter = after(1000, 10, 64, 1);

	(void)state;
	counter_see(&counter, 15, 64, 1);
	assert_int_equal(counter.state, COUNTER_MOVING);
	assert_true(counter.rate == 5);
}

static void a_number_that_went_all_the_way_round_has_gone_up(void **state)
{
	struct counter counter = after(UINT64_MAX - 4, 5, 64, 1);

	(void)state;
	assert_int_equal(counter.state, COUNTER_MOVING);
	assert_true(counter.rate == 10);
	counter = after(0xfffffffb, 5, 32, 1);
	assert_int_equal(counter.state, COUNTER_MOVING);
	assert_true(counter.rate == 10);
	counter = after(254, 3, 8, 1);
	assert_true(counter.rate == 5);
}

static void numbers_that_belong_together_are_reset_together(void **state)
{
	const uint64_t then[] = { 10, 20, 30 }, now[] = { 15, 0, 35 };
	const uint64_t later[] = { 16, 2, 38 };
	struct counter counters[3] = { 0 };

	(void)state;
	assert_false(counters_see(counters, then, 3, 1));
	assert_false(counters_see(counters, now, 3, 1));
	for (int i = 0; i < 3; i++) {
		assert_int_equal(counters[i].state, COUNTER_RESET);
		assert_true(counters[i].rate == 0);
	}
	assert_true(counters_see(counters, later, 3, 1));
	assert_true(counters[0].rate == 1 && counters[1].rate == 2 &&
		    counters[2].rate == 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rate_is_what_came_by_the_time_that_it_took),
		cmocka_unit_test(a_number_that_was_seen_once_has_no_rate),
		cmocka_unit_test(
			a_number_that_went_down_was_reset_and_never_is_negative),
		cmocka_unit_test(it_moves_again_after_a_reset),
		cmocka_unit_test(
			a_number_that_went_all_the_way_round_has_gone_up),
		cmocka_unit_test(
			numbers_that_belong_together_are_reset_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
