// SPDX-License-Identifier: LGPL-2.1-only
/* make - the nodes and names of a type that is compiled */
#include <stdlib.h>

#include "make.h"
#include "parse.h"

#define NODES_MAX (64U * 1024)

bool value_spend(struct value_maker *m, uint32_t nr)
{
	m->spent += nr;
	return m->spent <= NODES_MAX;
}

bool value_add_nodes(struct value_maker *m, uint32_t nr, uint32_t *first)
{
	struct xdplab_type *type = m->type;
	size_t total = type->nr_nodes + nr;

	if (!value_spend(m, nr))
		return false;
	if (total > m->room_nodes) {
		size_t room = total * 2;
		void *nodes =
			reallocarray(type->nodes, room, sizeof(*type->nodes));

		if (!nodes) {
			m->no_memory = true;
			return false;
		}
		type->nodes = nodes;
		m->room_nodes = room;
	}
	memset(type->nodes + type->nr_nodes, 0, nr * sizeof(*type->nodes));
	*first = type->nr_nodes;
	type->nr_nodes = total;
	return true;
}

/* Others would need to be quoted wherever they stand. */
bool value_is_name(const char *name)
{
	size_t length = value_span(name, CHAR_NAME);

	return *name && !name[length] && length <= VALUE_NAME_MAX &&
	       !strchr("0123456789.", *name);
}

uint32_t value_keep_name(struct value_maker *m, const char *name)
{
	struct xdplab_text *names = &m->type->names;
	uint32_t at;

	text_char(names, '"');
	at = names->length;
	text_word(names, name);
	text_word(names, "\":");
	text_char(names, '\0');
	return at;
}
