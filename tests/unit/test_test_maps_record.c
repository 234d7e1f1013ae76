// SPDX-License-Identifier: GPL-2.0-only
/* test_test_maps_record - what programs send by ring buffers and perf events */
#include "tested.h"

static struct test_step *add_record(struct tested *t, const char *ring,
				    const char *type, const char *value)
{
	struct test_step *step = tested_add(t, EXPECT_RECORD);

	step->record = (struct test_record){
		.ring = { .name = (char *)ring },
		.type = (char *)type,
		.value = (char *)value,
	};
	return step;
}

static int expect_record(struct tested *t, const char *ring, const char *type,
			 const char *value, enum tested_what what)
{
	add_record(t, ring, type, value);
	tested_ready(t);
	tested_send(t, what, 3);
	tested_send(t, what, 7);
	return tested_came_true(t);
}

static int expect_records(struct tested *t, const char *ring, enum test_op op,
			  int64_t number, enum tested_what what)
{
	struct test_step *step =
		tested_step(t, EXPECT_RECORDS, ring, NULL, NULL, 0, NULL);

	step->number.op = op;
	step->number.value = number;
	tested_ready(t);
	tested_send(t, what, 3);
	return tested_came_true(t);
}

static void expect_types(const char *ring, enum tested_what what)
{
	struct tested *t = tested_begin();

	assert_true(expect_record(t, ring, "event", "{ .number = 7 }", what));
	assert_true(expect_record(t, ring, "struct event",
				  "{ .number = 3, .mac = 02:00:00:00:00:01 }",
				  what));
	assert_false(expect_record(t, ring, "event",
				   "{ .number = 3, .port = 80 }", what));
	assert_int_equal(t->failure.nr_rows, 2);
	assert_string_equal(t->failure.rows[0].expected,
			    "{ .number = 3, .port = 80 }");
	assert_string_equal(t->failure.rows[0].got,
			    "{.number = 3, .port = 443, .mac = "
			    "02:00:00:00:00:01}");
	assert_false(expect_record(t, ring, "event", "{ .number = 3 }", PUSH));
	tested_end(t);
}

static void records_of_a_ring_buffer_are_read_by_their_type(void **state)
{
	(void)state;
	expect_types("events", EVENT);
}

static void records_of_perf_events_are_read_by_their_type(void **state)
{
	(void)state;
	expect_types("samples", PERF);
}

static void a_record_is_as_long_as_its_type(void **state)
{
	struct tested *t = tested_begin();

	(void)state;
	assert_false(expect_record(t, "events", "__u32", "3", EVENT));
	assert_string_equal(t->failure.rows[0].got,
			    "hex 03 00 00 00 01 bb 02 00 00 00 00 01");
	assert_true(
		expect_record(t, "events", "head", "{ .number = 3 }", EVENT));
	assert_true(expect_record(t, "samples", "__u32", "3", PERF));
	tested_end(t);
}

static void records_without_a_type_are_bytes(void **state)
{
	struct tested *t = tested_begin();

	(void)state;
	assert_true(expect_record(t, "events", NULL,
				  "hex 03 00 00 00 01 bb 02 00 00 00 00 01",
				  EVENT));
	assert_true(expect_record(t, "samples", NULL,
				  "hex 03 00 00 00 01 bb 02 00 00 00 00 01",
				  PERF));
	assert_false(
		expect_record(t, "events", NULL, "hex 03 00 00 00", EVENT));
	assert_string_equal(t->failure.shown.message,
			    "none of the 2 records in events matches");
	assert_string_equal(tested_rows(t),
			    "*events#1 | hex 03 00 00 00 | hex 03 00 00 00 01 "
			    "bb 02 00 00 00 00 01\n"
			    "*events#2 | hex 03 00 00 00 | hex 07 00 00 00 01 "
			    "bb 02 00 00 00 00 01\n");
	tested_end(t);
}

static void records_of_this_send_are_counted(void **state)
{
	struct tested *t = tested_begin();

	(void)state;
	assert_true(expect_records(t, "events", TEST_EQ, 1, EVENT));
	assert_true(expect_records(t, "events", TEST_EQ, 1, EVENT));
	assert_true(expect_records(t, "events", TEST_EQ, 0, PUSH));
	assert_false(expect_records(t, "events", TEST_GT, 1, EVENT));
	assert_string_equal(t->failure.shown.message,
			    "1 record has come in events");
	assert_string_equal(tested_rows(t), "*events | > 1 | 1\n");
	tested_end(t);
}

/* It has room for 170 of them. */
static void more_records_than_fit_are_taken_in_time(void **state)
{
	struct tested *t = tested_begin();

	(void)state;
	tested_step(t, EXPECT_RECORDS, "events", NULL, NULL, 0, NULL)
		->number.value = 1000;
	tested_ready(t);
	for (unsigned int i = 0; i < 1000; i++) {
		tested_send(t, EVENT, i);
		assert_int_equal(test_maps_collect(t->maps, true), 0);
	}
	assert_true(tested_came_true(t));
	tested_end(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			records_of_a_ring_buffer_are_read_by_their_type),
		cmocka_unit_test(records_of_perf_events_are_read_by_their_type),
		cmocka_unit_test(a_record_is_as_long_as_its_type),
		cmocka_unit_test(records_without_a_type_are_bytes),
		cmocka_unit_test(records_of_this_send_are_counted),
		cmocka_unit_test(more_records_than_fit_are_taken_in_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
