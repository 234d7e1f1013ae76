// SPDX-License-Identifier: LGPL-2.1-only
/* packet - bytes, and the layers that they are */
#include <errno.h>
#include <stdlib.h>

#include "proto.h"

#define ROOM_MIN   128
#define LAYERS_MIN 8

/* ---- bytes ---- */

static bool make_room(struct packet_bytes *to, size_t length)
{
	size_t room = to->room ?: ROOM_MIN;
	uint8_t *at, *mask;

	while (room < length)
		room *= 2;
	at = realloc(to->at, room);
	if (!at)
		return false;
	to->at = at;
	if (to->masked) {
		mask = realloc(to->mask, room);
		if (!mask)
			return false;
		to->mask = mask;
	}
	to->room = room;
	return true;
}

int packet_bytes_add(struct packet_bytes *to, const void *bytes,
		     const void *mask, size_t length)
{
	if (length > PACKET_LENGTH_MAX ||
	    to->length + length > PACKET_LENGTH_MAX)
		return fail(-E2BIG, "packet exceeds %d bytes",
			    PACKET_LENGTH_MAX);
	if ((to->length + length > to->room || !to->at) &&
	    !make_room(to, to->length + length))
		return fail(-ENOMEM, "packet: no memory");
	if (bytes)
		memcpy(to->at + to->length, bytes, length);
	else
		memset(to->at + to->length, 0, length);
	if (to->masked && mask)
		memcpy(to->mask + to->length, mask, length);
	else if (to->masked)
		memset(to->mask + to->length, 0xff, length);
	to->length += length;
	return 0;
}

void packet_bytes_free(struct packet_bytes *bytes)
{
	free(bytes->at);
	free(bytes->mask);
}

/* ---- layers ---- */

int packet_new(struct xdplab_packet **out)
{
	struct xdplab_packet *packet = calloc(1, sizeof(*packet));

	if (!packet)
		return fail(-ENOMEM, "packet: no memory");
	*out = packet;
	return 0;
}

void xdplab_packet_free(struct xdplab_packet *packet)
{
	if (!packet)
		return;
	packet_bytes_free(&packet->bytes);
	free(packet->layers);
	free(packet);
}

struct packet_layer *packet_layer_add(struct xdplab_packet *packet,
				      enum packet_protocol_id protocol,
				      size_t offset)
{
	struct packet_layer *layers = packet->layers;

	if (packet->nr_layers == packet->room_layers) {
		size_t room = packet->room_layers * 2 ?: LAYERS_MIN;

		layers = reallocarray(layers, room, sizeof(*layers));
		if (!layers) {
			fail(-ENOMEM, "packet: no memory");
			return NULL;
		}
		packet->layers = layers;
		packet->room_layers = room;
	}
	layers += packet->nr_layers++;
	*layers = (struct packet_layer){
		.protocol = &packet_protocols[protocol],
		.offset = offset,
	};
	return layers;
}

const void *xdplab_packet_bytes(const struct xdplab_packet *packet,
				size_t *length)
{
	*length = packet->bytes.length;
	return packet->bytes.at;
}

const uint8_t *packet_mask(const struct xdplab_packet *packet)
{
	return packet->bytes.mask;
}

bool packet_is_open(const struct xdplab_packet *packet)
{
	return packet->open;
}

/* ---- fields ---- */

static bool has(const struct packet_layer *layer,
		const struct packet_field *field)
{
	return !field->in || field->in & layer->shape;
}

bool packet_spot_next(struct packet_spot *spot,
		      const struct packet_layer *layer)
{
	const struct packet_protocol *protocol = layer->protocol;
	size_t i = 0;

	if (spot->field) {
		i = spot->field - protocol->fields + 1;
		spot->bit += spot->field->bits;
	} else {
		spot->bit = layer->offset * 8;
	}
	for (; i < protocol->nr_fields; i++) {
		const struct packet_field *field = &protocol->fields[i];

		if (field->part || !has(layer, field))
			continue;
		spot->field = field;
		return true;
	}
	return false;
}

bool packet_spot_find(struct packet_spot *spot,
		      const struct packet_layer *layer,
		      const struct packet_field *field)
{
	const struct packet_field *whole = field;

	while (whole->part)
		whole--;
	*spot = (struct packet_spot){ 0 };
	while (packet_spot_next(spot, layer)) {
		if (spot->field != whole)
			continue;
		if (field != whole) {
			spot->bit += field->first;
			spot->field = field;
		}
		return true;
	}
	return false;
}

size_t packet_fixed_size(const struct packet_layer *layer)
{
	struct packet_spot spot = { 0 };

	/* After the last it is where that ends. */
	while (packet_spot_next(&spot, layer))
		;
	return spot.bit / 8 - layer->offset;
}
