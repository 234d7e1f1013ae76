// SPDX-License-Identifier: GPL-2.0-only
/* test_elf_btf - BTF that refers to what it does not have, and to itself */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/btf.h>

/* First: cmocka has a macro of the name of our fail(). */
#include "../../lib/internal.h"
#include "../../lib/prog/elf.h"
#include <cmocka.h>

#define UNREADABLE "damaged: its BTF cannot be read"
#define ENDLESS	   "damaged: its BTF has a recursive type"

/* One type of each kind; its id is the kind. */
static struct btf *every_kind(void)
{
	struct btf *btf = btf__new_empty();

	btf__add_int(btf, "int", 4, BTF_INT_SIGNED);
	btf__add_ptr(btf, BTF_KIND_INT);
	btf__add_array(btf, BTF_KIND_INT, BTF_KIND_INT, 2);
	btf__add_struct(btf, "struct", 4);
	btf__add_field(btf, "member", BTF_KIND_INT, 0, 0);
	btf__add_union(btf, "union", 4);
	btf__add_field(btf, "member", BTF_KIND_INT, 0, 0);
	btf__add_enum(btf, "enum", 4);
	btf__add_enum_value(btf, "value", 1);
	btf__add_fwd(btf, "fwd", BTF_FWD_STRUCT);
	btf__add_typedef(btf, "typedef", BTF_KIND_INT);
	btf__add_volatile(btf, BTF_KIND_INT);
	btf__add_const(btf, BTF_KIND_INT);
	btf__add_restrict(btf, BTF_KIND_INT);
	btf__add_func(btf, "func", BTF_FUNC_GLOBAL, BTF_KIND_FUNC_PROTO);
	btf__add_func_proto(btf, BTF_KIND_INT);
	btf__add_func_param(btf, "param", BTF_KIND_INT);
	btf__add_var(btf, "var", BTF_VAR_GLOBAL_ALLOCATED, BTF_KIND_INT);
	btf__add_datasec(btf, ".data", 4);
	btf__add_datasec_var_info(btf, BTF_KIND_VAR, 0, 4);
	btf__add_float(btf, "float", 4);
	btf__add_decl_tag(btf, "decl_tag", BTF_KIND_VAR, -1);
	btf__add_type_tag(btf, "type_tag", BTF_KIND_INT);
	btf__add_enum64(btf, "enum64", 8, true);
	btf__add_enum64_value(btf, "value", 1);
	assert_int_equal(btf__type_cnt(btf), BTF_KIND_ENUM64 + 1);
	return btf;
}

/* Read back, as then what is written to a type is written to the raw data. */
static int setup(void **state)
{
	struct btf *made = every_kind();
	__u32 size;
	const void *bytes = btf__raw_data(made, &size);

	*state = btf__new(bytes, size);
	btf__free(made);
	return 0;
}

static int teardown(void **state)
{
	btf__free(*state);
	return 0;
}

static void expect(const struct btf *btf, const char *defect)
{
	__u32 size;
	const void *bytes = btf__raw_data(btf, &size);
	const char *found = btf_defect(bytes, size);

	if (defect && found)
		assert_string_equal(found, defect);
	else
		assert_ptr_equal(found, defect);
}

/* One of the 32 bits of a type: by their offset in its head ... */
#define HEAD(member) offsetof(struct btf_type, member)
/* ... or in the first entry behind it. */
#define ENTRY(entry, member)                                                   \
	(sizeof(struct btf_type) + offsetof(struct entry, member))

static __u32 *word_at(struct btf *btf, __u32 kind, size_t offset)
{
	return (__u32 *)((char *)btf__type_by_id(btf, kind) + offset);
}

static void every_kind_is_accepted(void **state)
{
	expect(*state, NULL);
}

static void a_type_that_there_is_not_is_damage(void **state)
{
	static const struct {
		__u32 kind;
		size_t offset;
	} references[] = {
		{ BTF_KIND_PTR, HEAD(type) },
		{ BTF_KIND_ARRAY, ENTRY(btf_array, type) },
		{ BTF_KIND_ARRAY, ENTRY(btf_array, index_type) },
		{ BTF_KIND_STRUCT, ENTRY(btf_member, type) },
		{ BTF_KIND_UNION, ENTRY(btf_member, type) },
		{ BTF_KIND_TYPEDEF, HEAD(type) },
		{ BTF_KIND_VOLATILE, HEAD(type) },
		{ BTF_KIND_CONST, HEAD(type) },
		{ BTF_KIND_RESTRICT, HEAD(type) },
		{ BTF_KIND_FUNC, HEAD(type) },
		{ BTF_KIND_FUNC_PROTO, HEAD(type) },
		{ BTF_KIND_FUNC_PROTO, ENTRY(btf_param, type) },
		{ BTF_KIND_VAR, HEAD(type) },
		{ BTF_KIND_DATASEC, ENTRY(btf_var_secinfo, type) },
		{ BTF_KIND_DECL_TAG, HEAD(type) },
		{ BTF_KIND_TYPE_TAG, HEAD(type) },
	};
	struct btf *btf = *state;

	for (size_t i = 0; i < ARRAY_SIZE(references); i++) {
		__u32 *id =
			word_at(btf, references[i].kind, references[i].offset);
		__u32 kept = *id;

		*id = btf__type_cnt(btf);
		expect(btf, UNREADABLE);
		*id = UINT32_MAX;
		expect(btf, UNREADABLE);
		*id = kept;
		expect(btf, NULL);
	}
}

static void expect_name(struct btf *btf, __u32 kind, size_t offset)
{
	__u32 *name = word_at(btf, kind, offset);
	__u32 kept = *name, size;
	const struct btf_header *header = btf__raw_data(btf, &size);

	*name = header->str_len;
	expect(btf, UNREADABLE);
	*name = UINT32_MAX;
	expect(btf, UNREADABLE);
	*name = kept;
	expect(btf, NULL);
}

static void a_name_that_there_is_not_is_damage(void **state)
{
	for (__u32 kind = BTF_KIND_INT; kind <= BTF_KIND_ENUM64; kind++)
		expect_name(*state, kind, HEAD(name_off));
	expect_name(*state, BTF_KIND_STRUCT, ENTRY(btf_member, name_off));
	expect_name(*state, BTF_KIND_UNION, ENTRY(btf_member, name_off));
	expect_name(*state, BTF_KIND_ENUM, ENTRY(btf_enum, name_off));
	expect_name(*state, BTF_KIND_ENUM64, ENTRY(btf_enum64, name_off));
	expect_name(*state, BTF_KIND_FUNC_PROTO, ENTRY(btf_param, name_off));
}

static void a_type_that_is_itself_is_damage(void **state)
{
	static const __u32 kinds[] = { BTF_KIND_TYPEDEF, BTF_KIND_VOLATILE,
				       BTF_KIND_CONST, BTF_KIND_RESTRICT,
				       BTF_KIND_TYPE_TAG };
	struct btf *btf = *state;

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		__u32 *id = word_at(btf, kinds[i], HEAD(type));

		*id = kinds[i];
		expect(btf, ENDLESS);
		*id = BTF_KIND_INT;
		expect(btf, NULL);
	}
	*word_at(btf, BTF_KIND_CONST, HEAD(type)) = BTF_KIND_TYPEDEF;
	expect(btf, NULL);
	*word_at(btf, BTF_KIND_TYPEDEF, HEAD(type)) = BTF_KIND_CONST;
	expect(btf, ENDLESS);
}

static void a_pointer_to_its_own_type_is_none(void **state)
{
	struct btf *btf = *state;

	*word_at(btf, BTF_KIND_STRUCT, ENTRY(btf_member, type)) = BTF_KIND_PTR;
	*word_at(btf, BTF_KIND_PTR, HEAD(type)) = BTF_KIND_STRUCT;
	expect(btf, NULL);
}

static void so_many_typedefs_in_a_row_are_damage(void **state)
{
	struct btf *btf = *state;
	int id = BTF_KIND_INT;

	for (int i = 0; i < 32; i++)
		id = btf__add_const(btf, id);
	expect(btf, NULL);
	btf__add_const(btf, id);
	expect(btf, ENDLESS);
}

static void it_is_seen_wherever_it_is_cut(void **state)
{
	__u32 whole;
	const void *bytes = btf__raw_data(*state, &whole);

	for (__u32 size = 0; size < whole; size++) {
		void *cut = malloc(size + 1);

		memcpy(cut, bytes, size);
		assert_string_equal(btf_defect(cut, size), UNREADABLE);
		free(cut);
	}
}

static void a_header_of_an_odd_length_is_damage(void **state)
{
	__u32 size;
	const void *bytes = btf__raw_data(*state, &size);
	char *odd = calloc(1, size + 1);
	struct btf_header *header = (struct btf_header *)odd;

	memcpy(odd, bytes, sizeof(*header));
	header->hdr_len++;
	memcpy(odd + header->hdr_len, (char *)bytes + sizeof(*header),
	       size - sizeof(*header));
	assert_string_equal(btf_defect(odd, size + 1), UNREADABLE);
	free(odd);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_kind_is_accepted),
		TEST(a_type_that_there_is_not_is_damage),
		TEST(a_name_that_there_is_not_is_damage),
		TEST(a_type_that_is_itself_is_damage),
		TEST(a_pointer_to_its_own_type_is_none),
		TEST(so_many_typedefs_in_a_row_are_damage),
		TEST(it_is_seen_wherever_it_is_cut),
		TEST(a_header_of_an_odd_length_is_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
