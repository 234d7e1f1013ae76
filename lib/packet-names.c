// SPDX-License-Identifier: LGPL-2.1-only
/* packet-names - protocols, fields and numbers by their names */
#include <strings.h>

#include "packet-proto.h"

static bool is_word(struct span word, const char *name, size_t length)
{
	return word.length == length && !memcmp(word.at, name, length);
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
