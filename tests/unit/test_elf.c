// SPDX-License-Identifier: GPL-2.0-only
/* test_elf - complete BPF objects, and each way of not being one */
#include <elf.h>
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/btf.h>

/* First: cmocka has a macro of the name of our fail(). */
#include "../../lib/internal.h"
#include "../../lib/prog/elf.h"
#include <cmocka.h>

/* The bytes of a real object, in a block of just their size, so that a look
 * beyond the end is seen by the address sanitizer. */
struct object {
	size_t size;
	char *bytes;
};

static struct object read_object(const char *path)
{
	struct object object = { 0 };
	FILE *file = fopen(path, "re");

	if (!file)
		fail_msg("%s is not there", path);
	assert_int_equal(fseek(file, 0, SEEK_END), 0);
	object.size = ftell(file);
	rewind(file);
	object.bytes = malloc(object.size);
	assert_int_equal(fread(object.bytes, object.size, 1, file), 1);
	fclose(file);
	return object;
}

static const char *test_object(char *path, size_t size, const char *name)
{
	const char *build = getenv("B");

	snprintf(path, size, "%s/tests/bpf/%s.o", build ? build : "build",
		 name);
	return path;
}

static int setup(void **state)
{
	static struct object object;
	char path[256];

	object = read_object(test_object(path, sizeof(path), "pass"));
	*state = &object;
	return 0;
}

static int teardown(void **state)
{
	struct object *object = *state;

	free(object->bytes);
	return 0;
}

static Elf64_Ehdr *header_of(struct object *object)
{
	return (Elf64_Ehdr *)object->bytes;
}

static Elf64_Shdr *section_of(struct object *object, size_t index)
{
	return (Elf64_Shdr *)(object->bytes + header_of(object)->e_shoff) +
	       index;
}

static void expect(const struct object *object, const char *defect)
{
	const char *found = elf_defect(object->bytes, object->size);

	if (defect && found)
		assert_string_equal(found, defect);
	else
		assert_ptr_equal(found, defect);
}

static void what_clang_makes_is_complete(void **state)
{
	char pattern[256];
	glob_t paths;

	(void)state;
	test_object(pattern, sizeof(pattern), "*");
	assert_int_equal(glob(pattern, 0, NULL, &paths), 0);
	for (size_t i = 0; i < paths.gl_pathc; i++) {
		struct object object = read_object(paths.gl_pathv[i]);

		expect(&object, NULL);
		free(object.bytes);
	}
	globfree(&paths);
}

static void it_is_seen_wherever_it_is_cut(void **state)
{
	struct object *whole = *state;

	for (size_t size = 1; size < whole->size; size++) {
		struct object cut = { .size = size, .bytes = malloc(size) };

		memcpy(cut.bytes, whole->bytes, size);
		expect(&cut, size < SELFMAG ? "not an ELF file" : "truncated");
		free(cut.bytes);
	}
}

static void it_need_not_be_aligned(void **state)
{
	struct object *object = *state;
	char *moved = malloc(object->size + 1);

	memcpy(moved + 1, object->bytes, object->size);
	assert_null(elf_defect(moved + 1, object->size));
	free(moved);
}

static void text_is_no_elf_file(void **state)
{
	static char text[] = "int xdp_pass(struct xdp_md *ctx);\n";
	const struct object file = { sizeof(text), text }, empty = { 0, text };

	(void)state;
	expect(&file, "not an ELF file");
	expect(&empty, "not an ELF file");
}

static void this_program_is_none_for_bpf(void **state)
{
	struct object self = read_object("/proc/self/exe");

	(void)state;
	expect(&self, "compiled for another architecture, not for BPF");
	free(self.bytes);
}

static void a_32_bit_object_is_refused(void **state)
{
	struct object *object = *state;

	header_of(object)->e_ident[EI_CLASS] = ELFCLASS32;
	expect(object, "a 32 bit ELF file, not an object for BPF");
}

static void the_other_byte_order_is_refused(void **state)
{
	struct object *object = *state;

	header_of(object)->e_ident[EI_DATA] ^= ELFDATA2LSB ^ ELFDATA2MSB;
	expect(object, "compiled for the other byte order");
}

static void a_linked_file_is_refused(void **state)
{
	struct object *object = *state;

	header_of(object)->e_type = ET_EXEC;
	expect(object, "not a relocatable object");
	header_of(object)->e_type = ET_CORE;
	expect(object, "not a relocatable object");
}

static void no_sections_are_refused(void **state)
{
	struct object *object = *state;

	header_of(object)->e_shnum = 0;
	expect(object, "has no sections");
}

static void sections_of_another_size_are_refused(void **state)
{
	struct object *object = *state;

	header_of(object)->e_shentsize--;
	expect(object, "has no sections");
}

static void more_sections_than_there_are_is_truncated(void **state)
{
	struct object *object = *state;

	header_of(object)->e_shnum++;
	expect(object, "truncated");
	header_of(object)->e_shnum = UINT16_MAX;
	expect(object, "truncated");
}

static void section_headers_beyond_the_end_are_truncated(void **state)
{
	static const uint64_t beyond[] = { 1ull << 32, UINT64_MAX - 8,
					   UINT64_MAX };
	struct object *object = *state;

	header_of(object)->e_shoff++;
	expect(object, "truncated");
	for (size_t i = 0; i < ARRAY_SIZE(beyond); i++) {
		header_of(object)->e_shoff = beyond[i];
		expect(object, "truncated");
	}
}

static void missing_section_names_are_damage(void **state)
{
	struct object *object = *state;

	header_of(object)->e_shstrndx = header_of(object)->e_shnum;
	expect(object, "damaged: the section names are missing");
	header_of(object)->e_shstrndx = UINT16_MAX;
	expect(object, "damaged: the section names are missing");
}

static void any_section_beyond_the_end_is_truncated(void **state)
{
	struct object *object = *state;
	const struct {
		uint64_t offset, size;
	} places[] = {
		{ object->size, 1 },	    { 0, object->size + 1 },
		{ object->size + 1, 0 },    { UINT64_MAX, 1 },
		{ UINT64_MAX - 7, 16 },	    { 8, UINT64_MAX },
		{ 1ull << 63, 1ull << 63 }, { UINT64_MAX, UINT64_MAX },
	};

	for (size_t i = 0; i < header_of(object)->e_shnum; i++) {
		Elf64_Shdr *section = section_of(object, i), kept = *section;

		for (size_t j = 0; j < ARRAY_SIZE(places); j++) {
			section->sh_offset = places[j].offset;
			section->sh_size = places[j].size;
			expect(object, "truncated");
		}
		*section = kept;
		expect(object, NULL);
	}
}

static void a_section_may_end_where_the_file_ends(void **state)
{
	struct object *object = *state;

	section_of(object, 1)->sh_offset = 0;
	section_of(object, 1)->sh_size = object->size;
	expect(object, NULL);
	section_of(object, 1)->sh_offset = object->size;
	section_of(object, 1)->sh_size = 0;
	expect(object, NULL);
}

static void a_section_without_bytes_may_be_of_any_size(void **state)
{
	struct object *object = *state;

	section_of(object, 2)->sh_type = SHT_NOBITS;
	section_of(object, 2)->sh_size = UINT64_MAX;
	expect(object, NULL);
}

static Elf64_Shdr *find_btf(struct object *object)
{
	const char *names =
		object->bytes +
		section_of(object, header_of(object)->e_shstrndx)->sh_offset;
	size_t i = 1;

	while (strcmp(names + section_of(object, i)->sh_name, ".BTF"))
		i++;
	return section_of(object, i);
}

static void damaged_btf_is_damage(void **state)
{
	struct object *object = *state;
	struct btf_header *btf =
		(void *)(object->bytes + find_btf(object)->sh_offset);
	struct btf_type *type = (void *)((char *)(btf + 1) + btf->type_off);

	type->name_off += btf->str_len;
	expect(object, "damaged: its BTF cannot be read");
	type->name_off -= btf->str_len;
	expect(object, NULL);
	type->info = BTF_KIND_CONST << 24;
	type->type = 1;
	expect(object, "damaged: its BTF has a recursive type");
}

static void the_last_btf_of_several_counts(void **state)
{
	struct object *object = *state;
	Elf64_Shdr *btf = find_btf(object), *before = btf - 1, *after = btf + 1;

	*before = *btf;
	before->sh_size--;
	expect(object, NULL);
	*after = *before;
	expect(object, "damaged: its BTF cannot be read");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_clang_makes_is_complete),
		TEST(it_is_seen_wherever_it_is_cut),
		TEST(it_need_not_be_aligned),
		TEST(text_is_no_elf_file),
		TEST(this_program_is_none_for_bpf),
		TEST(a_32_bit_object_is_refused),
		TEST(the_other_byte_order_is_refused),
		TEST(a_linked_file_is_refused),
		TEST(no_sections_are_refused),
		TEST(sections_of_another_size_are_refused),
		TEST(more_sections_than_there_are_is_truncated),
		TEST(section_headers_beyond_the_end_are_truncated),
		TEST(missing_section_names_are_damage),
		TEST(any_section_beyond_the_end_is_truncated),
		TEST(a_section_may_end_where_the_file_ends),
		TEST(a_section_without_bytes_may_be_of_any_size),
		TEST(damaged_btf_is_damage),
		TEST(the_last_btf_of_several_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
