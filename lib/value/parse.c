// SPDX-License-Identifier: LGPL-2.1-only
/*
 * parse - values as they are written: as text, as JSON, or a mixture
 *
 * It is led by the type, so that it goes no deeper than that; it stops at the
 * first error, and what it has read so far is thrown away.
 */
#include <errno.h>
#include <stdlib.h>

#include "internal.h"
#include "parse.h"
#include "string.h"

/* Values of up to that many bytes are read without asking for memory. */
#define SMALL 256

static int parse_node(struct value_parser *p, struct value_place place);

/* ---- what is between values ---- */

static void skip_blanks(struct value_parser *p)
{
	p->at += value_span(p->at, CHAR_BLANK);
}

static void skip_separator(struct value_parser *p)
{
	skip_blanks(p);
	if (*p->at == ',')
		p->at++;
	skip_blanks(p);
}

/* Whether the list ends here; so does input that ends too early. */
static bool ends(struct value_parser *p, char close, int *err)
{
	*err = 0;
	if (!*p->at)
		*err = value_wrong(p, -EINVAL, "missing %c", close);
	else if (*p->at == close)
		p->at++;
	else
		return false;
	return true;
}

/* ---- bytes ---- */

static bool take_byte(struct value_parser *p, unsigned char *byte)
{
	unsigned int high = value_digit(p->at[0]);
	unsigned int low = high > 15 ? 16 : value_digit(p->at[1]);

	if (low > 15)
		return false;
	*byte = high << 4 | low;
	p->at += 2;
	return true;
}

/* Bytes as many as a number has can be written as one. */
static bool is_number(const struct value_parser *p,
		      const struct value_node *node)
{
	uint32_t size = node->size;
	bool fits = size == 1 || size == 2 || size == 4 || size == 8;

	return node->kind == VALUE_BYTES && fits && *p->at >= '0' &&
	       *p->at <= '9';
}

static int parse_number(struct value_parser *p, struct value_place place)
{
	struct value_node node = { .kind = VALUE_INT,
				   .size = place.node->size,
				   .spelling = place.node->spelling };

	return value_literal_parse(p,
				   (struct value_place){ &node, place.offset });
}

/* As many bytes as there have to be, so that it is clear where they end. */
static int parse_hex(struct value_parser *p, struct value_place place)
{
	unsigned char *to = p->value + place.offset;

	p->at += strlen("hex");
	for (uint32_t i = 0; i < place.node->size; i++) {
		skip_blanks(p);
		if (!take_byte(p, to + i))
			return value_wrong(p, -EINVAL,
					   "%u bytes after hex, expected %u", i,
					   place.node->size);
	}
	return 0;
}

/* An enumerator may have this name too. */
static bool is_hex(const struct value_parser *p, const struct value_node *node)
{
	const char *behind = p->at + strlen("hex");

	if (strncmp(p->at, "hex", strlen("hex")) || node->bits)
		return false;
	if (node->kind != VALUE_ENUM)
		return !*behind || strchr(" \t\r\n,]}", *behind);
	return *behind == ' ' && value_digit(behind[1]) < 16;
}

static int parse_byte(struct value_parser *p, unsigned char *to)
{
	struct value_literal literal;
	uint64_t byte;
	int err = value_literal_take(p, &literal);

	if (err)
		return err;
	if (!value_literal_number(literal.word, UINT8_MAX, &byte))
		return value_wrong(p, -EINVAL, "a byte must be 0x00 to 0xff");
	*to = byte;
	p->at = literal.behind;
	return 0;
}

/* ["0x01","0xff"] */
static int parse_byte_list(struct value_parser *p, struct value_place place)
{
	uint32_t nr = 0, size = place.node->size;
	const char *start = p->at++;
	int err;

	for (skip_blanks(p); !ends(p, ']', &err); skip_separator(p), nr++) {
		if (nr == size)
			return value_wrong(p, -EINVAL, "more than %u bytes",
					   size);
		err = parse_byte(p, p->value + place.offset + nr);
		if (err)
			return err;
	}
	if (!err && nr < size) {
		p->at = start;
		return value_wrong(p, -EINVAL, "%u bytes, expected %u", nr,
				   size);
	}
	return err;
}

static int parse_string(struct value_parser *p, struct value_place place)
{
	unsigned char *to = p->value + place.offset;
	size_t size = place.node->size;
	long length;

	p->at++;
	length = value_string_parse(to, size, '"', &p->at);
	if (length == -ERANGE)
		return value_wrong(p, -ERANGE, "longer than %zu bytes", size);
	if (length < 0)
		return value_wrong(p, -EINVAL,
				   *p->at == '\\' ? "unknown escape sequence"
						  : "missing closing quote");
	memset(to + length, 0, size - length);
	return 0;
}

/* ---- what has parts ---- */

static int parse_array(struct value_parser *p, struct value_place place)
{
	struct value_place element = {
		.node = p->type->nodes + place.node->first,
		.offset = place.offset,
	};
	uint32_t nr = 0;
	int err;

	p->at++;
	for (skip_blanks(p); !ends(p, ']', &err); skip_separator(p), nr++) {
		if (nr == place.node->count)
			return value_wrong(p, -EINVAL, "more than %u elements",
					   nr);
		value_step_index(p, element.node, nr);
		err = parse_node(p, element);
		if (err)
			return err;
		p->nr_steps--;
		element.offset += element.node->size;
	}
	return err;
}

static int parse_member(struct value_parser *p, struct value_place place,
			uint32_t *from)
{
	int depth = p->nr_steps;
	int err = *p->at == '"' ? value_step_quoted(p, &place, from)
				: value_walk(p, &place, from);

	if (err)
		return err;
	skip_blanks(p);
	if (*p->at != '=' && *p->at != ':')
		return value_wrong(p, -EINVAL, "missing =");
	p->at++;
	err = parse_node(p, place);
	if (!err)
		p->nr_steps = depth;
	return err;
}

static int parse_group(struct value_parser *p, struct value_place place)
{
	uint32_t from = 0;
	int err;

	p->at++;
	for (skip_blanks(p); !ends(p, '}', &err); skip_separator(p)) {
		err = parse_member(p, place, &from);
		if (err)
			return err;
	}
	return err;
}

/* ---- any ---- */

static bool is_list_of_bytes(const struct value_node *node)
{
	return node->kind == VALUE_BYTES ||
	       (node->look == LOOK_HEX && node->kind != VALUE_INT);
}

static int not_in_brackets(struct value_parser *p,
			   const struct value_node *node)
{
	if (value_is_group(node))
		return value_wrong(p, -EINVAL,
				   "expected a struct: {.NAME = VALUE, ...}");
	if (node->look == LOOK_STRING)
		return value_wrong(p, -EINVAL, "expected a string: \"...\"");
	if (node->kind == VALUE_ARRAY)
		return value_wrong(p, -EINVAL,
				   "expected an array: [VALUE, ...]");
	if (node->kind == VALUE_BYTES)
		return value_wrong(p, -EINVAL,
				   "expected %u bytes: hex 01 ff ...",
				   node->size);
	return value_wrong(p, -EINVAL, "expected a single value");
}

static int parse_node(struct value_parser *p, struct value_place place)
{
	const struct value_node *node = place.node;
	bool has_word = node->look > LOOK_STRING || node->kind < VALUE_ARRAY;

	skip_blanks(p);
	if (is_hex(p, node))
		return parse_hex(p, place);
	if (is_number(p, node))
		return parse_number(p, place);
	if (*p->at == '[' && is_list_of_bytes(node))
		return parse_byte_list(p, place);
	if (*p->at == '[' && node->kind == VALUE_ARRAY)
		return parse_array(p, place);
	if (*p->at == '{' && value_is_group(node))
		return parse_group(p, place);
	if (*p->at == '"' && node->look == LOOK_STRING)
		return parse_string(p, place);
	if (*p->at == '[' || *p->at == '{' || !has_word ||
	    is_list_of_bytes(node))
		return not_in_brackets(p, node);
	return value_literal_parse(p, place);
}

/* ---- whole values ---- */

static int expect_end(struct value_parser *p)
{
	skip_blanks(p);
	p->nr_steps = 0;
	return *p->at ? value_wrong(p, -EINVAL, "more than one value") : 0;
}

static int parse_whole(struct value_parser *p, bool alone)
{
	int err = parse_node(p, (struct value_place){ p->type->nodes, 0 });

	return err || !alone ? err : expect_end(p);
}

static void begin(struct value_parser *p, const struct xdplab_type *type,
		  const char *input)
{
	p->type = type;
	p->at = input;
	p->nr_steps = 0;
}

int xdplab_value_parse(const struct xdplab_type *type, void *value,
		       const char *input, const char **end)
{
	unsigned char small[SMALL];
	struct value_parser p; /* most of it need not be set */
	int err;

	begin(&p, type, input);
	p.value = type->size > SMALL ? malloc(type->size) : small;
	if (!p.value)
		return fail(-ENOMEM, "no memory to read a value");
	memset(p.value, 0, type->size);
	err = parse_whole(&p, !end);
	if (!err)
		memcpy(value, p.value, type->size);
	if (end)
		*end = p.at;
	if (p.value != small)
		free(p.value);
	return err;
}

/* ---- one field ---- */

static int assign_one(struct value_parser *p)
{
	struct value_place place = { p->type->nodes, 0 };
	uint32_t from = 0;
	int err;

	err = *p->at == '=' ? 0 : value_walk(p, &place, &from);
	if (err)
		return err;
	skip_blanks(p);
	if (*p->at != '=')
		return value_wrong(p, -EINVAL, "missing =");
	p->at++;
	if (place.node->kind >= VALUE_ARRAY)
		memset(p->value + place.offset, 0, place.node->size);
	err = parse_node(p, place);
	p->nr_steps = err ? p->nr_steps : 0;
	return err;
}

static int assign(struct value_parser *p)
{
	int err;

	skip_blanks(p);
	do {
		err = assign_one(p);
		if (!err)
			skip_separator(p);
	} while (!err && *p->at == '.');
	return err ?: expect_end(p);
}

int xdplab_value_assign(const struct xdplab_type *type, void *value,
			const char *assignment)
{
	unsigned char small[SMALL];
	struct value_parser p;
	int err;

	begin(&p, type, assignment);
	p.value = type->size > SMALL ? malloc(type->size) : small;
	if (!p.value)
		return fail(-ENOMEM, "no memory to set a field");
	memcpy(p.value, value, type->size);
	err = assign(&p);
	if (!err)
		memcpy(value, p.value, type->size);
	if (p.value != small)
		free(p.value);
	return err;
}

/* ---- a part of a value ---- */

int value_parse_at(const struct xdplab_type *type,
		   const struct value_node *node, void *value,
		   const char *input, const char **end)
{
	struct value_parser p;
	int err;

	begin(&p, type, input);
	p.value = value;
	err = parse_node(&p, (struct value_place){ node, 0 });
	if (!err)
		err = expect_end(&p);
	*end = p.at;
	return err;
}
