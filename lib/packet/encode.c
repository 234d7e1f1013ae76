// SPDX-License-Identifier: LGPL-2.1-only
/* encode - a header as it was read -> its bytes */
#include <errno.h>

#include "proto.h"

/* More than any header has without its options. */
#define HEADER_MAX 64

static const struct packet_given *find(const struct packet_header *header,
				       const struct packet_field *field)
{
	for (size_t i = 0; i < header->nr_given; i++)
		if (header->given[i].field == field)
			return &header->given[i];
	return NULL;
}

static void write_field(struct xdplab_packet *packet,
			const struct packet_spot *spot,
			const struct packet_value *value,
			const struct packet_value *mask)
{
	packet_bits_write(value, packet->bytes.at, spot->bit,
			  spot->field->bits);
	if (packet->bytes.mask)
		packet_bits_write(mask, packet->bytes.mask, spot->bit,
				  spot->field->bits);
}

/* What is not given or is computed from the whole packet later. */
static struct packet_value default_of(const struct xdplab_packet *packet,
				      const struct packet_layer *layer,
				      const struct packet_spot *spot)
{
	if (spot->field->role != ROLE_NONE && spot->field->role != ROLE_PRESENT)
		return packet_value_of(0, 0);
	return packet_usual(packet, layer, spot);
}

/* Fields that may be anything are as usual until the shape is known, which they
 * can decide on. */
static void write_fields(struct xdplab_packet *packet,
			 const struct packet_layer *layer,
			 const struct packet_header *header, bool shaped)
{
	struct packet_spot spot = { 0 };

	while (packet_spot_next(&spot, layer)) {
		const struct packet_given *given = find(header, spot.field);
		struct packet_value value, mask;

		if (given && (shaped || !packet_value_is_zero(&given->mask))) {
			value = given->value;
			mask = given->mask;
		} else {
			value = default_of(packet, layer, &spot);
			mask = packet_value_ones(spot.field->bits);
		}
		write_field(packet, &spot, &value, &mask);
	}
}

static void write_parts(struct xdplab_packet *packet,
			const struct packet_layer *layer,
			const struct packet_header *header)
{
	for (size_t i = 0; i < header->nr_given; i++) {
		const struct packet_given *given = &header->given[i];
		struct packet_spot spot;

		if (given->field->part &&
		    packet_spot_find(&spot, layer, given->field))
			write_field(packet, &spot, &given->value, &given->mask);
	}
}

/* ---- what does not go together ---- */

static int check_shape(struct packet_parser *p,
		       const struct xdplab_packet *packet,
		       const struct packet_layer *layer,
		       const struct packet_header *header)
{
	for (size_t i = 0; i < header->nr_given; i++) {
		const struct packet_field *field = header->given[i].field;

		if (!field->in || field->in & layer->shape)
			continue;
		p->at = header->given[i].at;
		return packet_lacks(-EINVAL, packet, layer, field);
	}
	if (!header->options_at || packet_layer_has_options(layer))
		return 0;
	p->at = header->options_at;
	return packet_lacks(-EINVAL, packet, layer, NULL);
}

/* A header's length has that many bits only. */
static int check_size(struct packet_parser *p, const struct packet_layer *layer,
		      const struct packet_header *header)
{
	const struct packet_protocol *protocol = layer->protocol;

	for (size_t i = 0; i < protocol->nr_fields; i++) {
		const struct packet_field *field = &protocol->fields[i];
		size_t most;

		if (field->role != ROLE_HEADER)
			continue;
		most = ((1UL << field->bits) - 1) * field->unit + field->base;
		if (layer->size <= most)
			return 0;
		p->at = header->options_at;
		return packet_wrong("%s.%s: longer than %zu bytes",
				    protocol->name, protocol->options->name,
				    most - packet_fixed_size(layer));
	}
	return 0;
}

/* ---- all of it ---- */

static int add_options(struct xdplab_packet *packet, struct packet_layer *layer,
		       const struct packet_header *header)
{
	const struct packet_bytes *options = &header->options;

	if (!packet_layer_has_options(layer))
		return 0;
	if (!header->options_at)
		return packet_options_fill(layer->protocol->options,
					   &packet->bytes, 0);
	return packet_bytes_add(&packet->bytes, options->at, options->mask,
				options->length);
}

static void note_given(struct packet_layer *layer,
		       const struct packet_header *header)
{
	for (size_t i = 0; i < header->nr_given; i++)
		layer->given |= packet_field_bit(layer, header->given[i].field);
}

static void make_hole(struct xdplab_packet *packet, struct packet_layer *layer)
{
	layer->given = UINT64_MAX;
	memset(packet->bytes.at + layer->offset, 0, layer->size);
	memset(packet->bytes.mask + layer->offset, 0, layer->size);
}

static void write_header(struct xdplab_packet *packet,
			 struct packet_layer *layer,
			 const struct packet_header *header)
{
	const struct packet_protocol *protocol = layer->protocol;

	write_fields(packet, layer, header, false);
	if (protocol->shape)
		layer->shape =
			protocol->shape(packet->bytes.at + layer->offset);
	write_fields(packet, layer, header, true);
	write_parts(packet, layer, header);
}

int packet_header_add(struct packet_parser *p, struct xdplab_packet *packet,
		      const struct packet_header *header)
{
	size_t offset = packet->bytes.length;
	struct packet_layer *layer = packet_layer_add(
		packet, header->protocol - packet_protocols, offset);
	int err =
		layer ? packet_bytes_add(&packet->bytes, NULL, NULL, HEADER_MAX)
		      : -ENOMEM;

	if (err)
		return err;
	note_given(layer, header);
	write_header(packet, layer, header);
	packet->bytes.length = offset + packet_fixed_size(layer);
	err = check_shape(p, packet, layer, header);
	if (!err)
		err = add_options(packet, layer, header);
	if (err)
		return err;
	layer->size = packet->bytes.length - offset;
	if (header->is_hole)
		make_hole(packet, layer);
	return check_size(p, layer, header);
}
