// SPDX-License-Identifier: LGPL-2.1-only
/* group - compiles structs, unions and data sections */
#include "internal.h"
#include "make.h"

static const char *name_at(const struct btf *btf, __u32 offset)
{
	return btf__name_by_offset(btf, offset) ?: "";
}

static void set_name(struct value_maker *m, uint32_t at, const char *name)
{
	struct value_node *node = m->type->nodes + at;

	if (!value_is_name(name))
		return;
	node->name = value_keep_name(m, name);
	node->name_length = strlen(name);
}

/* ---- structs and unions ---- */

/* Puts a node where BTF says that it begins, in bits. */
static bool place_node(struct value_node *node, uint64_t offset,
		       unsigned int bits, uint64_t end)
{
	bool is_int = node->kind == VALUE_INT || node->kind == VALUE_BOOL ||
		      node->kind == VALUE_ENUM;

	if (bits && (!is_int || bits > value_bits(node)))
		return false;
	if (node->bits && !bits) /* as of old: the type says where */
		offset += node->shift;
	if (bits)
		node->bits = bits;
	node->offset = offset / 8;
	node->shift = offset % 8;
	if (node->bits == node->size * 8 && !node->shift)
		node->bits = 0;
	if (!node->bits && node->shift)
		return false;
	if (node->bits) {
		node->big_endian = false;
		node->look = LOOK_PLAIN;
	}
	return offset + (node->bits ?: node->size * 8ULL) <= end * 8;
}

/* Where a member may end: that of a last array without a length is the end of
 * what it is in. */
static uint64_t room_behind(const struct value_source *source, bool last,
			    uint64_t size, uint64_t offset)
{
	uint64_t end = source->room > size ? source->room : size;

	return last && offset < end ? end - offset : 0;
}

static bool make_member(struct value_maker *m, uint32_t at,
			const struct btf_type *type, int i,
			const struct value_source *source)
{
	const struct btf_member *member = btf_members(type) + i;
	bool last = btf_is_union(type) || i == btf_vlen(type) - 1;
	uint64_t offset = btf_member_bit_offset(type, i);
	struct value_source of = {
		.id = member->type,
		.depth = source->depth + 1,
		.room = room_behind(source, last, type->size, offset / 8),
		.hints = { .name = name_at(m->btf, member->name_off),
			   .tag = value_tag(m, source->id, i) },
	};
	uint64_t end = type->size;

	if (!value_make_node(m, at, &of))
		return false;
	set_name(m, at, of.hints.name);
	if (last && source->room > end)
		end = source->room;
	return place_node(m->type->nodes + at, offset,
			  btf_member_bitfield_size(type, i), end);
}

/* Takes in the member that was made; what has no name and no members, such as
 * an unnamed bit-field, is padding. */
static void keep_member(struct value_maker *m, uint32_t group, uint32_t at)
{
	struct value_node *parent = m->type->nodes + group;
	const struct value_node *node = m->type->nodes + at;
	uint64_t end = node->offset + node->size;

	if (!node->name_length && !value_is_group(node))
		return;
	if (!node->bits && end > parent->size)
		parent->size = end;
	parent->count++;
}

bool value_make_group(struct value_maker *m, uint32_t at,
		      const struct btf_type *type,
		      const struct value_source *source)
{
	uint32_t first;

	if (type->size > VALUE_BYTES_MAX ||
	    !value_add_nodes(m, btf_vlen(type), &first))
		return false;
	m->type->nodes[at].kind =
		btf_is_union(type) ? VALUE_UNION : VALUE_STRUCT;
	m->type->nodes[at].size = type->size;
	m->type->nodes[at].first = first;
	for (int i = 0; i < btf_vlen(type); i++) {
		uint32_t member = first + m->type->nodes[at].count;
		struct value_node *nodes = m->type->nodes;

		memset(nodes + member, 0, sizeof(*nodes));
		if (!make_member(m, member, type, i, source))
			return false;
		keep_member(m, at, member);
	}
	return true;
}

/* ---- data sections ---- */

static bool make_variable(struct value_maker *m, uint32_t at,
			  const struct btf_var_secinfo *entry, uint64_t size)
{
	const struct btf_type *variable = btf__type_by_id(m->btf, entry->type);
	struct value_source of = { .depth = 1 };

	if (!variable || !btf_is_var(variable))
		return false;
	of.id = variable->type;
	of.hints.name = name_at(m->btf, variable->name_off);
	of.hints.tag = value_tag(m, entry->type, -1);
	if (entry->size > size)
		return false;
	of.room = entry->size;
	if (!value_make_node(m, at, &of))
		return false;
	set_name(m, at, of.hints.name);
	return place_node(m->type->nodes + at, entry->offset * 8ULL, 0, size);
}

bool value_make_section(struct value_maker *m, uint32_t at,
			const struct btf_type *type, uint64_t size)
{
	const struct btf_var_secinfo *entries = btf_var_secinfos(type);
	uint32_t first;

	if (!value_add_nodes(m, btf_vlen(type), &first))
		return false;
	m->type->nodes[at].kind = VALUE_STRUCT;
	m->type->nodes[at].size = size;
	m->type->nodes[at].first = first;
	for (int i = 0; i < btf_vlen(type); i++) {
		uint32_t member = first + m->type->nodes[at].count;
		struct value_node *nodes = m->type->nodes;

		memset(nodes + member, 0, sizeof(*nodes));
		if (!make_variable(m, member, entries + i, size))
			return false;
		keep_member(m, at, member);
	}
	return true;
}
