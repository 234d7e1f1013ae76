// SPDX-License-Identifier: LGPL-2.1-only
/* options - options in bytes: their heads, and what fills them up */
#include "proto.h"

static bool is_alone(const struct packet_scheme *scheme, uint32_t number)
{
	return number < (scheme->head == OPTION_IP ? 2 : 1);
}

/* ---- heads ---- */

static bool read_geneve(struct packet_option_at *option, const uint8_t *bytes,
			size_t left)
{
	if (left < 4 || bytes[3] >> 5)
		return false;
	option->number = bytes[0] << 16 | bytes[1] << 8 | bytes[2];
	option->data = 4;
	option->length = 4UL * bytes[3];
	return option->length <= left - 4;
}

bool packet_option_read(struct packet_option_at *option,
			const struct packet_scheme *scheme,
			const uint8_t *bytes, size_t left)
{
	size_t whole;

	if (scheme->head == OPTION_GENEVE)
		return read_geneve(option, bytes, left);
	if (scheme->head == OPTION_ADDRESS || !left)
		return false;
	*option = (struct packet_option_at){ .number = bytes[0], .data = 1 };
	if (scheme->head != OPTION_ND && is_alone(scheme, bytes[0]))
		return true;
	if (left < 2)
		return false;
	whole = bytes[1];
	if (scheme->head == OPTION_IPV6)
		whole += 2;
	if (scheme->head == OPTION_ND)
		whole *= 8;
	if (whole < 2 || whole > left)
		return false;
	option->data = 2;
	option->length = whole - 2;
	return true;
}

/* ---- filling up ---- */

static size_t missing(const struct packet_scheme *scheme, size_t length)
{
	size_t over = (scheme->ahead + length) % scheme->unit;

	return over ? scheme->unit - over : 0;
}

/* Zeros end the options of IPv4; in IPv6 an option is there to fill: Pad1, or
 * PadN with its length. */
static void make_fill(const struct packet_scheme *scheme, uint8_t fill[8],
		      size_t nr)
{
	memset(fill, 0, 8);
	if (scheme->head == OPTION_IPV6 && nr > 1) {
		fill[0] = 1;
		fill[1] = nr - 2;
	}
}

int packet_options_fill(const struct packet_scheme *scheme,
			struct packet_bytes *to, size_t length)
{
	size_t nr = missing(scheme, length);
	uint8_t fill[8];

	make_fill(scheme, fill, nr);
	return packet_bytes_add(to, fill, NULL, nr);
}

bool packet_options_is_fill(const struct packet_scheme *scheme, size_t length,
			    const uint8_t *rest, const uint8_t *mask,
			    size_t rest_length)
{
	static const uint8_t all[8] = { [0 ... 7] = 0xff };
	size_t nr = missing(scheme, length);
	uint8_t fill[8];

	make_fill(scheme, fill, nr);
	return rest_length == nr && !memcmp(rest, fill, nr) &&
	       (!mask || !memcmp(mask, all, nr));
}
