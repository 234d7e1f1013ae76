// SPDX-License-Identifier: GPL-2.0-only
/* test_value_print - how values are shown */
#include "values.h"

static void a_struct_is_its_members_by_name(void **state)
{
	static const uint64_t stats[] = { 5, UINT64_MAX };
	struct xdplab_type *type = type_of("stats", 0);

	(void)state;
	expect_print(type, stats, XDPLAB_FORM_TEXT,
		     "{.rx_packets = 5, .rx_bytes = 18446744073709551615}");
	expect_print(type, stats, XDPLAB_FORM_JSON,
		     "{\"rx_packets\":5,\"rx_bytes\":18446744073709551615}");
	value_type_free(type);
}

static void texts_follow_each_other(void **state)
{
	static const uint64_t stats[] = { 1, 2 };
	struct xdplab_type *type = type_of("stats", 0);
	struct xdplab_text text = { 0 };

	(void)state;
	for (int i = 0; i < 100; i++)
		xdplab_value_print(type, stats, XDPLAB_FORM_JSON, &text);
	assert_int_equal(text.length,
			 100 * strlen("{\"rx_packets\":1,\"rx_bytes\":2}"));
	xdplab_text_free(&text);
	assert_null(text.bytes);
	xdplab_text_free(NULL);
	value_type_free(type);
}

static void without_a_type_it_is_bytes(void **state)
{
	struct xdplab_type *type = NULL;

	(void)state;
	assert_int_equal(value_type_make(&type, NULL, 0, 3), 0);
	expect_print(type, "\x01\x02\xff", XDPLAB_FORM_TEXT, "hex 01 02 ff");
	expect_print(type, "\x01\x02\xff", XDPLAB_FORM_JSON,
		     "[\"0x01\",\"0x02\",\"0xff\"]");
	value_type_free(type);
}

static void a_type_of_another_size_is_bytes(void **state)
{
	static const uint64_t stats[2];
	struct xdplab_type *type = type_of("stats", 15);

	(void)state;
	expect_print(type, stats, XDPLAB_FORM_TEXT,
		     "hex 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00");
	value_type_free(type);
	type = type_of("stats", 17);
	assert_int_equal(type->nodes->kind, VALUE_BYTES);
	value_type_free(type);
}

static void every_scalar_is_as_c_has_it(void **state)
{
	(void)state;
	expect_text("scalars",
		    "{u8=255 s8=-128 u16=65535 s16=-32768 u32=4294967295 "
		    "s32=-2147483648 u64=18446744073709551615 "
		    "s64=-9223372036854775808 wide=0x10000000000000002 "
		    "single=0.1 real=0.1 pointer=0xffff yes=true letter='a' "
		    "sign=MINUS}",
		    "{.u8 = 255, .s8 = -128, .u16 = 65535, .s16 = -32768, "
		    ".u32 = 4294967295, .s32 = -2147483648, "
		    ".u64 = 18446744073709551615, "
		    ".s64 = -9223372036854775808, "
		    ".wide = 0x10000000000000002, .single = 0.100000001, "
		    ".real = 0.10000000000000001, .pointer = 0xffff, "
		    ".yes = true, .letter = 97, .sign = MINUS}");
	expect_json("scalars",
		    "{single=nan real=-inf yes=2 sign=7 wide=5 pointer=1}",
		    "{\"u8\":0,\"s8\":0,\"u16\":0,\"s16\":0,\"u32\":0,"
		    "\"s32\":0,\"u64\":0,\"s64\":0,\"wide\":\"0x5\","
		    "\"single\":\"nan\",\"real\":\"-inf\","
		    "\"pointer\":\"0x1\",\"yes\":2,\"letter\":0,\"sign\":7}");
}

static void enumerators_of_64_bits_have_a_sign_or_not(void **state)
{
	struct btf *own = btf__new_empty();
	int id = btf__add_enum64(own, "e", 8, false);
	struct xdplab_type *type = NULL;
	int64_t value = -2;

	(void)state;
	btf__add_enum64_value(own, "LARGE", 1ULL << 63);
	assert_int_equal(value_type_make(&type, own, id, 8), 0);
	expect_print(type, &value, XDPLAB_FORM_TEXT, "18446744073709551614");
	assert_int_equal(xdplab_value_parse(type, &value, "LARGE", NULL), 0);
	assert_true(value == INT64_MIN);
	expect_print(type, &value, XDPLAB_FORM_JSON, "\"LARGE\"");
	value_type_free(type);
	id = btf__add_enum64(own, "s", 8, true);
	btf__add_enum64_value(own, "LESS", -1);
	assert_int_equal(value_type_make(&type, own, id, 8), 0);
	value = -1;
	expect_print(type, &value, XDPLAB_FORM_TEXT, "LESS");
	value = -2;
	expect_print(type, &value, XDPLAB_FORM_TEXT, "-2");
	value_type_free(type);
	btf__free(own);
}

static void a_char_array_is_a_string_if_it_holds_one(void **state)
{
	(void)state;
	expect_text("conf", "{name=\"eth0\"}",
		    "{.limit = 0, .mode = OFF, .name = \"eth0\", .on = false, "
		    ".small = 0, .list = [0, 0, 0]}");
	expect_json("conf", "{name=\"a\\\"\\\\\\u00e9\", mode=STRICT}",
		    "{\"limit\":0,\"mode\":\"STRICT\",\"name\":"
		    "\"a\\\"\\\\\xc3\xa9\",\"on\":false,\"small\":0,"
		    "\"list\":[0,0,0]}");
	expect_text("conf", "{name=[1]}",
		    "{.limit = 0, .mode = OFF, "
		    ".name = [1, 0, 0, 0, 0, 0, 0, 0], .on = false, "
		    ".small = 0, .list = [0, 0, 0]}");
}

static void what_would_command_a_terminal_is_no_string(void **state)
{
	static const char names[][5] = {
		"\x1b[2J",  "\x7f\0\0", "\xc2\x9b",	"\xe2\x80\xae",
		"\xff\0\0", "\xc0\xaf", "\xed\xa0\x80", "a\0b",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		unsigned char conf[24] = { 0 };
		struct xdplab_type *type = type_of("conf", 0);
		struct xdplab_text text = { 0 };

		memcpy(conf + 8, names[i], 4);
		xdplab_value_print(type, conf, XDPLAB_FORM_TEXT, &text);
		assert_non_null(strstr(text.bytes, ".name = ["));
		assert_true(xdplab_value_is_exact(type, conf));
		xdplab_text_free(&text);
		value_type_free(type);
	}
}

static void bit_fields_are_numbers(void **state)
{
	(void)state;
	expect_text("bits",
		    "{one=1 three=5 five=-16 mode=LOOSE "
		    "long_one=1125899906842623}",
		    "{.one = 1, .three = 5, .five = -16, .mode = LOOSE, "
		    ".long_one = 1125899906842623}");
}

/* What a big endian machine would have in the same struct. */
static void bits_are_read_in_either_byte_order(void **state)
{
	static const unsigned char little[] = { 0xb5, 0x01 };
	static const unsigned char big[] = { 0xad, 0x80 };
	unsigned char bytes[2];

	(void)state;
	assert_int_equal(value_bits_read(little, 0, 3, false), 5);
	assert_int_equal(value_bits_read(little, 3, 6, false), 0x36);
	assert_int_equal(value_bits_read(big, 0, 3, true), 5);
	assert_int_equal(value_bits_read(big, 3, 6, true), 0x1b);
	for (int big_endian = 0; big_endian < 2; big_endian++) {
		memset(bytes, 0xff, sizeof(bytes));
		value_bits_write(bytes, 3, 6, big_endian, 0x12);
		assert_int_equal(value_bits_read(bytes, 3, 6, big_endian),
				 0x12);
		assert_int_equal(value_bits_read(bytes, 0, 3, big_endian), 7);
		assert_int_equal(value_bits_read(bytes, 9, 7, big_endian),
				 0x7f);
	}
}

static void what_is_anonymous_is_its_parents(void **state)
{
	(void)state;
	expect_text("nested", "{.a = 1, .b = 0x01020304, .inner = {.c = 9}}",
		    "{.a = 1, .b = 16909060, .octets = [4, 3, 2, 1], "
		    ".stats = [{.rx_packets = 0, .rx_bytes = 0}, "
		    "{.rx_packets = 0, .rx_bytes = 0}], .inner = {.c = 9}}");
}

static void an_array_without_a_length_has_what_fits(void **state)
{
	(void)state;
	expect_form("list", 8, "{.count = 3, .items = [1, 2, 3]}",
		    XDPLAB_FORM_TEXT, "{.count = 3, .items = [1, 2, 3]}");
	expect_form("list", 2, "{.count = 0}", XDPLAB_FORM_JSON,
		    "{\"count\":0,\"items\":[]}");
}

static void a_pointer_is_not_followed(void **state)
{
	(void)state;
	expect_text("chain", "{.next = 0xabc, .value = 1}",
		    "{.next = 0xabc, .value = 1}");
}

static void a_data_section_is_its_variables(void **state)
{
	(void)state;
	expect_form(".rodata", 4, "{.knob = 8}", XDPLAB_FORM_TEXT,
		    "{.knob = 8}");
	expect_form(".data", 12, "{xdp_values.seen = 3, counter: 5}",
		    XDPLAB_FORM_JSON, "{\"counter\":5,\"xdp_values.seen\":3}");
}

static void a_type_is_described_as_c_has_it(void **state)
{
	static const char *const types[][2] = {
		{ "conf", "struct conf { __u32 limit; enum mode mode; "
			  "char name[8]; _Bool on; __s8 small; "
			  "__s16 list[3]; }" },
		{ "bits", "struct bits { __u32 one : 1; __u32 three : 3; "
			  "__s32 five : 5; enum mode mode : 4; "
			  "__u64 long_one : 50; }" },
		{ "nested", "struct nested { struct { __u32 a; union { "
			    "__u32 b; __u8 octets[4]; }; }; "
			    "struct stats stats[2]; struct { __u8 c; } "
			    "inner; }" },
		{ "chain", "struct chain { struct chain *next; "
			   "__u64 value; }" },
		{ "mode", "enum mode { OFF, LOOSE, STRICT }" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		struct xdplab_type *type = type_of(types[i][0], 0);
		struct xdplab_text text = { 0 };

		xdplab_type_describe(type, &text);
		assert_string_equal(text.bytes, types[i][1]);
		xdplab_text_free(&text);
		value_type_free(type);
	}
}

static void numbers_have_all_their_digits(void **state)
{
	static const uint64_t numbers[] = { 0,	 9,    10,	   99,
					    100, 1001, 4294967295, UINT64_MAX };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		struct xdplab_text text = { 0 };
		char line[128];

		snprintf(line, sizeof(line), "%" PRIu64 " %" PRId64 " %" PRIx64,
			 numbers[i], (int64_t)numbers[i], numbers[i]);
		text_unsigned(&text, numbers[i]);
		text_char(&text, ' ');
		text_signed(&text, (int64_t)numbers[i]);
		text_char(&text, ' ');
		text_hex(&text, numbers[i], 1);
		text_end(&text);
		assert_string_equal(text.bytes, line);
		xdplab_text_free(&text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_struct_is_its_members_by_name),
		cmocka_unit_test(texts_follow_each_other),
		cmocka_unit_test(without_a_type_it_is_bytes),
		cmocka_unit_test(a_type_of_another_size_is_bytes),
		cmocka_unit_test(every_scalar_is_as_c_has_it),
		cmocka_unit_test(enumerators_of_64_bits_have_a_sign_or_not),
		cmocka_unit_test(a_char_array_is_a_string_if_it_holds_one),
		cmocka_unit_test(what_would_command_a_terminal_is_no_string),
		cmocka_unit_test(bit_fields_are_numbers),
		cmocka_unit_test(bits_are_read_in_either_byte_order),
		cmocka_unit_test(what_is_anonymous_is_its_parents),
		cmocka_unit_test(an_array_without_a_length_has_what_fits),
		cmocka_unit_test(a_pointer_is_not_followed),
		cmocka_unit_test(a_data_section_is_its_variables),
		cmocka_unit_test(a_type_is_described_as_c_has_it),
		cmocka_unit_test(numbers_have_all_their_digits),
	};

	return cmocka_run_group_tests(tests, values_setup, values_teardown);
}
