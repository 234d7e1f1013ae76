// SPDX-License-Identifier: LGPL-2.1-only
/*
 * match - whether bytes are as a pattern expects them
 *
 * A pattern knows no checksum of what may be anything.  It is not compared,
 * but must be right for the bytes that came.
 */
#include "proto.h"

static bool has_hole(const struct xdplab_packet *packet, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (packet->bytes.mask[i] != 0xff)
			return true;
	return false;
}

/* ---- what depends on what may be anything ---- */

/* The addresses, and the headers between them and the layer. */
static bool has_pseudo_hole(const struct xdplab_packet *packet,
			    const struct packet_layer *layer)
{
	const struct packet_layer *network =
		packet_network_layer(packet, layer);
	size_t at, end;

	if (!network)
		return false;
	at = network->offset;
	end = at + network->size;
	if (packet_layer_is(network, PACKET_IP))
		return has_hole(packet, at + 12, at + 20);
	return has_hole(packet, at + 8, at + 40) ||
	       has_hole(packet, end, layer->offset);
}

static bool is_unsure(const struct xdplab_packet *packet,
		      const struct packet_layer *layer,
		      const struct packet_spot *spot)
{
	const struct packet_layer *last =
		packet->layers + packet->nr_layers - 1;
	enum packet_role role = spot->field->role;

	if (role == ROLE_NEXT)
		return packet->open && layer == last;
	if (role == ROLE_LENGTH)
		return packet->open;
	if (!packet_role_is_sum(role) ||
	    !packet_sum_is_known(layer, spot->field))
		return false;
	if (role == ROLE_SUM_HEADER)
		return has_hole(packet, layer->offset,
				layer->offset + layer->size);
	if (packet->open || has_hole(packet, layer->offset, packet->end))
		return true;
	return role != ROLE_SUM && has_pseudo_hole(packet, layer);
}

static void find_unsure(struct xdplab_packet *packet,
			struct packet_layer *layer, bool sums)
{
	const struct packet_value zero = { 0 };
	struct packet_spot spot = { 0 };

	while (packet_spot_next(&spot, layer)) {
		uint64_t bit = packet_field_bit(layer, spot.field);

		if (packet_role_is_sum(spot.field->role) != sums ||
		    layer->given & bit || !is_unsure(packet, layer, &spot))
			continue;
		layer->unsure |= bit;
		packet_bits_write(&zero, packet->bytes.at, spot.bit,
				  spot.field->bits);
		packet_bits_write(&zero, packet->bytes.mask, spot.bit,
				  spot.field->bits);
	}
}

/* From the inside out, as checksums are made, since one covers another. */
void packet_find_unsure(struct xdplab_packet *packet)
{
	for (size_t i = packet->nr_layers; i-- > 0;) {
		find_unsure(packet, &packet->layers[i], false);
		find_unsure(packet, &packet->layers[i], true);
	}
}

/* ---- comparing ---- */

static size_t first_bit(uint8_t byte)
{
	size_t bit = 0;

	while (!(byte & 0x80 >> bit))
		bit++;
	return bit;
}

/* The first bit that matters and is not as expected; SIZE_MAX: none. */
static size_t find_difference(const struct xdplab_packet *pattern,
			      const uint8_t *bytes, size_t length)
{
	const struct packet_bytes *expected = &pattern->bytes;
	size_t nr = length < expected->length ? length : expected->length;

	for (size_t i = 0; i < nr; i++) {
		uint8_t off = bytes[i] ^ expected->at[i];

		if (expected->mask)
			off &= expected->mask[i];
		if (off)
			return i * 8 + first_bit(off);
	}
	if (length < expected->length ||
	    (length > expected->length && !pattern->open))
		return nr * 8;
	return SIZE_MAX;
}

/* ---- checksums of what came ---- */

#define NOT_CUT SIZE_MAX

static bool is_in_fragment(const struct xdplab_packet *packet,
			   const struct packet_layer *layer)
{
	while (layer-- > packet->layers)
		if (packet_fragment(packet, layer) != FRAGMENT_NONE)
			return true;
	return false;
}

/* Whether it is still there in what came, and does not depend on what was cut
 * off and may be anything. */
static bool is_within(const struct xdplab_packet *packet,
		      const struct packet_layer *layer,
		      const struct packet_spot *spot, size_t cut)
{
	size_t end = spot->field->role == ROLE_SUM_HEADER
			     ? layer->offset + layer->size
			     : packet->end;

	return (spot->bit + spot->field->bits) / 8 <= cut &&
	       !has_hole(packet, cut, end);
}

/* UDP may do without one over IPv4.  In what is like another packet one that is
 * not known there was: none would be known. */
static bool may_lack(const struct xdplab_packet *packet,
		     const struct packet_layer *layer,
		     const struct packet_spot *spot)
{
	const struct packet_layer *network =
		packet_network_layer(packet, layer);

	return spot->field->role == ROLE_SUM_UDP && !packet->like && network &&
	       packet_layer_is(network, PACKET_IP);
}

static bool is_right(const struct xdplab_packet *packet,
		     const struct packet_layer *layer,
		     const struct packet_spot *spot)
{
	struct packet_value value;
	uint64_t sum;

	if (spot->field->role != ROLE_SUM_HEADER &&
	    is_in_fragment(packet, layer))
		return true;
	packet_bits_read(&value, packet->bytes.at, spot->bit, 16);
	sum = packet_value_number(&value);
	return sum == packet_sum(packet, layer, spot) ||
	       (!sum && may_lack(packet, layer, spot));
}

static size_t find_end(const struct xdplab_packet *packet)
{
	for (size_t i = 0; i < packet->nr_layers; i++)
		if (packet_layer_is(&packet->layers[i], PACKET_IP) ||
		    packet_layer_is(&packet->layers[i], PACKET_IPV6))
			return packet_end_by(packet, &packet->layers[i]);
	return packet->end;
}

/* Whether it is one that the pattern does not know, and is to be right. */
static bool is_asked(const struct xdplab_packet *packet,
		     const struct packet_layer *layer,
		     const struct packet_spot *spot, size_t cut)
{
	return layer->unsure & packet_field_bit(layer, spot->field) &&
	       packet_role_is_sum(spot->field->role) &&
	       (cut == NOT_CUT || is_within(packet, layer, spot, cut));
}

/* The first such checksum that is wrong. */
static size_t find_wrong_sum(const struct xdplab_packet *pattern,
			     const uint8_t *bytes, size_t length, size_t cut)
{
	/* The layers of the pattern, in other bytes. */
	struct xdplab_packet packet = *pattern;

	packet.bytes.at = (uint8_t *)bytes;
	packet.bytes.length = length;
	if (pattern->open) {
		packet.end = length;
		packet.end = find_end(&packet);
	}
	for (size_t i = 0; i < packet.nr_layers; i++) {
		const struct packet_layer *layer = &packet.layers[i];
		struct packet_spot spot = { 0 };

		while (layer->unsure && packet_spot_next(&spot, layer))
			if (is_asked(&packet, layer, &spot, cut) &&
			    !is_right(&packet, layer, &spot))
				return spot.bit;
	}
	return SIZE_MAX;
}

bool packet_matches(const struct xdplab_packet *pattern, const uint8_t *bytes,
		    size_t length, size_t *differs)
{
	size_t bit = find_difference(pattern, bytes, length);

	if (bit == SIZE_MAX)
		bit = find_wrong_sum(pattern, bytes, length, NOT_CUT);
	if (bit == SIZE_MAX)
		return true;
	*differs = bit;
	return false;
}

bool packet_sums_match(const struct xdplab_packet *pattern,
		       const uint8_t *bytes, size_t length, size_t *differs)
{
	size_t bit =
		find_wrong_sum(pattern, bytes, pattern->bytes.length, length);

	if (bit == SIZE_MAX)
		return true;
	*differs = bit;
	return false;
}
