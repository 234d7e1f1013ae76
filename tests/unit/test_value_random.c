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
#include "../../lib/value.h"
#include <cmocka.h>

#include "chance.h"

#define TYPES  3000
#define VALUES 12
#define DEPTH  4

/* ---- chance ---- */

/* Bytes as they are in practice: small, text, all or nothing. */
static unsigned char some_byte(void)
{
	switch (below(4)) {
	case 0:
		return 0;
	case 1:
		return below(4);
	case 2:
		return ' ' + below(95);
	default:
		return chance();
	}
}

static void some_bytes(unsigned char *bytes, size_t size)
{
	bool text = one_in(4), random = one_in(3);

	for (size_t i = 0; i < size; i++)
		bytes[i] = random ? chance()
			   : text ? 'a' + below(26)
				  : some_byte();
}

/* ---- a type ---- */

struct made {
	int id;
	uint32_t size;
	bool is_int;   /* a bit-field can be of it */
	bool is_exact; /* there is no float in it */
	bool is_key;   /* its members' names are not its own */
};

static struct btf *btf;
static unsigned int serial;

static struct made make(int depth);

/* Names that say something, none twice. */
static const char *name(void)
{
	static const char *const words[] = { "addr", "ip6", "mac",  "port",
					     "src",  "x",   "name", "saddr6" };
	static char line[32];

	snprintf(line, sizeof(line), "%s_%u", words[below(ARRAY_SIZE(words))],
		 serial++);
	return line;
}

static struct made make_int(void)
{
	static const char *const aliases[] = { NULL, "__be16", "__be32",
					       "__be64", NULL };
	unsigned int order = below(5);
	uint32_t size = 1u << order;
	unsigned int encoding = one_in(2) ? BTF_INT_SIGNED : 0;
	struct made made = { .size = size,
			     .is_int = size < 16,
			     .is_exact = true };

	if (size == 1 && one_in(3))
		encoding = BTF_INT_BOOL;
	made.id = btf__add_int(btf, size == 1 && one_in(2) ? "char" : "int",
			       size, encoding);
	if (aliases[order] && one_in(3))
		made.id = btf__add_typedef(btf, aliases[order], made.id);
	return made;
}

static struct made make_float(void)
{
	uint32_t size = one_in(2) ? 4 : 8;

	return (struct made){ .size = size,
			      .id = btf__add_float(btf, "f", size) };
}

static struct made make_enum(void)
{
	uint32_t size = 1u << below(4);
	struct made made = { .size = size, .is_int = true, .is_exact = true };
	bool is_signed = one_in(2), wide = one_in(2);
	char line[16];

	if (wide)
		made.id = btf__add_enum64(btf, "e", size, is_signed);
	else
		made.id = btf__add_enum(btf, "e", size);
	for (unsigned int i = 0; i < below(6); i++) {
		uint64_t value = one_in(2) ? i : chance();

		snprintf(line, sizeof(line), "%s%u", one_in(3) ? "hex" : "E",
			 one_in(8) ? 0 : i);
		if (wide)
			btf__add_enum64_value(btf, line, value);
		else
			btf__add_enum_value(btf, line, (int32_t)value);
	}
	return made;
}

static struct made make_pointer(void)
{
	return (struct made){ .id = btf__add_ptr(btf, 0),
			      .size = 8,
			      .is_exact = true };
}

static struct made make_array(int depth)
{
	struct made of = make(depth - 1);
	uint32_t count = one_in(3) ? 6 : one_in(3) ? 16 : below(5);

	if (of.size > 64)
		count = below(3);
	return (struct made){
		.id = btf__add_array(btf, of.id, of.id, count),
		.size = of.size * count,
		.is_exact = of.is_exact,
	};
}

/* What a struct has so far. */
struct layout {
	struct made members[12];
	char names[12][32];
	uint32_t offsets[12], bits[12];
	unsigned int nr;
	uint64_t end;
};

static void place(struct layout *layout, struct made member)
{
	unsigned int i = layout->nr++;
	bool is_group = btf_is_composite(btf__type_by_id(btf, member.id));

	layout->members[i] = member;
	if (!is_group || member.is_key || one_in(2))
		snprintf(layout->names[i], 32, "%s", name());
	if (member.is_int && one_in(3))
		layout->bits[i] = 1 + below(member.size * 8);
	else
		layout->end = (layout->end + 7) / 8 * 8;
	if (one_in(5))
		layout->end += 8;
	layout->offsets[i] = layout->end;
	layout->end += layout->bits[i] ?: member.size * 8;
}

static struct made finish_struct(const struct layout *layout, uint32_t size)
{
	struct made made = { .size = size, .is_exact = true };

	made.id = btf__add_struct(btf, "s", size);
	for (unsigned int i = 0; i < layout->nr; i++) {
		btf__add_field(btf, layout->names[i], layout->members[i].id,
			       layout->offsets[i], layout->bits[i]);
		made.is_exact &= layout->members[i].is_exact;
	}
	return made;
}

static struct made make_struct(int depth)
{
	struct layout layout = { 0 };
	unsigned int nr = below(8);

	while (nr--)
		place(&layout, make(depth - 1));
	return finish_struct(&layout,
			     (layout.end + 7) / 8 + (one_in(4) ? 3 : 0));
}

static struct made make_union(int depth)
{
	struct made members[4], made = { .is_exact = true };
	unsigned int nr = 1 + below(4);

	for (unsigned int i = 0; i < nr; i++) {
		members[i] = make(depth - 1);
		if (members[i].size > made.size)
			made.size = members[i].size;
		made.is_exact &= members[i].is_exact;
	}
	made.id = btf__add_union(btf, "u", made.size);
	for (unsigned int i = 0; i < nr; i++)
		btf__add_field(btf, name(), members[i].id, 0, 0);
	return made;
}

static struct made make_key(void)
{
	int word = btf__add_int(btf, "unsigned int", 4, 0);
	int byte = btf__add_int(btf, "unsigned char", 1, 0);
	uint32_t length = one_in(2) ? 4 : 16;
	struct made made = { .size = 4 + length,
			     .is_exact = true,
			     .is_key = true };

	byte = btf__add_array(btf, word, byte, length);
	made.id = btf__add_struct(btf, "key", made.size);
	btf__add_field(btf, "prefixlen", word, 0, 0);
	btf__add_field(btf, "data", byte, 32, 0);
	return made;
}

static struct made make(int depth)
{
	switch (below(depth > 0 ? 12 : 6)) {
	case 0:
		return make_enum();
	case 1:
		return make_pointer();
	case 2:
		return one_in(2) ? make_float() : make_key();
	case 6:
	case 7:
		return make_array(depth);
	case 8:
	case 9:
	case 10:
		return make_struct(depth);
	case 11:
		return make_union(depth);
	default:
		return make_int();
	}
}

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

static unsigned long number_of(const char *variable, unsigned long otherwise)
{
	const char *text = getenv(variable);

	return text ? strtoul(text, NULL, 10) : otherwise;
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
