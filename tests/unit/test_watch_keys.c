// SPDX-License-Identifier: GPL-2.0-only
/* test_watch_keys - the entries of a map, round by round, and the fastest */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../cli/watch/watch.h"

#define NR(array) (sizeof(array) / sizeof((array)[0]))

static struct watch_keys *new_keys(size_t limit)
{
	const uint32_t bits[] = { 64, 32 };

	return watch_keys_new(sizeof(uint32_t), bits, NR(bits), limit);
}

static bool put(struct watch_keys *keys, uint32_t key, uint64_t first,
		uint64_t second)
{
	const uint64_t values[] = { first, second };

	return watch_keys_put(keys, &key, values);
}

static uint32_t key_of(const struct watch_key *key)
{
	uint32_t number;

	memcpy(&number, key->key, sizeof(number));
	return number;
}

static void rates_are_told_by_key_and_number(void **state)
{
	struct watch_keys *keys = new_keys(100);
	const struct watch_key *top[4];

	(void)state;
	watch_keys_begin(keys, 0);
	put(keys, 5, 100, 0xffffffff);
	put(keys, 3, 200, 7);
	watch_keys_end(keys);
	watch_keys_begin(keys, 2);
	put(keys, 3, 210, 3);
	put(keys, 5, 150, 1);
	watch_keys_end(keys);
	assert_int_equal(watch_keys_top(keys, top, NR(top)), 2);
	assert_int_equal(key_of(top[0]), 5); /* in the order of their coming */
	assert_true(top[0]->numbers[0].rate == 25);
	assert_true(top[0]->numbers[1].rate == 1); /* it went round */
	assert_true(top[1]->numbers[0].rate == 5);
	assert_int_equal(top[1]->numbers[1].state, COUNTER_RESET);
	watch_keys_free(keys);
}

static void a_key_that_went_away_is_new_when_it_comes_back(void **state)
{
	struct watch_keys *keys = new_keys(100);
	const struct watch_key *top[4];

	(void)state;
	watch_keys_begin(keys, 0);
	put(keys, 1, 100, 0);
	put(keys, 2, 100, 0);
	watch_keys_end(keys);
	watch_keys_begin(keys, 1);
	put(keys, 2, 110, 0);
	watch_keys_end(keys);
	assert_int_equal(watch_keys_count(keys), 1);
	watch_keys_begin(keys, 1);
	put(keys, 1, 5000, 0);
	put(keys, 2, 120, 0);
	watch_keys_end(keys);
	assert_int_equal(watch_keys_top(keys, top, NR(top)), 2);
	assert_int_equal(key_of(top[0]), 2);
	assert_true(top[0]->numbers[0].rate == 10);
	assert_int_equal(top[1]->numbers[0].state, COUNTER_NEW);
	watch_keys_free(keys);
}

/* Key i of a thousand has gone up by (i * 7) % 1000. */
static void the_fastest_of_many_are_found(void **state)
{
	struct watch_keys *keys = new_keys(1000);
	const struct watch_key *top[10];

	(void)state;
	watch_keys_begin(keys, 0);
	for (uint32_t i = 0; i < 1000; i++)
		put(keys, i, 1000000 - i, 0);
	watch_keys_end(keys);
	watch_keys_begin(keys, 1);
	for (uint32_t i = 1000; i-- > 0;)
		put(keys, i, 1000000 - i + (i * 7) % 1000, 0);
	watch_keys_end(keys);
	assert_int_equal(watch_keys_count(keys), 1000);
	assert_int_equal(watch_keys_top(keys, top, NR(top)), NR(top));
	for (size_t i = 0; i < NR(top); i++)
		assert_true(top[i]->numbers[0].rate == 999 - (double)i);
	watch_keys_free(keys);
}

static void without_rates_the_largest_are_first(void **state)
{
	struct watch_keys *keys = new_keys(100);
	const struct watch_key *top[2];

	(void)state;
	watch_keys_begin(keys, 0);
	put(keys, 1, 5, 0);
	put(keys, 2, 50, 0);
	put(keys, 3, 20, 0);
	watch_keys_end(keys);
	assert_int_equal(watch_keys_top(keys, top, NR(top)), 2);
	assert_int_equal(key_of(top[0]), 2);
	assert_int_equal(key_of(top[1]), 3);
	watch_keys_free(keys);
}

static void there_is_no_room_beyond_the_limit(void **state)
{
	struct watch_keys *keys = new_keys(2);

	(void)state;
	watch_keys_begin(keys, 0);
	assert_true(put(keys, 1, 0, 0));
	assert_true(put(keys, 2, 0, 0));
	assert_false(put(keys, 3, 0, 0));
	assert_true(put(keys, 2, 1, 0));
	watch_keys_end(keys);
	assert_int_equal(watch_keys_count(keys), 2);
	watch_keys_free(keys);
}

/* Against a list that is searched: keys come and go as they like. */
static void many_rounds_lose_and_invent_no_key(void **state)
{
	struct watch_keys *keys = new_keys(5000);
	bool there[2000] = { 0 };
	uint64_t chance = 1;
	size_t nr = 0;

	(void)state;
	for (int round = 0; round < 50; round++) {
		watch_keys_begin(keys, 1);
		nr = 0;
		for (uint32_t i = 0; i < NR(there); i++) {
			chance = chance * 6364136223846793005u + 1;
			there[i] = chance >> 63;
			if (there[i])
				assert_true(put(keys, i * 1000003, i, 0));
			nr += there[i];
		}
		watch_keys_end(keys);
		assert_int_equal(watch_keys_count(keys), nr);
	}
	watch_keys_free(keys);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rates_are_told_by_key_and_number),
		cmocka_unit_test(
			a_key_that_went_away_is_new_when_it_comes_back),
		cmocka_unit_test(the_fastest_of_many_are_found),
		cmocka_unit_test(without_rates_the_largest_are_first),
		cmocka_unit_test(there_is_no_room_beyond_the_limit),
		cmocka_unit_test(many_rounds_lose_and_invent_no_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
