// SPDX-License-Identifier: LGPL-2.1-only
/* member - the members of a struct or union, by their names */
#include "value.h"

static bool is_named(const struct xdplab_type *type,
		     const struct value_node *node, const char *name,
		     size_t length)
{
	return node->name_length == length && length &&
	       !memcmp(type->names.bytes + node->name, name, length);
}

bool value_member(const struct xdplab_type *type, struct value_place *place,
		  const char *name, size_t length, uint32_t *from)
{
	const struct value_node *node = place->node;

	for (uint32_t i = 0; i < node->count; i++) {
		uint32_t at = (*from + i) % node->count;
		struct value_place of = { .node = type->nodes + node->first +
						  at };
		uint32_t first = 0;

		of.offset = place->offset + of.node->offset;
		if (is_named(type, of.node, name, length))
			at++;
		else if (!value_is_anonymous(of.node) ||
			 !value_member(type, &of, name, length, &first))
			continue;
		*place = of;
		*from = at;
		return true;
	}
	return false;
}

void value_each_member(const struct xdplab_type *type,
		       const struct value_node *node,
		       void (*fn)(const char *name, size_t length, void *arg),
		       void *arg)
{
	const struct value_node *member = type->nodes + node->first;

	for (uint32_t i = 0; i < node->count; i++, member++) {
		if (value_is_anonymous(member))
			value_each_member(type, member, fn, arg);
		else
			fn(type->names.bytes + member->name,
			   member->name_length, arg);
	}
}
