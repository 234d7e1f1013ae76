// SPDX-License-Identifier: LGPL-2.1-only
/* lacks - says that a header of this kind has no such field */
#include <stdio.h>

#include "proto.h"

/* The field that says which others there are. */
static const struct packet_field *
deciding(const struct packet_protocol *protocol,
	 const struct packet_field *lacking)
{
	for (size_t i = 0; lacking && i < protocol->nr_fields; i++)
		if (protocol->fields[i].role == ROLE_PRESENT &&
		    protocol->fields[i].unit & lacking->in)
			return &protocol->fields[i];
	return packet_field_named(protocol, (struct span){ "type", 4 });
}

int packet_lacks(int err, const struct xdplab_packet *packet,
		 const struct packet_layer *layer,
		 const struct packet_field *lacking)
{
	const struct packet_protocol *protocol = layer->protocol;
	const struct packet_field *field = deciding(protocol, lacking);
	const char *name = lacking ? lacking->name : protocol->options->name;
	struct xdplab_text kind = { 0 };
	struct packet_value value;
	struct packet_spot spot;

	if (!field || !packet_spot_find(&spot, layer, field))
		return fail(err, "this %s has no %s", protocol->name, name);
	packet_bits_read(&value, packet->bytes.at, spot.bit, field->bits);
	packet_value_text(&kind, field, &value, NULL);
	text_end(&kind);
	fail(err, "%s(%s=%s) has no %s", protocol->name, field->name,
	     kind.bytes ?: "", name);
	xdplab_text_free(&kind);
	return err;
}

bool packet_field_guess(char *name, size_t size,
			const struct xdplab_packet *packet, const char *word,
			size_t length)
{
	for (size_t i = 0; i < packet->nr_layers; i++) {
		const struct packet_layer *layer = &packet->layers[i];
		const struct packet_field *field = packet_field_named(
			layer->protocol, (struct span){ word, length });
		struct packet_spot spot;

		if (!field || !packet_spot_find(&spot, layer, field))
			continue;
		snprintf(name, size, "%s.%s", layer->protocol->name,
			 field->name);
		return true;
	}
	return false;
}
