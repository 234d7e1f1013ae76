/* SPDX-License-Identifier: GPL-2.0-only */
/* packets.h - packets as text and as bytes, for tests of both */
#ifndef PACKETS_H
#define PACKETS_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* First: cmocka has a macro of the name of our fail(). */
#include "../../lib/internal.h"
#include "../../lib/packet/proto.h"
#include <cmocka.h>

static inline struct xdplab_packet *parse_as(const char *input, bool pattern)
{
	struct xdplab_packet_opts opts = { .sz = sizeof(opts),
					   .seed = 1,
					   .pattern = pattern };
	struct xdplab_packet *packet = NULL;

	if (xdplab_packet_parse(&packet, input, NULL, &opts))
		fail_msg("%s: %s", input, xdplab_error());
	return packet;
}

static inline struct xdplab_packet *parse(const char *input)
{
	return parse_as(input, false);
}

static inline struct xdplab_packet *decode(const void *bytes, size_t length)
{
	struct xdplab_packet *packet = NULL;

	assert_int_equal(xdplab_packet_decode(&packet, bytes, length), 0);
	return packet;
}

/* Its text, to be freed. */
static inline char *print(const struct xdplab_packet *packet)
{
	struct xdplab_text text = { 0 };

	xdplab_packet_print(packet, &text);
	assert_false(text.lost);
	assert_int_equal(text.length, strlen(text.bytes));
	return text.bytes;
}

/* Any bytes, printed, are read as the same bytes. */
static inline void expect_same_again(const void *bytes, size_t length)
{
	struct xdplab_packet *packet = decode(bytes, length);
	char *text = print(packet);
	struct xdplab_packet *again = parse(text);
	size_t length_again;
	const void *bytes_again = xdplab_packet_bytes(again, &length_again);
	char *text_again = print(again);

	if (length_again != length ||
	    (length && memcmp(bytes_again, bytes, length)))
		fail_msg("%s: other bytes", text);
	assert_string_equal(text_again, text);
	free(text);
	free(text_again);
	xdplab_packet_free(packet);
	xdplab_packet_free(again);
}

#endif
