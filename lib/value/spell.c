// SPDX-License-Identifier: LGPL-2.1-only
/* spell - the types of keys and values as C writes them */
#include <linux/btf.h>
#include <bpf/btf.h>

#include "internal.h"
#include "value.h"

/* ---- of BTF ---- */

static const char *keyword(const struct btf_type *type)
{
	switch (btf_kind(type)) {
	case BTF_KIND_STRUCT:
		return "struct";
	case BTF_KIND_UNION:
		return "union";
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return "enum";
	case BTF_KIND_FWD:
		return btf_kflag(type) ? "union" : "struct";
	default:
		return "";
	}
}

/* Functions, arrays and what has no end are what a pointer to void is to. */
static void spell_named(struct xdplab_text *text, const struct btf *btf,
			const struct btf_type *type)
{
	const char *name = NULL, *word = type ? keyword(type) : "";

	if (type && !btf_is_array(type) && !btf_is_func_proto(type))
		name = btf__name_by_offset(btf, type->name_off);
	if (!name || (!*name && !*word) || strlen(name) > VALUE_NAME_MAX) {
		text_word(text, "void");
		return;
	}
	text_word(text, word);
	if (*word && *name)
		text_char(text, ' ');
	text_word(text, name);
}

void value_spell(struct xdplab_text *text, const struct btf *btf, uint32_t id)
{
	const struct btf_type *type = btf__type_by_id(btf, id);
	int stars = 0;

	for (int i = 0; type && i <= VALUE_DEPTH_MAX; i++) {
		if (btf_is_ptr(type))
			stars++;
		else if (!btf_is_mod(type))
			break;
		type = btf__type_by_id(btf, type->type);
	}
	spell_named(text, btf, type);
	if (stars)
		text_char(text, ' ');
	while (stars--)
		text_char(text, '*');
}

/* ---- of nodes ---- */

static void spell_base(struct xdplab_text *text, const struct xdplab_type *type,
		       const struct value_node *node)
{
	if (node->spelling)
		text_word(text, type->names.bytes + node->spelling);
	else
		text_word(text, "unsigned char");
}

/* Of an array without a name: what it is of, and what stands in brackets. */
static const struct value_node *element_of(const struct xdplab_type *type,
					   const struct value_node *node)
{
	while (node->kind == VALUE_ARRAY && !node->spelling)
		node = type->nodes + node->first;
	return node;
}

static void spell_dimension(struct xdplab_text *text, uint64_t count)
{
	text_char(text, '[');
	text_unsigned(text, count);
	text_char(text, ']');
}

static void spell_dimensions(struct xdplab_text *text,
			     const struct xdplab_type *type,
			     const struct value_node *node)
{
	for (; node->kind == VALUE_ARRAY && !node->spelling;
	     node = type->nodes + node->first)
		spell_dimension(text, node->count);
	if (node->kind == VALUE_BYTES && !node->spelling)
		spell_dimension(text, node->size);
	if (node->bits) {
		text_word(text, " : ");
		text_unsigned(text, node->bits);
	}
}

void value_spell_node(struct xdplab_text *text, const struct xdplab_type *type,
		      const struct value_node *node)
{
	spell_base(text, type, element_of(type, node));
	spell_dimensions(text, type, node);
}

/* ---- a whole type ---- */

static void describe_members(struct xdplab_text *text,
			     const struct xdplab_type *type,
			     const struct value_node *node);

static void describe_enumerators(struct xdplab_text *text,
				 const struct xdplab_type *type,
				 const struct value_node *node)
{
	const struct value_enumerator *names = type->enumerators;
	uint32_t end = node->first + node->count;

	text_word(text, " { ");
	for (uint32_t i = node->first; i < end; i++) {
		text_word(text, i > node->first ? ", " : "");
		text_add(text, type->names.bytes + names[i].name,
			 names[i].name_length);
	}
	text_word(text, " }");
}

/* A type that has no name of its own: "struct" alone says nothing. */
static bool is_nameless(const struct xdplab_type *type,
			const struct value_node *node)
{
	static const char *const words[] = { "struct", "union", "enum" };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (node->spelling &&
		    !strcmp(type->names.bytes + node->spelling, words[i]))
			return true;
	return false;
}

static void describe(struct xdplab_text *text, const struct xdplab_type *type,
		     const struct value_node *node, bool whole)
{
	const struct value_node *base = element_of(type, node);

	spell_base(text, type, base);
	if (whole || is_nameless(type, base)) {
		if (value_is_group(base))
			describe_members(text, type, base);
		else if (base->kind == VALUE_ENUM)
			describe_enumerators(text, type, base);
	}
	if (node->name_length) {
		if (text->length && text->bytes[text->length - 1] != '*')
			text_char(text, ' ');
		text_add(text, type->names.bytes + node->name,
			 node->name_length);
	}
	spell_dimensions(text, type, node);
}

static void describe_members(struct xdplab_text *text,
			     const struct xdplab_type *type,
			     const struct value_node *node)
{
	text_word(text, " { ");
	for (uint32_t i = 0; i < node->count; i++) {
		const struct value_node *member = type->nodes + node->first + i;

		describe(text, type, member, value_is_anonymous(member));
		text_word(text, "; ");
	}
	text_char(text, '}');
}

void xdplab_type_describe(const struct xdplab_type *type,
			  struct xdplab_text *text)
{
	describe(text, type, type->nodes, true);
	text_end(text);
}
