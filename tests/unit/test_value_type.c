// SPDX-License-Identifier: GPL-2.0-only
/* test_value_type - types that are what they seem, and BTF that lies */
#include "values.h"

static struct btf *own;

static int setup(void **state)
{
	(void)state;
	own = btf__new_empty();
	btf__add_int(own, "unsigned int", 4, 0);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	btf__free(own);
	return 0;
}

#define WORD 1 /* the id of unsigned int */

static enum value_kind kind_of(int id, size_t size)
{
	struct xdplab_type *type = NULL;
	enum value_kind kind;

	assert_int_equal(value_type_make(&type, own, id, size), 0);
	assert_int_equal(xdplab_type_size(type), size);
	kind = type->nodes->kind;
	value_type_free(type);
	return kind;
}

static void expect_bytes(int id, size_t size)
{
	assert_int_equal(kind_of(id, size), VALUE_BYTES);
}

/* ---- what is no type ---- */

static void a_type_that_there_is_not_is_bytes(void **state)
{
	(void)state;
	expect_bytes(0, 4);
	expect_bytes(2, 4);
	expect_bytes(-1, 4);
	value_type_free(NULL);
}

static void a_type_without_a_size_is_bytes(void **state)
{
	(void)state;
	expect_bytes(btf__add_fwd(own, "f", BTF_FWD_STRUCT), 4);
	expect_bytes(btf__add_func_proto(own, 0), 4);
	expect_bytes(btf__add_func(own, "f", BTF_FUNC_STATIC, 3), 4);
	expect_bytes(btf__add_var(own, "v", BTF_VAR_STATIC, WORD), 4);
}

static void a_member_that_is_not_within_its_struct_makes_it_bytes(void **state)
{
	static const unsigned int offsets[] = { 1, 8, 40, 1U << 31 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(offsets); i++) {
		int id = btf__add_struct(own, "s", 4);
		const struct btf_type *type;

		btf__add_field(own, "m", WORD, 0, 0);
		type = btf__type_by_id(own, id);
		btf_members(type)->offset = offsets[i];
		expect_bytes(id, 4);
	}
}

static void a_bit_field_that_is_wider_than_its_type_makes_it_bytes(void **state)
{
	int id = btf__add_struct(own, "s", 8);

	(void)state;
	btf__add_field(own, "m", WORD, 0, 33);
	expect_bytes(id, 8);
}

static void
a_variable_that_is_not_within_its_section_makes_it_bytes(void **state)
{
	int var = btf__add_var(own, "v", BTF_VAR_STATIC, WORD);
	int id = btf__add_datasec(own, ".data", 4);

	(void)state;
	btf__add_datasec_var_info(own, var, 1, 4);
	expect_bytes(id, 4);
	id = btf__add_datasec(own, ".data", 4);
	btf__add_datasec_var_info(own, WORD, 0, 4);
	expect_bytes(id, 4);
}

/* ---- what never ends ---- */

static void a_struct_that_is_in_itself_is_bytes(void **state)
{
	int id = btf__add_struct(own, "s", 4);

	(void)state;
	btf__add_field(own, "s", id, 0, 0);
	expect_bytes(id, 4);
}

static void a_typedef_of_itself_is_bytes(void **state)
{
	int id = btf__add_typedef(own, "t", 2);

	(void)state;
	assert_int_equal(id, 2);
	expect_bytes(id, 4);
}

static void a_pointer_to_itself_ends(void **state)
{
	struct xdplab_type *type = NULL;
	int id = btf__add_ptr(own, 2);

	(void)state;
	assert_int_equal(value_type_make(&type, own, id, 8), 0);
	assert_int_equal(type->nodes->kind, VALUE_INT);
	value_type_free(type);
}

static int nest(int id, int depth)
{
	while (depth--) {
		int inner = id;

		id = btf__add_struct(own, "s", 4);
		btf__add_field(own, "m", inner, 0, 0);
	}
	return id;
}

static void what_is_too_deep_is_bytes(void **state)
{
	(void)state;
	assert_int_equal(kind_of(nest(WORD, VALUE_DEPTH_MAX), 4), VALUE_STRUCT);
	expect_bytes(nest(WORD, VALUE_DEPTH_MAX + 1), 4);
}

/* Each struct has the one before it twice, in 30 layers. */
static void what_grows_without_bounds_is_bytes(void **state)
{
	int empty = btf__add_struct(own, "", 0), id = WORD;

	(void)state;
	for (int i = 0; i < 30; i++) {
		int inner = id, none = empty;

		id = btf__add_union(own, "", 4);
		btf__add_field(own, "a", inner, 0, 0);
		btf__add_field(own, "b", inner, 0, 0);
		empty = btf__add_struct(own, "", 0);
		btf__add_field(own, "", none, 0, 0);
		btf__add_field(own, "", none, 0, 0);
	}
	expect_bytes(id, 4);
	expect_bytes(empty, 0);
}

static void an_array_is_not_made_of_nothing(void **state)
{
	struct xdplab_type *type = NULL;
	int empty = btf__add_struct(own, "e", 0);
	int id = btf__add_array(own, WORD, empty, UINT32_MAX);

	(void)state;
	assert_int_equal(value_type_make(&type, own, id, 0), 0);
	expect_print(type, "", XDPLAB_FORM_TEXT, "[]");
	value_type_free(type);
	id = btf__add_array(own, WORD, WORD, UINT32_MAX);
	for (int i = 0; i < 3; i++)
		id = btf__add_array(own, WORD, id, UINT32_MAX);
	expect_bytes(id, 64);
}

/* 1,000 members that are the same 4 KiB each. */
static void a_union_that_would_fill_the_screen_is_bytes(void **state)
{
	int list = btf__add_array(own, WORD, WORD, 1024);
	int id = btf__add_union(own, "u", 4096);
	char name[16];

	(void)state;
	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "m%d", i);
		btf__add_field(own, name, list, 0, 0);
	}
	expect_bytes(id, 4096);
}

/* ---- names ---- */

static void members_of_a_name_that_is_none_are_not_shown(void **state)
{
	static const char *const names[] = { "a b", "1a",	"",  "\x1b[2J",
					     "a\"", "\xc3\xa9", ".a" };
	char *name = calloc(1, 300);

	(void)state;
	memset(name, 'x', 256);
	for (size_t i = 0; i <= ARRAY_SIZE(names); i++) {
		int id = btf__add_struct(own, "s", 4);
		struct xdplab_type *type = NULL;

		btf__add_field(own, i < ARRAY_SIZE(names) ? names[i] : name,
			       WORD, 0, 0);
		assert_int_equal(value_type_make(&type, own, id, 4), 0);
		expect_print(type, "\0\0\0\0", XDPLAB_FORM_TEXT, "{}");
		assert_true(xdplab_value_is_exact(type, "\0\0\0\0"));
		assert_false(xdplab_value_is_exact(type, "\1\0\0\0"));
		value_type_free(type);
	}
	free(name);
}

static void of_enumerators_of_one_name_the_first_counts(void **state)
{
	int id = btf__add_enum(own, "e", 4);
	struct xdplab_type *type = NULL;
	uint32_t value = 2;

	(void)state;
	btf__add_enum_value(own, "A", 1);
	btf__add_enum_value(own, "A", 2);
	btf__add_enum_value(own, "B", 1);
	assert_int_equal(value_type_make(&type, own, id, 4), 0);
	expect_print(type, &value, XDPLAB_FORM_TEXT, "2");
	value = 1;
	expect_print(type, &value, XDPLAB_FORM_TEXT, "A");
	assert_int_equal(xdplab_value_parse(type, &value, "B", NULL), 0);
	assert_int_equal(value, 1);
	value_type_free(type);
}

/* ---- what is exact ---- */

static bool is_exact(const struct xdplab_type *type, unsigned char last)
{
	unsigned char value[64] = { 0 };

	value[type->size - 1] = last;
	return xdplab_value_is_exact(type, value);
}

static void padding_is_exact_while_it_is_zero(void **state)
{
	struct xdplab_type *type = NULL;
	int id = btf__add_struct(own, "s", 8);

	(void)state;
	btf__add_field(own, "m", WORD, 0, 0);
	assert_int_equal(value_type_make(&type, own, id, 8), 0);
	assert_true(is_exact(type, 0));
	assert_false(is_exact(type, 1));
	value_type_free(type);
}

static void a_nan_that_says_more_is_not_exact(void **state)
{
	struct xdplab_type *type = NULL;
	int id = btf__add_float(own, "double", 8);
	uint64_t value = 0x7ff8000000000000;

	(void)state;
	assert_int_equal(value_type_make(&type, own, id, 8), 0);
	assert_true(xdplab_value_is_exact(type, &value));
	value |= 1;
	assert_false(xdplab_value_is_exact(type, &value));
	value_type_free(type);
}

static void two_members_of_one_name_are_not_exact(void **state)
{
	struct xdplab_type *type = NULL;
	int id = btf__add_struct(own, "s", 8);

	(void)state;
	btf__add_field(own, "m", WORD, 0, 0);
	btf__add_field(own, "m", WORD, 32, 0);
	assert_int_equal(value_type_make(&type, own, id, 8), 0);
	assert_false(type->nodes->dense);
	value_type_free(type);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_type_that_there_is_not_is_bytes),
		TEST(a_type_without_a_size_is_bytes),
		TEST(a_member_that_is_not_within_its_struct_makes_it_bytes),
		TEST(a_bit_field_that_is_wider_than_its_type_makes_it_bytes),
		TEST(a_variable_that_is_not_within_its_section_makes_it_bytes),
		TEST(a_struct_that_is_in_itself_is_bytes),
		TEST(a_typedef_of_itself_is_bytes),
		TEST(a_pointer_to_itself_ends),
		TEST(what_is_too_deep_is_bytes),
		TEST(what_grows_without_bounds_is_bytes),
		TEST(an_array_is_not_made_of_nothing),
		TEST(a_union_that_would_fill_the_screen_is_bytes),
		TEST(members_of_a_name_that_is_none_are_not_shown),
		TEST(of_enumerators_of_one_name_the_first_counts),
		TEST(padding_is_exact_while_it_is_zero),
		TEST(a_nan_that_says_more_is_not_exact),
		TEST(two_members_of_one_name_are_not_exact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
