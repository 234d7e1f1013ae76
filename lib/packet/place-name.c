// SPDX-License-Identifier: LGPL-2.1-only
/* place-name - names of places: "ip.ttl", "ip#2.src", "payload[3]" */
#include <errno.h>

#include "proto.h"

/* ---- what is wrong ---- */

static int no_protocol(struct span word)
{
	if (word.length && word.at[word.length] != '.')
		return fail(-ENOENT,
			    "expected LAYER.FIELD, such as ip.ttl, not %.*s",
			    packet_shown(word), word.at);
	if (word.length)
		fail(-ENOENT, "unknown protocol \"%.*s\"", packet_shown(word),
		     word.at);
	else
		fail(-ENOENT, "expected a field, such as ip.ttl");
	return packet_advise_protocol(-ENOENT, word);
}

static int no_field(const struct packet_protocol *protocol, struct span word)
{
	if (word.length)
		fail(-ENOENT, "%s has no field %.*s", protocol->name,
		     packet_shown(word), word.at);
	else
		fail(-ENOENT, "%s: expected \".\" and a field", protocol->name);
	return packet_advise_field(-ENOENT, protocol, word);
}

/* ---- its parts ---- */

static int read_number(struct packet_parser *p, uint64_t first, size_t *number)
{
	struct span word = packet_peek_name(p);
	uint64_t found;

	if (!value_literal_number(word, PACKET_LENGTH_MAX, &found) ||
	    found < first)
		return fail(-ENOENT, "expected a number%s, not %.*s",
			    first ? " from 1 on" : "", packet_shown(word),
			    word.at);
	p->at += word.length;
	*number = found;
	return 0;
}

static int read_protocol(struct packet_parser *p, struct packet_place_name *out)
{
	struct span word = packet_peek_name(p);

	out->protocol = packet_protocol_named(word);
	for (int i = PACKET_PAYLOAD; i <= PACKET_PADDING; i++)
		if (packet_is_named(word, packet_protocols[i].name, NULL))
			out->protocol = &packet_protocols[i];
	if (!out->protocol)
		return no_protocol(word);
	p->at += word.length;
	out->number = 1;
	if (*p->at != '#')
		return 0;
	p->at++;
	return read_number(p, 1, &out->number);
}

static int read_field(struct packet_parser *p, struct packet_place_name *out)
{
	const struct packet_protocol *protocol = out->protocol;
	struct span word = { p->at, 0 };

	if (*p->at == '.') {
		p->at++;
		word = packet_peek_name(p);
	}
	out->field = packet_field_named(protocol, word);
	if (!out->field &&
	    (!protocol->options ||
	     !packet_is_named(word, protocol->options->name, NULL)))
		return no_field(protocol, word);
	p->at += word.length;
	return 0;
}

static int read_index(struct packet_parser *p, struct packet_place_name *out)
{
	int err;

	if (out->field || *p->at != '[')
		return 0;
	p->at++;
	err = read_number(p, 0, &out->index);
	if (err)
		return err;
	if (*p->at != ']')
		return fail(-ENOENT, "expected \"]\"");
	p->at++;
	out->has_index = true;
	return 0;
}

int packet_place_name_read(struct packet_place_name *out, const char *name,
			   const char **end)
{
	struct packet_parser p = { .at = name };
	struct packet_place_name read = { .number = 0 };
	int err = read_protocol(&p, &read);

	if (!err && read.protocol->nr_fields)
		err = read_field(&p, &read);
	if (!err)
		err = read_index(&p, &read);
	if (!err && !end && *p.at)
		err = fail(-ENOENT, "%s: unexpected text after %.*s", name,
			   (int)(p.at - name), name);
	if (end)
		*end = p.at;
	if (!err)
		*out = read;
	return err;
}
