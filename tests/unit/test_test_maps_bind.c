// SPDX-License-Identifier: GPL-2.0-only
/* test_test_maps_bind - names, keys, fields and values of tests are looked up,
 * and all mistakes in them told */
#include "tested.h"

/* The steps that there are have these mistakes, and no others. */
static void expect_mistakes(struct tested *t, const char *mistakes)
{
	int err = test_maps_bind(t->maps, &t->tests);

	if (!t->mistakes.bytes || strcmp(t->mistakes.bytes, mistakes) != 0)
		print_error("there were: %s\n", t->mistakes.bytes ?: "none");
	assert_int_equal(err, -EINVAL);
	assert_string_equal(t->mistakes.bytes, mistakes);
	t->mistakes.length = 0;
	t->one.steps.nr = 0;
}

static void the_name_that_was_meant_is_told(void **state)
{
	struct tested *t = tested_begin();

	(void)state;
	tested_step(t, EXPECT_MAP, "count", "1", NULL, TEST_EQ, "1");
	tested_step(t, EXPECT_VAR, "totl", NULL, NULL, TEST_EQ, "1");
	tested_step(t, EXPECT_MAP_EMPTY, "total", NULL, NULL, TEST_EQ, NULL);
	tested_step(t, EXPECT_VAR, "counters", NULL, NULL, TEST_EQ, "1");
	expect_mistakes(t,
			"1:10: no map \"count\" in the tested programs; "
			"there are inner_one, outer, ports, stats, counters, "
			"flows, queued, stacked, events, samples, guards, "
			"timers, ...\n"
			"2:10: no global variable \"totl\" in the tested "
			"programs (total)\n"
			"3:10: no map \"total\" in the tested programs, but "
			"a global variable\n"
			"4:10: no global variable \"counters\" in the tested "
			"programs, but a map\n");
	tested_step(t, EXPECT_MAP, "counter", "1", NULL, TEST_EQ, "1");
	expect_mistakes(t, "1:10: no map \"counter\" in the tested "
			   "programs (counters)\n");
	tested_end(t);
}

static void keys_and_values_are_both_looked_at(void **state)
{
	struct tested *t = tested_begin();

	(void)state;
	tested_step(t, EXPECT_MAP, "counters", "7", NULL, TEST_EQ, "many");
	tested_step(t, EXPECT_MAP, "flows", "{ .sadr = 10.0.0.1 }", ".packets",
		    TEST_EQ, "1");
	tested_step(t, EXPECT_MAP, "stats", NULL, ".packets", TEST_EQ, "1");
	tested_step(t, EXPECT_MAP, "queued", "1", NULL, TEST_EQ, "1");
	expect_mistakes(
		t, "1:20: counters: keys must be 0 to 3\n"
		   "1:40: \"many\" is not a valid __u64\n"
		   "2:23: sadr: no such field; fields are saddr, port, zero\n"
		   "3:10: missing key: stats[KEY]\n"
		   "4:20: a queue has no keys\n");
	tested_end(t);
}

static void fields_are_looked_up(void **state)
{
	struct tested *t = tested_begin();

	(void)state;
	tested_step(t, EXPECT_MAP, "stats", "1", ".packet", TEST_EQ, "1");
	tested_step(t, EXPECT_VAR, "sums", NULL, "[2].packets", TEST_EQ, "1");
	tested_step(t, EXPECT_VAR, "sums", NULL, "[1].bits", TEST_EQ, "1");
	tested_step(t, EXPECT_MAP, "flows", "{}", ".recs[1].bytes", TEST_EQ,
		    "0x1ffffffffffffffff");
	expect_mistakes(
		t, "1:31: packet: no such field; fields are packets, bytes\n"
		   "2:14: .sums: index out of range: only 2 elements\n"
		   "3:18: .sums[1]: bits: no such field; fields are bytes, "
		   "packets\n"
		   "4:40: 0x1ffffffffffffffff is out of range for __u64 (0 to "
		   "18446744073709551615)\n");
	tested_end(t);
}

static void only_numbers_are_more_or_less(void **state)
{
	struct tested *t = tested_begin();

	(void)state;
	tested_step(t, EXPECT_MAP, "stats", "1", NULL, TEST_PLUS,
		    "{.packets = 1}");
	tested_step(t, EXPECT_MAP, "flows", "{}", ".name", TEST_LT, "\"a\"");
	tested_step(t, EXPECT_MAP, "flows", "{}", ".daddr", TEST_GE,
		    "10.0.0.1");
	expect_mistakes(t, "1:40: += requires a number\n"
			   "2:40: < requires a number\n"
			   "3:40: >= requires a number\n");
	tested_end(t);
}

static void what_cannot_be_done_to_a_map_is_told(void **state)
{
	struct tested *t = tested_begin();

	(void)state;
	tested_step(t, TEST_VAR_SET, "limit", NULL, NULL, TEST_EQ, "1");
	tested_step(t, TEST_MAP_DELETE, "counters", "1", NULL, TEST_EQ, NULL);
	tested_step(t, EXPECT_MAP_EMPTY, "events", NULL, NULL, TEST_EQ, NULL);
	tested_step(t, EXPECT_RECORDS, "counters", NULL, NULL, TEST_EQ, NULL);
	tested_add(t, EXPECT_REDIRECT)->redirect.map =
		(struct test_map){ .name_place = { 5, 10 },
				   .name = (char *)"counters",
				   .key = (char *)"1" };
	tested_step(t, TEST_MAP_SET, "events", NULL, NULL, TEST_EQ, "5");
	tested_step(t, EXPECT_MAP, "events", "1", NULL, TEST_EQ, "5");
	expect_mistakes(t,
			"1:10: limit is a constant, use \"set rodata limit = "
			"...\" to set it before the program is loaded\n"
			"2:10: entries of array maps cannot be deleted\n"
			"3:10: events: only the consumer of a ring buffer "
			"can read it\n"
			"4:10: counters is of type array, not a ring buffer "
			"or a perf event array\n"
			"5:10: maps of type array cannot be a redirect "
			"target\n"
			"6:10: events: only the consumer of a ring buffer "
			"can read it\n"
			"7:10: events: only the consumer of a ring buffer "
			"can read it\n");
	tested_end(t);
}

static struct test_step *add_record(struct tested *t, const char *type,
				    const char *value)
{
	struct test_step *step = tested_add(t, EXPECT_RECORD);

	step->record = (struct test_record){
		.ring = { .name = (char *)"events" },
		.type_place = { step->place.line, 30 },
		.value_place = { step->place.line, 40 },
		.type = (char *)type,
		.value = (char *)value,
	};
	return step;
}

static void types_of_records_are_looked_up(void **state)
{
	struct tested *t = tested_begin();

	(void)state;
	add_record(t, "evnt", "{ .number = 1 }");
	add_record(t, "event", "{ .nunber = 1 }");
	add_record(t, NULL, "{ .number = 1 }");
	add_record(t, NULL, "hex 0g");
	expect_mistakes(
		t, "1:30: no type \"evnt\" in the BTF of the program (event)\n"
		   "2:43: nunber: no such field; fields are number, port, mac\n"
		   "3:40: missing type: record events as TYPE {...}, or hex 01 "
		   "ff\n"
		   "4:44: more than one value\n");
	tested_end(t);
}

static void words_for_integers_are_looked_up(void **state)
{
	struct tested *t = tested_begin();

	(void)state;
	tested_step(t, EXPECT_MAP, "stats", "DORP", ".packets", TEST_EQ, "1");
	tested_step(t, EXPECT_MAP, "counters", "1", NULL, TEST_EQ, "C_SECNOD");
	tested_step(t, EXPECT_MAP, "counters", "1", NULL, TEST_EQ, "quite");
	expect_mistakes(t, "1:20: \"DORP\" is not a valid __u32 (DROP)\n"
			   "2:40: \"C_SECNOD\" is not a valid __u64 "
			   "(C_SECOND)\n"
			   "3:40: \"quite\" is not a valid __u64\n");
	tested_end(t);
}

static void something_is_to_be_compared(void **state)
{
	struct tested *t = tested_begin();

	(void)state;
	tested_step(t, EXPECT_MAP, "stats", "1", NULL, TEST_EQ, "{}");
	tested_step(t, EXPECT_VAR, "sums", NULL, NULL, TEST_NE, "[{}, {}]");
	add_record(t, "event", "{}");
	expect_mistakes(t, "1:40: any value is like this one: name the fields "
			   "that are to be compared\n"
			   "2:40: any value is like this one: name the fields "
			   "that are to be compared\n"
			   "3:40: any value is like this one: name the fields "
			   "that are to be compared\n");
	tested_step(t, TEST_MAP_SET, "stats", "1", NULL, TEST_EQ, "{}");
	tested_ready(t);
	tested_end(t);
}

static void what_a_loop_repeats_is_told_once(void **state)
{
	struct tested *t = tested_begin();

	(void)state;
	for (int i = 0; i < 3; i++)
		tested_step(t, EXPECT_MAP, "counters", "9", NULL, TEST_EQ, "1")
			->place.line = 5;
	expect_mistakes(t, "1:20: counters: keys must be 0 to 3\n");
	tested_end(t);
}

static void names_of_several_programs_are_told_apart(void **state)
{
	struct tested *t = tested_new();

	(void)state;
	tested_open(t, "test_maps");
	tested_open(t, "test_bloom");
	tested_load(t);
	tested_step(t, EXPECT_MAP, "counters", "1", NULL, TEST_EQ, "1");
	tested_step(t, EXPECT_VAR, "total", NULL, NULL, TEST_EQ, "1");
	tested_step(t, EXPECT_VAR, "xdp_maps:lengths", NULL, NULL, TEST_EQ,
		    "1");
	expect_mistakes(t, "1:10: counters is in xdp_maps and in xdp_bloom: "
			   "write xdp_maps:counters or xdp_bloom:counters\n"
			   "2:10: total is in xdp_maps and in xdp_bloom: write "
			   "xdp_maps:total or xdp_bloom:total\n"
			   "3:10: no global variable \"lengths\" in the tested "
			   "programs; there are limit, conf, table, level, "
			   "label, total, sums, unused_event, unused_head, "
			   "set_variables.calls\n");
	tested_step(t, EXPECT_MAP, "xdp_mops:counters", "1", NULL, TEST_EQ,
		    "1");
	tested_step(t, EXPECT_MAP, "xdp_bloom:flow", "1", NULL, TEST_EQ, "1");
	tested_step(t, EXPECT_MAP, "xdp_maps:flow", "1", NULL, TEST_EQ, "1");
	expect_mistakes(t,
			"1:10: no program \"xdp_mops\" with maps in the "
			"tested programs (xdp_maps)\n"
			"2:10: no map \"flow\" in the tested programs; there "
			"are lengths, counters\n"
			"3:10: no map \"flow\" in the tested programs "
			"(flows)\n");
	tested_set(t, "xdp_bloom:counters", "1", NULL, "17");
	assert_true(tested_is_so(t, "xdp_bloom:counters", "1", NULL, "17"));
	assert_true(tested_is_so(t, "xdp_maps:counters", "1", NULL, "0"));
	tested_set_var(t, "xdp_bloom:total", NULL, "9");
	assert_true(tested_var_is(t, "xdp_bloom:total", NULL, "9"));
	assert_true(tested_var_is(t, "xdp_maps:total", NULL, "0"));
	tested_end(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_name_that_was_meant_is_told),
		cmocka_unit_test(keys_and_values_are_both_looked_at),
		cmocka_unit_test(fields_are_looked_up),
		cmocka_unit_test(only_numbers_are_more_or_less),
		cmocka_unit_test(what_cannot_be_done_to_a_map_is_told),
		cmocka_unit_test(types_of_records_are_looked_up),
		cmocka_unit_test(words_for_integers_are_looked_up),
		cmocka_unit_test(something_is_to_be_compared),
		cmocka_unit_test(what_a_loop_repeats_is_told_once),
		cmocka_unit_test(names_of_several_programs_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
