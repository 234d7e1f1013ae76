// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_value_btf - any bytes as the BTF of a value
 *
 * Each type that btf_defect() let pass is that of a value of as many bytes as
 * it says, and of some more.
 */
#include <stdlib.h>
#include <string.h>

#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "../../lib/internal.h"
#include "../../lib/prog/elf.h"
#include "../../lib/value/value.h"

/* Types are many, and most are small. */
#define SIZE_MOST 4096

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t room,
			       unsigned int seed);
/* libFuzzer's own. */
size_t LLVMFuzzerMutate(uint8_t *bytes, size_t size, size_t room);

__attribute__((constructor)) static void silence_libbpf(void)
{
	libbpf_set_print(NULL);
}

/* ---- where to begin ---- */

static void add_enums(struct btf *btf)
{
	btf__add_enum(btf, "mode", 4);
	btf__add_enum_value(btf, "OFF", 0);
	btf__add_enum_value(btf, "hex", 1);
	btf__add_enum64(btf, "large", 8, true);
	btf__add_enum64_value(btf, "LESS", -1);
}

/* A struct that has one of each kind. */
static struct btf *whole(void)
{
	static const char *const names[] = { "saddr", "saddr6", "mac",
					     "name",  "",	"bits" };
	struct btf *btf = btf__new_empty();
	int word = btf__add_int(btf, "unsigned int", 4, 0);
	int octet = btf__add_int(btf, "unsigned char", 1, 0);
	int letter = btf__add_int(btf, "char", 1, BTF_INT_SIGNED);
	int pointer = btf__add_ptr(btf, 0);
	int real = btf__add_float(btf, "double", 8);
	int types[ARRAY_SIZE(names)], all, variable;

	add_enums(btf);
	types[0] = btf__add_typedef(btf, "__be32", word);
	types[1] = btf__add_array(btf, word, word, 4);
	types[2] = btf__add_array(btf, word, octet, 6);
	types[3] = btf__add_array(btf, word, letter, 6);
	types[4] = btf__add_union(btf, "", 8);
	btf__add_field(btf, "pointer", pointer, 0, 0);
	btf__add_field(btf, "double", real, 0, 0);
	types[5] = word;
	all = btf__add_struct(btf, "all", 64);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		btf__add_field(btf, names[i], types[i], 64 * i, i == 5 ? 3 : 0);
	btf__add_decl_tag(btf, "number", all, 2);
	variable = btf__add_var(btf, "v", BTF_VAR_STATIC, all);
	btf__add_datasec(btf, ".data", 64);
	btf__add_datasec_var_info(btf, variable, 0, 64);
	return btf;
}

/* Without one libFuzzer would not find to a BTF: it does not see into libbpf,
 * which refuses nearly all that is none. */
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t room,
			       unsigned int seed)
{
	struct btf *btf;
	const void *raw;
	__u32 length;

	(void)seed;
	if (size >= sizeof(struct btf_header))
		return LLVMFuzzerMutate(bytes, size, room);
	btf = whole();
	raw = btf__raw_data(btf, &length);
	size = length < room ? length : room;
	memcpy(bytes, raw, size);
	btf__free(btf);
	return size;
}

/* ---- what holds for all of them ---- */

static void check_form(const struct xdplab_type *type, const void *value,
		       enum xdplab_form form, bool exact)
{
	struct xdplab_text text = { 0 };
	unsigned char *back = malloc(type->size + 1);

	xdplab_value_print(type, value, form, &text);
	if (text.lost || !back || strlen(text.bytes) != text.length)
		abort();
	if (exact && (xdplab_value_parse(type, back, text.bytes, NULL) ||
		      memcmp(back, value, type->size)))
		abort();
	free(back);
	xdplab_text_free(&text);
}

static bool read_field(const char *path, const struct xdplab_field *field,
		       void *arg)
{
	struct xdplab_field found;
	const struct xdplab_type *const *type = arg;
	unsigned char *value = calloc(1, (*type)->size + 1);

	xdplab_field_read(field, value);
	(void)xdplab_field_find(*type, path, &found);
	free(value);
	return true;
}

static void check_type(const struct btf *btf, uint32_t id, size_t size,
		       const uint8_t *bytes, size_t nr)
{
	struct xdplab_text text = { 0 };
	struct xdplab_type *type = NULL;
	unsigned char *value = malloc(size + 1);
	bool exact;

	if (value_type_make(&type, btf, id, size) || !value)
		abort();
	for (size_t i = 0; i < size; i++)
		value[i] = bytes[(i * 7 + id) % nr];
	exact = xdplab_value_is_exact(type, value);
	check_form(type, value, XDPLAB_FORM_TEXT, exact);
	check_form(type, value, XDPLAB_FORM_JSON, exact);
	xdplab_type_describe(type, &text);
	if (size < 256)
		xdplab_field_each(type, read_field, &type);
	xdplab_text_free(&text);
	value_type_free(type);
	free(value);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct btf *btf;

	if (btf_defect(bytes, size))
		return 0;
	btf = btf__new(bytes, size);
	if (!btf)
		abort();
	for (__u32 id = 1; id < btf__type_cnt(btf) && id < 64; id++) {
		int64_t length = btf__resolve_size(btf, id);

		if (btf_is_datasec(btf__type_by_id(btf, id)))
			length = btf__type_by_id(btf, id)->size;
		if (length < 0 || length > SIZE_MOST)
			continue;
		check_type(btf, id, length, bytes, size);
		check_type(btf, id, length + 16, bytes, size);
	}
	btf__free(btf);
	return 0;
}
