// SPDX-License-Identifier: LGPL-2.1-only
/* decode - bytes -> layers */
#include <errno.h>

#include "proto.h"

/* Whether all fields of a header are there.  Those that decide on its shape
 * come before those that it decides on. */
static bool fits(const struct packet_layer *layer, size_t end)
{
	struct packet_spot spot = { 0 };

	while (packet_spot_next(&spot, layer))
		if (spot.bit + spot.field->bits > end * 8)
			return false;
	return true;
}

static bool find_shape(struct packet_layer *layer, const uint8_t *bytes,
		       size_t end)
{
	if (!fits(layer, end))
		return false;
	if (!layer->protocol->shape)
		return true;
	layer->shape = layer->protocol->shape(bytes + layer->offset);
	return fits(layer, end);
}

/* The field that says how long the header is, or NULL. */
static const struct packet_field *
length_field(const struct packet_protocol *protocol)
{
	for (size_t i = 0; i < protocol->nr_fields; i++)
		if (protocol->fields[i].role == ROLE_HEADER)
			return &protocol->fields[i];
	return NULL;
}

/* Where the options end; false if the header is damaged.  Without a field for
 * it, they go to the end. */
static bool find_size(struct packet_layer *layer, const uint8_t *bytes,
		      size_t end)
{
	const struct packet_field *field = length_field(layer->protocol);
	struct packet_spot spot;
	struct packet_value value;
	size_t size;

	layer->size = packet_fixed_size(layer);
	if (!field) {
		if (packet_layer_has_options(layer))
			layer->size = end - layer->offset;
		return true;
	}
	packet_spot_find(&spot, layer, field);
	packet_bits_read(&value, bytes, spot.bit, field->bits);
	size = packet_value_number(&value) * field->unit + field->base;
	if (size < layer->size || size > end - layer->offset)
		return false;
	if (size > layer->size && !packet_layer_has_options(layer))
		return false;
	layer->size = size;
	return true;
}

/* Whether it cannot be written without options, as a damaged header is. */
static bool needs_filling(const struct packet_layer *layer)
{
	return packet_layer_has_options(layer) &&
	       !packet_options_is_fill(layer->protocol->options, 0,
				       (const uint8_t *)"", NULL, 0);
}

/* ---- what follows ---- */

static enum packet_protocol_id by_field(const struct packet_layer *layer,
					const uint8_t *bytes)
{
	struct packet_spot spot = { 0 };

	while (packet_spot_next(&spot, layer)) {
		struct packet_value value;
		const struct packet_name *name;

		if (spot.field->role != ROLE_NEXT &&
		    spot.field->role != ROLE_PORT)
			continue;
		packet_bits_read(&value, bytes, spot.bit, spot.field->bits);
		name = packet_name_of(spot.field->names,
				      packet_value_number(&value));
		if (name)
			return name->protocol;
	}
	return PACKET_PAYLOAD;
}

static enum packet_protocol_id follower(const struct xdplab_packet *packet,
					const struct packet_layer *layer)
{
	const uint8_t *header = packet->bytes.at + layer->offset;
	enum packet_protocol_id next = by_field(layer, packet->bytes.at);

	/* The rest of what was cut has no header. */
	if (packet_fragment(packet, layer) == FRAGMENT_LATER)
		return PACKET_PAYLOAD;
	/* IPv4's number 0 is the default, where nothing is known. */
	if (packet_layer_is(layer, PACKET_IP) &&
	    packet_protocols[next].extension)
		return PACKET_PAYLOAD;
	if (!next && layer->protocol->follower)
		next = layer->protocol->follower(header, header + layer->size);
	return next;
}

/* ---- padding ---- */

/* Short frames are filled up after what the first IP header counts. */
size_t packet_end_by(const struct xdplab_packet *packet,
		     const struct packet_layer *layer)
{
	const uint8_t *header = packet->bytes.at + layer->offset;
	size_t length;

	if (packet_layer_is(layer, PACKET_IP))
		length = header[2] << 8 | header[3];
	else if (header[4] || header[5])
		length = (header[4] << 8 | header[5]) + layer->size;
	else
		return packet->end;
	if (length < layer->size || length > packet->end - layer->offset)
		return packet->end;
	return layer->offset + length;
}

/* ---- all layers ---- */

static int add_payload(struct xdplab_packet *packet,
		       enum packet_protocol_id protocol, size_t at, size_t end)
{
	struct packet_layer *layer = packet_layer_add(packet, protocol, at);

	if (!layer)
		return -ENOMEM;
	layer->size = end - at;
	return 0;
}

/* Adds the header at *at, and goes after it; *next becomes what follows.  1 if
 * there is none, and what is left is payload. */
static int add_header(struct xdplab_packet *packet, size_t *at,
		      enum packet_protocol_id *next, bool *is_bounded)
{
	const uint8_t *bytes = packet->bytes.at;
	struct packet_layer *layer = packet_layer_add(packet, *next, *at);
	bool whole;

	if (!layer)
		return -ENOMEM;
	if (!find_shape(layer, bytes, packet->end)) {
		packet->nr_layers--;
		return 1;
	}
	whole = find_size(layer, bytes, packet->end);
	if (!whole && needs_filling(layer)) {
		packet->nr_layers--;
		return 1;
	}
	if (!*is_bounded && (packet_layer_is(layer, PACKET_IP) ||
			     packet_layer_is(layer, PACKET_IPV6))) {
		packet->end = packet_end_by(packet, layer);
		*is_bounded = true;
	}
	*at += layer->size;
	*next = PACKET_PAYLOAD;
	if (whole && *at < packet->end)
		*next = follower(packet, layer);
	return 0;
}

static int find_layers(struct xdplab_packet *packet)
{
	enum packet_protocol_id next = PACKET_ETH;
	bool is_bounded = false;
	size_t at = 0;
	int err = 0;

	packet->nr_layers = 0;
	packet->end = packet->bytes.length;
	while (next && !err)
		err = add_header(packet, &at, &next, &is_bounded);
	if (err < 0)
		return err;
	if (at < packet->end || !packet->bytes.length) {
		err = add_payload(packet, PACKET_PAYLOAD, at, packet->end);
		if (err)
			return err;
	}
	if (packet->end < packet->bytes.length)
		return add_payload(packet, PACKET_PADDING, packet->end,
				   packet->bytes.length);
	return 0;
}

int packet_find_layers(struct xdplab_packet *packet)
{
	int err = find_layers(packet);

	if (err)
		return err;
	packet_find_fragments(packet);
	return 0;
}

int xdplab_packet_decode(struct xdplab_packet **out, const void *bytes,
			 size_t length)
{
	struct xdplab_packet *packet;
	int err = packet_new(&packet);

	if (err)
		return err;
	err = packet_bytes_add(&packet->bytes, bytes, NULL, length);
	if (!err)
		err = packet_find_layers(packet);
	if (err) {
		xdplab_packet_free(packet);
		return err;
	}
	packet_find_given(packet);
	*out = packet;
	return 0;
}
