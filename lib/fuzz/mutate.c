// SPDX-License-Identifier: LGPL-2.1-only
/*
 * mutate - another packet made of one
 *
 * Most changes keep it a packet that a program takes seriously: lengths,
 * checksums and what follows which layer are made right again, but not always.
 */
#include <string.h>

#include <linux/if_ether.h>

#include "fuzz.h"

/* The bytes are others; of them the layers are found anew. */
static enum fuzz_repair changed_bytes(struct fuzz_mutator *m,
				      struct xdplab_packet *packet)
{
	if (mutator_one_in(m, 2) || packet_find_layers(packet))
		return FUZZ_REPAIR_NOTHING;
	return FUZZ_REPAIR_SUMS;
}

/* ---- fields ---- */

static uint64_t named_number(struct fuzz_mutator *m,
			     const struct packet_field *field, uint64_t number)
{
	size_t nr = 0;

	while (field->names && field->names[nr].name)
		nr++;
	return nr ? field->names[mutator_below(m, nr)].number : number ^ 1;
}

static uint64_t other_number(struct fuzz_mutator *m,
			     const struct packet_field *field, uint64_t number)
{
	size_t bits = field->bits < 64 ? field->bits : 64;

	switch (mutator_below(m, 8)) {
	case 0:
		return mutator_one_in(m, 2) ? 0 : UINT64_MAX;
	case 1:
		return number ^ 1ULL << mutator_below(m, bits);
	case 2:
		return number + 1 + mutator_below(m, 8);
	case 3:
		return number - 1 - mutator_below(m, 8);
	case 4:
		return named_number(m, field, number);
	case 5:
		return splitmix(&m->chance);
	default:
		return mutator_word_number(m);
	}
}

static void write_number(struct fuzz_mutator *m, struct xdplab_packet *packet,
			 const struct packet_spot *spot)
{
	size_t bits = spot->field->bits;
	struct packet_value value;
	uint64_t high;

	packet_bits_read(&value, packet->bytes.at, spot->bit, bits);
	memcpy(&high, value.bytes, sizeof(high));
	value = packet_value_of(
		be64toh(high),
		other_number(m, spot->field, packet_value_number(&value)));
	packet_bits_write(&value, packet->bytes.at, spot->bit, bits);
}

/* Where the change has given the header another shape, it is read anew. */
static enum fuzz_repair change_field(struct fuzz_mutator *m,
				     struct xdplab_packet *packet)
{
	struct packet_layer *layer =
		&packet->layers[mutator_below(m, packet->nr_layers)];
	const struct packet_protocol *protocol = layer->protocol;
	const struct packet_field *field;
	struct packet_spot spot;

	if (!protocol->nr_fields)
		return FUZZ_REPAIR_NOTHING;
	field = &protocol->fields[mutator_below(m, protocol->nr_fields)];
	if (!packet_spot_find(&spot, layer, field))
		return FUZZ_REPAIR_NOTHING;
	write_number(m, packet, &spot);
	if (protocol->shape || field->role != ROLE_NONE)
		return changed_bytes(m, packet);
	return mutator_one_in(m, 8) ? FUZZ_REPAIR_NOTHING : FUZZ_REPAIR_SUMS;
}

/* ---- bytes ---- */

/* A place in a layer, so that long payloads do not get all of it. */
static size_t any_place(struct fuzz_mutator *m,
			const struct xdplab_packet *packet)
{
	const struct packet_layer *layer =
		&packet->layers[mutator_below(m, packet->nr_layers)];

	return layer->offset +
	       (layer->size ? mutator_below(m, layer->size) : 0);
}

static enum fuzz_repair change_byte(struct fuzz_mutator *m,
				    struct xdplab_packet *packet)
{
	size_t at = any_place(m, packet);

	if (at >= packet->bytes.length)
		return FUZZ_REPAIR_NOTHING;
	if (mutator_one_in(m, 2))
		packet->bytes.at[at] ^= 1 << mutator_below(m, 8);
	else
		packet->bytes.at[at] = splitmix(&m->chance);
	return changed_bytes(m, packet);
}

/* Where a field begins, or anywhere. */
static size_t word_place(struct fuzz_mutator *m,
			 const struct xdplab_packet *packet)
{
	const struct packet_layer *layer =
		&packet->layers[mutator_below(m, packet->nr_layers)];
	const struct packet_protocol *protocol = layer->protocol;
	struct packet_spot spot;

	if (!protocol->nr_fields || mutator_one_in(m, 3) ||
	    !packet_spot_find(
		    &spot, layer,
		    &protocol->fields[mutator_below(m, protocol->nr_fields)]))
		return any_place(m, packet);
	return spot.bit / 8;
}

static enum fuzz_repair write_word(struct fuzz_mutator *m,
				   struct xdplab_packet *packet)
{
	const struct fuzz_word *word = mutator_word(m);
	size_t at = word_place(m, packet);

	if (!word || at + word->length > packet->bytes.length)
		return FUZZ_REPAIR_NOTHING;
	memcpy(packet->bytes.at + at, word->bytes, word->length);
	return changed_bytes(m, packet);
}

/* ---- length ---- */

static size_t other_length(struct fuzz_mutator *m,
			   const struct xdplab_packet *packet)
{
	const struct packet_layer *layer =
		&packet->layers[mutator_below(m, packet->nr_layers)];

	switch (mutator_below(m, 5)) {
	case 0: /* a header is cut, or just whole */
		return layer->offset + mutator_below(m, layer->size + 1);
	case 1:
		return packet->bytes.length - 1 - mutator_below(m, 4);
	case 2:
		return packet->bytes.length + 1 + mutator_below(m, 64);
	case 3:
		return m->longest - mutator_below(m, 64);
	default:
		return mutator_one_in(m, 2) ? ETH_ZLEN : m->longest;
	}
}

static enum fuzz_repair change_length(struct fuzz_mutator *m,
				      struct xdplab_packet *packet)
{
	size_t length = other_length(m, packet);

	if (length < FUZZ_SHORTEST || length > m->longest)
		return FUZZ_REPAIR_NOTHING;
	fuzz_set_length(packet, length);
	return mutator_one_in(m, 2) ? FUZZ_REPAIR_NOTHING : FUZZ_REPAIR_SUMS;
}

/* ---- layers ---- */

static const struct xdplab_packet *any_donor(struct fuzz_mutator *m)
{
	return &m->donors->at[mutator_below(m, m->donors->nr)];
}

/* Padding is but what is left at the end. */
static size_t nr_layers(const struct xdplab_packet *packet)
{
	size_t nr = packet->nr_layers;

	return nr && packet_layer_is(&packet->layers[nr - 1], PACKET_PADDING)
		       ? nr - 1
		       : nr;
}

static enum fuzz_repair insert_layers(struct fuzz_mutator *m,
				      struct xdplab_packet *packet)
{
	const struct xdplab_packet *from = any_donor(m);
	size_t all = nr_layers(from), first = mutator_below(m, all);
	size_t nr =
		mutator_one_in(m, 2) ? 1 : 1 + mutator_below(m, all - first);

	fuzz_splice(packet, mutator_below(m, nr_layers(packet) + 1), 0, from,
		    first, all ? nr : 0, m->longest);
	return FUZZ_REPAIR_NOTHING;
}

static enum fuzz_repair remove_layer(struct fuzz_mutator *m,
				     struct xdplab_packet *packet)
{
	if (packet->nr_layers > 1)
		fuzz_splice(packet, mutator_below(m, packet->nr_layers), 1,
			    packet, 0, 0, m->longest);
	return FUZZ_REPAIR_NOTHING;
}

/* In the place of one another, or all that comes from another on. */
static enum fuzz_repair exchange_layers(struct fuzz_mutator *m,
					struct xdplab_packet *packet)
{
	const struct xdplab_packet *from = any_donor(m);
	size_t all = nr_layers(from), first = mutator_below(m, all);
	size_t at = mutator_below(m, nr_layers(packet));
	bool rest = mutator_one_in(m, 2);

	if (all)
		fuzz_splice(packet, at, rest ? packet->nr_layers - at : 1, from,
			    first, rest ? all - first : 1, m->longest);
	return FUZZ_REPAIR_NOTHING;
}

/* ---- any ---- */

/* As often as they stand here. */
static fuzz_change_fn *const changes[] = {
	change_field,  change_field,  change_field,	   change_field,
	change_field,  change_field,  change_byte,	   change_byte,
	write_word,    write_word,    fuzz_change_options, fuzz_change_options,
	change_length, insert_layers, remove_layer,	   exchange_layers,
};

static fuzz_change_fn *any_change(struct fuzz_mutator *m)
{
	return changes[mutator_below(m, ARRAY_SIZE(changes))];
}

int fuzz_mutate(struct fuzz_mutator *m, struct xdplab_packet *packet)
{
	size_t nr = mutator_one_in(m, 2) ? 1 : 1 + mutator_below(m, 4);
	int err = 0;

	for (size_t i = 0; !err && i < nr; i++) {
		if (i)
			err = packet_find_layers(packet);
		if (err || !packet->nr_layers)
			break;
		fuzz_repair(packet, any_change(m)(m, packet));
		if (packet->bytes.length < FUZZ_SHORTEST)
			fuzz_set_length(packet, FUZZ_SHORTEST);
	}
	return err;
}
