// SPDX-License-Identifier: GPL-2.0-only
/* test_value_parse - values as they are written, well and badly */
#include "values.h"

/* ---- what is read ---- */

static void either_form_and_mixtures_are_read(void **state)
{
	static const char *const inputs[] = {
		"{.rx_packets = 5, .rx_bytes = 10}",
		"{\"rx_packets\":5,\"rx_bytes\":10}",
		"{ rx_packets: 5 rx_bytes: 10 }",
		"  {.rx_bytes=0xa,\n\t\"rx_packets\" = \"5\",}  ",
		"hex 05 00 00 00 00 00 00 00 0a 00 00 00 00 00 00 00",
		"hex 05000000000000000A00000000000000",
		"{.rx_packets = hex 05 00 00 00 00 00 00 00 .rx_bytes = '\\n'}",
		"{.rx_packets = 1, .rx_packets = 5, .rx_bytes = 10}",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(inputs); i++)
		expect_text("stats", inputs[i],
			    "{.rx_packets = 5, .rx_bytes = 10}");
}

static void what_is_not_named_is_zero(void **state)
{
	(void)state;
	expect_text("stats", "{}", "{.rx_packets = 0, .rx_bytes = 0}");
	expect_text("conf", "{.list = [-1]}",
		    "{.limit = 0, .mode = OFF, .name = \"\", .on = false, "
		    ".small = 0, .list = [-1, 0, 0]}");
}

static void a_member_can_be_a_path(void **state)
{
	(void)state;
	expect_text("nested",
		    "{.stats[1].rx_bytes = 7, inner.c = 1, octets[3] = 1}",
		    "{.a = 0, .b = 16777216, .octets = [0, 0, 0, 1], "
		    ".stats = [{.rx_packets = 0, .rx_bytes = 0}, "
		    "{.rx_packets = 0, .rx_bytes = 7}], .inner = {.c = 1}}");
}

static void one_value_is_read_of_several(void **state)
{
	static const char input[] = "{rx_packets=1} {rx_packets=2}, 3";
	struct xdplab_type *type = type_of("stats", 0);
	const char *end = input;
	uint64_t stats[2];

	(void)state;
	for (uint64_t i = 1; i <= 2; i++) {
		assert_int_equal(xdplab_value_parse(type, stats, end, &end), 0);
		assert_int_equal(stats[0], i);
	}
	assert_string_equal(end, ", 3");
	assert_int_equal(xdplab_value_parse(type, stats, input, NULL), -EINVAL);
	assert_string_equal(xdplab_error(), "more than one value");
	value_type_free(type);
}

static void plain_bytes_are_read_in_both_forms(void **state)
{
	static const char *const inputs[] = { "hex 01 02 ff", "hex 0102FF",
					      "[\"0x01\",\"0x02\",\"0xff\"]",
					      "[1 2 255]" };
	struct xdplab_type *type = NULL;
	unsigned char bytes[3];

	(void)state;
	assert_int_equal(value_type_make(&type, NULL, 0, 3), 0);
	for (size_t i = 0; i < ARRAY_SIZE(inputs); i++) {
		memset(bytes, 0, sizeof(bytes));
		assert_int_equal(
			xdplab_value_parse(type, bytes, inputs[i], NULL), 0);
		assert_memory_equal(bytes, "\x01\x02\xff", 3);
	}
	assert_int_equal(xdplab_value_parse(type, bytes, "[1,2]", NULL),
			 -EINVAL);
	assert_string_equal(xdplab_error(), "2 bytes, expected 3");
	assert_int_equal(xdplab_value_parse(type, bytes, "hex 01 02", NULL),
			 -EINVAL);
	assert_string_equal(xdplab_error(), "2 bytes after hex, expected 3");
	/* Control characters have the bits of digits. */
	assert_int_equal(
		xdplab_value_parse(type, bytes, "hex 01 02 \x11\x12", NULL),
		-EINVAL);
	value_type_free(type);
}

static void what_is_at_the_limit_is_read(void **state)
{
	static const char *const fields[] = {
		"u8=255",
		"s8=-128",
		"s8=127",
		"u16=65535",
		"s16=-32768",
		"u32=4294967295",
		"s32=-2147483648",
		"u64=18446744073709551615",
		"u64=0xffffffffffffffff",
		"s64=-9223372036854775808",
		"s64=9223372036854775807",
		"u8=-0",
		"single=1e-45",
		"real=5e-324",
		"wide=0xffffffffffffffffffffffffffffffff",
		"letter='\\xff'",
	};
	struct xdplab_type *type = type_of("scalars", 0);
	unsigned char value[ROOM] = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		assert_int_equal(xdplab_value_assign(type, value, fields[i]),
				 0);
	value_type_free(type);
}

/* ---- mistakes ---- */

static void what_is_out_of_range_is_refused(void **state)
{
	(void)state;
	expect_refused("conf", "{.limit = 5000000000}", -ERANGE, 10,
		       ".limit: 5000000000 is out of range for __u32 (0 to "
		       "4294967295)");
	expect_refused("conf", "{.limit = -1}", -ERANGE, 10,
		       ".limit: -1 is out of range for __u32 (0 to "
		       "4294967295)");
	expect_refused("conf", "{list: [1, 40000]}", -ERANGE, 11,
		       ".list[1]: 40000 is out of range for __s16 (-32768 to "
		       "32767)");
	expect_refused("bits", "{three: 8}", -ERANGE, 8,
		       ".three: 8 is out of range for __u32 : 3 (0 to 7)");
	expect_refused("scalars", "{u64: 18446744073709551616}", -ERANGE, 6,
		       ".u64: 18446744073709551616 is out of range for __u64 "
		       "(0 to 18446744073709551615)");
	expect_refused("scalars", "{single: 1e39}", -ERANGE, 9,
		       ".single: 1e39 is out of range");
	expect_refused("conf", "{name: \"123456789\"}", -ERANGE, 16,
		       ".name: longer than 8 bytes");
}

static void an_unknown_name_is_answered_with_those_that_are_near(void **state)
{
	(void)state;
	expect_refused(
		"conf", "{.limt = 1}", -EINVAL, 2,
		"limt: no such field; fields are limit, list, name, mode, on, "
		"small");
	expect_refused("conf", "{.mode = STRIKT}", -EINVAL, 9,
		       ".mode: \"STRIKT\" is not a value of enum mode; values "
		       "are STRICT, OFF, LOOSE");
	expect_refused(
		"nested", "{\"stats[0]\": 1}", -EINVAL, 1,
		"stats[0]: no such field; fields are stats, octets, a, b, inner");
	expect_refused("nested", "{.a.b = 1}", -EINVAL, 4, ".a: has no fields");
}

static void a_value_of_another_kind_is_refused(void **state)
{
	(void)state;
	expect_refused("conf", "{.limit = many}", -EINVAL, 10,
		       ".limit: \"many\" is not a valid __u32");
	expect_refused("conf", "{.limit = {}}", -EINVAL, 10,
		       ".limit: expected a single value");
	expect_refused("conf", "{.list = 1}", -EINVAL, 9,
		       ".list: expected an array: [VALUE, ...]");
	expect_refused("conf", "{.name = eth0}", -EINVAL, 9,
		       ".name: expected a string: \"...\"");
	expect_refused("conf", "5", -EINVAL, 0,
		       "expected a struct: {.NAME = VALUE, ...}");
	expect_refused("conf", "{.on = maybe}", -EINVAL, 7,
		       ".on: \"maybe\" is not a valid _Bool");
	expect_refused("scalars", "{.real = 1.5x}", -EINVAL, 9,
		       ".real: \"1.5x\" is not a valid double");
}

static void what_ends_too_early_or_too_late_is_refused(void **state)
{
	(void)state;
	expect_refused("conf", "", -EINVAL, 0,
		       "expected a struct: {.NAME = VALUE, ...}");
	expect_refused("conf", "{", -EINVAL, 1, "missing }");
	expect_refused("conf", "{.limit", -EINVAL, 7, ".limit: missing =");
	expect_refused("conf", "{.limit =", -EINVAL, 9,
		       ".limit: missing value");
	expect_refused("conf", "{.limit = \"1}", -EINVAL, 10,
		       ".limit: missing closing quote");
	expect_refused("conf", "{list = [1, 2", -EINVAL, 13,
		       ".list: missing ]");
	expect_refused("conf", "{list = [1,,2]}", -EINVAL, 11,
		       ".list[1]: missing value");
	expect_refused("conf", "{list = [1,2,3,4]}", -EINVAL, 15,
		       ".list: more than 3 elements");
	expect_refused("conf", "{list[3] = 1}", -ERANGE, 5,
		       ".list: index out of range: only 3 elements");
	expect_refused("conf", "{name = \"\\q\"}", -EINVAL, 9,
		       ".name: unknown escape sequence");
	expect_refused("conf", "{, limit = 1}", -EINVAL, 1,
		       "missing field name");
}

static void what_was_written_is_shown_without_control_characters(void **state)
{
	(void)state;
	expect_refused("conf", "{limit = a\x1b[2J}", -EINVAL, 9,
		       ".limit: \"a?\" is not a valid __u32");
}

/* In the machine's byte order. */
static void bytes_as_many_as_a_number_has_are_read_as_one(void **state)
{
	static const uint32_t wanted = 0x01020304;
	struct xdplab_type *type = NULL;
	uint32_t value = 0;

	(void)state;
	assert_int_equal(value_type_make(&type, NULL, 0, sizeof(value)), 0);
	assert_int_equal(xdplab_value_parse(type, &value, "16909060", NULL), 0);
	assert_int_equal(value, wanted);
	assert_int_equal(xdplab_value_parse(type, &value, "0x1020304", NULL),
			 0);
	assert_int_equal(value, wanted);
	assert_int_equal(xdplab_value_parse(type, &value, "4294967296", NULL),
			 -ERANGE);
	assert_int_equal(xdplab_value_parse(type, &value, "1 2 3 4", NULL),
			 -EINVAL);
	assert_int_equal(value, wanted);
	value_type_free(type);
	assert_int_equal(value_type_make(&type, NULL, 0, 3), 0);
	assert_int_equal(xdplab_value_parse(type, &value, "1", NULL), -EINVAL);
	value_type_free(type);
}

/* ---- one field ---- */

static void a_field_is_set_and_the_rest_stays(void **state)
{
	static const char *const steps[][2] = {
		{ ".limit=100", "{.limit = 100, .mode = OFF, .name = \"\", "
				".on = false, .small = 0, "
				".list = [0, 0, 0]}" },
		{ "mode = STRICT", "{.limit = 100, .mode = STRICT, "
				   ".name = \"\", .on = false, .small = 0, "
				   ".list = [0, 0, 0]}" },
		{ " .list[2]=-7 ", "{.limit = 100, .mode = STRICT, "
				   ".name = \"\", .on = false, .small = 0, "
				   ".list = [0, 0, -7]}" },
		{ "list=[1]", "{.limit = 100, .mode = STRICT, .name = \"\", "
			      ".on = false, .small = 0, "
			      ".list = [1, 0, 0]}" },
		{ "={.on=true}", "{.limit = 0, .mode = OFF, .name = \"\", "
				 ".on = true, .small = 0, "
				 ".list = [0, 0, 0]}" },
		{ ".limit=7 .small=1, .list[0]=2",
		  "{.limit = 7, .mode = OFF, .name = \"\", .on = true, "
		  ".small = 1, .list = [2, 0, 0]}" },
	};
	struct xdplab_type *type = type_of("conf", 0);
	unsigned char conf[24] = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		assert_int_equal(xdplab_value_assign(type, conf, steps[i][0]),
				 0);
		expect_print(type, conf, XDPLAB_FORM_TEXT, steps[i][1]);
	}
	value_type_free(type);
}

static void an_assignment_that_fails_changes_nothing(void **state)
{
	static const char *const bad[] = {
		"limit",
		"limit=",
		"limt=1",
		"limit=1 2",
		"list=[1,2,x]",
		"list[x]=1",
		"",
		"list[1=1",
		".limit=1 .small=x",
		".limit=1 .x=1",
	};
	struct xdplab_type *type = type_of("conf", 0);
	unsigned char conf[24], before[24];

	(void)state;
	memset(conf, 0x5a, sizeof(conf));
	memcpy(before, conf, sizeof(conf));
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(xdplab_value_assign(type, conf, bad[i]),
				 -EINVAL);
		assert_memory_equal(conf, before, sizeof(conf));
	}
	value_type_free(type);
}

/* Its bits are read over those of zeros and over those of ones: what is the same
 * then was named. */
static void a_part_is_read_over_what_is_there(void **state)
{
	struct xdplab_type *type = type_of("bits", 0);
	unsigned char zeros[ROOM] = { 0 }, ones[ROOM];
	const char *named = "{.three = 5, .mode = STRICT}", *end;
	struct xdplab_field three, one;

	(void)state;
	memset(ones, 0xff, sizeof(ones));
	assert_int_equal(value_parse_at(type, type->nodes, zeros, named, &end),
			 0);
	assert_int_equal(value_parse_at(type, type->nodes, ones, named, &end),
			 0);
	assert_int_equal(xdplab_field_find(type, "three", &three), 0);
	assert_int_equal(xdplab_field_read(&three, zeros), 5);
	assert_int_equal(xdplab_field_read(&three, ones), 5);
	assert_int_equal(xdplab_field_find(type, "one", &one), 0);
	assert_int_equal(xdplab_field_read(&one, zeros), 0);
	assert_int_equal(xdplab_field_read(&one, ones), 1);
	assert_int_equal(
		value_parse_at(type, type->nodes, zeros, "{} {}", &end),
		-EINVAL);
	assert_string_equal(end, "{}");
	value_type_free(type);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(either_form_and_mixtures_are_read),
		cmocka_unit_test(what_is_not_named_is_zero),
		cmocka_unit_test(a_member_can_be_a_path),
		cmocka_unit_test(one_value_is_read_of_several),
		cmocka_unit_test(plain_bytes_are_read_in_both_forms),
		cmocka_unit_test(bytes_as_many_as_a_number_has_are_read_as_one),
		cmocka_unit_test(what_is_at_the_limit_is_read),
		cmocka_unit_test(what_is_out_of_range_is_refused),
		cmocka_unit_test(
			an_unknown_name_is_answered_with_those_that_are_near),
		cmocka_unit_test(a_value_of_another_kind_is_refused),
		cmocka_unit_test(what_ends_too_early_or_too_late_is_refused),
		cmocka_unit_test(
			what_was_written_is_shown_without_control_characters),
		cmocka_unit_test(a_field_is_set_and_the_rest_stays),
		cmocka_unit_test(an_assignment_that_fails_changes_nothing),
		cmocka_unit_test(a_part_is_read_over_what_is_there),
	};

	return cmocka_run_group_tests(tests, values_setup, values_teardown);
}
