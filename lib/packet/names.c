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

struct near {
	struct span found;
	unsigned int distance;
};

static void look_at(struct near *near, struct span word, const char *name,
		    size_t length)
{
	unsigned int distance =
		nearest_distance(word.at, word.length, name, length);

	if (distance >= near->distance ||
	    !nearest_is_near(distance, word.length, length))
		return;
	near->distance = distance;
	near->found = (struct span){ name, length };
}

static void look_at_aliases(struct near *near, struct span word,
			    const char *aliases)
{
	while (aliases && *aliases) {
		size_t length = strcspn(aliases, " ");

		look_at(near, word, aliases, length);
		aliases += length;
		aliases += *aliases == ' ';
	}
}

/* Of an alias and a name that are as near, the name is told. */
static struct span find_near(struct span word,
			     const struct packet_called *called, size_t nr)
{
	struct near near = { .distance = NEAREST_FAR };

	for (size_t i = 0; i < nr; i++)
		look_at(&near, word, called[i].name, strlen(called[i].name));
	for (size_t i = 0; i < nr; i++)
		look_at_aliases(&near, word, called[i].aliases);
	return near.found;
}

int packet_advise(int err, struct span word, const char *what,
		  const struct packet_called *called, size_t nr)
{
	struct span near = find_near(word, called, nr);
	char line[ERROR_LINE_SIZE] = "";
	size_t length = 0;

	if (near.length)
		return advise(err, "%.*s", (int)near.length, near.at);
	for (size_t i = 0; i < nr && length < sizeof(line); i++)
		length += snprintf(line + length, sizeof(line) - length, "%s%s",
				   i ? ", " : "", called[i].name);
	return fail(err, "%s; %s are %s", xdplab_error(), what, line);
}

#define NAMES_MAX (PACKET_NR_PROTOCOLS + 8)

int packet_advise_protocol(int err, struct span word)
{
	static const char *const payloads[] = { "hex", "bytes", "rand" };
	struct packet_called called[NAMES_MAX] = { 0 };
	size_t nr = 0;

	for (int i = PACKET_ETH; i < PACKET_NR_PROTOCOLS; i++) {
		called[nr].name = packet_protocols[i].name;
		called[nr++].aliases = packet_protocols[i].aliases;
	}
	for (size_t i = 0; i < ARRAY_SIZE(payloads); i++)
		called[nr++].name = payloads[i];
	called[nr++].name = packet_protocols[PACKET_PADDING].name;
	return packet_advise(err, word, "protocols", called, nr);
}

int packet_advise_field(int err, const struct packet_protocol *protocol,
			struct span word)
{
	struct packet_called called[PACKET_FIELDS_MAX + 1] = { 0 };
	size_t nr = 0;

	for (; nr < protocol->nr_fields; nr++) {
		called[nr].name = protocol->fields[nr].name;
		called[nr].aliases = protocol->fields[nr].aliases;
	}
	if (protocol->options)
		called[nr++].name = protocol->options->name;
	return packet_advise(err, word, "fields", called, nr);
}
