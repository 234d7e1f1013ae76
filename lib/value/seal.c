// SPDX-License-Identifier: LGPL-2.1-only
/* seal - of which types printing loses nothing, whatever the value */
#include <stdlib.h>

#include "make.h"

/* Whether members follow each other without a gap, from the first bit to the
 * last; a union is all gap unless it has but one. */
static bool is_tight(const struct xdplab_type *type,
		     const struct value_node *node)
{
	const struct value_node *member = type->nodes + node->first;
	uint64_t end = 0;

	for (uint32_t i = 0; i < node->count; i++, member++) {
		if (member->offset * 8 + member->shift != end)
			return false;
		if (!member->bits && !member->dense)
			return false;
		end += member->bits ?: member->size * 8ULL;
	}
	return end == node->size * 8ULL;
}

struct name_list {
	const char **names;
	size_t nr;
};

static void list_name(const char *name, size_t length, void *arg)
{
	struct name_list *list = arg;

	(void)length;
	if (list->names)
		list->names[list->nr] = name;
	list->nr++;
}

/* As long as the first of them, which ends with a quote, as no name does. */
static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool has_no_twins(const char **names, size_t nr)
{
	qsort(names, nr, sizeof(*names), by_name);
	for (size_t i = 1; i < nr; i++)
		if (!strcmp(names[i - 1], names[i]))
			return false;
	return true;
}

/* Of two members of one name only one can be named; C has no such struct. */
static bool names_are_unique(struct value_maker *m,
			     const struct value_node *node)
{
	struct name_list list = { 0 };
	bool unique = true;

	value_each_member(m->type, node, list_name, &list);
	if (list.nr < 2)
		return true;
	list.names = calloc(list.nr, sizeof(*list.names));
	if (!list.names) {
		m->no_memory = true;
		return false;
	}
	list.nr = 0;
	value_each_member(m->type, node, list_name, &list);
	unique = has_no_twins(list.names, list.nr);
	free(list.names);
	return unique;
}

/* Members stand after what they are of. */
bool value_seal(struct value_maker *m)
{
	struct value_node *nodes = m->type->nodes;

	for (size_t at = m->type->nr_nodes; at--;) {
		struct value_node *node = nodes + at;

		if (node->look == LOOK_HEX)
			node->dense = true;
		else if (node->kind == VALUE_ARRAY)
			node->dense = nodes[node->first].dense;
		else if (value_is_group(node))
			node->dense = is_tight(m->type, node) &&
				      names_are_unique(m, node);
	}
	return !m->no_memory;
}
