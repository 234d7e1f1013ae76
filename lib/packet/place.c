// SPDX-License-Identifier: LGPL-2.1-only
/* place - where fields are in a packet, and what is in them */
#include <errno.h>
#include <stdio.h>

#include "proto.h"

/* ---- the name of a place ---- */

static size_t number_of(const struct xdplab_packet *packet,
			const struct packet_layer *layer)
{
	size_t number = 1;

	for (const struct packet_layer *one = packet->layers; one < layer;
	     one++)
		number += one->protocol == layer->protocol;
	return number;
}

/* "ip" or, of the second, "ip#2"; and the rest of the name. */
static void spell(struct packet_place *place,
		  const struct xdplab_packet *packet,
		  const struct packet_layer *layer, const char *rest)
{
	size_t number = number_of(packet, layer);
	const char *name = layer->protocol->name;

	if (number == 1)
		snprintf(place->name, sizeof(place->name), "%s%s", name, rest);
	else
		snprintf(place->name, sizeof(place->name), "%s#%zu%s", name,
			 number, rest);
}

void packet_place_of_field(struct packet_place *place,
			   const struct xdplab_packet *packet,
			   const struct packet_layer *layer,
			   const struct packet_spot *spot)
{
	char rest[sizeof(place->name) / 2];

	snprintf(rest, sizeof(rest), ".%s", spot->field->name);
	spell(place, packet, layer, rest);
	place->bit = spot->bit;
	place->bits = spot->field->bits;
}

/* Bytes that are no field: options, or a payload.  All of them, or one. */
static void place_of_bytes(struct packet_place *place,
			   const struct xdplab_packet *packet,
			   const struct packet_layer *layer, size_t index,
			   bool all)
{
	const struct packet_scheme *options = layer->protocol->options;
	size_t at = packet_fixed_size(layer);
	char rest[sizeof(place->name) / 2];
	int length = snprintf(rest, sizeof(rest), "%s%s", options ? "." : "",
			      options ? options->name : "");

	place->bit = (layer->offset + at) * 8;
	place->bits = (layer->size - at) * 8;
	if (!all) {
		snprintf(rest + length, sizeof(rest) - length, "[%zu]", index);
		place->bit += index * 8;
		place->bits = 8;
	}
	spell(place, packet, layer, rest);
}

/* ---- by its bits ---- */

/* What no layer has: open ends, and bytes too many. */
static void place_behind(struct packet_place *place, size_t bit)
{
	snprintf(place->name, sizeof(place->name), "byte %zu", bit / 8);
	place->bit = bit / 8 * 8;
	place->bits = 8;
}

static const struct packet_layer *layer_at(const struct xdplab_packet *packet,
					   size_t bit)
{
	for (size_t i = 0; i < packet->nr_layers; i++) {
		const struct packet_layer *layer = &packet->layers[i];

		if (bit < (layer->offset + layer->size) * 8)
			return layer;
	}
	return NULL;
}

void packet_place_at(struct packet_place *place,
		     const struct xdplab_packet *packet, size_t bit)
{
	const struct packet_layer *layer = layer_at(packet, bit);
	struct packet_spot spot = { 0 };

	if (!layer) {
		place_behind(place, bit);
		return;
	}
	while (packet_spot_next(&spot, layer)) {
		if (bit >= spot.bit + spot.field->bits)
			continue;
		packet_place_of_field(place, packet, layer, &spot);
		return;
	}
	place_of_bytes(place, packet, layer,
		       bit / 8 - layer->offset - packet_fixed_size(layer),
		       false);
}

void packet_each_place(const struct xdplab_packet *packet,
		       void (*fn)(const struct packet_place *place, void *arg),
		       void *arg)
{
	for (size_t i = 0; i < packet->nr_layers; i++) {
		const struct packet_layer *layer = &packet->layers[i];
		struct packet_spot spot = { 0 };
		struct packet_place place;

		while (packet_spot_next(&spot, layer)) {
			packet_place_of_field(&place, packet, layer, &spot);
			fn(&place, arg);
		}
		if (layer->size == packet_fixed_size(layer))
			continue;
		place_of_bytes(&place, packet, layer, 0, true);
		fn(&place, arg);
	}
}

/* ---- by its name ---- */

int packet_field_check(const char *name)
{
	struct packet_place_name read;

	return packet_place_name_read(&read, name, NULL);
}

int packet_layer_find(const struct packet_layer **out,
		      const struct xdplab_packet *packet,
		      const struct packet_place_name *name)
{
	size_t number = 0;

	for (size_t i = 0; i < packet->nr_layers; i++) {
		const struct packet_layer *layer = &packet->layers[i];

		if (layer->protocol != name->protocol ||
		    ++number != name->number)
			continue;
		*out = layer;
		return 0;
	}
	if (number)
		return fail(-ENODATA, "the packet has %zu %s, not %zu", number,
			    name->protocol->name, name->number);
	return fail(-ENODATA, "the packet has no %s", name->protocol->name);
}

static int find_bytes(struct packet_place *place,
		      const struct xdplab_packet *packet,
		      const struct packet_layer *layer,
		      const struct packet_place_name *name)
{
	size_t room = layer->size - packet_fixed_size(layer);

	if (name->has_index && name->index >= room)
		return fail(-ENODATA, "%s: only %zu bytes of %s",
			    layer->protocol->name, room,
			    layer->protocol->options
				    ? layer->protocol->options->name
				    : "data");
	place_of_bytes(place, packet, layer, name->index, !name->has_index);
	return 0;
}

int packet_find(struct packet_place *place, const struct xdplab_packet *packet,
		const char *name)
{
	struct packet_place_name read = { .number = 0 };
	const struct packet_layer *layer = packet->layers;
	struct packet_spot spot;
	int err = packet_place_name_read(&read, name, NULL);

	if (!err)
		err = packet_layer_find(&layer, packet, &read);
	if (err)
		return err;
	if (!read.field)
		return find_bytes(place, packet, layer, &read);
	if (!packet_spot_find(&spot, layer, read.field))
		return packet_lacks(-ENODATA, packet, layer, read.field);
	packet_place_of_field(place, packet, layer, &spot);
	return 0;
}

/* ---- what is in it ---- */

static const struct packet_field byte = { "byte", .bits = 8,
					  .kind = FIELD_HEX };

static bool is_in(const struct packet_place *place, size_t length)
{
	return place->bit + place->bits <= length * 8;
}

static void print_bytes(const struct packet_place_name *name,
			const uint8_t *bytes, size_t length,
			struct xdplab_text *text)
{
	if (!name->protocol)
		packet_hex_text(text, bytes, NULL, length);
	else if (name->protocol->options)
		packet_options_text(text, name->protocol->options, bytes, NULL,
				    length);
	else
		packet_payload_text(text, bytes, NULL, length);
}

void packet_place_print_masked(const struct packet_place *place,
			       const uint8_t *bytes, const uint8_t *mask,
			       size_t length, struct xdplab_text *text)
{
	struct packet_place_name name = { .number = 0 };
	struct packet_value value, bits;

	/* A place after all layers has another name. */
	(void)packet_place_name_read(&name, place->name, NULL);
	if (name.has_index)
		name.field = &byte;
	if (!is_in(place, length)) {
		text_word(text, "nothing");
	} else if (name.field) {
		packet_bits_read(&value, bytes, place->bit, place->bits);
		if (mask)
			packet_bits_read(&bits, mask, place->bit, place->bits);
		packet_value_text(text, name.field, &value,
				  mask ? &bits : NULL);
	} else {
		print_bytes(&name, bytes + place->bit / 8, place->bits / 8,
			    text);
	}
	text_end(text);
}

void packet_place_print(const struct packet_place *place, const uint8_t *bytes,
			size_t length, struct xdplab_text *text)
{
	packet_place_print_masked(place, bytes, NULL, length, text);
}

int packet_value_read(struct packet_value *value,
		      const struct packet_place *place, const uint8_t *bytes,
		      size_t length)
{
	if (place->bits > sizeof(value->bytes) * 8)
		return fail(-EINVAL, "%s has more than one value", place->name);
	if (!is_in(place, length))
		return fail(-ENODATA, "%s: beyond the end of the packet",
			    place->name);
	packet_bits_read(value, bytes, place->bit, place->bits);
	return 0;
}

int packet_value_parse(struct packet_value *value, struct packet_value *mask,
		       const char *name, const char *text, const char **end)
{
	struct packet_parser p = { .at = text, .pattern = true };
	struct packet_place_name read;
	struct packet_value found, its_mask;
	int err = packet_place_name_read(&read, name, NULL);

	if (end)
		*end = text;
	if (err)
		return err;
	if (!read.field && !read.has_index)
		return fail(-EINVAL,
			    "%s has more than one value; %s[0] is "
			    "its first byte",
			    name, name);
	packet_skip_blanks(&p);
	err = packet_value_scan(&p, name, read.field ?: &byte, &found,
				&its_mask);
	if (end)
		*end = p.at;
	if (err)
		return err;
	packet_skip_blanks(&p);
	if (!end && *p.at)
		return packet_wrong("%s: unexpected text after the value",
				    name);
	*value = found;
	*mask = its_mask;
	return 0;
}
