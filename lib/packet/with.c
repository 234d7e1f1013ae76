// SPDX-License-Identifier: LGPL-2.1-only
/* with - a packet that is like another, but for some fields */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "proto.h"

static int copy(struct xdplab_packet **out, const struct xdplab_packet *from,
		bool pattern)
{
	struct xdplab_packet *packet;
	int err = packet_new(&packet);

	if (err)
		return err;
	packet->bytes.masked = pattern || from->bytes.masked;
	packet->end = from->end;
	packet->open = from->open;
	packet->like = true;
	err = packet_bytes_add(&packet->bytes, from->bytes.at, from->bytes.mask,
			       from->bytes.length);
	for (size_t i = 0; !err && i < from->nr_layers; i++) {
		struct packet_layer *layer =
			packet_layer_add(packet, PACKET_PAYLOAD, 0);

		if (!layer) {
			err = -ENOMEM;
			break;
		}
		*layer = from->layers[i];
		layer->set = 0;
	}
	if (err)
		xdplab_packet_free(packet);
	else
		*out = packet;
	return err;
}

/* ---- one field ---- */

static int name_wrong(int err, const char *name, const char *end)
{
	char reason[ERROR_LINE_SIZE];

	snprintf(reason, sizeof(reason), "%s", xdplab_error());
	return fail(err, "%.*s: %s", (int)(end - name), name, reason);
}

static int no_place(int err, const struct packet_parser *p,
		    const struct xdplab_packet *packet)
{
	struct span word = packet_peek_name(p);
	char guess[64];

	if (err != -ENOENT)
		return err;
	if (word.at[word.length] != '.' &&
	    packet_field_guess(guess, sizeof(guess), packet, word.at,
			       word.length))
		return advise(-EINVAL, "%s", guess);
	return -EINVAL;
}

/* Goes to the layer of a name, and after that. */
static int find(struct packet_parser *p, struct xdplab_packet *packet,
		struct packet_layer **layer, struct packet_spot *spot)
{
	const char *end;
	struct packet_place_name name;
	const struct packet_layer *found;
	int err = packet_place_name_read(&name, p->at, &end);

	if (err)
		return no_place(err, p, packet);
	if (!name.field)
		return packet_wrong("%.*s cannot be set here",
				    (int)(end - p->at), p->at);
	err = packet_layer_find(&found, packet, &name);
	if (err)
		return name_wrong(-EINVAL, p->at, end);
	if (!packet_spot_find(spot, found, name.field))
		return packet_lacks(-EINVAL, packet, found, name.field);
	if (found->set & packet_field_bit(found, name.field))
		return packet_wrong("%.*s: it is given twice",
				    (int)(end - p->at), p->at);
	*layer = packet->layers + (found - packet->layers);
	p->at = end;
	return 0;
}

/* Other fields may be where some were; but the header stays as long. */
static int find_shape(struct xdplab_packet *packet, struct packet_layer *layer)
{
	size_t before = packet_fixed_size(layer);

	if (!layer->protocol->shape)
		return 0;
	layer->shape = layer->protocol->shape(packet->bytes.at + layer->offset);
	if (packet_fixed_size(layer) == before)
		return 0;
	return fail(-EINVAL, "cannot change the length of %s",
		    layer->protocol->name);
}

static int set(struct packet_parser *p, struct xdplab_packet *packet)
{
	const char *start = p->at;
	struct packet_value value, mask;
	struct packet_layer *layer = packet->layers;
	struct packet_spot spot = { 0 };
	struct packet_place place;
	int err = find(p, packet, &layer, &spot);

	if (err)
		return err;
	packet_place_of_field(&place, packet, layer, &spot);
	if (!packet_take(p, '='))
		return packet_wrong("%s: expected \"=\" and a value",
				    place.name);
	packet_skip_blanks(p);
	err = packet_value_scan(p, place.name, spot.field, &value, &mask);
	if (err)
		return err;
	packet_bits_write(&value, packet->bytes.at, spot.bit, place.bits);
	if (packet->bytes.mask)
		packet_bits_write(&mask, packet->bytes.mask, spot.bit,
				  place.bits);
	layer->given |= packet_field_bit(layer, spot.field);
	layer->set |= packet_field_bit(layer, spot.field);
	err = find_shape(packet, layer);
	if (err)
		p->at = start;
	return err;
}

/* ---- all of them ---- */

static int set_all(struct packet_parser *p, struct xdplab_packet *packet,
		   bool to_end)
{
	do {
		int err;

		packet_skip_blanks(p);
		err = set(p, packet);
		if (err)
			return err;
	} while (packet_take(p, ','));
	packet_skip_blanks(p);
	if (to_end && *p->at)
		return packet_wrong("expected \",\" and another field, or the "
				    "end");
	packet_find_fragments(packet);
	packet_complete(packet);
	if (packet->bytes.mask)
		packet_find_unsure(packet);
	packet_find_given(packet);
	return 0;
}

int packet_with(struct xdplab_packet **out, const struct xdplab_packet *packet,
		const char *assignments, const char **end,
		const struct xdplab_packet_opts *opts)
{
	struct packet_parser p = {
		.at = assignments,
		.pattern = OPT(opts, pattern),
		.chance = OPT(opts, seed),
	};
	struct xdplab_packet *changed;
	int err = OPTS_DEFECT(opts) ?: copy(&changed, packet, p.pattern);

	if (end)
		*end = assignments;
	if (err)
		return err;
	err = set_all(&p, changed, !end);
	if (end)
		*end = p.at;
	if (err)
		xdplab_packet_free(changed);
	else
		*out = changed;
	return err;
}
