// SPDX-License-Identifier: GPL-2.0-only
/* test_test_maps_check - expectations of maps and variables, and what is said
 * where they do not come true */
#include <sched.h>

#include <bpf/bpf.h>

#include "tested.h"

/* One expectation of a map, and what is sent then. */
static int expect_map(struct tested *t, const char *name, const char *key,
		      const char *path, enum test_op op, const char *value,
		      enum tested_what what, unsigned char at)
{
	tested_step(t, EXPECT_MAP, name, key, path, op, value);
	tested_ready(t);
	tested_send(t, what, at);
	return tested_came_true(t);
}

static int expect_what(struct tested *t, enum test_what expected,
		       const char *name, const char *key, enum tested_what what,
		       unsigned char at)
{
	tested_step(t, expected, name, key, NULL, TEST_EQ, NULL);
	tested_ready(t);
	tested_send(t, what, at);
	return tested_came_true(t);
}

static int expect_var(struct tested *t, const char *name, const char *path,
		      enum test_op op, const char *value)
{
	tested_step(t, EXPECT_VAR, name, NULL, path, op, value);
	tested_ready(t);
	tested_send(t, VARIABLES, 2);
	return tested_came_true(t);
}

/* ---- entries ---- */

static void numbers_are_compared_with_what_they_were(void **state)
{
	struct tested *t = tested_begin();

	(void)state;
	tested_send(t, COUNT, 1);
	assert_true(
		expect_map(t, "counters", "1", NULL, TEST_PLUS, "1", COUNT, 1));
	assert_true(
		expect_map(t, "counters", "1", NULL, TEST_EQ, "3", COUNT, 1));
	assert_true(
		expect_map(t, "counters", "2", NULL, TEST_NE, "0", COUNT, 2));
	assert_true(
		expect_map(t, "counters", "1", NULL, TEST_GE, "3", COUNT, 2));
	assert_true(
		expect_map(t, "counters", "1", NULL, TEST_LT, "4", COUNT, 2));
	assert_true(
		expect_map(t, "counters", "1", NULL, TEST_PLUS, "0", COUNT, 2));

	assert_false(
		expect_map(t, "counters", "1", NULL, TEST_PLUS, "1", COUNT, 2));
	assert_string_equal(t->failure.shown.message,
			    "counters[1] changed by +0, not by +1");
	assert_string_equal(tested_rows(t), "*counters[1] | 4 | 3\n"
					    "counters[2] | was 4 | 5\n");
	tested_end(t);
}

static void large_numbers_without_a_sign_are_in_order(void **state)
{
	struct tested *t = tested_begin();

	(void)state;
	tested_set(t, "counters", "0", NULL, "0xffffffffffffffff");
	assert_true(
		expect_map(t, "counters", "0", NULL, TEST_GT, "5", PUSH, 0));
	assert_false(
		expect_map(t, "counters", "0", NULL, TEST_LT, "5", PUSH, 0));
	tested_set(t, "counters", "0", NULL, "5");
	assert_true(expect_map(t, "counters", "0", NULL, TEST_LE,
			       "0x8000000000000000", PUSH, 0));
	tested_end(t);
}

static void verdicts_and_enumerators_are_keys_and_numbers(void **state)
{
	struct tested *t = tested_begin();

	(void)state;
	assert_true(expect_map(t, "stats", "DROP", ".packets", TEST_PLUS, "1",
			       COUNT, 1));
	assert_true(expect_map(t, "stats", "xdp_pass", ".packets", TEST_PLUS,
			       "1", COUNT, 2));
	assert_true(expect_map(t, "counters", "C_LAST", NULL, TEST_PLUS,
			       "C_SECOND", COUNT, 3));
	assert_false(expect_map(t, "stats", "DROP", ".packets", TEST_EQ, "7",
				COUNT, 1));
	assert_string_equal(t->failure.shown.message,
			    "stats[DROP].packets is 2, not 7");
	tested_end(t);
}

static void values_of_all_cpus_are_one(void **state)
{
	struct tested *t = tested_begin();

	(void)state;
	assert_true(expect_map(t, "stats", "3", ".bytes", TEST_PLUS, "64",
			       COUNT, 3));
	tested_set(t, "stats", "3", ".packets", "100");
	assert_true(tested_is_so(t, "stats", "3", ".packets", "100"));
	assert_true(tested_is_so(t, "stats", "3", ".bytes", "64"));
	assert_true(expect_map(t, "stats", "3", NULL, TEST_EQ,
			       "{.packets = 101, .bytes = 128}", COUNT, 3));
	tested_end(t);
}

static void only_what_is_named_is_compared(void **state)
{
	struct tested *t = tested_begin();
	const char *key = "{ .saddr = 10.0.0.7, .port = 80 }";

	(void)state;
	tested_send(t, FLOW, 7);
	assert_true(tested_is_so(t, "flows", key, NULL, "{ .packets = 1 }"));
	assert_true(tested_is_so(t, "flows", key, NULL,
				 "{ .daddr = 10.0.0.7, .name = \"first\" }"));
	assert_true(tested_is_so(t, "flows", key, NULL, "{ .high = 9 }"));
	assert_false(tested_is_so(t, "flows", key, NULL, "{ .high = 8 }"));
	assert_false(tested_is_so(t, "flows", key, NULL, "{ .low = 9 }"));
	assert_true(
		tested_is_so(t, "flows", key, ".recs", "[{}, {.bytes = 0}]"));
	assert_false(
		tested_is_so(t, "flows", key, ".recs", "[{}, {.bytes = 1}]"));
	assert_true(tested_is_so(t, "flows", key, ".daddr", "10.0.0.7"));
	assert_false(tested_is_so(t, "flows", key, ".name", "\"firs\""));
	assert_string_equal(t->failure.shown.message,
			    "flows[{ .saddr = 10.0.0.7, .port = 80 }].name is "
			    "\"first\", not \"firs\"");
	tested_end(t);
}

static void what_came_instead_is_told(void **state)
{
	struct tested *t = tested_begin();

	(void)state;
	assert_false(expect_map(t, "flows", "{.saddr = 10.0.0.1, .port = 81}",
				".packets", TEST_EQ, "1", FLOW, 1));
	assert_string_equal(t->failure.shown.message,
			    "flows[{.saddr = 10.0.0.1, .port = 81}].packets: "
			    "no such entry");
	assert_string_equal(
		tested_rows(t),
		"*flows[{.saddr = 10.0.0.1, .port = 81}].packets | 1 | no such "
		"entry\n"
		"flows[{.saddr = 10.0.0.1, .port = 80, .zero = 0}] | did not "
		"exist | {.packets = 1, .daddr = 10.0.0.1, .name = \"first\", "
		".low = 0, .high = 9, .recs = [{.packets = 0, .bytes = 0}, "
		"{.packets = 0, .bytes = 0}]}\n");
	assert_false(expect_map(t, "flows", "{.saddr = 10.0.0.2, .port = 80}",
				".packets", TEST_PLUS, "1", FLOW, 1));
	assert_string_equal(
		tested_rows(t),
		"*flows[{.saddr = 10.0.0.2, .port = 80}].packets | 1 | 0\n"
		"flows[{.saddr = 10.0.0.1, .port = 80, .zero = 0}].packets | "
		"was 1 | 2\n");
	tested_end(t);
}

static void where_nothing_changed_the_nearest_entries_are_told(void **state)
{
	struct tested *t = tested_begin();

	(void)state;
	for (unsigned char i = 1; i < 10; i++)
		tested_send(t, LOCK, i);
	assert_false(
		expect_map(t, "guards", "11", ".count", TEST_EQ, "1", PUSH, 1));
	assert_int_equal(t->failure.nr_rows, 1 + 5);
	tested_end(t);
}

static void an_entry_that_is_not_there_counts_as_zero(void **state)
{
	struct tested *t = tested_begin();

	(void)state;
	assert_true(
		expect_map(t, "recent", "5", NULL, TEST_PLUS, "1", REST, 5));
	assert_true(
		expect_map(t, "recent", "9", NULL, TEST_PLUS, "0", REST, 5));
	tested_set(t, "recent", "5", NULL, "3");
	assert_true(
		expect_map(t, "recent", "5", NULL, TEST_MINUS, "2", REST, 5));
	tested_end(t);
}

static void no_more_than_20_rows_are_told(void **state)
{
	struct tested *t = tested_begin();

	(void)state;
	tested_step(t, EXPECT_MAP_UNCHANGED, "recent", NULL, NULL, 0, NULL);
	tested_ready(t);
	for (unsigned char i = 0; i < 30; i++)
		tested_send(t, REST, i);
	assert_false(tested_came_true(t));
	assert_string_equal(t->failure.shown.message, "recent has changed");
	assert_int_equal(t->failure.nr_rows, 21);
	assert_string_equal(t->failure.rows[20].got, "and 10 more");
	tested_end(t);
}

/* ---- whole maps ---- */

static void entries_are_there_or_not(void **state)
{
	struct tested *t = tested_begin();

	(void)state;
	assert_true(expect_what(t, EXPECT_MAP_HAS, "cpu_hash", "4", REST, 4));
	assert_true(expect_what(t, EXPECT_MAP_LACKS, "cpu_hash", "5", REST, 4));
	assert_false(expect_what(t, EXPECT_MAP_HAS, "cpu_hash", "5", REST, 6));
	assert_string_equal(t->failure.shown.message,
			    "cpu_hash[5]: no such entry");
	assert_string_equal(tested_rows(t),
			    "*cpu_hash[5] | present | absent\n"
			    "cpu_hash[6] | did not exist | 1\n");
	assert_false(
		expect_what(t, EXPECT_MAP_LACKS, "cpu_hash", "4", PUSH, 0));
	assert_string_equal(t->failure.shown.message, "cpu_hash[4]: exists");
	tested_end(t);
}

static void a_trie_has_the_prefixes_that_are_in_it(void **state)
{
	struct tested *t = tested_begin();

	(void)state;
	assert_true(expect_what(t, EXPECT_MAP_HAS, "prefixes", "10.0.3.0/24",
				REST, 3));
	assert_true(expect_what(t, EXPECT_MAP_LACKS, "prefixes", "10.0.3.0/25",
				REST, 3));
	assert_true(expect_what(t, EXPECT_MAP_HAS, "prefixes", "10.0.3.9/24",
				REST, 3));
	assert_true(expect_what(t, EXPECT_MAP_LACKS, "prefixes", "10.0.2.0/24",
				REST, 3));
	assert_true(tested_is_so(t, "prefixes", "10.0.3.0/24", NULL, "3"));
	assert_false(tested_is_so(t, "prefixes", "10.0.3.9/32", NULL, "3"));
	assert_string_equal(t->failure.shown.message,
			    "prefixes[10.0.3.9/32]: no such entry");
	assert_false(expect_map(t, "prefixes", "10.0.4.0/28", NULL, TEST_PLUS,
				"4", REST, 4));
	tested_set(t, "prefixes", "10.1.2.3/20", NULL, "5");
	assert_true(expect_what(t, EXPECT_MAP_HAS, "prefixes", "10.1.0.0/20",
				START, 9));
	assert_true(tested_is_so(t, "prefixes", "10.1.15.0/20", NULL, "5"));
	assert_true(expect_what(t, EXPECT_MAP_LACKS, "prefixes", "10.1.16.0/20",
				START, 9));
	tested_end(t);
}

static void a_part_is_set_of_the_prefix_alone(void **state)
{
	struct tested *t = tested_begin();

	(void)state;
	tested_set(t, "networks", "10.0.0.0/8", NULL,
		   "{.packets = 1, .bytes = 60}");
	tested_set(t, "networks", "10.1.0.0/16", ".packets", "2");
	assert_true(tested_is_so(t, "networks", "10.1.0.0/16", NULL,
				 "{.packets = 2, .bytes = 0}"));
	tested_set(t, "networks", "10.0.0.0/8", ".packets", "3");
	assert_true(tested_is_so(t, "networks", "10.0.0.0/8", NULL,
				 "{.packets = 3, .bytes = 60}"));
	tested_end(t);
}

static void entries_are_counted(void **state)
{
	static const struct {
		const char *name;
		enum tested_what what;
	} maps[] = { { "flows", FLOW },
		     { "queued", PUSH },
		     { "stacked", PUSH },
		     { "counters", COUNT } };
	struct tested *t = tested_begin();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(maps); i++) {
		const char *name = maps[i].name;

		assert_true(
			expect_what(t, EXPECT_MAP_EMPTY, name, NULL, START, 9));
		tested_step(t, EXPECT_MAP_ENTRIES, name, NULL, NULL, 0, NULL)
			->number.value = 2;
		tested_ready(t);
		tested_send(t, maps[i].what, 1);
		tested_send(t, maps[i].what, 2);
		assert_true(tested_came_true(t));
		assert_false(
			expect_what(t, EXPECT_MAP_EMPTY, name, NULL, START, 9));
		assert_int_equal(test_maps_reset(t->maps), 0);
	}
	tested_end(t);
}

static void a_queue_is_what_comes_next(void **state)
{
	struct tested *t = tested_begin();

	(void)state;
	tested_set(t, "queued", NULL, NULL, "8");
	tested_send(t, PUSH, 9);
	assert_true(tested_is_so(t, "queued", NULL, NULL, "8"));
	assert_true(tested_is_so(t, "stacked", NULL, NULL, "9"));
	tested_end(t);
}

static void what_does_not_change_is_seen(void **state)
{
	struct tested *t = tested_begin();

	(void)state;
	assert_true(
		expect_what(t, EXPECT_MAP_UNCHANGED, "stats", NULL, FLOW, 1));
	assert_false(
		expect_what(t, EXPECT_MAP_UNCHANGED, "flows", NULL, FLOW, 1));
	assert_string_equal(
		tested_rows(t),
		"*flows[{.saddr = 10.0.0.1, .port = 80, .zero = 0}].packets | "
		"was 1 | 2\n");
	tested_end(t);
}

static void nothing_at_all_has_changed_or_it_is_told(void **state)
{
	struct tested *t = tested_begin();

	(void)state;
	assert_true(expect_what(t, EXPECT_NO_CHANGE, "", NULL, START, 9));
	assert_false(expect_what(t, EXPECT_NO_CHANGE, "", NULL, COUNT, 1));
	assert_string_equal(t->failure.shown.message,
			    "counters and 1 more have changed");
	assert_string_equal(tested_rows(t), "*stats[1].packets | was 0 | 1\n"
					    "*stats[1].bytes | was 0 | 64\n"
					    "*counters[1] | was 0 | 1\n");
	assert_false(expect_what(t, EXPECT_NO_CHANGE, "", NULL, EVENT, 1));
	assert_string_equal(t->failure.shown.message, "events has changed");
	assert_false(expect_what(t, EXPECT_NO_CHANGE, "", NULL, PERF, 1));
	assert_string_equal(t->failure.shown.message, "samples has changed");
	assert_false(expect_what(t, EXPECT_NO_CHANGE, "", NULL, VARIABLES, 2));
	assert_non_null(strstr(tested_rows(t), "sums[1].packets | was 0 | 1"));
	assert_non_null(
		strstr(tested_rows(t), "label | was \"none\" | \"None\""));
	tested_end(t);
}

/* ---- variables ---- */

static void variables_of_all_sections_are_found(void **state)
{
	struct tested *t = tested_begin();

	(void)state;
	assert_true(expect_var(t, "total", NULL, TEST_PLUS, "11"));
	assert_true(expect_var(t, "level", NULL, TEST_MINUS, "2"));
	assert_true(expect_var(t, "level", NULL, TEST_LT, "-8"));
	assert_true(expect_var(t, "sums", "[1].packets", TEST_PLUS, "1"));
	assert_true(expect_var(t, "sums", "[1]", TEST_EQ, "{.packets = 5}"));
	assert_true(expect_var(t, "label", NULL, TEST_EQ, "\"None\""));
	assert_true(expect_var(t, "label", "[0]", TEST_EQ, "'N'"));
	assert_true(expect_var(t, "set_variables", ".calls", TEST_PLUS, "1"));
	assert_true(expect_var(t, "limit", NULL, TEST_EQ, "7"));
	assert_true(expect_var(t, "table", "[3]", TEST_EQ, "4"));
	assert_false(expect_var(t, "total", NULL, TEST_PLUS, "12"));
	assert_string_equal(t->failure.shown.message,
			    "total changed by +11, not by +12");
	tested_end(t);
}

static void variables_are_set(void **state)
{
	struct tested *t = tested_begin();

	(void)state;
	tested_set_var(t, "total", NULL, "1000");
	tested_set_var(t, "sums", "[0]", "{.bytes = 4}");
	tested_set_var(t, "sums", "[0].packets", "C_LAST");
	assert_true(expect_var(t, "total", NULL, TEST_EQ, "1011"));
	assert_true(
		tested_var_is(t, "sums", NULL, "[{.packets = 3, .bytes = 4}]"));
	assert_true(tested_var_is(t, "level", NULL, "-5"));
	tested_end(t);
}

static void a_variable_that_changed_is_told(void **state)
{
	struct tested *t = tested_begin();

	(void)state;
	tested_step(t, EXPECT_VAR_UNCHANGED, "label", NULL, NULL, 0, NULL);
	tested_ready(t);
	tested_send(t, VARIABLES, 1);
	assert_false(tested_came_true(t));
	assert_string_equal(t->failure.shown.message,
			    "label has changed from \"none\" to \"None\"");
	tested_step(t, EXPECT_VAR_UNCHANGED, "label", NULL, NULL, 0, NULL);
	tested_ready(t);
	tested_send(t, VARIABLES, 1);
	assert_true(tested_came_true(t));
	tested_end(t);
}

/* ---- other maps ---- */

static void a_packet_goes_to_an_entry_of_a_map(void **state)
{
	struct tested *t = tested_begin();
	const struct tested_map *ports;
	const struct test_map *words;
	struct test_step *step;

	(void)state;
	tested_set(t, "ports", "2", NULL, "lo");
	assert_true(tested_is_so(t, "ports", "2", NULL, "lo"));
	step = tested_add(t, EXPECT_REDIRECT);
	step->redirect.map = (struct test_map){ .name = (char *)"ports",
						.key = (char *)"2" };
	tested_bind(t);
	words = &step->redirect.map;
	ports = words->bound->map;
	assert_true(test_maps_is_entry(t->maps, words, ports->map->info.id, 2));
	assert_false(
		test_maps_is_entry(t->maps, words, ports->map->info.id, 1));
	assert_false(
		test_maps_is_entry(t->maps, words, ports->map->info.id + 1, 2));
	tested_end(t);
}

static void what_is_in_a_bloom_filter_is_looked_for(void **state)
{
	struct tested *t = tested_new();

	(void)state;
	tested_open(t, "test_bloom");
	tested_load(t);
	assert_true(expect_what(t, EXPECT_MAP_HAS, "lengths", "64", COUNT, 0));
	assert_true(
		expect_what(t, EXPECT_MAP_LACKS, "lengths", "65", COUNT, 0));
	tested_end(t);
}

/* Only what the kernel knows of it is known. */
static void a_program_that_runs_elsewhere_is_left_its_maps(void **state)
{
	struct tested *running = tested_begin();
	struct tested *t = tested_new();

	(void)state;
	assert_int_equal(test_maps_open(&t->maps, NULL, 0,
					xdplab_prog_fd(running->progs[0])),
			 0);
	t->progs[0] = running->progs[0];
	assert_true(expect_map(t, "stats", "DROP", ".packets", TEST_PLUS, "1",
			       COUNT, 1));
	assert_true(expect_var(t, "total", NULL, TEST_PLUS, "11"));
	assert_int_equal(test_maps_reset(t->maps), 0);
	assert_true(tested_is_so(t, "stats", "1", ".packets", "1"));
	tested_step(t, EXPECT_RECORDS, "events", NULL, NULL, 0, NULL);
	tested_step(t, EXPECT_NO_CHANGE, "", NULL, NULL, 0, NULL);
	assert_int_equal(test_maps_bind(t->maps, &t->tests), -EINVAL);
	assert_int_equal(t->tests.nr_mistakes, 2);
	assert_non_null(
		strstr(t->mistakes.bytes, "whether a record was sent by "));
	tested_end(t);
	tested_end(running);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_compared_with_what_they_were),
		cmocka_unit_test(large_numbers_without_a_sign_are_in_order),
		cmocka_unit_test(verdicts_and_enumerators_are_keys_and_numbers),
		cmocka_unit_test(values_of_all_cpus_are_one),
		cmocka_unit_test(only_what_is_named_is_compared),
		cmocka_unit_test(what_came_instead_is_told),
		cmocka_unit_test(
			where_nothing_changed_the_nearest_entries_are_told),
		cmocka_unit_test(an_entry_that_is_not_there_counts_as_zero),
		cmocka_unit_test(no_more_than_20_rows_are_told),
		cmocka_unit_test(entries_are_there_or_not),
		cmocka_unit_test(a_trie_has_the_prefixes_that_are_in_it),
		cmocka_unit_test(a_part_is_set_of_the_prefix_alone),
		cmocka_unit_test(entries_are_counted),
		cmocka_unit_test(a_queue_is_what_comes_next),
		cmocka_unit_test(what_does_not_change_is_seen),
		cmocka_unit_test(nothing_at_all_has_changed_or_it_is_told),
		cmocka_unit_test(variables_of_all_sections_are_found),
		cmocka_unit_test(variables_are_set),
		cmocka_unit_test(a_variable_that_changed_is_told),
		cmocka_unit_test(a_packet_goes_to_an_entry_of_a_map),
		cmocka_unit_test(what_is_in_a_bloom_filter_is_looked_for),
		cmocka_unit_test(
			a_program_that_runs_elsewhere_is_left_its_maps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
