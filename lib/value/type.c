// SPDX-License-Identifier: LGPL-2.1-only
/*
 * type - compiles a BTF type into the tree that values are read by
 *
 * BTF of an object file may say anything: a type whose members are not within
 * it, or that is too deep, too large or never ends, is plain bytes.
 */
#include <errno.h>
#include <stdlib.h>

#include "internal.h"
#include "make.h"
#include "parse.h"

/* Unions show the same bytes several times; a value may become that many
 * fields, and these for each of its bytes besides. */
#define FIELDS_MAX     4096
#define FIELDS_OF_BYTE 16

static const char *name_at(const struct btf *btf, __u32 offset)
{
	return btf__name_by_offset(btf, offset) ?: "";
}

/* ---- what is under modifiers and typedefs ---- */

static bool is_network_order(const char *name)
{
	return !strcmp(name, "__be16") || !strcmp(name, "__be32") ||
	       !strcmp(name, "__be64") || !strcmp(name, "in_port_t");
}

static void see_typedef(struct value_maker *m, struct value_source *source,
			__u32 id, const struct btf_type *type)
{
	const char *name = name_at(m->btf, type->name_off);
	const char *tag = value_tag(m, id, -1);

	if (*tag && !*source->hints.tag)
		source->hints.tag = tag;
	if (is_network_order(name))
		source->hints.big_endian = true;
	if (!strcmp(name, "in_addr_t"))
		source->hints.ipv4 = true;
	if (!source->alias && value_is_name(name))
		source->alias = name;
}

/* Makes `source` the type under its modifiers; NULL if there is none. */
static const struct btf_type *resolve(struct value_maker *m,
				      struct value_source *source)
{
	const struct btf_type *type = btf__type_by_id(m->btf, source->id);

	source->alias = NULL;
	for (int i = 0; i <= VALUE_DEPTH_MAX; i++) {
		if (!type || !(btf_is_mod(type) || btf_is_typedef(type)))
			break;
		if (btf_is_typedef(type))
			see_typedef(m, source, source->id, type);
		source->id = type->type;
		type = btf__type_by_id(m->btf, source->id);
	}
	if (!type || btf_is_mod(type) || btf_is_typedef(type))
		return NULL;
	source->hints.type = name_at(m->btf, type->name_off);
	return type;
}

static void set_spelling(struct value_maker *m, uint32_t at,
			 const struct value_source *source, bool is_array)
{
	struct xdplab_text *names = &m->type->names;
	uint32_t spelling = names->length;

	if (is_array && !source->alias)
		return;
	if (source->alias)
		text_word(names, source->alias);
	else
		value_spell(names, m->btf, source->id);
	text_char(names, '\0');
	m->type->nodes[at].spelling = spelling;
}

/* ---- scalars ---- */

static void make_bytes(struct value_node *node, uint64_t size)
{
	*node = (struct value_node){ .kind = VALUE_BYTES,
				     .size = size,
				     .dense = true,
				     .spelling = node->spelling };
}

static bool is_size_of_int(uint64_t size)
{
	return size == 1 || size == 2 || size == 4 || size == 8;
}

static void make_int(struct value_node *node, const struct btf_type *type,
		     const char *name)
{
	unsigned int encoding = btf_int_encoding(type);
	unsigned int bits = btf_int_bits(type), shift = btf_int_offset(type);

	node->size = type->size;
	node->kind = encoding & BTF_INT_BOOL ? VALUE_BOOL : VALUE_INT;
	node->is_signed = encoding & BTF_INT_SIGNED;
	node->is_char = type->size == 1 &&
			(encoding & BTF_INT_CHAR || !strcmp(name, "char"));
	if (type->size == 16 && bits == 128 && !shift)
		node->kind = VALUE_WIDE;
	else if (!is_size_of_int(type->size) || !bits ||
		 bits + shift > type->size * 8)
		make_bytes(node, type->size);
	else if (bits < type->size * 8) { /* a bit-field as of old */
		node->bits = bits;
		node->shift = shift;
	}
	node->dense = !node->bits;
}

static void make_float(struct value_node *node, uint64_t size)
{
	if (size != sizeof(float) && size != sizeof(double)) {
		make_bytes(node, size);
		return;
	}
	node->kind = VALUE_FLOAT;
	node->size = size;
	node->is_signed = true;
}

/* Those of BPF programs, on whatever machine. */
static void make_pointer(struct value_node *node)
{
	node->kind = VALUE_INT;
	node->look = LOOK_HEX;
	node->size = sizeof(uint64_t);
	node->dense = true;
}

/* ---- arrays ---- */

static bool make_array(struct value_maker *m, uint32_t at,
		       const struct btf_type *type,
		       const struct value_source *source)
{
	struct value_source element = {
		.id = btf_array(type)->type,
		.depth = source->depth + 1,
		.hints = { .name = source->hints.name,
			   .tag = source->hints.tag,
			   .big_endian = source->hints.big_endian },
	};
	uint64_t count = btf_array(type)->nelems;
	struct value_node *node;
	uint32_t first;

	if (!value_add_nodes(m, 1, &first) ||
	    !value_make_node(m, first, &element))
		return false;
	node = m->type->nodes + first;
	m->type->nodes[at].first = first;
	if (!node->size)
		count = 0;
	else if (!count)
		count = source->room / node->size;
	if (count * node->size > VALUE_BYTES_MAX)
		return false;
	m->type->nodes[at].kind = VALUE_ARRAY;
	m->type->nodes[at].count = count;
	m->type->nodes[at].size = count * node->size;
	return true;
}

/* ---- any type ---- */

static bool make_kind(struct value_maker *m, uint32_t at,
		      const struct btf_type *type,
		      const struct value_source *source)
{
	struct value_node *node = m->type->nodes + at;

	switch (btf_kind(type)) {
	case BTF_KIND_INT:
		make_int(node, type, source->hints.type);
		return true;
	case BTF_KIND_FLOAT:
		make_float(node, type->size);
		return true;
	case BTF_KIND_PTR:
		make_pointer(node);
		return true;
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return value_make_enum(m, at, type);
	case BTF_KIND_ARRAY:
		return make_array(m, at, type, source);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return value_make_group(m, at, type, source);
	case BTF_KIND_DATASEC:
		return !source->depth &&
		       value_make_section(m, at, type, source->room);
	default:
		return false;
	}
}

bool value_make_node(struct value_maker *m, uint32_t at,
		     struct value_source *source)
{
	const struct btf_type *type = resolve(m, source);

	if (!type || source->depth > VALUE_DEPTH_MAX || !value_spend(m, 1))
		return false;
	set_spelling(m, at, source, btf_is_array(type));
	if (!make_kind(m, at, type, source))
		return false;
	value_net_look(m->type, m->type->nodes + at, &source->hints);
	return true;
}

/* ---- whole types ---- */

/* How many things are printed for a node; UINT32_MAX: too many to count. */
static uint64_t fields_of(const struct xdplab_type *type,
			  const struct value_node *node)
{
	const struct value_node *children = type->nodes + node->first;
	uint64_t fields = 1;

	if (node->kind == VALUE_BYTES)
		fields = node->size;
	else if (node->kind == VALUE_ARRAY)
		fields += node->count * fields_of(type, children);
	for (uint32_t i = 0; value_is_group(node) && i < node->count; i++)
		fields += fields_of(type, children + i);
	return fields < UINT32_MAX ? fields : UINT32_MAX;
}

/* Only an array without a length makes a struct larger than its type says; it
 * may leave bytes after it. */
static bool fits(struct xdplab_type *type, size_t size,
		 const struct btf_type *btf_type)
{
	struct value_node *root = type->nodes;
	bool grown = btf_is_composite(btf_type) && root->size > btf_type->size;

	if (root->size > size || (root->size < size && !grown))
		return false;
	root->size = size;
	return fields_of(type, root) <=
	       FIELDS_MAX + (uint64_t)size * FIELDS_OF_BYTE;
}

static bool compile(struct value_maker *m, uint32_t id, size_t size)
{
	struct value_source source = { .id = id, .room = size };
	struct xdplab_type *type = m->type;

	source.hints.name = source.hints.tag = "";
	if (!value_read_tags(m))
		return false;
	if (!value_make_node(m, 0, &source))
		return false;
	return fits(type, size, btf__type_by_id(m->btf, source.id)) &&
	       value_seal(m);
}

/* Drops what was made of a type that is none for the value. */
static void be_bytes(struct xdplab_type *type, size_t size)
{
	type->nr_nodes = 1;
	memset(type->nodes, 0, sizeof(*type->nodes));
	make_bytes(type->nodes, size);
}

int value_type_make(struct xdplab_type **out, const struct btf *btf,
		    uint32_t type_id, size_t size)
{
	struct xdplab_type *type = calloc(1, sizeof(*type));
	struct value_maker m = { .btf = btf, .type = type };
	bool done = false;
	uint32_t root;

	if (type && !value_add_nodes(&m, 1, &root))
		m.no_memory = true;
	if (!type || m.no_memory)
		goto out;
	text_char(&type->names, '\0'); /* no spelling is at 0 */
	type->size = size;
	if (btf && type_id && size <= VALUE_BYTES_MAX)
		done = compile(&m, type_id, size);
	if (!done)
		be_bytes(type, size);
	m.no_memory |= type->names.lost;
out:
	free(m.tags);
	if (!type || m.no_memory) {
		value_type_free(type);
		return fail(-ENOMEM, "no memory to read values");
	}
	*out = type;
	return 0;
}

void value_type_free(struct xdplab_type *type)
{
	if (!type)
		return;
	free(type->nodes);
	free(type->enumerators);
	xdplab_text_free(&type->names);
	free(type);
}

size_t xdplab_type_size(const struct xdplab_type *type)
{
	return type->size;
}
