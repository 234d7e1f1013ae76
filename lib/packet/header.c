// SPDX-License-Identifier: LGPL-2.1-only
/* header - the fields of a header from text: "(ttl=63, dst=10.0.0.2)" */
#include <errno.h>
#include <stdio.h>

#include "proto.h"

static int no_field(const struct packet_header *header, struct span word)
{
	const struct packet_protocol *protocol = header->protocol;

	if (*word.at == ')') /* "()" is taken as a whole */
		packet_wrong("expected another field of %s after the comma",
			     protocol->name);
	else if (!word.length || (*word.at >= '0' && *word.at <= '9'))
		packet_wrong("expected a field of %s", protocol->name);
	else
		packet_wrong("%s has no field %.*s", protocol->name,
			     packet_shown(word), word.at);
	return packet_advise_field(-EINVAL, protocol, word);
}

static int twice(const struct packet_header *header, const char *name)
{
	return packet_wrong("%s.%s: given twice", header->protocol->name, name);
}

static bool is_given(const struct packet_header *header,
		     const struct packet_field *field)
{
	for (size_t i = 0; i < header->nr_given; i++)
		if (header->given[i].field == field)
			return true;
	return false;
}

static int scan_equals(struct packet_parser *p,
		       const struct packet_header *header, const char *name)
{
	if (!packet_take(p, '='))
		return packet_wrong("%s.%s: expected \"=\" and a value",
				    header->protocol->name, name);
	packet_skip_blanks(p);
	return 0;
}

static int scan_options(struct packet_parser *p, struct packet_header *header,
			struct span word)
{
	const char *name = header->protocol->options->name;
	int err;

	if (header->options_at)
		return twice(header, name);
	header->options_at = p->at;
	p->at += word.length;
	err = scan_equals(p, header, name);
	return err
		       ?: packet_options_scan(p, header->protocol->options,
					      &header->options);
}

static int scan_value(struct packet_parser *p, struct packet_header *header,
		      const struct packet_field *field, struct span word)
{
	struct packet_given *one = &header->given[header->nr_given];
	char name[64];
	int err;

	if (is_given(header, field) || header->nr_given == PACKET_FIELDS_MAX)
		return twice(header, field->name);
	*one = (struct packet_given){ .field = field, .at = p->at };
	p->at += word.length;
	err = scan_equals(p, header, field->name);
	if (err)
		return err;
	snprintf(name, sizeof(name), "%s.%s", header->protocol->name,
		 field->name);
	err = packet_value_scan(p, name, field, &one->value, &one->mask);
	if (!err)
		header->nr_given++;
	return err;
}

static int scan_field(struct packet_parser *p, struct packet_header *header)
{
	const struct packet_protocol *protocol = header->protocol;
	const struct packet_field *field;
	struct span word;

	packet_skip_blanks(p);
	word = packet_peek_name(p);
	field = packet_field_named(protocol, word);
	if (field)
		return scan_value(p, header, field, word);
	if (protocol->options &&
	    packet_is_named(word, protocol->options->name, NULL))
		return scan_options(p, header, word);
	return no_field(header, word);
}

/* "_)" */
static bool take_hole(struct packet_parser *p)
{
	const char *start = p->at;

	if (packet_take(p, '_') && packet_take(p, ')'))
		return true;
	p->at = start;
	return false;
}

int packet_header_scan(struct packet_parser *p, struct packet_header *header)
{
	const char *start;

	if (!packet_take(p, '(') || packet_take(p, ')'))
		return 0;
	packet_skip_blanks(p);
	start = p->at;
	header->is_hole = take_hole(p);
	if (header->is_hole && !p->pattern) {
		p->at = start;
		return packet_wrong("`_` is only valid in expected packets; "
				    "use `rand` for a random value");
	}
	if (header->is_hole)
		return 0;
	do {
		int err = scan_field(p, header);

		if (err)
			return err;
	} while (packet_take(p, ','));
	if (packet_take(p, ')'))
		return 0;
	packet_skip_blanks(p);
	return packet_wrong("expected \",\" and another field, or \")\"");
}
