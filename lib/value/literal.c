// SPDX-License-Identifier: LGPL-2.1-only
/* literal - numbers, words and addresses into a value */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>

#include "internal.h"
#include "parse.h"
#include "string.h"

/* Longer words are shown in part. */
#define SHOWN_MAX 48

static int shown(struct span word)
{
	return word.length < SHOWN_MAX ? (int)word.length : SHOWN_MAX;
}

/* ---- words ---- */

int value_literal_take(struct value_parser *p, struct value_literal *literal)
{
	bool quoted = *p->at == '"';
	const char *start = p->at + quoted;
	size_t length =
		quoted ? strcspn(start, "\"\n") : value_span(start, CHAR_WORD);

	*literal = (struct value_literal){ { start, length },
					   start + length + quoted };
	if (quoted && start[length] != '"')
		return value_wrong(p, -EINVAL, "missing closing quote");
	if (!length)
		return value_wrong(p, -EINVAL, "missing value");
	return 0;
}

static int wrong_type(const struct value_parser *p,
		      const struct value_node *node, struct span word)
{
	struct xdplab_text type = { 0 };
	int err;

	value_spell_node(&type, p->type, node);
	text_end(&type);
	err = value_wrong(p, -EINVAL, "\"%.*s\" is not a valid %s", shown(word),
			  word.at, type.bytes ?: "its type");
	xdplab_text_free(&type);
	return err;
}

static int no_address(const struct value_parser *p, struct span word,
		      const char *what)
{
	return value_wrong(p, -EINVAL, "\"%.*s\" is not a valid %s",
			   shown(word), word.at, what);
}

/* ---- numbers ---- */

static uint64_t max_of(const struct value_node *node)
{
	return UINT64_MAX >> (64 - value_bits(node)) >> node->is_signed;
}

static int out_of_range(const struct value_parser *p,
			const struct value_node *node, struct span word)
{
	struct xdplab_text type = { 0 };
	uint64_t max = max_of(node);
	int err;

	value_spell_node(&type, p->type, node);
	text_word(&type, " (");
	text_signed(&type, node->is_signed ? (int64_t)~max : 0);
	text_word(&type, " to ");
	text_unsigned(&type, max);
	text_end(&type);
	err = value_wrong(p, -ERANGE, "%.*s is out of range for %s)",
			  shown(word), word.at, type.bytes ?: "");
	xdplab_text_free(&type);
	return err;
}

static bool is_in_range(const struct value_node *node,
			const struct value_integer *number)
{
	uint64_t max = max_of(node);

	if (number->too_large)
		return false;
	if (!number->negative)
		return number->magnitude <= max;
	return number->magnitude <= (node->is_signed ? max + 1 : 0);
}

static int parse_int(struct value_parser *p, struct value_place place,
		     struct span word)
{
	struct value_node node = *place.node;
	struct value_integer number;

	if (!value_integer_read(&number, word))
		return wrong_type(p, &node, word);
	if (node.look == LOOK_HEX) /* its sign is a bit */
		node.is_signed = false;
	if (!is_in_range(&node, &number))
		return out_of_range(p, &node, word);
	value_number_write(&node, p->value + place.offset,
			   number.negative ? -number.magnitude
					   : number.magnitude);
	return 0;
}

/* One of 128 bits is hexadecimal where it does not fit into 64. */
static int parse_wide(struct value_parser *p, struct value_place place,
		      struct span word)
{
	bool swapped = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
	struct value_integer high = { 0 }, low = { 0 };
	struct span rest = word;
	uint64_t halves[2];

	if (span_take(&rest, "0x") && rest.length > 16 && rest.length <= 32) {
		struct span first = { rest.at, rest.length - 16 };

		if (!value_digits_read(&high, first, 16) ||
		    !value_digits_read(&low, span_skip(rest, first.length), 16))
			return wrong_type(p, place.node, word);
	} else if (!value_integer_read(&low, word)) {
		return wrong_type(p, place.node, word);
	}
	if (low.too_large || (low.negative && low.magnitude >> 63))
		return value_wrong(p, -ERANGE,
				   "%.*s is out of range; write it as 0x...",
				   shown(word), word.at);
	halves[swapped] = low.negative ? -low.magnitude : low.magnitude;
	halves[!swapped] =
		low.negative && low.magnitude ? UINT64_MAX : high.magnitude;
	memcpy(p->value + place.offset, halves, sizeof(halves));
	return 0;
}

static bool is_word(struct span word, const char *text)
{
	return word.length == strlen(text) && span_starts(word, text);
}

static int parse_bool(struct value_parser *p, struct value_place place,
		      struct span word)
{
	bool is_true = is_word(word, "true");

	if (!is_true && !is_word(word, "false"))
		return parse_int(p, place, word);
	value_number_write(place.node, p->value + place.offset, is_true);
	return 0;
}

static int parse_enum(struct value_parser *p, struct value_place place,
		      struct span word)
{
	const struct value_node *node = place.node;
	struct value_integer number;

	for (uint32_t i = node->first; i < node->first + node->count; i++) {
		const struct value_enumerator *one = p->type->enumerators + i;

		if (!is_word(word, p->type->names.bytes + one->name))
			continue;
		value_number_write(node, p->value + place.offset, one->value);
		if (value_number_read(node, p->value + place.offset) ==
		    one->value)
			return 0;
		return out_of_range(p, node, word);
	}
	if (!value_integer_read(&number, word))
		return value_no_enumerator(p, node, word);
	return parse_int(p, place, word);
}

/* ---- floats ---- */

#define FLOAT_LENGTH_MAX 400

/* A point in any locale.  What is too large becomes infinite, and that is not
 * what was written; what is too small becomes the nearest that there is. */
static bool read_float(unsigned char *bytes, size_t size, const char *line,
		       bool *too_large)
{
	locale_t c = newlocale(LC_ALL_MASK, "C", NULL);
	double number = 0;
	float single = 0;
	char *end = NULL;

	if (!c)
		return false;
	errno = 0;
	if (size == sizeof(single))
		single = strtof_l(line, &end, c);
	else
		number = strtod_l(line, &end, c);
	freelocale(c);
	*too_large = errno == ERANGE && (isinf(single) || isinf(number));
	memcpy(bytes, size == sizeof(single) ? (void *)&single : &number, size);
	return end != line && !*end;
}

static int parse_float(struct value_parser *p, struct value_place place,
		       struct span word)
{
	char line[FLOAT_LENGTH_MAX];
	unsigned char bytes[sizeof(double)];
	bool too_large;

	if (word.length >= sizeof(line) || isspace((unsigned char)*word.at))
		return wrong_type(p, place.node, word);
	memcpy(line, word.at, word.length);
	line[word.length] = '\0';
	if (!read_float(bytes, place.node->size, line, &too_large))
		return wrong_type(p, place.node, word);
	if (too_large)
		return value_wrong(p, -ERANGE, "%.*s is out of range",
				   shown(word), word.at);
	memcpy(p->value + place.offset, bytes, place.node->size);
	return 0;
}

/* ---- addresses ---- */

static int parse_ipv4(struct value_parser *p, struct value_place place,
		      struct span word)
{
	unsigned char bytes[4];

	if (place.node->kind == VALUE_INT && !memchr(word.at, '.', word.length))
		return parse_int(p, place, word);
	if (!value_ipv4_parse(bytes, word))
		return no_address(p, word, "IPv4 address");
	memcpy(p->value + place.offset, bytes, sizeof(bytes));
	return 0;
}

static int parse_ipv6(struct value_parser *p, struct value_place place,
		      struct span word)
{
	unsigned char bytes[16];

	if (!value_ipv6_parse(bytes, word))
		return no_address(p, word, "IPv6 address");
	memcpy(p->value + place.offset, bytes, sizeof(bytes));
	return 0;
}

static int parse_mac(struct value_parser *p, struct value_place place,
		     struct span word)
{
	unsigned char bytes[6];

	if (!value_mac_parse(bytes, word))
		return no_address(p, word, "MAC address");
	memcpy(p->value + place.offset, bytes, sizeof(bytes));
	return 0;
}

static int parse_prefix(struct value_parser *p, struct value_place place,
			struct span word)
{
	unsigned char bytes[20];
	bool is_ipv4 = place.node->size == 8;

	if (!value_prefix_parse(bytes, place.node->size, word))
		return no_address(p, word,
				  is_ipv4 ? "IPv4 prefix such as 10.0.0.0/8"
					  : "IPv6 prefix such as fc00::/7");
	memcpy(p->value + place.offset, bytes, place.node->size);
	return 0;
}

/* ---- any ---- */

static int parse_look(struct value_parser *p, struct value_place place,
		      struct span word)
{
	switch (place.node->look) {
	case LOOK_IPV4:
		return parse_ipv4(p, place, word);
	case LOOK_IPV6:
		return parse_ipv6(p, place, word);
	case LOOK_MAC:
		return parse_mac(p, place, word);
	case LOOK_PREFIX:
		return parse_prefix(p, place, word);
	default:
		return wrong_type(p, place.node, word);
	}
}

static int parse_kind(struct value_parser *p, struct value_place place,
		      struct span word)
{
	switch (place.node->kind) {
	case VALUE_INT:
		return parse_int(p, place, word);
	case VALUE_WIDE:
		return parse_wide(p, place, word);
	case VALUE_BOOL:
		return parse_bool(p, place, word);
	case VALUE_ENUM:
		return parse_enum(p, place, word);
	case VALUE_FLOAT:
		return parse_float(p, place, word);
	default:
		return wrong_type(p, place.node, word);
	}
}

/* A character is its code, and of a char its byte. */
static int parse_character(struct value_parser *p, struct value_place place)
{
	const char *start = p->at, *end = p->at + 1;
	unsigned char byte;

	if (place.node->kind != VALUE_INT ||
	    value_string_parse(&byte, 1, '\'', &end) != 1)
		return value_wrong(p, -EINVAL,
				   "a character ('a') requires an integer");
	if (value_bits(place.node) < 8 && byte > max_of(place.node))
		return out_of_range(p, place.node,
				    (struct span){ start, end - start });
	value_number_write(place.node, p->value + place.offset, byte);
	p->at = end;
	return 0;
}

int value_literal_parse(struct value_parser *p, struct value_place place)
{
	struct value_literal literal;
	int err;

	if (*p->at == '\'')
		return parse_character(p, place);
	err = value_literal_take(p, &literal);
	if (!err && place.node->look > LOOK_STRING)
		err = parse_look(p, place, literal.word);
	else if (!err)
		err = parse_kind(p, place, literal.word);
	if (!err)
		p->at = literal.behind;
	return err;
}
