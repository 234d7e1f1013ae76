// SPDX-License-Identifier: GPL-2.0-only
/* test_value_field - single integers of values */
#include "values.h"

static struct xdplab_field field_of(const struct xdplab_type *type,
				    const char *path)
{
	struct xdplab_field field = { 0 };

	assert_int_equal(xdplab_field_find(type, path, &field), 0);
	return field;
}

static void a_field_is_found_by_its_path(void **state)
{
	struct xdplab_type *type = type_of("nested", 0);
	struct xdplab_field field = field_of(type, "stats[1].rx_bytes");

	(void)state;
	assert_int_equal(field.offset, 8 * (8 + 24));
	assert_int_equal(field.bits, 64);
	assert_false(field.is_signed);
	field = field_of(type, ".octets[2]");
	assert_int_equal(field.offset, 8 * 6);
	assert_int_equal(field.bits, 8);
	value_type_free(type);
}

static void a_type_that_is_an_integer_has_an_empty_path(void **state)
{
	struct xdplab_type *type = type_of("unsigned int", 0);
	struct xdplab_field field = field_of(type, "");

	(void)state;
	assert_int_equal(field.offset, 0);
	assert_int_equal(field.bits, 32);
	value_type_free(type);
}

static void a_path_to_no_integer_is_refused(void **state)
{
	static const char *const bad[][2] = {
		{ "", "not an integer" },
		{ "stats", ".stats: not an integer" },
		{ "stats[2].rx_bytes", ".stats: index out of range: only 2 "
				       "elements" },
		{ "stats[0].bytes",
		  ".stats[0]: bytes: no such field; fields are rx_bytes, "
		  "rx_packets" },
		{ "a b", ".a: unexpected \" b\" in a path" },
		{ "[0]", "not an array" },
		{ "stats[", ".stats: expected an index: [NUMBER]" },
		{ "stats[99999999999999999999]",
		  ".stats: index out of range: only 2 elements" },
	};
	struct xdplab_type *type = type_of("nested", 0);
	struct xdplab_field field;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_true(xdplab_field_find(type, bad[i][0], &field) < 0);
		assert_string_equal(xdplab_error(), bad[i][1]);
	}
	value_type_free(type);
}

static void a_field_is_read_as_it_is_stored(void **state)
{
	static const char *const values[][2] = {
		{ "s8", "-1" },		  { "s32", "-2147483648" },
		{ "u64", "12345678901" }, { "sign", "1" },
		{ "yes", "1" },		  { "pointer", "7" },
	};
	struct xdplab_type *type = type_of("scalars", 0);
	unsigned char value[ROOM] = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		struct xdplab_field field = field_of(type, values[i][0]);
		char line[64];

		snprintf(line, sizeof(line), "%s=%s", values[i][0],
			 values[i][1]);
		assert_int_equal(xdplab_value_assign(type, value, line), 0);
		assert_true((int64_t)xdplab_field_read(&field, value) ==
			    strtoll(values[i][1], NULL, 10));
	}
	value_type_free(type);
}

static void bit_fields_and_network_order_are_read_too(void **state)
{
	struct xdplab_type *type = type_of("bits", 0);
	unsigned char value[ROOM] = { 0 };
	struct xdplab_field field = field_of(type, "five");

	(void)state;
	assert_int_equal(xdplab_value_assign(type, value, "five=-3"), 0);
	assert_true((int64_t)xdplab_field_read(&field, value) == -3);
	value_type_free(type);

	type = type_of("net", 0);
	field = field_of(type, "port");
	assert_true(field.big_endian);
	assert_int_equal(xdplab_value_assign(type, value, "port=443"), 0);
	assert_int_equal(xdplab_field_read(&field, value), 443);
	value_type_free(type);
}

/* ---- each ---- */

struct list {
	struct xdplab_text paths;
	int left;
};

static bool add_path(const char *path, const struct xdplab_field *field,
		     void *arg)
{
	struct list *list = arg;

	assert_true(field->bits > 0);
	text_word(&list->paths, path);
	text_char(&list->paths, ' ');
	return --list->left;
}

static void expect_fields(const char *name, int most, const char *paths)
{
	struct list list = { .left = most };
	struct xdplab_type *type = type_of(name, 0);

	xdplab_field_each(type, add_path, &list);
	text_end(&list.paths);
	assert_string_equal(list.paths.bytes, paths);
	xdplab_text_free(&list.paths);
	value_type_free(type);
}

static void each_field_that_is_a_number_is_told(void **state)
{
	(void)state;
	expect_fields("nested", 0,
		      "a b octets[0] octets[1] octets[2] octets[3] "
		      "stats[0].rx_packets stats[0].rx_bytes "
		      "stats[1].rx_packets stats[1].rx_bytes inner.c ");
	expect_fields("conf", 0, "limit small list[0] list[1] list[2] ");
	expect_fields("unsigned int", 0, " ");
	expect_fields("lpm4", 0, "");
}

static void it_ends_when_nobody_wants_more(void **state)
{
	(void)state;
	expect_fields("nested", 2, "a b ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_field_is_found_by_its_path),
		cmocka_unit_test(a_type_that_is_an_integer_has_an_empty_path),
		cmocka_unit_test(a_path_to_no_integer_is_refused),
		cmocka_unit_test(a_field_is_read_as_it_is_stored),
		cmocka_unit_test(bit_fields_and_network_order_are_read_too),
		cmocka_unit_test(each_field_that_is_a_number_is_told),
		cmocka_unit_test(it_ends_when_nobody_wants_more),
	};

	return cmocka_run_group_tests(tests, values_setup, values_teardown);
}
