// SPDX-License-Identifier: LGPL-2.1-only
/* compare - a packet beside the one that was expected, field by field */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"
#include "text.h"

bool wanted_is(const struct wanted *wanted, const uint8_t *got, size_t length)
{
	if (length < wanted->length ||
	    (length > wanted->length && !wanted->is_open))
		return false;
	if (!wanted->mask)
		return !memcmp(wanted->bytes, got, wanted->length);
	for (size_t i = 0; i < wanted->length; i++)
		if ((wanted->bytes[i] ^ got[i]) & wanted->mask[i])
			return false;
	return true;
}

/* ---- the fields of a packet ---- */

struct places {
	struct packet_place *at;
	size_t nr;
	bool lost; /* there was no memory for one */
};

static void add_place(const struct packet_place *place, void *arg)
{
	struct places *places = arg;
	struct packet_place *at =
		reallocarray(places->at, places->nr + 1, sizeof(*at));

	if (!at) {
		places->lost = true;
		return;
	}
	places->at = at;
	at[places->nr++] = *place;
}

/* ---- side by side ---- */

struct sides {
	const struct wanted *wanted;
	const uint8_t *got;
	size_t length;
	struct xdplab_packet *wanted_layers, *got_layers; /* decoded, or NULL */
	struct places wanted_places, got_places;
	struct test_failure *failure;
};

static bool bit_of(const uint8_t *bytes, size_t bit)
{
	return bytes[bit / 8] >> (7 - bit % 8) & 1;
}

static bool matters(const struct wanted *wanted, size_t bit)
{
	return !wanted->mask || bit_of(wanted->mask, bit);
}

static bool any_matters(const struct wanted *wanted,
			const struct packet_place *place)
{
	for (size_t i = 0; i < place->bits; i++)
		if (matters(wanted, place->bit + i))
			return true;
	return false;
}

/* A checksum that was not known, and is wrong. */
static bool is_wrong_sum(const struct sides *sides,
			 const struct packet_place *place)
{
	size_t bit = sides->wanted->wrong_sum;

	return bit && bit >= place->bit && bit - place->bit < place->bits;
}

static bool field_differs(const struct sides *sides,
			  const struct packet_place *wanted,
			  const struct packet_place *got)
{
	if (is_wrong_sum(sides, wanted))
		return true;
	if (got->bits < wanted->bits ||
	    (got->bits > wanted->bits && !sides->wanted->is_open))
		return true;
	for (size_t i = 0; i < wanted->bits; i++)
		if (matters(sides->wanted, wanted->bit + i) &&
		    bit_of(sides->wanted->bytes, wanted->bit + i) !=
			    bit_of(sides->got, got->bit + i))
			return true;
	return false;
}

static void print_wanted(struct xdplab_text *text, const struct sides *sides,
			 const struct packet_place *place)
{
	text->length = 0;
	if (is_wrong_sum(sides, place))
		text_word(text, "right");
	else if (any_matters(sides->wanted, place))
		packet_place_print_masked(place, sides->wanted->bytes,
					  sides->wanted->mask,
					  sides->wanted->length, text);
	else
		text_char(text, '_');
	text_end(text);
}

static void print_got(struct xdplab_text *text, const struct sides *sides,
		      const struct packet_place *place)
{
	text->length = 0;
	packet_place_print(place, sides->got, sides->length, text);
	text_end(text);
}

static void add_pair(const struct sides *sides,
		     const struct packet_place *wanted,
		     const struct packet_place *got)
{
	struct xdplab_text left = { 0 }, right = { 0 };

	print_wanted(&left, sides, wanted);
	print_got(&right, sides, got);
	if (!left.lost && !right.lost)
		test_failure_row(sides->failure, wanted->name, left.bytes,
				 right.bytes,
				 field_differs(sides, wanted, got));
	free(left.bytes);
	free(right.bytes);
}

static void add_missing(const struct sides *sides,
			const struct packet_place *wanted)
{
	struct xdplab_text text = { 0 };

	print_wanted(&text, sides, wanted);
	if (!text.lost)
		test_failure_row(sides->failure, wanted->name, text.bytes, "",
				 any_matters(sides->wanted, wanted));
	free(text.bytes);
}

/* What came and was not expected may have been allowed. */
static void add_extra(const struct sides *sides, const struct packet_place *got)
{
	bool allowed =
		sides->wanted->is_open && got->bit >= sides->wanted->length * 8;
	struct xdplab_text text = { 0 };

	print_got(&text, sides, got);
	if (!text.lost)
		test_failure_row(sides->failure, got->name, allowed ? "_" : "",
				 text.bytes, !allowed);
	free(text.bytes);
}

/* Where a field of that name is among those from `from` on. */
static size_t find_name(const struct places *places, size_t from,
			const char *name)
{
	while (from < places->nr && strcmp(places->at[from].name, name))
		from++;
	return from;
}

static void add_rows(const struct sides *sides)
{
	const struct places *wanted = &sides->wanted_places;
	const struct places *got = &sides->got_places;
	size_t g = 0;

	for (size_t w = 0; w < wanted->nr; w++) {
		size_t found = find_name(got, g, wanted->at[w].name);

		if (found == got->nr) {
			add_missing(sides, &wanted->at[w]);
			continue;
		}
		while (g < found)
			add_extra(sides, &got->at[g++]);
		add_pair(sides, &wanted->at[w], &got->at[g++]);
	}
	while (g < got->nr)
		add_extra(sides, &got->at[g++]);
}

/* ---- in words ---- */

/* The first bit that differs, or the length of what they have in common. */
static size_t first_difference(const struct sides *sides)
{
	size_t common = sides->wanted->length < sides->length
				? sides->wanted->length
				: sides->length;
	size_t bit = 0;

	if (sides->wanted->wrong_sum)
		return sides->wanted->wrong_sum;
	while (bit < common * 8 &&
	       (!matters(sides->wanted, bit) ||
		bit_of(sides->wanted->bytes, bit) == bit_of(sides->got, bit)))
		bit++;
	return bit;
}

static void say_length(const struct sides *sides)
{
	test_failure_say(sides->failure,
			 "the packet is %zu bytes long, not "
			 "%zu%s",
			 sides->length, sides->wanted->length,
			 sides->wanted->is_open ? " or more" : "");
}

static void say_first(const struct sides *sides,
		      const struct xdplab_packet *layers)
{
	struct xdplab_text left = { 0 }, right = { 0 };
	size_t bit = first_difference(sides);
	struct packet_place place;

	if (bit >= sides->wanted->length * 8 || bit >= sides->length * 8) {
		say_length(sides);
		return;
	}
	packet_place_at(&place, layers, bit);
	if (place.bit + place.bits > sides->length * 8) {
		say_length(sides);
		return;
	}
	print_wanted(&left, sides, &place);
	print_got(&right, sides, &place);
	if (!left.lost && !right.lost)
		test_failure_say(sides->failure, "%s is %s, not %s", place.name,
				 right.bytes, left.bytes);
	free(left.bytes);
	free(right.bytes);
}

int wanted_compare(const struct wanted *wanted, const uint8_t *got,
		   size_t length, struct test_failure *failure)
{
	struct sides sides = { .wanted = wanted,
			       .got = got,
			       .length = length,
			       .failure = failure };
	const struct xdplab_packet *layers = wanted->layers;
	int err = xdplab_packet_decode(&sides.got_layers, got, length);

	if (!err && !layers) {
		err = xdplab_packet_decode(&sides.wanted_layers, wanted->bytes,
					   wanted->length);
		layers = sides.wanted_layers;
	}
	if (err)
		goto out;
	packet_each_place(layers, add_place, &sides.wanted_places);
	packet_each_place(sides.got_layers, add_place, &sides.got_places);
	if (sides.wanted_places.lost || sides.got_places.lost)
		err = fail(-ENOMEM, "packet: out of memory");
	if (err)
		goto out;
	say_first(&sides, layers);
	add_rows(&sides);
out:
	free(sides.wanted_places.at);
	free(sides.got_places.at);
	xdplab_packet_free(sides.wanted_layers);
	xdplab_packet_free(sides.got_layers);
	return err;
}
