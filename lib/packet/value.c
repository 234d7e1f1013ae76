// SPDX-License-Identifier: LGPL-2.1-only
/* value - values of fields: in bytes, and as text */
#include <ctype.h>
#include <endian.h>
#include <errno.h>

#include "proto.h"

#define SIZE sizeof(((struct packet_value *)0)->bytes)

/* ---- bits ---- */

struct packet_value packet_value_of(uint64_t high, uint64_t low)
{
	uint64_t words[2] = { htobe64(high), htobe64(low) };
	struct packet_value value;

	memcpy(value.bytes, words, sizeof(words));
	return value;
}

uint64_t packet_value_number(const struct packet_value *value)
{
	uint64_t low;

	memcpy(&low, value->bytes + SIZE - sizeof(low), sizeof(low));
	return be64toh(low);
}

void packet_bits_read(struct packet_value *value, const uint8_t *bytes,
		      size_t bit, size_t bits)
{
	if (bit % 8 || bits % 8) {
		*value = packet_value_of(
			0,
			value_bits_read(bytes + bit / 8, bit % 8, bits, true));
		return;
	}
	*value = (struct packet_value){ 0 };
	memcpy(value->bytes + SIZE - bits / 8, bytes + bit / 8, bits / 8);
}

void packet_bits_write(const struct packet_value *value, uint8_t *bytes,
		       size_t bit, size_t bits)
{
	if (bit % 8 || bits % 8)
		value_bits_write(bytes + bit / 8, bit % 8, bits, true,
				 packet_value_number(value));
	else
		memcpy(bytes + bit / 8, value->bytes + SIZE - bits / 8,
		       bits / 8);
}

struct packet_value packet_value_ones(size_t bits)
{
	if (bits > 64)
		return packet_value_of(UINT64_MAX >> (128 - bits), UINT64_MAX);
	return packet_value_of(0, bits ? UINT64_MAX >> (64 - bits) : 0);
}

bool packet_value_equal(const struct packet_value *a,
			const struct packet_value *b)
{
	return !memcmp(a->bytes, b->bytes, SIZE);
}

bool packet_value_is_zero(const struct packet_value *value)
{
	static const struct packet_value zero;

	return packet_value_equal(value, &zero);
}

/* ---- print ---- */

static void text_flags(struct xdplab_text *text,
		       const struct packet_field *field, uint64_t flags)
{
	const struct packet_name *names = field->names;
	uint64_t left = flags;
	bool letters = !names->name[1];

	for (const struct packet_name *name = names; name->name; name++)
		left &= ~(uint64_t)name->number;
	if (left || !flags) {
		text_word(text, flags ? "0x" : "0");
		text_hex(text, flags, 0);
		return;
	}
	for (; names->name && flags; names++) {
		if (!(flags & names->number))
			continue;
		text_word(text, names->name);
		flags &= ~(uint64_t)names->number;
		if (flags && !letters)
			text_char(text, '|');
	}
}

static void text_hex_number(struct xdplab_text *text, uint64_t number,
			    size_t bits)
{
	text_word(text, "0x");
	text_hex(text, number, (int)(bits + 3) / 4);
}

static void text_exact(struct xdplab_text *text,
		       const struct packet_field *field,
		       const struct packet_value *value)
{
	uint64_t number = packet_value_number(value);
	const struct packet_name *name;

	switch ((enum packet_kind)field->kind) {
	case FIELD_NUMBER:
		text_unsigned(text, number);
		break;
	case FIELD_NAMED:
		name = packet_name_of(field->names, number);
		if (name) {
			text_word(text, name->name);
			break;
		}
		/* fallthrough */
	case FIELD_HEX:
		text_hex_number(text, number, field->bits);
		break;
	case FIELD_FLAGS:
		text_flags(text, field, number);
		break;
	case FIELD_IPV4:
		value_net_ipv4(text, value->bytes + SIZE - 4);
		break;
	case FIELD_IPV6:
		value_net_ipv6(text, value->bytes);
		break;
	case FIELD_MAC:
		value_net_mac(text, value->bytes + SIZE - 6);
		break;
	}
}

/* How many bits at its beginning are one, if these are all; else SIZE_MAX. */
static size_t prefix_of(const struct packet_value *mask, size_t bits)
{
	size_t length = 0;
	struct packet_value ones;

	while (length < bits &&
	       value_bits_read(mask->bytes, SIZE * 8 - bits + length, 1, true))
		length++;
	ones = packet_value_ones(bits);
	for (size_t i = length; i < bits; i++)
		value_bits_write(ones.bytes, SIZE * 8 - bits + i, 1, true, 0);
	return packet_value_equal(&ones, mask) ? length : SIZE_MAX;
}

static bool is_address(const struct packet_field *field)
{
	return field->kind == FIELD_IPV4 || field->kind == FIELD_IPV6 ||
	       field->kind == FIELD_MAC;
}

/* Of numbers both are hexadecimal, since it is about bits. */
static void text_masked(struct xdplab_text *text,
			const struct packet_field *field,
			const struct packet_value *value,
			const struct packet_value *mask)
{
	size_t length = prefix_of(mask, field->bits);

	if (!is_address(field) && field->kind != FIELD_FLAGS) {
		text_hex_number(text, packet_value_number(value), field->bits);
		text_char(text, '/');
		text_hex_number(text, packet_value_number(mask), field->bits);
		return;
	}
	text_exact(text, field, value);
	text_char(text, '/');
	if (length != SIZE_MAX && is_address(field))
		text_unsigned(text, length);
	else
		text_exact(text, field, mask);
}

void packet_value_text(struct xdplab_text *text,
		       const struct packet_field *field,
		       const struct packet_value *value,
		       const struct packet_value *mask)
{
	struct packet_value ones = packet_value_ones(field->bits);

	if (!mask || packet_value_equal(mask, &ones))
		text_exact(text, field, value);
	else if (packet_value_is_zero(mask))
		text_char(text, '_');
	else
		text_masked(text, field, value, mask);
}
