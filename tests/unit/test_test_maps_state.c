// SPDX-License-Identifier: GPL-2.0-only
/* test_test_maps_state - each test begins with the maps as they were loaded */
#include <time.h>

#include <bpf/bpf.h>

#include "tested.h"

/* Nothing has changed since it was loaded. */
static void expect_as_loaded(struct tested *t)
{
	for (size_t i = 0; i < t->maps->nr; i++) {
		struct tested_map *map = &t->maps->at[i];

		map->has_before = false;
		test_failure_clear(&t->failure);
		assert_int_equal(test_tell_changes(map, NULL, &t->failure), 0);
	}
}

static void expect_changed(struct tested *t)
{
	int nr = 0;

	for (size_t i = 0; i < t->maps->nr; i++) {
		t->maps->at[i].has_before = false;
		nr += test_tell_changes(&t->maps->at[i], NULL, &t->failure);
	}
	assert_true(nr > 0);
}

static void expect_set_back(enum tested_what what)
{
	struct tested *t = tested_begin();

	assert_int_equal(test_maps_before(t->maps, NULL, 0), 0);
	tested_send(t, what, 1);
	tested_send(t, what, 0);
	expect_changed(t);
	assert_int_equal(test_maps_reset(t->maps), 0);
	expect_as_loaded(t);
	tested_end(t);
}

static void arrays_are_set_back(void **state)
{
	(void)state;
	expect_set_back(COUNT);
}

static void a_hash_is_set_back(void **state)
{
	(void)state;
	expect_set_back(FLOW);
}

static void queues_and_stacks_are_set_back(void **state)
{
	(void)state;
	expect_set_back(PUSH);
}

static void values_with_a_lock_are_set_back(void **state)
{
	(void)state;
	expect_set_back(LOCK);
}

static void inner_maps_are_set_back(void **state)
{
	struct tested *t = tested_begin();

	(void)state;
	assert_int_equal(test_maps_before(t->maps, NULL, 0), 0);
	tested_send(t, INNER, 0);
	assert_true(tested_is_so(t, "inner_one", "0", NULL, "1"));
	assert_int_equal(test_maps_reset(t->maps), 0);
	expect_as_loaded(t);
	tested_end(t);
}

static void tries_lru_and_per_cpu_hashes_are_set_back(void **state)
{
	(void)state;
	expect_set_back(REST);
}

static void variables_are_set_back(void **state)
{
	(void)state;
	expect_set_back(VARIABLES);
}

static void a_timer_is_cancelled(void **state)
{
	const struct timespec longer = { .tv_nsec = 150 * 1000 * 1000 };
	struct tested *t = tested_begin();

	(void)state;
	assert_int_equal(test_maps_before(t->maps, NULL, 0), 0);
	tested_send(t, START, 1);
	assert_true(tested_is_so(t, "timers", "1", ".count", "100"));
	assert_int_equal(test_maps_reset(t->maps), 0);
	nanosleep(&longer, NULL);
	expect_as_loaded(t);
	tested_end(t);
}

static void what_steps_set_is_set_back_too(void **state)
{
	struct tested *t = tested_begin();

	(void)state;
	tested_set(t, "ports", "1", NULL, "lo");
	tested_set(t, "outer", "0", NULL, "inner_two");
	tested_set(t, "outer", "1", NULL, "inner_two");
	tested_set(t, "counters", "2", NULL, "17");
	tested_send(t, INNER, 0);
	assert_true(tested_is_so(t, "inner_two", "0", NULL, "1"));
	assert_int_equal(test_maps_reset(t->maps), 0);
	expect_as_loaded(t);
	tested_send(t, INNER, 0);
	assert_true(tested_is_so(t, "inner_one", "0", NULL, "1"));
	tested_end(t);
}

static void what_was_there_at_first_comes_back(void **state)
{
	struct tested *t = tested_new();
	uint32_t key = 3, value = 4;
	int fd;

	(void)state;
	tested_open(t, "test_maps");
	assert_int_equal(xdplab_prog_load(t->progs[0], 0), 0);
	fd = xdplab_prog_map_fd(t->progs[0], "guards");
	assert_int_equal(bpf_map_update_elem(fd, &key, &(uint64_t){ 7 }, 0), 0);
	fd = xdplab_prog_map_fd(t->progs[0], "stacked");
	assert_int_equal(bpf_map_update_elem(fd, NULL, &key, 0), 0);
	assert_int_equal(bpf_map_update_elem(fd, NULL, &value, 0), 0);
	assert_int_equal(test_maps_open(&t->maps, t->progs, 1, -1), 0);

	tested_step(t, TEST_MAP_DELETE, "guards", "3", NULL, 0, NULL);
	tested_do(t);
	tested_step(t, TEST_MAP_CLEAR, "stacked", NULL, NULL, 0, NULL);
	tested_do(t);
	expect_changed(t);
	assert_int_equal(test_maps_reset(t->maps), 0);
	expect_as_loaded(t);
	assert_true(tested_is_so(t, "stacked", NULL, NULL, "4"));
	tested_end(t);
}

static void a_bloom_filter_is_told_not_to_be_set_back(void **state)
{
	struct tested *t = tested_new();

	(void)state;
	tested_open(t, "test_bloom");
	tested_load(t);
	assert_int_equal(test_maps_reset(t->maps), 0); /* nothing was done */
	assert_int_equal(test_maps_before(t->maps, NULL, 0), 0);
	assert_int_equal(test_maps_reset(t->maps), 1);
	assert_string_equal(xdplab_error(),
			    "map lengths: a bloom_filter map cannot be reset");
	tested_end(t);
}

static struct tested_map *find(const struct tested *t, const char *name)
{
	for (size_t i = 0; i < t->maps->nr; i++)
		if (!strcmp(t->maps->at[i].name, name))
			return &t->maps->at[i];
	return NULL;
}

static void an_array_is_read_where_it_is(void **state)
{
	struct tested *t = tested_new();

	(void)state;
	tested_open(t, "test_bloom");
	test_maps_prepare(t->progs, 1);
	tested_load(t);
	assert_non_null(find(t, "counters")->memory);
	assert_non_null(find(t, ".bss")->memory);
	tested_set(t, "counters", "3", NULL, "7");
	assert_true(tested_is_so(t, "counters", "3", NULL, "7"));
	assert_int_equal(test_maps_reset(t->maps), 1); /* of another map */
	assert_true(tested_is_so(t, "counters", "3", NULL, "0"));
	tested_end(t);
}

/* Inner maps have to be as the outer one says. */
static void maps_that_are_put_into_others_stay_as_they_are(void **state)
{
	struct tested *t = tested_new();

	(void)state;
	tested_open(t, "test_maps");
	test_maps_prepare(t->progs, 1);
	tested_load(t);
	assert_null(find(t, "counters")->memory);
	tested_set(t, "outer", "1", NULL, "inner_two");
	tested_end(t);
}

static void a_thousand_tests_are_set_back_in_no_time(void **state)
{
	struct tested *t = tested_begin();
	struct timespec begin, end;
	double seconds;

	(void)state;
	clock_gettime(CLOCK_MONOTONIC, &begin);
	for (unsigned int i = 0; i < 1000; i++) {
		assert_int_equal(test_maps_before(t->maps, NULL, 0), 0);
		tested_send(t, FLOW, i);
		tested_send(t, COUNT, i % 4);
		assert_int_equal(test_maps_reset(t->maps), 0);
	}
	clock_gettime(CLOCK_MONOTONIC, &end);
	seconds = (double)(end.tv_sec - begin.tv_sec) +
		  (double)(end.tv_nsec - begin.tv_nsec) / 1e9;
	expect_as_loaded(t);
	assert_true(seconds < 5); /* even on a machine that is busy */
	tested_end(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arrays_are_set_back),
		cmocka_unit_test(a_hash_is_set_back),
		cmocka_unit_test(queues_and_stacks_are_set_back),
		cmocka_unit_test(values_with_a_lock_are_set_back),
		cmocka_unit_test(inner_maps_are_set_back),
		cmocka_unit_test(tries_lru_and_per_cpu_hashes_are_set_back),
		cmocka_unit_test(variables_are_set_back),
		cmocka_unit_test(a_timer_is_cancelled),
		cmocka_unit_test(what_steps_set_is_set_back_too),
		cmocka_unit_test(what_was_there_at_first_comes_back),
		cmocka_unit_test(a_bloom_filter_is_told_not_to_be_set_back),
		cmocka_unit_test(an_array_is_read_where_it_is),
		cmocka_unit_test(
			maps_that_are_put_into_others_stay_as_they_are),
		cmocka_unit_test(a_thousand_tests_are_set_back_in_no_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
