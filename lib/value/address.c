// SPDX-License-Identifier: LGPL-2.1-only
/* address - reads addresses as people write them */
#include <arpa/inet.h>

#include "parse.h"

static bool parse(int family, unsigned char *bytes, struct span word)
{
	char line[INET6_ADDRSTRLEN];

	if (word.length >= sizeof(line))
		return false;
	memcpy(line, word.at, word.length);
	line[word.length] = '\0';
	return inet_pton(family, line, bytes) == 1;
}

bool value_ipv4_parse(unsigned char *bytes, struct span word)
{
	return parse(AF_INET, bytes, word);
}

bool value_ipv6_parse(unsigned char *bytes, struct span word)
{
	return parse(AF_INET6, bytes, word);
}

/* Six pairs of digits between colons. */
bool value_mac_parse(unsigned char *bytes, struct span word)
{
	if (word.length != strlen("aa:bb:cc:dd:ee:ff"))
		return false;
	for (int i = 0; i < 6; i++) {
		const char *pair = word.at + 3L * i;
		unsigned int high = value_digit(pair[0]);
		unsigned int low = value_digit(pair[1]);

		if (high > 15 || low > 15 || (i < 5 && pair[2] != ':'))
			return false;
		bytes[i] = high << 4 | low;
	}
	return true;
}

/* Without a length it is one address. */
bool value_prefix_parse(unsigned char *bytes, size_t size, struct span word)
{
	uint32_t bits = (size - sizeof(bits)) * 8;
	struct span before = word, behind;
	uint64_t length = bits;

	if (span_split_last(word, '/', &before, &behind) &&
	    !value_literal_number(behind, bits, &length))
		return false;
	bits = length;
	memcpy(bytes, &bits, sizeof(bits));
	bytes += sizeof(bits);
	return size == 8 ? value_ipv4_parse(bytes, before)
			 : value_ipv6_parse(bytes, before);
}
