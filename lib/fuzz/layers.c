// SPDX-License-Identifier: LGPL-2.1-only
/* layers - packets whose layers come, go and change their length */
#include <errno.h>
#include <string.h>

#include "fuzz.h"

/* ---- what is computed ---- */

static bool is_repaired(const struct packet_field *field, enum fuzz_repair what,
			bool sums)
{
	if (packet_role_is_sum(field->role) != sums)
		return false;
	if (sums || field->role == ROLE_LENGTH)
		return true;
	return what == FUZZ_REPAIR_ALL && field->role != ROLE_NONE &&
	       field->role != ROLE_PRESENT;
}

static void repair_layer(struct xdplab_packet *packet,
			 struct packet_layer *layer, enum fuzz_repair what,
			 bool sums)
{
	struct packet_spot spot = { 0 };
	struct packet_value value;

	while (packet_spot_next(&spot, layer)) {
		if (!is_repaired(spot.field, what, sums))
			continue;
		value = packet_usual(packet, layer, &spot);
		packet_bits_write(&value, packet->bytes.at, spot.bit,
				  spot.field->bits);
	}
}

/* From the inside out, as checksums are of what is within; but whatever the
 * fields are, and without a look at which of them is given. */
void fuzz_repair(struct xdplab_packet *packet, enum fuzz_repair what)
{
	if (what == FUZZ_REPAIR_NOTHING)
		return;
	packet_find_fragments(packet);
	for (size_t i = packet->nr_layers; i-- > 0;) {
		repair_layer(packet, &packet->layers[i], what, false);
		repair_layer(packet, &packet->layers[i], what, true);
	}
}

/* ---- bytes ---- */

/* Puts others in the place of some; false: it would be too long. */
static bool replace(struct packet_bytes *bytes, size_t at, size_t nr,
		    const uint8_t *others, size_t nr_others, size_t longest)
{
	size_t rest = bytes->length - at - nr;

	if (bytes->length - nr + nr_others > longest)
		return false;
	if (nr_others > nr &&
	    packet_bytes_add(bytes, NULL, NULL, nr_others - nr))
		return false;
	memmove(bytes->at + at + nr_others, bytes->at + at + nr, rest);
	if (nr_others)
		memcpy(bytes->at + at, others, nr_others);
	bytes->length = at + nr_others + rest;
	return true;
}

static size_t begin_of(const struct xdplab_packet *packet, size_t layer)
{
	return layer < packet->nr_layers ? packet->layers[layer].offset
					 : packet->bytes.length;
}

/* The last layer, if it is of that protocol; else NULL. */
static struct packet_layer *last_if(const struct xdplab_packet *packet,
				    enum packet_protocol_id protocol)
{
	struct packet_layer *last = packet->layers;

	if (!packet->nr_layers)
		return NULL;
	last += packet->nr_layers - 1;
	return packet_layer_is(last, protocol) ? last : NULL;
}

/* Those from a layer on are elsewhere by now. */
static void move_layers(struct xdplab_packet *packet, size_t layer,
			ptrdiff_t by)
{
	const struct packet_layer *padding = last_if(packet, PACKET_PADDING);

	for (size_t i = layer; i < packet->nr_layers; i++)
		packet->layers[i].offset += by;
	packet->end = padding ? padding->offset : packet->bytes.length;
}

/* ---- layers ---- */

static bool make_room(struct xdplab_packet *packet, size_t nr)
{
	size_t had = packet->nr_layers;
	bool has_room = true;

	while (has_room && packet->nr_layers < had + nr)
		has_room = packet_layer_add(packet, PACKET_PAYLOAD, 0);
	packet->nr_layers = had;
	return has_room;
}

bool fuzz_splice(struct xdplab_packet *packet, size_t at, size_t nr,
		 const struct xdplab_packet *from, size_t first,
		 size_t nr_others, size_t longest)
{
	size_t begin = begin_of(packet, at);
	size_t size = begin_of(packet, at + nr) - begin;
	size_t other_begin = begin_of(from, first);
	size_t other_size = begin_of(from, first + nr_others) - other_begin;
	struct packet_layer *layers;

	if (!make_room(packet, nr_others) ||
	    !replace(&packet->bytes, begin, size, from->bytes.at + other_begin,
		     other_size, longest))
		return false;
	layers = packet->layers + at;
	memmove(layers + nr_others, layers + nr,
		(packet->nr_layers - at - nr) * sizeof(*layers));
	packet->nr_layers += nr_others - nr;
	for (size_t i = 0; i < nr_others; i++) {
		layers[i] = from->layers[first + i];
		layers[i].offset += begin - other_begin;
	}
	move_layers(packet, at + nr_others,
		    (ptrdiff_t)other_size - (ptrdiff_t)size);
	fuzz_repair(packet, FUZZ_REPAIR_ALL);
	return true;
}

bool fuzz_set_options(struct xdplab_packet *packet, size_t layer,
		      const uint8_t *options, size_t length, size_t longest)
{
	struct packet_layer *at = &packet->layers[layer];
	size_t fixed = packet_fixed_size(at);
	uint8_t filled[64 + 8];
	struct packet_bytes all = { .at = filled, .room = sizeof(filled) };

	if (length > 64 || packet_bytes_add(&all, options, NULL, length) ||
	    packet_options_fill(at->protocol->options, &all, length) ||
	    !replace(&packet->bytes, at->offset + fixed, at->size - fixed,
		     filled, all.length, longest))
		return false;
	move_layers(packet, layer + 1,
		    (ptrdiff_t)(fixed + all.length) - (ptrdiff_t)at->size);
	at->size = fixed + all.length;
	fuzz_repair(packet, FUZZ_REPAIR_ALL);
	return true;
}

/* ---- length ---- */

/* What comes after a payload is of it; else it is padding, once the layers
 * are found anew. */
static void lengthen(struct xdplab_packet *packet, size_t by)
{
	size_t length = packet->bytes.length;
	struct packet_layer *last;

	if (packet_bytes_add(&packet->bytes, NULL, NULL, by) ||
	    last_if(packet, PACKET_PADDING))
		return;
	last = last_if(packet, PACKET_PAYLOAD);
	if (!last)
		last = packet_layer_add(packet, PACKET_PAYLOAD, length);
	if (last)
		last->size += by;
	packet->end = packet->bytes.length;
}

bool fuzz_count_padding(struct xdplab_packet *packet)
{
	struct packet_layer *padding = last_if(packet, PACKET_PADDING), *last;

	if (!padding)
		return false;
	packet->end = packet->bytes.length;
	packet->nr_layers--;
	last = last_if(packet, PACKET_PAYLOAD);
	if (!last)
		last = packet_layer_add(packet, PACKET_PAYLOAD,
					padding->offset);
	if (last)
		last->size = packet->end - last->offset;
	fuzz_repair(packet, FUZZ_REPAIR_SUMS);
	return last;
}

void fuzz_set_length(struct xdplab_packet *packet, size_t length)
{
	if (length > packet->bytes.length) {
		lengthen(packet, length - packet->bytes.length);
		return;
	}
	packet->bytes.length = length;
	packet_find_layers(packet);
}
