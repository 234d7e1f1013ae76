// SPDX-License-Identifier: LGPL-2.1-only
/* options - other options for a header of a packet */
#include <string.h>

#include "fuzz.h"

#define OPTIONS_MAX 40 /* of IPv4 and TCP; more than others need */

static uint32_t any_option(struct fuzz_mutator *m,
			   const struct packet_scheme *scheme, size_t *length)
{
	const struct packet_option *option;

	*length = mutator_below(m, 9);
	if (!scheme->nr_options || mutator_one_in(m, 3)) {
		uint64_t number = mutator_one_in(m, 2) ? mutator_word_number(m)
						       : splitmix(&m->chance);

		return number & 0xffffff;
	}
	option = &scheme->options[mutator_below(m, scheme->nr_options)];
	if (mutator_one_in(m, 8))
		return option->number;
	*length = 0;
	for (size_t i = 0; i < option->nr_fields; i++)
		*length += option->fields[i].bits;
	*length /= 8;
	return option->number;
}

/* How many bytes the head has; `length` is that of the data. */
static size_t put_head(uint8_t *to, const struct packet_scheme *scheme,
		       uint32_t number, size_t length)
{
	switch (scheme->head) {
	case OPTION_IP:
		to[1] = length + 2;
		break;
	case OPTION_IPV6:
		to[1] = length;
		break;
	case OPTION_ND:
		to[1] = (length + 2 + 7) / 8;
		break;
	case OPTION_GENEVE:
		to[0] = number >> 16;
		to[1] = number >> 8;
		to[2] = number;
		to[3] = length / 4;
		return 4;
	case OPTION_ADDRESS:
		return 0;
	}
	to[0] = number;
	return length || number > 1 ? 2 : 1;
}

static size_t data_length(const struct packet_scheme *scheme, size_t length)
{
	if (scheme->head == OPTION_GENEVE)
		return length / 4 * 4;
	if (scheme->head == OPTION_ND)
		return (length + 2 + 7) / 8 * 8 - 2;
	return scheme->head == OPTION_ADDRESS ? 16 : length;
}

static void put_data(struct fuzz_mutator *m, uint8_t *to, size_t length)
{
	const struct fuzz_word *word = mutator_word(m);

	memset(to, mutator_one_in(m, 2) ? 0 : splitmix(&m->chance), length);
	if (word && word->length <= length && mutator_one_in(m, 2))
		memcpy(to + mutator_below(m, length - word->length + 1),
		       word->bytes, word->length);
}

/* After those that are there already, or alone. */
static size_t put_options(struct fuzz_mutator *m, uint8_t *to, size_t had,
			  const struct packet_scheme *scheme)
{
	size_t at = mutator_one_in(m, 2) ? had : 0,
	       nr = 1 + mutator_below(m, 3);

	for (size_t i = 0; i < nr; i++) {
		size_t length;
		uint32_t number = any_option(m, scheme, &length);

		length = data_length(scheme, length);
		if (at + 4 + length > OPTIONS_MAX)
			break;
		at += put_head(to + at, scheme, number, length);
		put_data(m, to + at, length);
		at += length;
	}
	return at;
}

enum fuzz_repair fuzz_change_options(struct fuzz_mutator *m,
				     struct xdplab_packet *packet)
{
	uint8_t options[OPTIONS_MAX];
	size_t first = mutator_below(m, packet->nr_layers), had;

	for (size_t i = first; i < packet->nr_layers; i++) {
		const struct packet_layer *layer = &packet->layers[i];

		if (!packet_layer_has_options(layer))
			continue;
		had = layer->size - packet_fixed_size(layer);
		if (had > sizeof(options))
			had = 0;
		memcpy(options,
		       packet->bytes.at + layer->offset + layer->size - had,
		       had);
		fuzz_set_options(
			packet, i, options,
			put_options(m, options, had, layer->protocol->options),
			m->longest);
		break;
	}
	return FUZZ_REPAIR_NOTHING;
}
