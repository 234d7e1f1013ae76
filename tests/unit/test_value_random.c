// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_value_random - values of random types come back as they were
 *
 * XDPLAB_SEED begins with another type, XDPLAB_TYPES makes so many.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/btf.h>
#include <jansson.h>

/* First: cmocka has a macro of the name of our fail(). */
#include "../../lib/internal.h"
#include "../../lib/value/value.h"
#include <cmocka.h>

#include "random_type.h"

#define TYPES  3000
#define VALUES 12
#define DEPTH  4

/* ---- which of its bits mean something ---- */

static void cover_bits(unsigned char *mask, uint64_t from, uint64_t nr)
{
	for (; nr--; from++)
		mask[from / 8] |= __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
					  ? 0x80 >> from % 8
					  : 1 << from % 8;
}

static void cover(unsigned char *mask, int id, uint64_t at)
{
	const struct btf_type *type;
	int64_t size;

	id = btf__resolve_type(btf, id);
	type = btf__type_by_id(btf, id);
	if (btf_is_array(type)) {
		size = btf__resolve_size(btf, btf_array(type)->type);
		for (uint32_t i = 0; i < btf_array(type)->nelems; i++)
			cover(mask, btf_array(type)->type, at + i * size * 8);
		return;
	}
	if (!btf_is_composite(type)) {
		size = btf_is_ptr(type) ? 8 : btf__resolve_size(btf, id);
		cover_bits(mask, at, size * 8);
		return;
	}
	for (int i = 0; i < btf_vlen(type); i++) {
		uint32_t bits = btf_member_bitfield_size(type, i);
		uint64_t member = at + btf_member_bit_offset(type, i);

		if (bits)
			cover_bits(mask, member, bits);
		else
			cover(mask, btf_members(type)[i].type, member);
	}
}

/* ---- what must hold ---- */

static void show(const struct xdplab_type *type, const char *printed,
		 const char *what)
{
	struct xdplab_text text = { 0 };

	xdplab_type_describe(type, &text);
	print_message("%s: %s\n%s\n", what, text.bytes, printed);
	xdplab_text_free(&text);
}

static void check_json(const struct xdplab_type *type, const char *printed)
{
	json_error_t error;
	json_t *json =
		json_loads(printed,
			   JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL |
				   JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL,
			   &error);

	if (!json)
		show(type, printed, error.text);
	assert_non_null(json);
	json_decref(json);
}

static void check_back(const struct xdplab_type *type, const void *value,
		       enum xdplab_form form, bool exact)
{
	struct xdplab_text text = { 0 };
	unsigned char *back = malloc(type->size + 1);
	int err;

	xdplab_value_print(type, value, form, &text);
	if (form == XDPLAB_FORM_JSON)
		check_json(type, text.bytes);
	err = xdplab_value_parse(type, back, text.bytes, NULL);
	if (err || (exact && memcmp(back, value, type->size)))
		show(type, text.bytes, err ? xdplab_error() : "not the same");
	assert_int_equal(err, 0);
	if (exact)
		assert_memory_equal(back, value, type->size);
	free(back);
	xdplab_text_free(&text);
}

static void check_value(const struct xdplab_type *type, const void *value,
			bool must_be_exact)
{
	bool exact = xdplab_value_is_exact(type, value);

	if (must_be_exact)
		assert_true(exact);
	check_back(type, value, XDPLAB_FORM_TEXT, exact);
	check_back(type, value, XDPLAB_FORM_JSON, exact);
}

static void check_type(struct made made)
{
	unsigned char *value = malloc(made.size + 1);
	unsigned char *mask = calloc(1, made.size + 1);
	struct xdplab_type *type = NULL;

	assert_int_equal(value_type_make(&type, btf, made.id, made.size), 0);
	assert_true(type->nodes->kind != VALUE_BYTES);
	cover(mask, made.id, 0);
	if (type->nodes->dense)
		for (uint32_t i = 0; i < made.size; i++)
			assert_int_equal(mask[i], 0xff);
	for (int i = 0; i < VALUES; i++) {
		some_bytes(value, made.size);
		for (uint32_t at = 0; at < made.size; at++)
			value[at] &= mask[at];
		check_value(type, value, made.is_exact);
	}
	value_type_free(type);
	free(mask);
	free(value);
}

static void values_of_any_type_are_the_same_after_print_and_parse(void **state)
{
	unsigned long seed = number_of("XDPLAB_SEED", 1);
	unsigned long end = seed + number_of("XDPLAB_TYPES", TYPES);

	(void)state;
	for (; seed < end; seed++) {
		struct made made;

		state_of_chance = seed;
		btf = btf__new_empty();
		made = make(DEPTH);
		if (made.size && made.size < 4096)
			check_type(made);
		btf__free(btf);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			values_of_any_type_are_the_same_after_print_and_parse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
