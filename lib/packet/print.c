// SPDX-License-Identifier: LGPL-2.1-only
/* print - layers -> text: no more than is needed to read them again */
#include "proto.h"

struct printer {
	const struct xdplab_packet *packet;
	struct xdplab_text *text;
	bool in_list; /* of fields, which has begun */
};

static const uint8_t *mask_at(const struct xdplab_packet *packet, size_t at)
{
	return packet->bytes.mask ? packet->bytes.mask + at : NULL;
}

static void begin_item(struct printer *p)
{
	text_word(p->text, p->in_list ? ", " : "(");
	p->in_list = true;
}

static void print_field(struct printer *p, const struct packet_spot *spot)
{
	const struct packet_bytes *bytes = &p->packet->bytes;
	struct packet_value value, mask;

	begin_item(p);
	text_word(p->text, spot->field->name);
	text_char(p->text, '=');
	packet_bits_read(&value, bytes->at, spot->bit, spot->field->bits);
	if (bytes->mask)
		packet_bits_read(&mask, bytes->mask, spot->bit,
				 spot->field->bits);
	packet_value_text(p->text, spot->field, &value,
			  bytes->mask ? &mask : NULL);
}

static void print_options(struct printer *p, const struct packet_layer *layer)
{
	const struct packet_scheme *scheme = layer->protocol->options;
	size_t fixed = packet_fixed_size(layer);
	const uint8_t *at = p->packet->bytes.at + layer->offset + fixed;
	const uint8_t *mask = mask_at(p->packet, layer->offset + fixed);

	if (!packet_layer_has_options(layer) ||
	    packet_options_is_fill(scheme, 0, at, mask, layer->size - fixed))
		return;
	begin_item(p);
	text_word(p->text, scheme->name);
	text_char(p->text, '=');
	packet_options_text(p->text, scheme, at, mask, layer->size - fixed);
}

/* Whether all of it may be anything, as `ip(_)` says it. */
static bool is_hole(const struct xdplab_packet *packet,
		    const struct packet_layer *layer)
{
	const uint8_t *mask = mask_at(packet, layer->offset);

	return mask && !mask[0] && !memcmp(mask, mask + 1, layer->size - 1);
}

static void print_header(struct printer *p, const struct packet_layer *layer)
{
	struct packet_spot spot = { 0 };

	text_word(p->text, layer->protocol->name);
	if (is_hole(p->packet, layer)) {
		text_word(p->text, "(_)");
		return;
	}
	p->in_list = false;
	while (packet_spot_next(&spot, layer))
		if (layer->given & packet_field_bit(layer, spot.field))
			print_field(p, &spot);
	print_options(p, layer);
	if (p->in_list)
		text_char(p->text, ')');
}

static void print_payload(struct printer *p, const struct packet_layer *layer)
{
	bool padding = packet_layer_is(layer, PACKET_PADDING);

	text_word(p->text, padding ? "padding(" : "");
	packet_payload_text(p->text, p->packet->bytes.at + layer->offset,
			    mask_at(p->packet, layer->offset), layer->size);
	text_word(p->text, padding ? ")" : "");
}

void xdplab_packet_print(const struct xdplab_packet *packet,
			 struct xdplab_text *text)
{
	struct printer p = { .packet = packet, .text = text };

	for (size_t i = 0; i < packet->nr_layers; i++) {
		const struct packet_layer *layer = &packet->layers[i];

		text_word(text, i ? " / " : "");
		if (packet_layer_is_payload(layer))
			print_payload(&p, layer);
		else
			print_header(&p, layer);
	}
	if (packet->open)
		text_word(text, packet->nr_layers ? " / _" : "_");
	text_end(text);
}
