// SPDX-License-Identifier: LGPL-2.1-only
/* number - integers and bit-fields in memory */
#include <endian.h>

#include "value.h"

#define BIG_ENDIAN_HOST (__BYTE_ORDER == __BIG_ENDIAN)

/* ---- bit-fields ---- */

/* The first bit of a byte is its lowest on a little endian machine, and its
 * highest on a big endian one. */
static unsigned char bit_of(unsigned int at, bool big_endian)
{
	return 1u << (big_endian ? 7 - at % 8 : at % 8);
}

/* What the bit that comes `i`th in memory is worth in the number. */
static unsigned int weight_of(unsigned int i, unsigned int bits,
			      bool big_endian)
{
	return big_endian ? bits - 1 - i : i;
}

uint64_t value_bits_read(const unsigned char *bytes, unsigned int shift,
			 unsigned int bits, bool big_endian)
{
	uint64_t number = 0;

	for (unsigned int i = 0; i < bits; i++) {
		unsigned int at = shift + i;

		if (bytes[at / 8] & bit_of(at, big_endian))
			number |= 1ULL << weight_of(i, bits, big_endian);
	}
	return number;
}

void value_bits_write(unsigned char *bytes, unsigned int shift,
		      unsigned int bits, bool big_endian, uint64_t number)
{
	for (unsigned int i = 0; i < bits; i++) {
		unsigned int at = shift + i;
		unsigned char bit = bit_of(at, big_endian);

		if (number >> weight_of(i, bits, big_endian) & 1)
			bytes[at / 8] |= bit;
		else
			bytes[at / 8] &= ~bit;
	}
}

/* ---- whole integers ---- */

static uint64_t read_whole(const struct value_node *node,
			   const unsigned char *bytes)
{
	uint16_t two;
	uint32_t four;
	uint64_t eight;

	switch (node->size) {
	case 1:
		return *bytes;
	case 2:
		memcpy(&two, bytes, sizeof(two));
		return node->big_endian ? be16toh(two) : two;
	case 4:
		memcpy(&four, bytes, sizeof(four));
		return node->big_endian ? be32toh(four) : four;
	default:
		memcpy(&eight, bytes, sizeof(eight));
		return node->big_endian ? be64toh(eight) : eight;
	}
}

uint64_t value_number_read(const struct value_node *node,
			   const unsigned char *bytes)
{
	unsigned int unused = 64 - value_bits(node);
	uint64_t number;

	if (node->bits)
		number = value_bits_read(bytes, node->shift, node->bits,
					 BIG_ENDIAN_HOST);
	else
		number = read_whole(node, bytes);
	if (node->is_signed)
		return (uint64_t)((int64_t)(number << unused) >> unused);
	return number;
}

static void write_whole(const struct value_node *node, unsigned char *bytes,
			uint64_t number)
{
	uint16_t two = node->big_endian ? htobe16(number) : number;
	uint32_t four = node->big_endian ? htobe32(number) : number;
	uint64_t eight = node->big_endian ? htobe64(number) : number;

	switch (node->size) {
	case 1:
		*bytes = number;
		break;
	case 2:
		memcpy(bytes, &two, sizeof(two));
		break;
	case 4:
		memcpy(bytes, &four, sizeof(four));
		break;
	default:
		memcpy(bytes, &eight, sizeof(eight));
	}
}

void value_number_write(const struct value_node *node, unsigned char *bytes,
			uint64_t number)
{
	if (node->bits)
		value_bits_write(bytes, node->shift, node->bits,
				 BIG_ENDIAN_HOST, number);
	else
		write_whole(node, bytes, number);
}
