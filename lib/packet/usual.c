// SPDX-License-Identifier: LGPL-2.1-only
/* usual - what fields are unless they are given: defaults, numbers of
 * what follows, lengths, checksums */
#include "proto.h"

/* ---- fragments ---- */

enum packet_fragment packet_fragment(const struct xdplab_packet *packet,
				     const struct packet_layer *layer)
{
	const uint8_t *header = packet->bytes.at + layer->offset;
	bool later, more;

	if (packet_layer_is(layer, PACKET_IP)) {
		later = (header[6] & 0x1f) || header[7];
		more = header[6] & 0x20;
	} else if (packet_layer_is(layer, PACKET_FRAGMENT)) {
		later = header[2] || header[3] & 0xf8;
		more = header[3] & 1;
	} else {
		return FRAGMENT_NONE;
	}
	if (later)
		return FRAGMENT_LATER;
	return more ? FRAGMENT_FIRST : FRAGMENT_NONE;
}

void packet_find_fragments(struct xdplab_packet *packet)
{
	bool in_fragment = false;

	for (size_t i = 0; i < packet->nr_layers; i++) {
		struct packet_layer *layer = &packet->layers[i];

		layer->in_fragment = in_fragment;
		in_fragment |= packet_fragment(packet, layer) != FRAGMENT_NONE;
	}
}

/* ---- numbers ---- */

static uint64_t usual_next(const struct xdplab_packet *packet,
			   const struct packet_layer *layer,
			   const struct packet_field *field)
{
	const struct packet_layer *next = layer + 1;

	if (next == packet->layers + packet->nr_layers)
		return field->value;
	for (const struct packet_name *name = field->names; name->name; name++)
		if (name->protocol && packet_layer_is(next, name->protocol))
			return name->number;
	return field->value;
}

static uint64_t in_units(const struct packet_field *field, size_t length)
{
	return length < field->base ? 0 : (length - field->base) / field->unit;
}

/* Whether text gives a field which only a header of that shape has. */
static bool is_given(const struct packet_layer *layer, unsigned int shape)
{
	const struct packet_protocol *protocol = layer->protocol;

	for (size_t i = 0; i < protocol->nr_fields; i++)
		if (protocol->fields[i].in & shape && layer->given >> i & 1)
			return true;
	return false;
}

struct packet_value packet_usual(const struct xdplab_packet *packet,
				 const struct packet_layer *layer,
				 const struct packet_spot *spot)
{
	const struct packet_field *field = spot->field;

	switch ((enum packet_role)field->role) {
	case ROLE_NEXT:
	case ROLE_PORT:
		return packet_value_of(0, usual_next(packet, layer, field));
	case ROLE_HEADER:
	case ROLE_COUNT:
		return packet_value_of(0, in_units(field, layer->size));
	case ROLE_LENGTH:
		return packet_value_of(
			0, in_units(field, packet->end - layer->offset));
	case ROLE_SUM_HEADER:
	case ROLE_SUM:
	case ROLE_SUM_PSEUDO:
	case ROLE_SUM_UDP:
		return packet_value_of(0, packet_sum(packet, layer, spot));
	case ROLE_PRESENT:
		return packet_value_of(0, is_given(layer, field->unit));
	case ROLE_NONE:
		break;
	}
	return packet_value_of(field->high, field->value);
}

/* ---- all fields ---- */

static bool is_unusual(const struct xdplab_packet *packet,
		       const struct packet_layer *layer,
		       const struct packet_spot *spot)
{
	size_t bits = spot->field->bits;
	struct packet_value usual = packet_usual(packet, layer, spot);
	struct packet_value value, mask, ones = packet_value_ones(bits);

	if (packet->bytes.mask) {
		packet_bits_read(&mask, packet->bytes.mask, spot->bit, bits);
		if (!packet_value_equal(&mask, &ones))
			return true;
	}
	packet_bits_read(&value, packet->bytes.at, spot->bit, bits);
	return !packet_value_equal(&value, &usual);
}

/* Fields of `present` depend on what else is given. */
static void find_given(const struct xdplab_packet *packet,
		       struct packet_layer *layer, bool present)
{
	struct packet_spot spot = { 0 };

	while (packet_spot_next(&spot, layer)) {
		uint64_t bit = packet_field_bit(layer, spot.field);

		if ((spot.field->role == ROLE_PRESENT) != present)
			continue;
		if (!(layer->unsure & bit) && is_unusual(packet, layer, &spot))
			layer->given |= bit;
	}
}

void packet_find_given(struct xdplab_packet *packet)
{
	for (size_t i = 0; i < packet->nr_layers; i++) {
		struct packet_layer *layer = &packet->layers[i];

		layer->given = 0;
		find_given(packet, layer, false);
		find_given(packet, layer, true);
	}
}

static void complete(struct xdplab_packet *packet, struct packet_layer *layer,
		     bool sums)
{
	struct packet_spot spot = { 0 };

	while (packet_spot_next(&spot, layer)) {
		struct packet_value value;

		if (spot.field->role == ROLE_NONE ||
		    packet_role_is_sum(spot.field->role) != sums ||
		    (sums && !packet_sum_is_known(layer, spot.field)) ||
		    layer->given & packet_field_bit(layer, spot.field))
			continue;
		value = packet_usual(packet, layer, &spot);
		packet_bits_write(&value, packet->bytes.at, spot.bit,
				  spot.field->bits);
	}
}

/* From the inside out, since checksums are of what is within. */
void packet_complete(struct xdplab_packet *packet)
{
	for (size_t i = packet->nr_layers; i-- > 0;) {
		complete(packet, &packet->layers[i], false);
		complete(packet, &packet->layers[i], true);
	}
}
