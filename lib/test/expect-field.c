// SPDX-License-Identifier: LGPL-2.1-only
/* expect-field - whether a field of a packet has the value expected */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "run.h"
#include "text.h"

/* Writes a field's value into the bytes of a packet. */
static void put_value(uint8_t *bytes, const struct packet_place *place,
		      const struct packet_value *value)
{
	for (size_t i = 0; i < place->bits; i++) {
		size_t from = sizeof(value->bytes) * 8 - place->bits + i;
		size_t to = place->bit + i;
		uint8_t bit = value->bytes[from / 8] >> (7 - from % 8) & 1;

		bytes[to / 8] &= ~(0x80 >> to % 8);
		bytes[to / 8] |= bit << (7 - to % 8);
	}
}

/* The value that was expected is printed as what it would be in the packet,
 * which then has it. */
static void say_field(const struct test_step *step,
		      const struct packet_place *place, uint8_t *bytes,
		      size_t length, struct test_failure *failure)
{
	struct xdplab_text got = { 0 }, expected = { 0 };

	packet_place_print(place, bytes, length, &got);
	text_end(&got);
	put_value(bytes, place, &step->field.value);
	packet_place_print(place, bytes, length, &expected);
	text_end(&expected);
	if (!got.lost && !expected.lost) {
		test_say_compared(failure, place->name, got.bytes,
				  step->field.op, expected.bytes);
		test_failure_row(failure, place->name, expected.bytes,
				 got.bytes, true);
	}
	free(got.bytes);
	free(expected.bytes);
}

static bool compare_values(const struct test_step *step,
			   const struct packet_value *got)
{
	struct packet_value left = *got, right = step->field.value;

	for (size_t i = 0; i < sizeof(left.bytes); i++) {
		left.bytes[i] &= step->field.mask.bytes[i];
		right.bytes[i] &= step->field.mask.bytes[i];
	}
	return test_compare(step->field.op, 0,
			    memcmp(left.bytes, right.bytes, sizeof(left.bytes)),
			    0);
}

static int check_found(const struct test_step *step,
		       const struct packet_place *place,
		       const struct test_io *io, struct test_failure *failure)
{
	struct packet_value got;
	uint8_t *bytes;
	int err = packet_value_read(&got, place, io->got, io->got_length);

	if (err)
		return err;
	if (compare_values(step, &got))
		return 1;
	bytes = malloc(io->got_length);
	if (!bytes)
		return fail(-ENOMEM, "packet: out of memory");
	memcpy(bytes, io->got, io->got_length);
	say_field(step, place, bytes, io->got_length, failure);
	free(bytes);
	return 0;
}

int test_expect_field(const struct test_step *step,
		      const struct test_sent *sent,
		      struct test_failure *failure)
{
	const struct test_io *io = &sent->io;
	struct xdplab_packet *layers;
	struct packet_place place;
	int came = xdplab_packet_decode(&layers, io->got, io->got_length);

	if (came)
		return came;
	came = packet_find(&place, layers, step->field.name);
	if (came == -ENODATA) {
		test_failure_say(failure, "the output packet has no %s",
				 step->field.name);
		came = 0;
	} else if (!came) {
		came = check_found(step, &place, io, failure);
	}
	xdplab_packet_free(layers);
	return came;
}
