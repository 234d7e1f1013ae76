// SPDX-License-Identifier: LGPL-2.1-only
/* send - what a test sends: a packet, its cuts, or those of a file */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "read.h"

/* The kernel runs programs on no less. */
#define LENGTH_MIN 14

/* ---- a packet ---- */

static int read_truncated(struct test_reader *reader, void *into)
{
	struct test_send *send = into;
	uint64_t from, to;
	size_t whole;
	int err;

	xdplab_packet_bytes(send->packet, &whole);
	err = test_need_number(reader, LENGTH_MIN, whole, &from);
	to = from;
	if (!err && test_take(reader, ".."))
		err = test_need_number(reader, from, whole, &to);
	else if (!err && !test_at_end(reader) && *reader->at != ',')
		err = test_expected(reader, reader->at, "..",
				    "`..` and another length, `,` or the end "
				    "of the statement");
	if (err)
		return err;
	send->from = from;
	send->to = to;
	return 0;
}

static int read_padded(struct test_reader *reader, void *into)
{
	struct test_send *send = into;
	uint64_t length;
	int err = test_need_number(reader, LENGTH_MIN, PACKET_LENGTH_MAX,
				   &length);

	if (!err)
		send->padded = length;
	return err;
}

static const struct test_word send_options[] = {
	{ "truncated", read_truncated },
	{ "padded", read_padded },
};

const struct test_words test_send_words = {
	.what = "a packet modifier",
	.at = send_options,
	.nr = ARRAY_SIZE(send_options),
};

/* In a loop it may be shorter in another round. */
static int check_padded(struct test_reader *reader, struct test_place place,
			const struct test_send *send)
{
	size_t shortest;

	xdplab_packet_bytes(send->packet, &shortest);
	if (send->to)
		shortest = send->from;
	if (!send->padded || send->padded >= shortest || reader->loops)
		return 0;
	return test_mistake(reader->tests, place, NULL,
			    "expected a length to which there is something to "
			    "pad: the packet has %zu bytes already",
			    shortest);
}

static bool has_ethernet(const struct xdplab_packet *packet)
{
	struct packet_place first;

	packet_place_at(&first, packet, 0);
	return !strncmp(first.name, "eth.", strlen("eth.")) ||
	       !strchr(first.name,
		       '.'); /* bytes: what they are, is not known */
}

/* What the kernel does not take; and what it takes, and programs misread. */
static int check_frame(struct test_reader *reader, struct test_place place,
		       const struct test_send *send)
{
	size_t length;

	xdplab_packet_bytes(send->packet, &length);
	if (!has_ethernet(send->packet))
		return test_mistake(reader->tests, place, NULL,
				    "expected eth before this: XDP programs "
				    "process Ethernet frames");
	if (length < LENGTH_MIN && !send->padded)
		return test_mistake(reader->tests, place, NULL,
				    "expected a packet of at least %d bytes, "
				    "not %zu",
				    LENGTH_MIN, length);
	return check_padded(reader, place, send);
}

static int need_end_of_layers(struct test_reader *reader)
{
	static const char *const words[] = { ", truncated", ", padded" };

	if (test_at_end(reader) || *reader->at == ',')
		return 0;
	return test_expected_near(reader, words, ARRAY_SIZE(words),
				  "`/` and a layer, `,` and truncated or "
				  "padded, or the end of the statement");
}

static int read_packet(struct test_reader *reader, struct test_send *send)
{
	struct test_place place = test_place_here(reader);
	int err = test_need_packet(reader, &send->packet, false);

	err = err ?: need_end_of_layers(reader);
	while (!err && test_take(reader, ","))
		err = test_read_word(reader, &test_send_words, send);
	err = err ?: check_frame(reader, place, send);
	if (!err)
		reader->sent = send->packet;
	return err;
}

/* ---- packets of a file ---- */

static int read_pcap(struct test_reader *reader, struct test_send *send)
{
	static const char *const words[] = { "filter", ", first" };
	int err;

	send->pcap_place = test_place_here(reader);
	err = test_need_file(reader, &send->pcap);
	if (!err && test_take_word(reader, "filter")) {
		send->filter_place = test_place_here(reader);
		err = test_need_string(reader, &send->filter,
				       "a filter, \"...\"");
	}
	if (err || test_at_end(reader))
		return err;
	if (!test_take(reader, ","))
		return test_expected_near(reader, words, ARRAY_SIZE(words),
					  "filter \"...\", `,` and first "
					  "NUMBER, or the end of the "
					  "statement");
	err = test_need_word(reader, "first");
	return err ?: test_need_number(reader, 1, UINT64_MAX, &send->first);
}

/* ---- all ---- */

int test_check_send(struct test_reader *reader)
{
	if (!reader->has_sent || reader->has_expected || reader->is_unsure)
		return 0;
	return test_mistake(reader->tests, reader->sent_place, NULL,
			    "send without expect");
}

int test_read_send(struct test_reader *reader, void *into)
{
	struct test_step *step = into;
	int err;

	step->what = TEST_SEND;
	test_check_send(reader);
	reader->has_sent = true;
	reader->has_expected = false;
	reader->sent_place = step->place;
	reader->between = (struct test_place){ 0 };
	reader->sent = NULL;
	err = test_take_word(reader, "pcap") ? read_pcap(reader, &step->send)
					     : read_packet(reader, &step->send);
	if (err)
		reader->sent = NULL;
	return err;
}
