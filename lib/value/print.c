// SPDX-License-Identifier: LGPL-2.1-only
/* print - keys and values as text for people, or as JSON */
#include <locale.h>
#include <math.h>
#include <stdio.h>

#include "internal.h"
#include "value.h"
#include "string.h"

struct printer {
	const struct xdplab_type *type;
	struct xdplab_text *text;
	bool json;
};

static void print_node(struct printer *p, const struct value_node *node,
		       const unsigned char *bytes);

/* What JSON has no literal for is a string there. */
static void quote(struct printer *p)
{
	if (p->json)
		text_char(p->text, '"');
}

/* ---- scalars ---- */

static void print_int(struct printer *p, const struct value_node *node,
		      const unsigned char *bytes)
{
	uint64_t number = value_number_read(node, bytes);

	if (node->is_signed)
		text_signed(p->text, (int64_t)number);
	else
		text_unsigned(p->text, number);
}

/* In hexadecimal the sign is a bit as others are. */
static void print_hex(struct printer *p, const struct value_node *node,
		      const unsigned char *bytes)
{
	uint64_t number = value_number_read(node, bytes);

	if (node->size < sizeof(number))
		number &= (1ULL << node->size * 8) - 1;
	quote(p);
	text_word(p->text, "0x");
	text_hex(p->text, number, 1);
	quote(p);
}

static void print_wide(struct printer *p, const unsigned char *bytes)
{
	uint64_t halves[2];
	bool swapped = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
	uint64_t high;

	memcpy(halves, bytes, sizeof(halves));
	high = halves[!swapped];
	quote(p);
	text_word(p->text, "0x");
	if (high)
		text_hex(p->text, high, 1);
	text_hex(p->text, halves[swapped], high ? 16 : 1);
	quote(p);
}

/* One that holds another number is that number, so that it stays. */
static void print_bool(struct printer *p, const struct value_node *node,
		       const unsigned char *bytes)
{
	uint64_t number = value_number_read(node, bytes);

	if (number > 1)
		print_int(p, node, bytes);
	else
		text_word(p->text, number ? "true" : "false");
}

static const struct value_enumerator *
find_enumerator(const struct xdplab_type *type, const struct value_node *node,
		uint64_t value)
{
	const struct value_enumerator *list = type->enumerators;
	uint64_t flip = node->is_signed ? 1ULL << 63 : 0;
	uint32_t low = node->first, end = low + node->count, high = end;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if ((list[middle].value ^ flip) < (value ^ flip))
			low = middle + 1;
		else
			high = middle;
	}
	return low < end && list[low].value == value ? list + low : NULL;
}

static void print_enum(struct printer *p, const struct value_node *node,
		       const unsigned char *bytes)
{
	const struct value_enumerator *found =
		find_enumerator(p->type, node, value_number_read(node, bytes));

	if (!found) {
		print_int(p, node, bytes);
		return;
	}
	quote(p);
	text_add(p->text, p->type->names.bytes + found->name,
		 found->name_length);
	quote(p);
}

/* With that many digits each is read as the same again, a point in any locale.
 */
static void print_digits(struct xdplab_text *text, double number, int digits)
{
	locale_t c = newlocale(LC_ALL_MASK, "C", NULL), caller;
	char line[64];

	if (!c) {
		text->lost = true;
		return;
	}
	caller = uselocale(c);
	snprintf(line, sizeof(line), "%.*g", digits, number);
	uselocale(caller);
	freelocale(c);
	text_word(text, line);
}

static void print_float(struct printer *p, const struct value_node *node,
			const unsigned char *bytes)
{
	double number;
	float single;

	if (node->size == sizeof(single)) {
		memcpy(&single, bytes, sizeof(single));
		number = single;
	} else {
		memcpy(&number, bytes, sizeof(number));
	}
	if (isfinite(number)) {
		print_digits(p->text, number,
			     node->size == sizeof(single) ? 9 : 17);
		return;
	}
	quote(p);
	if (signbit(number))
		text_char(p->text, '-');
	text_word(p->text, isnan(number) ? "nan" : "inf");
	quote(p);
}

/* ---- bytes ---- */

static void print_byte_strings(struct printer *p, const unsigned char *bytes,
			       size_t size)
{
	text_char(p->text, '[');
	for (size_t i = 0; i < size; i++) {
		text_word(p->text, i ? ",\"0x" : "\"0x");
		text_hex(p->text, bytes[i], 2);
		text_char(p->text, '"');
	}
	text_char(p->text, ']');
}

static void print_bytes(struct printer *p, const unsigned char *bytes,
			size_t size)
{
	if (p->json) {
		print_byte_strings(p, bytes, size);
		return;
	}
	text_word(p->text, "hex");
	for (size_t i = 0; i < size; i++) {
		text_char(p->text, ' ');
		text_hex(p->text, bytes[i], 2);
	}
}

/* ---- what has parts ---- */

static void print_array(struct printer *p, const struct value_node *node,
			const unsigned char *bytes)
{
	const struct value_node *element = p->type->nodes + node->first;

	text_char(p->text, '[');
	for (uint32_t i = 0; i < node->count; i++) {
		if (i)
			text_add(p->text, ", ", p->json ? 1 : 2);
		print_node(p, element, bytes);
		bytes += element->size;
	}
	text_char(p->text, ']');
}

/* The name stands as "name": among the type's names. */
static void print_name(struct printer *p, const struct value_node *node)
{
	const char *name = p->type->names.bytes + node->name;

	if (p->json) {
		text_add(p->text, name - 1, node->name_length + 3);
		return;
	}
	text_char(p->text, '.');
	text_add(p->text, name, node->name_length);
	text_add(p->text, " = ", 3);
}

static void print_members(struct printer *p, const struct value_node *node,
			  const unsigned char *bytes, bool *first)
{
	const struct value_node *member = p->type->nodes + node->first;

	for (uint32_t i = 0; i < node->count; i++, member++) {
		if (value_is_anonymous(member)) {
			print_members(p, member, bytes + member->offset, first);
			continue;
		}
		if (!*first)
			text_add(p->text, ", ", p->json ? 1 : 2);
		*first = false;
		print_name(p, member);
		print_node(p, member, bytes + member->offset);
	}
}

static void print_group(struct printer *p, const struct value_node *node,
			const unsigned char *bytes)
{
	bool first = true;

	text_char(p->text, '{');
	print_members(p, node, bytes, &first);
	text_char(p->text, '}');
}

/* ---- addresses ---- */

/* False for a length that there is not: then it is a struct. */
static bool print_prefix(struct printer *p, const struct value_node *node,
			 const unsigned char *bytes)
{
	uint32_t length;

	memcpy(&length, bytes, sizeof(length));
	if (length > (node->size - sizeof(length)) * 8)
		return false;
	quote(p);
	if (node->size == 8)
		value_net_ipv4(p->text, bytes + sizeof(length));
	else
		value_net_ipv6(p->text, bytes + sizeof(length));
	text_char(p->text, '/');
	text_unsigned(p->text, length);
	quote(p);
	return true;
}

static void print_address(struct printer *p, const struct value_node *node,
			  const unsigned char *bytes)
{
	quote(p);
	if (node->look == LOOK_IPV4)
		value_net_ipv4(p->text, bytes);
	else if (node->look == LOOK_IPV6)
		value_net_ipv6(p->text, bytes);
	else
		value_net_mac(p->text, bytes);
	quote(p);
}

/* Whether it was printed as what people see in it. */
static bool print_look(struct printer *p, const struct value_node *node,
		       const unsigned char *bytes)
{
	switch (node->look) {
	case LOOK_PREFIX:
		return print_prefix(p, node, bytes);
	case LOOK_STRING:
		return value_string_print(p->text, bytes, node->size);
	case LOOK_HEX:
		if (node->kind == VALUE_INT)
			print_hex(p, node, bytes);
		else
			print_bytes(p, bytes, node->size);
		return true;
	default:
		print_address(p, node, bytes);
		return true;
	}
}

/* ---- any ---- */

static void print_node(struct printer *p, const struct value_node *node,
		       const unsigned char *bytes)
{
	if (node->look && print_look(p, node, bytes))
		return;
	switch (node->kind) {
	case VALUE_BYTES:
		print_bytes(p, bytes, node->size);
		break;
	case VALUE_INT:
		print_int(p, node, bytes);
		break;
	case VALUE_WIDE:
		print_wide(p, bytes);
		break;
	case VALUE_BOOL:
		print_bool(p, node, bytes);
		break;
	case VALUE_ENUM:
		print_enum(p, node, bytes);
		break;
	case VALUE_FLOAT:
		print_float(p, node, bytes);
		break;
	case VALUE_ARRAY:
		print_array(p, node, bytes);
		break;
	default:
		print_group(p, node, bytes);
	}
}

void xdplab_value_print(const struct xdplab_type *type, const void *value,
			enum xdplab_form form, struct xdplab_text *text)
{
	struct printer p = { .type = type,
			     .text = text,
			     .json = form == XDPLAB_FORM_JSON };

	print_node(&p, type->nodes, value);
	text_end(text);
}

void value_print_at(const struct xdplab_type *type,
		    const struct value_node *node, const void *value,
		    struct xdplab_text *text)
{
	struct printer p = { .type = type, .text = text };

	print_node(&p, node, value);
	text_end(text);
}

void xdplab_value_print_hex(const struct xdplab_type *type, const void *value,
			    struct xdplab_text *text)
{
	struct printer p = { .text = text };

	print_bytes(&p, value, type->size);
	text_end(text);
}
