// SPDX-License-Identifier: LGPL-2.1-only
/* field - single integers of a value, for who shows them as rates */
#include <errno.h>

#include "parse.h"

static bool is_integer(const struct value_node *node)
{
	return node->kind == VALUE_INT || node->kind == VALUE_BOOL ||
	       node->kind == VALUE_ENUM;
}

static struct xdplab_field field_of(struct value_place place)
{
	return (struct xdplab_field){
		.offset = place.offset * 8 + place.node->shift,
		.bits = value_bits(place.node),
		.is_signed = place.node->is_signed,
		.big_endian = place.node->big_endian,
	};
}

/* ---- one ---- */

int xdplab_field_find(const struct xdplab_type *type, const char *path,
		      struct xdplab_field *field)
{
	struct value_parser p = { .type = type, .at = path };
	struct value_place place = { type->nodes, 0 };
	uint32_t from = 0;
	int err = *path ? value_walk(&p, &place, &from) : 0;

	if (err)
		return err;
	if (*p.at)
		return value_wrong(&p, -EINVAL, "unexpected \"%s\" in a path",
				   p.at);
	if (!is_integer(place.node))
		return value_wrong(&p, -EINVAL, "not an integer");
	*field = field_of(place);
	return 0;
}

static struct value_node node_of(const struct xdplab_field *field)
{
	bool whole = field->offset % 8 == 0 &&
		     (field->bits == 8 || field->bits == 16 ||
		      field->bits == 32 || field->bits == 64);

	return (struct value_node){
		.kind = VALUE_INT,
		.is_signed = field->is_signed,
		.big_endian = field->big_endian,
		.size = field->bits / 8,
		.bits = whole ? 0 : field->bits,
		.shift = field->offset % 8,
	};
}

uint64_t xdplab_field_read(const struct xdplab_field *field, const void *value)
{
	const struct value_node node = node_of(field);

	return value_number_read(&node, (const unsigned char *)value +
						field->offset / 8);
}

void xdplab_field_write(const struct xdplab_field *field, void *value,
			uint64_t number)
{
	const struct value_node node = node_of(field);

	value_number_write(&node, (unsigned char *)value + field->offset / 8,
			   number);
}

/* ---- each ---- */

struct walk {
	const struct xdplab_type *type;
	struct xdplab_text path;
	bool (*fn)(const char *path, const struct xdplab_field *field,
		   void *arg);
	void *arg;
};

static bool visit(struct walk *walk, struct value_place place);

static bool visit_elements(struct walk *walk, struct value_place place)
{
	struct value_place of = {
		.node = walk->type->nodes + place.node->first,
		.offset = place.offset,
	};
	size_t length = walk->path.length;
	bool go_on = true;

	for (uint32_t i = 0; go_on && i < place.node->count; i++) {
		text_char(&walk->path, '[');
		text_unsigned(&walk->path, i);
		text_char(&walk->path, ']');
		go_on = visit(walk, of);
		walk->path.length = length;
		of.offset += of.node->size;
	}
	return go_on;
}

static bool visit_members(struct walk *walk, struct value_place place)
{
	size_t length = walk->path.length;
	bool go_on = true;

	for (uint32_t i = 0; go_on && i < place.node->count; i++) {
		struct value_place of = {
			.node = walk->type->nodes + place.node->first + i,
		};

		of.offset = place.offset + of.node->offset;
		if (length && of.node->name_length)
			text_char(&walk->path, '.');
		text_add(&walk->path, walk->type->names.bytes + of.node->name,
			 of.node->name_length);
		go_on = visit(walk, of);
		walk->path.length = length;
	}
	return go_on;
}

static bool visit(struct walk *walk, struct value_place place)
{
	struct xdplab_field field;

	if (place.node->look == LOOK_PLAIN) {
		if (place.node->kind == VALUE_ARRAY)
			return visit_elements(walk, place);
		if (value_is_group(place.node))
			return visit_members(walk, place);
	}
	if (place.node->look != LOOK_PLAIN || place.node->kind != VALUE_INT)
		return true;
	field = field_of(place);
	text_end(&walk->path);
	return walk->path.lost || walk->fn(walk->path.bytes, &field, walk->arg);
}

void xdplab_field_each(const struct xdplab_type *type,
		       bool (*fn)(const char *path,
				  const struct xdplab_field *field, void *arg),
		       void *arg)
{
	struct walk walk = { .type = type, .fn = fn, .arg = arg };

	visit(&walk, (struct value_place){ type->nodes, 0 });
	xdplab_text_free(&walk.path);
}
