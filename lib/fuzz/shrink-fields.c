// SPDX-License-Identifier: LGPL-2.1-only
/* shrink-fields - fields as they usually are, and zeros in payloads */
#include <string.h>

#include "shrink.h"

/* ---- fields ---- */

/* One that is usual is computed, if it is one of those. */
static bool write_field(struct shrinking *s, size_t layer,
			const struct packet_spot *spot,
			const struct packet_value *value, bool usual)
{
	struct xdplab_packet *trial = shrinking_try(s);
	uint64_t bit = packet_field_bit(&trial->layers[layer], spot->field);

	packet_bits_write(value, trial->bytes.at, spot->bit, spot->field->bits);
	if (usual)
		trial->layers[layer].given &= ~bit;
	packet_find_fragments(trial);
	packet_complete(trial);
	return shrinking_keep(s);
}

static bool write_number(struct shrinking *s, size_t layer,
			 const struct packet_spot *spot, uint64_t number)
{
	struct packet_value value = packet_value_of(0, number);

	return write_field(s, layer, spot, &value, false);
}

static uint64_t read_number(const struct shrinking *s,
			    const struct packet_spot *spot)
{
	struct packet_value value;

	packet_bits_read(&value, s->packet->bytes.at, spot->bit,
			 spot->field->bits);
	return packet_value_number(&value);
}

/* Bits as they usually are, one by one; then a lower number. */
static void lower_number(struct shrinking *s, size_t layer,
			 const struct packet_spot *spot, uint64_t usual)
{
	size_t nr = s->packet->nr_layers;
	uint64_t number = read_number(s, spot);

	for (size_t i = 0; i < spot->field->bits; i++) {
		uint64_t other = number ^ ((number ^ usual) & 1ULL << i);

		if (other != number && write_number(s, layer, spot, other))
			number = other;
		if (s->packet->nr_layers != nr)
			return;
	}
	if (spot->field->kind == FIELD_NUMBER && number > usual)
		while (s->packet->nr_layers == nr && --number > usual &&
		       write_number(s, layer, spot, number))
			;
}

/* Bytes of addresses, each as it usually is. */
static void lower_bytes(struct shrinking *s, size_t layer,
			const struct packet_spot *spot,
			const struct packet_value *usual)
{
	size_t nr = s->packet->nr_layers;

	for (size_t i = 0; i < sizeof(usual->bytes); i++) {
		struct packet_value value;

		packet_bits_read(&value, s->packet->bytes.at, spot->bit,
				 spot->field->bits);
		if (value.bytes[i] == usual->bytes[i])
			continue;
		value.bytes[i] = usual->bytes[i];
		write_field(s, layer, spot, &value, false);
		if (s->packet->nr_layers != nr)
			return;
	}
}

static bool is_given(const struct shrinking *s, size_t layer,
		     const struct packet_field *field)
{
	const struct packet_layer *at = &s->packet->layers[layer];

	return at->given & packet_field_bit(at, field);
}

static void usual_field(struct shrinking *s, size_t layer,
			const struct packet_spot *spot)
{
	struct packet_value usual =
		packet_usual(s->packet, &s->packet->layers[layer], spot);

	if (write_field(s, layer, spot, &usual, true))
		return;
	if (spot->field->bits <= 16)
		lower_number(s, layer, spot, packet_value_number(&usual));
	else
		lower_bytes(s, layer, spot, &usual);
}

void shrinking_fields(struct shrinking *s)
{
	fuzz_repair(shrinking_try(s), FUZZ_REPAIR_ALL);
	if (memcmp(s->trial.bytes.at, s->packet->bytes.at,
		   s->packet->bytes.length))
		shrinking_keep(s);
	for (size_t i = 0; i < s->packet->nr_layers; i++) {
		struct packet_spot spot = { 0 };
		const struct packet_protocol *protocol =
			s->packet->layers[i].protocol;

		/* A field that is usual now may have changed the layers. */
		while (i < s->packet->nr_layers &&
		       s->packet->layers[i].protocol == protocol &&
		       packet_spot_next(&spot, &s->packet->layers[i]))
			if (is_given(s, i, spot.field))
				usual_field(s, i, &spot);
	}
}

/* ---- payloads ---- */

static bool is_zero(const uint8_t *bytes, size_t length)
{
	return !length || (!bytes[0] && !memcmp(bytes, bytes + 1, length - 1));
}

void shrinking_zero(struct shrinking *s, size_t at, size_t length)
{
	struct xdplab_packet *trial = shrinking_try(s);

	if (at + length > s->packet->bytes.length ||
	    is_zero(s->packet->bytes.at + at, length))
		return;
	memset(trial->bytes.at + at, 0, length);
	packet_complete(trial);
	if (shrinking_keep(s) || length == 1)
		return;
	shrinking_zero(s, at, length / 2);
	shrinking_zero(s, at + length / 2, length - length / 2);
}

void shrinking_payloads(struct shrinking *s)
{
	for (size_t i = 0; i < s->packet->nr_layers; i++) {
		const struct packet_layer *layer = &s->packet->layers[i];

		if (packet_layer_is_payload(layer))
			shrinking_zero(s, layer->offset, layer->size);
	}
}
