// SPDX-License-Identifier: LGPL-2.1-only
/*
 * shrink - the least packet by which the same is to be seen
 *
 * Fewer layers, a shorter packet, fewer options, fields as they usually are,
 * zeros: each is tried from a fresh state, and kept if the same goes wrong at
 * the same line.
 */
#include <stdlib.h>
#include <string.h>

#include "shrink.h"

/* After a step others may be possible that were not; mostly twice does it. */
#define ROUNDS_MAX 8
/* After how many packets maps are set back, where that takes longer than some
 * packets do. */
#define SLOW_RESETS 1024

struct xdplab_packet *shrinking_try(struct shrinking *s)
{
	int err = fuzz_copy(&s->trial, s->packet);

	s->err = s->err ?: err;
	return &s->trial;
}

/* Whether the same is wrong with that one in the place of the packet. */
static bool is_same(struct shrinking *s, const struct xdplab_packet *trial)
{
	struct fuzz_packets *packets = s->packets;
	struct fuzz_wrong wrong;
	int err = s->err;

	if (!err && s->resets)
		err = fuzz_target_reset(s->target);
	for (size_t i = 0; !err && i < packets->nr; i++) {
		const struct xdplab_packet *packet = &packets->at[i];

		err = fuzz_target_run(s->target,
				      packet == s->packet ? trial : packet);
	}
	if (err) {
		s->err = err < 0 ? err : 0;
		return false;
	}
	wrong = fuzz_target_wrong(s->target);
	return fuzz_wrong_is(&wrong, s->wrong);
}

/* How many lengths, checksums and the like are not right. */
static size_t count_odd(const struct xdplab_packet *packet)
{
	size_t nr = 0;

	for (size_t i = 0; i < packet->nr_layers; i++) {
		const struct packet_layer *layer = &packet->layers[i];

		for (size_t k = 0; k < layer->protocol->nr_fields; k++)
			nr += layer->given >> k & 1 &&
			      layer->protocol->fields[k].role != ROLE_NONE;
	}
	return nr;
}

bool shrinking_keep(struct shrinking *s)
{
	size_t odd;
	int err;

	if (s->trial.bytes.length < FUZZ_SHORTEST ||
	    !fuzz_target_may_try(s->target) || !is_same(s, &s->trial))
		return false;
	err = packet_find_layers(&s->trial);
	packet_find_given(&s->trial);
	odd = count_odd(&s->trial);
	if (!err && odd > s->odd)
		return false;
	err = err ?: fuzz_copy(s->packet, &s->trial);
	s->err = s->err ?: err;
	s->odd = odd;
	s->is_less = true;
	return !err;
}

/* ---- layers, and the length ---- */

/* How long it is may be what is wrong: what was taken out is then put after
 * it, as zeros. */
static bool keep_or_lengthen(struct shrinking *s)
{
	if (shrinking_keep(s))
		return true;
	fuzz_set_length(&s->trial, s->packet->bytes.length);
	fuzz_repair(&s->trial, FUZZ_REPAIR_SUMS);
	return shrinking_keep(s);
}

static void remove_layer(struct shrinking *s, size_t layer)
{
	bool is_payload =
		packet_layer_is(&s->packet->layers[layer], PACKET_PAYLOAD);

	if (!fuzz_splice(shrinking_try(s), layer, 1, s->packet, 0, 0,
			 PACKET_LENGTH_MAX))
		return;
	if (is_payload)
		shrinking_keep(s);
	else
		keep_or_lengthen(s);
}

static void remove_layers(struct shrinking *s)
{
	for (size_t i = s->packet->nr_layers; i-- > 0;)
		if (i < s->packet->nr_layers)
			remove_layer(s, i);
}

static bool shorten(struct shrinking *s, size_t by)
{
	size_t length = s->packet->bytes.length;

	if (length < FUZZ_SHORTEST + by)
		return false;
	fuzz_set_length(shrinking_try(s), length - by);
	fuzz_repair(&s->trial, FUZZ_REPAIR_SUMS);
	if (shrinking_keep(s))
		return true;
	fuzz_set_length(shrinking_try(s), length - by);
	return shrinking_keep(s);
}

static void shorten_all(struct shrinking *s)
{
	for (size_t by = s->packet->bytes.length / 2; by; by /= 2)
		while (shorten(s, by))
			;
}

/* ---- options ---- */

static bool without(struct shrinking *s, size_t layer, size_t at, size_t length)
{
	struct xdplab_packet *trial = shrinking_try(s);
	const struct packet_layer *from = &s->packet->layers[layer];
	size_t fixed = packet_fixed_size(from), all = from->size - fixed;
	const uint8_t *bytes = s->packet->bytes.at + from->offset + fixed;
	uint8_t rest[64];

	if (all - length > sizeof(rest))
		return false;
	memcpy(rest, bytes, at);
	memcpy(rest + at, bytes + at + length, all - at - length);
	return fuzz_set_options(trial, layer, rest, all - length,
				PACKET_LENGTH_MAX) &&
	       trial->bytes.length < s->packet->bytes.length &&
	       keep_or_lengthen(s);
}

/* The one at `*at` and all after it, or it alone; what is needed of it gets
 * zeros where it can, and is skipped.  False: there is none. */
static bool reduce_option(struct shrinking *s, size_t layer, size_t *at)
{
	const struct packet_layer *in = &s->packet->layers[layer];
	size_t begin = in->offset + packet_fixed_size(in);
	size_t left = in->offset + in->size - begin;
	struct packet_option_at option;

	if (*at >= left)
		return false;
	left -= *at;
	if (without(s, layer, *at, left) ||
	    !packet_option_read(&option, in->protocol->options,
				s->packet->bytes.at + begin + *at, left))
		return false;
	if (without(s, layer, *at, option.data + option.length))
		return true;
	shrinking_zero(s, begin + *at + option.data, option.length);
	*at += option.data + option.length;
	return true;
}

static bool has_options(const struct shrinking *s, size_t layer)
{
	return layer < s->packet->nr_layers &&
	       packet_layer_has_options(&s->packet->layers[layer]);
}

static void remove_options(struct shrinking *s)
{
	for (size_t i = 0; i < s->packet->nr_layers; i++)
		for (size_t at = 0; has_options(s, i);)
			if (!reduce_option(s, i, &at))
				break;
}

/* ---- all ---- */

static void shrink(struct shrinking *s)
{
	s->is_less = true;
	s->odd = count_odd(s->packet);
	for (int i = 0; i < ROUNDS_MAX && s->is_less && !s->err; i++) {
		s->is_less = false;
		if (fuzz_count_padding(shrinking_try(s)))
			shrinking_keep(s);
		remove_layers(s);
		shorten_all(s);
		remove_options(s);
		shrinking_fields(s);
		shrinking_payloads(s);
	}
}

/* Whatever was tried last, this one is reported. */
static bool is_same_at_last(struct shrinking *s)
{
	bool resets = s->resets, is;

	s->resets = true;
	is = is_same(s, s->packet);
	s->resets = resets;
	return is;
}

/* Without setting maps back each time, if that takes long; the packet that is
 * left may need what others left in them, and then they are. */
static void shrink_by_state(struct shrinking *s)
{
	struct xdplab_packet whole = { 0 };
	bool is_same_again;

	s->resets = s->packets->nr > 1 || s->target->reset_after < SLOW_RESETS;
	s->err = fuzz_copy(&whole, s->packet);
	shrink(s);
	is_same_again = is_same_at_last(s);
	if (!is_same_again && !s->resets && !s->err) {
		s->resets = true;
		s->err = fuzz_copy(s->packet, &whole);
		shrink(s);
		is_same_again = is_same_at_last(s);
	}
	if (!is_same_again && !s->err)
		s->err = 1;
	packet_bytes_free(&whole.bytes);
	free(whole.layers);
}

int fuzz_shrink(struct fuzz_target *target, struct fuzz_packets *packets,
		size_t at, const struct fuzz_wrong *wrong)
{
	struct shrinking s = { .target = target,
			       .wrong = wrong,
			       .packets = packets,
			       .packet = &packets->at[at] };

	s.err = packet_find_layers(s.packet);
	if (s.err)
		return s.err;
	packet_find_given(s.packet);
	shrink_by_state(&s);
	packet_bytes_free(&s.trial.bytes);
	free(s.trial.layers);
	return s.err;
}
