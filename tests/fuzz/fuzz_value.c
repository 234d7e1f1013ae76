// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_value - any text as a value, or as the value of a field
 *
 * What is read is printed, and must then be read as the same.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/btf.h>

#include "../../lib/internal.h"
#include "../../lib/value/value.h"

#define SIZE 160

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t room,
			       unsigned int seed);
/* libFuzzer's own. */
size_t LLVMFuzzerMutate(uint8_t *bytes, size_t size, size_t room);

static struct xdplab_type *type;

/* ---- a type that has one of each kind ---- */

static struct btf *btf;

static void add(const char *name, int id, unsigned int offset,
		unsigned int bits)
{
	btf__add_field(btf, name, id, offset, bits);
}

static int make_mode(void)
{
	int id = btf__add_enum(btf, "mode", 4);

	btf__add_enum_value(btf, "OFF", 0);
	btf__add_enum_value(btf, "hex", 1);
	btf__add_enum_value(btf, "STRICT", 7);
	return id;
}

static int make_key(int word, int octet)
{
	int data = btf__add_array(btf, word, octet, 4);
	int id = btf__add_struct(btf, "key", 8);

	add("prefixlen", word, 0, 0);
	add("data", data, 32, 0);
	return id;
}

static int make_part(int word, int quad)
{
	int id = btf__add_union(btf, "part", 8);

	add("half", word, 0, 0);
	add("whole", quad, 0, 0);
	return id;
}

static uint32_t make_all(void)
{
	int word = btf__add_int(btf, "unsigned int", 4, 0);
	int octet = btf__add_int(btf, "unsigned char", 1, 0);
	int letter = btf__add_int(btf, "char", 1, BTF_INT_SIGNED);
	int quad = btf__add_int(btf, "long", 8, BTF_INT_SIGNED);
	int wide = btf__add_int(btf, "__int128", 16, 0);
	int boolean = btf__add_int(btf, "_Bool", 1, BTF_INT_BOOL);
	int mode = make_mode(), key = make_key(word, octet);
	int part = make_part(word, quad);
	int address = btf__add_typedef(btf, "__be32", word);
	int address6 = btf__add_array(btf, word, word, 4);
	int mac = btf__add_array(btf, word, octet, 6);
	int name = btf__add_array(btf, word, letter, 10);
	int real = btf__add_float(btf, "double", 8);
	int single = btf__add_float(btf, "float", 4);
	int keys = btf__add_array(btf, word, key, 2);
	int numbers = btf__add_array(btf, word, quad, 4);
	int id = btf__add_struct(btf, "all", SIZE);

	add("word", word, 0, 0);
	add("saddr", address, 32, 0);
	add("saddr6", address6, 64, 0);
	add("mac", mac, 192, 0);
	add("name", name, 240, 0);
	add("quad", quad, 320, 0);
	add("wide", wide, 384, 0);
	add("real", real, 512, 0);
	add("single", single, 576, 0);
	add("mode", mode, 608, 0);
	add("yes", boolean, 640, 0);
	add("three", word, 648, 3);
	add("five", quad, 651, 5);
	add("letter", letter, 656, 0);
	add("keys", keys, 704, 0);
	add("", part, 832, 0);
	add("func.part", part, 896, 0);
	add("numbers", numbers, 960, 0);
	return id;
}

__attribute__((constructor)) static void make(void)
{
	btf = btf__new_empty();
	if (value_type_make(&type, btf, make_all(), SIZE) ||
	    type->nodes->kind != VALUE_STRUCT)
		abort();
	btf__free(btf);
}

/* It begins with a whole value, in one form or the other. */
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t room,
			       unsigned int seed)
{
	static const unsigned char zeros[SIZE];
	struct xdplab_text text = { 0 };

	if (size > 1)
		return LLVMFuzzerMutate(bytes, size, room);
	xdplab_value_print(type, zeros, seed % 2, &text);
	size = text.length < room ? text.length : room;
	memcpy(bytes, text.bytes, size);
	xdplab_text_free(&text);
	return size;
}

/* ---- what holds for any text ---- */

static void check_again(const unsigned char *value)
{
	struct xdplab_text text = { 0 };
	unsigned char back[SIZE];
	bool exact = xdplab_value_is_exact(type, value);

	for (int form = XDPLAB_FORM_TEXT; form <= XDPLAB_FORM_JSON; form++) {
		text.length = 0;
		xdplab_value_print(type, value, form, &text);
		if (xdplab_value_parse(type, back, text.bytes, NULL) ||
		    (exact && memcmp(back, value, SIZE)))
			abort();
	}
	xdplab_text_free(&text);
}

static void check_failed(int err, const unsigned char *value)
{
	for (size_t i = 0; i < SIZE; i++)
		if (value[i] != 0x5a)
			abort();
	if ((err != -EINVAL && err != -ERANGE) || !*xdplab_error())
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char *input = strndup((const char *)bytes, size);
	unsigned char value[SIZE];
	struct xdplab_field field;
	const char *end = NULL;
	int err;

	memset(value, 0x5a, SIZE);
	err = xdplab_value_parse(type, value, input, &end);
	if (end < input || end > input + strlen(input))
		abort();
	if (err)
		check_failed(err, value);
	else
		check_again(value);
	memset(value, 0x5a, SIZE);
	err = xdplab_value_assign(type, value, input);
	if (err)
		check_failed(err, value);
	else
		check_again(value);
	(void)xdplab_field_find(type, input, &field);
	free(input);
	return 0;
}
