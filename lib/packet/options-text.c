// SPDX-License-Identifier: LGPL-2.1-only
/* options-text - options -> text: "[mss(1460), nop, wscale(7)]" */
#include "proto.h"

struct printer {
	struct xdplab_text *text;
	const struct packet_scheme *scheme;
	const uint8_t *bytes, *mask; /* of the option's data */
	size_t length;
};

static const struct packet_option *known(const struct packet_scheme *scheme,
					 uint32_t number)
{
	for (size_t i = 0; i < scheme->nr_options; i++)
		if (scheme->options[i].number == number)
			return &scheme->options[i];
	return NULL;
}

/* ---- fields ---- */

static size_t bits_of(const struct packet_option *option)
{
	size_t bits = 0;

	for (size_t i = 0; i < option->nr_fields; i++)
		bits += option->fields[i].bits;
	return bits;
}

static void read_field(const struct printer *p,
		       const struct packet_field *field, size_t bit,
		       struct packet_value *value, struct packet_value *mask)
{
	packet_bits_read(value, p->bytes, bit, field->bits);
	*mask = packet_value_ones(field->bits);
	if (p->mask)
		packet_bits_read(mask, p->mask, bit, field->bits);
}

static bool is_usual(const struct packet_field *field,
		     const struct packet_value *value,
		     const struct packet_value *mask)
{
	struct packet_value usual = packet_value_of(field->high, field->value);
	struct packet_value ones = packet_value_ones(field->bits);

	return packet_value_equal(value, &usual) &&
	       packet_value_equal(mask, &ones);
}

/* Whether its data are as its fields are: as long, and what is not shown is as
 * it will be read. */
static bool has_form(const struct printer *p,
		     const struct packet_option *option)
{
	size_t bits = bits_of(option), bit = 0, left = p->length * 8;
	size_t last = option->repeats
			      ? option->fields[option->nr_fields - 1].bits
			      : 0;

	if (last ? left < bits - last || (left - (bits - last)) % last
		 : left != bits)
		return false;
	for (size_t i = 0; i < option->nr_fields; i++) {
		const struct packet_field *field = &option->fields[i];
		struct packet_value value, mask;

		if (!field->name) {
			read_field(p, field, bit, &value, &mask);
			if (!is_usual(field, &value, &mask))
				return false;
		}
		bit += field->bits;
	}
	return true;
}

/* Many fields are named, where they are not as usual; few are reported in their
 * order. */
#define FEW 2

static bool is_shown(const struct printer *p,
		     const struct packet_option *option,
		     const struct packet_field *field, size_t bit)
{
	struct packet_value value, mask;

	if (!field->name)
		return false;
	if (option->repeats || option->nr_fields <= FEW)
		return true;
	read_field(p, field, bit, &value, &mask);
	return !is_usual(field, &value, &mask);
}

static void print_fields(const struct printer *p,
			 const struct packet_option *option)
{
	bool named = !option->repeats && option->nr_fields > FEW, first = true;
	const struct packet_field *field = option->fields;

	for (size_t bit = 0; bit < p->length * 8; bit += field->bits,
		    field += field + 1 < option->fields + option->nr_fields) {
		struct packet_value value, mask;

		if (!is_shown(p, option, field, bit))
			continue;
		text_word(p->text, first ? "(" : ", ");
		first = false;
		if (named) {
			text_word(p->text, field->name);
			text_char(p->text, '=');
		}
		read_field(p, field, bit, &value, &mask);
		packet_value_text(p->text, field, &value, &mask);
	}
	if (!first)
		text_char(p->text, ')');
}

/* ---- options ---- */

/* One that is not known: its number and its data. */
static void print_number(const struct printer *p, uint32_t number)
{
	text_word(p->text, "option(");
	if (p->scheme->head == OPTION_GENEVE) {
		text_word(p->text, "0x");
		text_hex(p->text, number >> 8, 4);
		text_word(p->text, ", 0x");
		text_hex(p->text, number & 0xff, 2);
	} else {
		text_unsigned(p->text, number);
	}
	if (p->length) {
		text_word(p->text, ", ");
		packet_payload_text(p->text, p->bytes, p->mask, p->length);
	}
	text_char(p->text, ')');
}

static void print_option(const struct printer *p, uint32_t number)
{
	const struct packet_option *option = known(p->scheme, number);

	if (!option || !has_form(p, option)) {
		print_number(p, number);
		return;
	}
	text_word(p->text, option->name);
	print_fields(p, option);
}

/* Prints what begins at p->bytes, of which `left` are left; returns how many it
 * has. */
static size_t print_next(struct printer *p, size_t left)
{
	static const struct packet_field address = { "address", .bits = 128,
						     .kind = FIELD_IPV6 };
	struct packet_option_at at;

	if (p->scheme->head == OPTION_ADDRESS && left >= 16) {
		struct packet_value value, mask;

		read_field(p, &address, 0, &value, &mask);
		packet_value_text(p->text, &address, &value, &mask);
		return 16;
	}
	if (!packet_option_read(&at, p->scheme, p->bytes, left)) {
		packet_hex_text(p->text, p->bytes, p->mask, left);
		return left;
	}
	p->bytes += at.data;
	p->mask = p->mask ? p->mask + at.data : NULL;
	p->length = at.length;
	print_option(p, at.number);
	return at.data + at.length;
}

void packet_options_text(struct xdplab_text *text,
			 const struct packet_scheme *scheme,
			 const uint8_t *bytes, const uint8_t *mask,
			 size_t length)
{
	text_char(text, '[');
	for (size_t at = 0; at < length;) {
		struct printer p = {
			.text = text,
			.scheme = scheme,
			.bytes = bytes + at,
			.mask = mask ? mask + at : NULL,
		};

		if (packet_options_is_fill(scheme, at, p.bytes, p.mask,
					   length - at))
			break;
		text_word(text, at ? ", " : "");
		at += print_next(&p, length - at);
	}
	text_char(text, ']');
}
