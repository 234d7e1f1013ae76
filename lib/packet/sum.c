// SPDX-License-Identifier: LGPL-2.1-only
/* sum - checksums of the internet, RFC 1071 */
#include <arpa/inet.h>
#include <netinet/ip.h>

#include "proto.h"

/* Adds words in network order: any order of bytes will do as long as the sum is
 * read in the same, since carries come around.  Only what is added last may
 * have an odd length. */
static uint64_t add(uint64_t sum, const uint8_t *bytes, size_t length)
{
	uint32_t four;
	uint16_t two = 0;

	for (; length >= sizeof(four); length -= sizeof(four)) {
		memcpy(&four, bytes, sizeof(four));
		sum += four;
		bytes += sizeof(four);
	}
	if (length >= sizeof(two)) {
		memcpy(&two, bytes, sizeof(two));
		sum += two;
		bytes += sizeof(two);
		length -= sizeof(two);
	}
	two = 0;
	memcpy(&two, bytes, length);
	return sum + two;
}

static uint16_t fold(uint64_t sum)
{
	while (sum >> 16)
		sum = (sum >> 16) + (sum & 0xffff);
	return ntohs(~sum);
}

/* ---- pseudo headers ---- */

static uint8_t number_of(const struct packet_layer *layer)
{
	if (packet_layer_is(layer, PACKET_TCP))
		return IPPROTO_TCP;
	return packet_layer_is(layer, PACKET_UDP) ? IPPROTO_UDP
						  : IPPROTO_ICMPV6;
}

/* Whether it is a routing header with segments left, whose last address is then
 * where the packet goes in the end.  Segments are in reverse (RFC 8754). */
static bool find_last_address(const uint8_t **dst,
			      const struct xdplab_packet *packet,
			      const struct packet_layer *layer)
{
	const uint8_t *header = packet->bytes.at + layer->offset;

	if (!packet_layer_is(layer, PACKET_ROUTING) || !header[3] ||
	    layer->size < 8 + 16)
		return false;
	*dst = header[2] == 4 ? header + 8 : header + layer->size - 16;
	return true;
}

/* The same of the options of an IPv4 header, RFC 791: a source route that is not
 * used up yet ends where the packet goes. */
static const uint8_t *last_address(const struct xdplab_packet *packet,
				   const struct packet_layer *ip)
{
	const uint8_t *header = packet->bytes.at + ip->offset;
	size_t at = 20, length;

	for (; at + 1 < ip->size && header[at] != IPOPT_END; at += length) {
		const uint8_t *option = header + at;

		length = *option == IPOPT_NOOP ? 1 : option[1];
		if (*option != IPOPT_NOOP &&
		    (length < 2 || at + length > ip->size))
			break;
		if ((*option == IPOPT_LSRR || *option == IPOPT_SSRR) &&
		    length >= 3 + 4 && option[2] + 3U <= length)
			return option + 3 + (length - 3) / 4 * 4 - 4;
	}
	return header + 16;
}

const struct packet_layer *
packet_network_layer(const struct xdplab_packet *packet,
		     const struct packet_layer *layer)
{
	do {
		if (layer == packet->layers)
			return NULL;
		layer--;
	} while (layer->protocol->extension);
	return packet_layer_is(layer, PACKET_IP) ||
			       packet_layer_is(layer, PACKET_IPV6)
		       ? layer
		       : NULL;
}

/* Adds the addresses that a layer belongs to; false if there are none. */
static bool add_addresses(uint64_t *sum, const struct xdplab_packet *packet,
			  const struct packet_layer *layer)
{
	const struct packet_layer *network =
		packet_network_layer(packet, layer);
	const uint8_t *header, *dst;

	if (!network)
		return false;
	header = packet->bytes.at + network->offset;
	if (packet_layer_is(network, PACKET_IP)) {
		*sum = add(*sum, header + 12, 4);
		*sum = add(*sum, last_address(packet, network), 4);
		return true;
	}
	dst = header + 24;
	/* What the innermost says is done last. */
	while (--layer > network && !find_last_address(&dst, packet, layer))
		;
	*sum = add(*sum, header + 8, 16);
	*sum = add(*sum, dst, 16);
	return true;
}

static bool add_pseudo(uint64_t *sum, const struct xdplab_packet *packet,
		       const struct packet_layer *layer)
{
	*sum += htonl(packet->end - layer->offset);
	*sum += htons(number_of(layer));
	return add_addresses(sum, packet, layer);
}

/* ---- sums ---- */

uint16_t packet_sum(const struct xdplab_packet *packet,
		    const struct packet_layer *layer,
		    const struct packet_spot *spot)
{
	enum packet_role role = spot->field->role;
	const uint8_t *bytes = packet->bytes.at;
	size_t end = packet->end, at = spot->bit / 8;
	uint64_t sum = 0;
	uint16_t folded;

	if (!packet_sum_is_known(layer, spot->field))
		return 0;
	if (role == ROLE_SUM_HEADER)
		end = layer->offset + layer->size;
	if (role >= ROLE_SUM_PSEUDO && !add_pseudo(&sum, packet, layer))
		return 0;
	sum = add(sum, bytes + layer->offset, at - layer->offset);
	sum = add(sum, bytes + at + 2, end - at - 2);
	folded = fold(sum);
	return role == ROLE_SUM_UDP && !folded ? 0xffff : folded;
}
