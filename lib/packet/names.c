// SPDX-License-Identifier: LGPL-2.1-only
/* names - protocols, fields and numbers by their names */
#include <stdio.h>
#include <strings.h>

#include "nearest.h"
#include "proto.h"

/* As scapy writes it, too: Ether() / IP() / TCP(). */
static bool is_word(struct span word, const char *name, size_t length)
{
	return word.length == length && !strncasecmp(word.at, name, length);
}

bool packet_is_named(struct span word, const char *name, const char *aliases)
{
	if (is_word(word, name, strlen(name)))
		return true;
	while (aliases && *aliases) {
		size_t length = strcspn(aliases, " ");

		if (is_word(word, aliases, length))
			return true;
		aliases += length;
		aliases += *aliases == ' ';
	}
	return false;
}

const struct packet_protocol *packet_protocol_named(struct span name)
{
	for (int i = PACKET_ETH; i < PACKET_NR_PROTOCOLS; i++)
		if (packet_is_named(name, packet_protocols[i].name,
				    packet_protocols[i].aliases))
			return &packet_protocols[i];
	return NULL;
}

const struct packet_field *
packet_field_named(const struct packet_protocol *protocol, struct span name)
{
	for (size_t i = 0; i < protocol->nr_fields; i++)
		if (packet_is_named(name, protocol->fields[i].name,
				    protocol->fields[i].aliases))
			return &protocol->fields[i];
	return NULL;
}

const struct packet_name *packet_name_of(const struct packet_name *names,
					 uint64_t number)
{
	for (; names && names->name; names++)
		if (names->number == number)
			return names;
	return NULL;
}

/* ---- names that were meant ---- */

int packet_advise(int err, struct span word, const char *what,
		  const char *const *names, size_t nr)
{
	char line[ERROR_LINE_SIZE], typed[PACKET_SHOWN_MAX + 1];
	const char *nearest;
	size_t length = 0;

	snprintf(typed, sizeof(typed), "%.*s", packet_shown(word), word.at);
	nearest = nearest_name(typed, names, nr);
	if (nearest)
		return advise(err, "%s", nearest);
	line[0] = '\0';
	for (size_t i = 0; i < nr && length < sizeof(line); i++)
		length += snprintf(line + length, sizeof(line) - length, "%s%s",
				   i ? ", " : "", names[i]);
	return fail(err, "%s; %s are %s", xdplab_error(), what, line);
}

#define NAMES_MAX (PACKET_NR_PROTOCOLS + 8)

int packet_advise_protocol(int err, struct span word)
{
	static const char *const payloads[] = { "hex", "bytes", "rand" };
	const char *names[NAMES_MAX];
	size_t nr = 0;

	for (int i = PACKET_ETH; i < PACKET_NR_PROTOCOLS; i++)
		names[nr++] = packet_protocols[i].name;
	for (size_t i = 0; i < ARRAY_SIZE(payloads); i++)
		names[nr++] = payloads[i];
	names[nr++] = packet_protocols[PACKET_PADDING].name;
	return packet_advise(err, word, "there", names, nr);
}

int packet_advise_field(int err, const struct packet_protocol *protocol,
			struct span word)
{
	const char *names[PACKET_FIELDS_MAX + 1];
	size_t nr = 0;

	for (; nr < protocol->nr_fields; nr++)
		names[nr] = protocol->fields[nr].name;
	if (protocol->options)
		names[nr++] = protocol->options->name;
	return packet_advise(err, word, "its fields", names, nr);
}
