// SPDX-License-Identifier: LGPL-2.1-only
/* options-read - text -> options: "[mss(1460), nop, wscale(7)]" */
#include <errno.h>
#include <stdio.h>

#include "proto.h"

#define NAME_SIZE 64

static const struct packet_option *named(const struct packet_scheme *scheme,
					 struct span word)
{
	for (size_t i = 0; i < scheme->nr_options; i++)
		if (packet_is_named(word, scheme->options[i].name,
				    scheme->options[i].aliases))
			return &scheme->options[i];
	return NULL;
}

#define NAMES_MAX 16

static int no_option(struct packet_parser *p,
		     const struct packet_scheme *scheme)
{
	struct span word = packet_peek_name(p);
	struct packet_called called[NAMES_MAX] = { 0 };
	size_t nr = 0;

	for (; nr < scheme->nr_options; nr++) {
		called[nr].name = scheme->options[nr].name;
		called[nr].aliases = scheme->options[nr].aliases;
	}
	if (scheme->head != OPTION_ADDRESS)
		called[nr++].name = "option";
	called[nr++].name = "hex";
	if (word.length)
		packet_wrong("unknown option \"%.*s\"", packet_shown(word),
			     word.at);
	else
		packet_wrong("expected an option");
	return packet_advise(-EINVAL, word, "options", called, nr);
}

/* ---- fields ---- */

/* The bytes of an option's fields, one after the other. */
static int append(struct packet_bytes *to, size_t *bit,
		  const struct packet_field *field,
		  const struct packet_value *value,
		  const struct packet_value *mask)
{
	int err = 0;

	if (*bit + field->bits > to->length * 8)
		err = packet_bytes_add(to, NULL, NULL,
				       (*bit + field->bits + 7) / 8 -
					       to->length);
	if (err)
		return err;
	packet_bits_write(value, to->at, *bit, field->bits);
	if (to->masked)
		packet_bits_write(mask, to->mask, *bit, field->bits);
	*bit += field->bits;
	return 0;
}

static const struct packet_field *
field_named(const struct packet_option *option, struct span word)
{
	for (size_t i = 0; i < option->nr_fields; i++)
		if (option->fields[i].name &&
		    packet_is_named(word, option->fields[i].name,
				    option->fields[i].aliases))
			return &option->fields[i];
	return NULL;
}

/* Which field a value is for: "name=", or else the next from *i on; the last
 * may come again. */
static int choose(struct packet_parser *p, const struct packet_option *option,
		  size_t *i)
{
	const struct packet_field *found;
	const char *start;
	struct span word;

	packet_skip_blanks(p);
	start = p->at;
	word = packet_peek_name(p);
	p->at += word.length;
	if (word.length && packet_take(p, '=')) {
		packet_skip_blanks(p);
		found = field_named(option, word);
		if (found) {
			*i = found - option->fields;
			return 0;
		}
		p->at = start;
		return packet_wrong("%s has no %.*s", option->name,
				    packet_shown(word), word.at);
	}
	p->at = start;
	while (*i < option->nr_fields && !option->fields[*i].name)
		(*i)++;
	if (*i < option->nr_fields)
		return 0;
	if (!option->repeats)
		return packet_wrong("%s: too many values", option->name);
	*i = option->nr_fields - 1;
	return 0;
}

/* An option of 2040 bytes, which is the longest, has room for 127 addresses. */
#define VALUES_MAX 136

struct values {
	struct packet_value value[VALUES_MAX], mask[VALUES_MAX];
	size_t nr;
};

static int scan_value(struct packet_parser *p,
		      const struct packet_option *option, size_t i,
		      struct values *values)
{
	const struct packet_field *field = &option->fields[i];
	char name[NAME_SIZE];

	if (option->repeats && i == option->nr_fields - 1)
		i = values->nr++;
	if (i >= VALUES_MAX)
		return packet_wrong("%s: too many values", option->name);
	snprintf(name, sizeof(name), "%s.%s", option->name, field->name);
	return packet_value_scan(p, name, field, &values->value[i],
				 &values->mask[i]);
}

static int scan_values(struct packet_parser *p,
		       const struct packet_option *option,
		       struct values *values)
{
	size_t i = 0;

	if (!packet_take(p, '(') || packet_take(p, ')'))
		return 0;
	do {
		int err = choose(p, option, &i)
				  ?: scan_value(p, option, i, values);

		if (err)
			return err;
		i++;
	} while (packet_take(p, ','));
	if (packet_take(p, ')'))
		return 0;
	packet_skip_blanks(p);
	return packet_wrong("expected \",\" and another value, or \")\"");
}

static int scan_known(struct packet_parser *p,
		      const struct packet_option *option,
		      struct packet_bytes *to)
{
	struct values values = { .nr = option->nr_fields - option->repeats };
	size_t bit = 0;
	int err;

	for (size_t i = 0; i < values.nr; i++) {
		const struct packet_field *field = &option->fields[i];

		values.value[i] = packet_value_of(field->high, field->value);
		values.mask[i] = packet_value_ones(field->bits);
	}
	err = scan_values(p, option, &values);
	for (size_t i = 0; !err && i < values.nr; i++) {
		size_t k = i < option->nr_fields ? i : option->nr_fields - 1;

		err = append(to, &bit, &option->fields[k], &values.value[i],
			     &values.mask[i]);
	}
	return err;
}

/* ---- options that are not known ---- */

static int scan_byte(struct packet_parser *p, const char *what, uint32_t most,
		     uint32_t *number)
{
	struct span word;
	uint64_t found;

	packet_skip_blanks(p);
	word = packet_peek_name(p);
	if (!value_literal_number(word, most, &found))
		return packet_wrong("expected %s (0 to %u)", what, most);
	p->at += word.length;
	*number = found;
	return 0;
}

/* "(class, type" of geneve, else "(type". */
static int scan_number(struct packet_parser *p,
		       const struct packet_scheme *scheme, uint32_t *number)
{
	uint32_t class = 0;
	int err;

	if (!packet_take(p, '('))
		return packet_wrong("expected \"(\"");
	if (scheme->head == OPTION_GENEVE) {
		err = scan_byte(p, "a class", 0xffff, &class);
		if (err)
			return err;
		if (!packet_take(p, ','))
			return packet_wrong("expected \",\" and a type");
	}
	err = scan_byte(p, "a type", 0xff, number);
	*number |= class << 8;
	return err;
}

static int scan_unknown(struct packet_parser *p,
			const struct packet_scheme *scheme, uint32_t *number,
			struct packet_bytes *to)
{
	int err = scan_number(p, scheme, number);

	if (err)
		return err;
	if (packet_take(p, ',')) {
		packet_skip_blanks(p);
		err = packet_payload_scan(p, to);
		if (err == -ENOENT)
			return packet_wrong(
				"expected bytes, such as hex 01 ff");
		if (err)
			return err;
	}
	if (packet_take(p, ')'))
		return 0;
	return packet_wrong("expected \")\"");
}

/* ---- one option ---- */

static int add_head(const struct packet_scheme *scheme, uint32_t number,
		    const struct packet_bytes *data, struct packet_bytes *to)
{
	size_t length = data->length;
	uint8_t head[4] = { number, length + 2 };
	struct packet_option_at at;
	size_t size = 2;

	if (scheme->head == OPTION_IPV6) {
		head[1] = length;
	} else if (scheme->head == OPTION_ND) {
		head[1] = (length + 2) / 8;
	} else if (scheme->head == OPTION_GENEVE) {
		size = 4;
		head[0] = number >> 16;
		head[1] = number >> 8;
		head[2] = number;
		head[3] = length / 4;
	}
	/* As it would be read: alone, or with all of its data. */
	if (packet_option_read(&at, scheme, head, size + length) &&
	    at.length == length)
		return packet_bytes_add(to, head, NULL, at.data);
	return packet_wrong("invalid option length: %zu bytes of data", length);
}

static int scan_option(struct packet_parser *p,
		       const struct packet_scheme *scheme,
		       struct packet_bytes *data, struct packet_bytes *to)
{
	struct span word = packet_peek_name(p);
	const struct packet_option *option = named(scheme, word);
	const char *start = p->at;
	uint32_t number = 0;
	int err;

	if (!option && !packet_is_named(word, "option", NULL))
		return no_option(p, scheme);
	p->at += word.length;
	if (option) {
		number = option->number;
		err = scan_known(p, option, data);
	} else {
		err = scan_unknown(p, scheme, &number, data);
	}
	if (err)
		return err;
	err = add_head(scheme, number, data, to);
	if (err == -EINVAL)
		p->at = start;
	return err ?: packet_bytes_add(to, data->at, data->mask, data->length);
}

static int scan_address(struct packet_parser *p, struct packet_bytes *to)
{
	static const struct packet_field address = { "address", .bits = 128,
						     .kind = FIELD_IPV6 };
	struct packet_value value, mask;
	int err = packet_value_scan(p, "addresses", &address, &value, &mask);

	return err
		       ?: packet_bytes_add(to, value.bytes, mask.bytes,
					   sizeof(value.bytes));
}

static int scan_item(struct packet_parser *p,
		     const struct packet_scheme *scheme,
		     struct packet_bytes *to)
{
	struct packet_bytes data = { .masked = to->masked };
	struct span word;
	int err;

	packet_skip_blanks(p);
	word = packet_peek_name(p);
	if (packet_is_named(word, "hex", NULL)) {
		p->at += word.length;
		return packet_hex_scan(p, to);
	}
	if (scheme->head == OPTION_ADDRESS)
		return scan_address(p, to);
	err = scan_option(p, scheme, &data, to);
	packet_bytes_free(&data);
	return err;
}

int packet_options_scan(struct packet_parser *p,
			const struct packet_scheme *scheme,
			struct packet_bytes *to)
{
	if (!packet_take(p, '['))
		return packet_wrong("expected \"[\" and %s", scheme->name);
	if (packet_take(p, ']'))
		return packet_options_fill(scheme, to, 0);
	do {
		int err = scan_item(p, scheme, to);

		if (err)
			return err;
	} while (packet_take(p, ','));
	if (packet_take(p, ']'))
		return packet_options_fill(scheme, to, to->length);
	packet_skip_blanks(p);
	if (*p->at == '=')
		return packet_wrong("option values must be in parentheses, as "
				    "in mss(1460)");
	return packet_wrong("expected \",\" and another option, or \"]\"");
}
