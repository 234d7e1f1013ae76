/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * random_type.h - types and bytes by chance
 *
 * XDPLAB_SEED begins with another type, XDPLAB_TYPES makes so many.
 */
#ifndef RANDOM_TYPE_H
#define RANDOM_TYPE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <bpf/btf.h>

#include "chance.h"

static unsigned long number_of(const char *variable, unsigned long otherwise)
{
	const char *text = getenv(variable);

	return text ? strtoul(text, NULL, 10) : otherwise;
}

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

#endif
