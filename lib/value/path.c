// SPDX-License-Identifier: LGPL-2.1-only
/* path - the way to a field: a.b[2] */
#include <ctype.h>
#include <errno.h>

#include "parse.h"

void value_step_index(struct value_parser *p, const struct value_node *node,
		      uint32_t index)
{
	p->steps[p->nr_steps++] = (struct value_step){ node, index };
}

static int step_to(struct value_parser *p, struct value_place *place,
		   struct span name, uint32_t *from)
{
	if (!value_is_group(place->node))
		return value_wrong(p, -EINVAL, "has no fields");
	if (!value_member(p->type, place, name.at, name.length, from))
		return value_no_member(p, place->node, name);
	value_step_index(p, place->node, 0);
	return 0;
}

/* The name of a variable of a function has a point within: the longest name
 * that there is counts. */
static int step_by_name(struct value_parser *p, struct value_place *place,
			uint32_t *from)
{
	struct span name = { p->at, value_span(p->at, CHAR_NAME) }, shorter;
	struct value_place of = *place;
	int err;

	if (!name.length)
		return value_wrong(p, -EINVAL, "missing field name");
	while (value_is_group(of.node) &&
	       !value_member(p->type, &of, name.at, name.length, from) &&
	       span_split_last(name, '.', &shorter, &(struct span){ 0 }) &&
	       shorter.length)
		name = shorter;
	err = step_to(p, place, name, from);
	if (!err)
		p->at = name.at + name.length;
	return err;
}

static int step_by_index(struct value_parser *p, struct value_place *place)
{
	const char *start = p->at++;
	uint64_t index = 0;

	if (place->node->kind != VALUE_ARRAY) {
		p->at = start;
		return value_wrong(p, -EINVAL, "not an array");
	}
	if (!isdigit((unsigned char)*p->at))
		return value_wrong(p, -EINVAL, "expected an index: [NUMBER]");
	for (; isdigit((unsigned char)*p->at); p->at++)
		if (index <= UINT32_MAX)
			index = index * 10 + (*p->at - '0');
	if (*p->at != ']')
		return value_wrong(p, -EINVAL, "missing ]");
	if (index >= place->node->count) {
		p->at = start;
		return value_wrong(p, -ERANGE,
				   "index out of range: only %u "
				   "elements",
				   place->node->count);
	}
	p->at++;
	place->node = p->type->nodes + place->node->first;
	place->offset += index * place->node->size;
	value_step_index(p, place->node, index);
	return 0;
}

int value_walk(struct value_parser *p, struct value_place *place,
	       uint32_t *from)
{
	uint32_t first = 0;
	int err = 0;

	if (*p->at != '[') {
		p->at += *p->at == '.';
		err = step_by_name(p, place, from);
	}
	while (!err && (*p->at == '.' || *p->at == '[')) {
		if (*p->at == '[') {
			err = step_by_index(p, place);
			continue;
		}
		p->at++;
		first = 0;
		err = step_by_name(p, place, &first);
	}
	return err;
}

int value_step_quoted(struct value_parser *p, struct value_place *place,
		      uint32_t *from)
{
	struct span name = { p->at + 1, strcspn(p->at + 1, "\"\n") };
	int err;

	if (name.at[name.length] != '"')
		return value_wrong(p, -EINVAL, "missing closing quote");
	err = step_to(p, place, name, from);
	if (!err)
		p->at = name.at + name.length + 1;
	return err;
}
