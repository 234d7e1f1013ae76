// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_packet_bytes - any bytes as a packet
 *
 * They are printed as text that is read as the same bytes, and each of their
 * bits belongs to a field, whose name finds it and whose value can be written.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../../lib/internal.h"
#include "../../lib/packet/packet.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t room,
			       unsigned int seed);
/* libFuzzer's own. */
size_t LLVMFuzzerMutate(uint8_t *bytes, size_t size, size_t room);

/* ---- where to begin ---- */

static const char *const sentences[] = {
	"eth / ip / udp / \"hello\"",
	"eth / vlan / vlan / arp",
	"eth / ip(options=[nop, nop, nop, eol]) / icmp / bytes(8)",
	"eth / ip / tcp(options=[mss(1460), nop, ws(7)]) / bytes(9)",
	"eth / ipv6 / icmpv6(type=135) / bytes(16)",
	"eth / ipv6 / hopopts / dstopts / routing / fragment / udp / bytes(7)",
	"eth / ip / udp / vxlan / eth / ipv6 / tcp",
	"eth / ip / gre / eth / ip / ip / ipv6 / udp",
	"eth / mpls / mpls / ip / icmp",
	"eth / ip / udp / geneve / eth / ip / udp",
};

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t room,
			       unsigned int seed)
{
	const char *sentence = sentences[seed % ARRAY_SIZE(sentences)];
	struct xdplab_packet *packet;
	const void *made;

	if (size > 1)
		return LLVMFuzzerMutate(bytes, size, room);
	if (xdplab_packet_parse(&packet, sentence, NULL, NULL))
		abort();
	made = xdplab_packet_bytes(packet, &size);
	size = size < room ? size : room;
	memcpy(bytes, made, size);
	xdplab_packet_free(packet);
	return size;
}

/* ---- what holds for any bytes ---- */

struct input {
	const struct xdplab_packet *packet;
	const uint8_t *bytes;
	size_t size;
	size_t bit; /* up to which fields have been seen */
};

static void check_text(const struct input *input)
{
	struct xdplab_text text = { 0 };
	struct xdplab_packet *again;
	size_t length;
	const void *bytes;

	xdplab_packet_print(input->packet, &text);
	if (xdplab_packet_parse(&again, text.bytes, NULL, NULL))
		abort();
	bytes = xdplab_packet_bytes(again, &length);
	if (length != input->size || memcmp(bytes, input->bytes, length))
		abort();
	xdplab_packet_free(again);
	xdplab_text_free(&text);
}

static void check_value(const struct packet_place *place,
			const struct input *input)
{
	struct packet_value value, again, mask;
	struct xdplab_text text = { 0 };
	const char *end;

	packet_place_print(place, input->bytes, input->size, &text);
	xdplab_text_add(&text, "");
	if (packet_value_read(&value, place, input->bytes, input->size) ||
	    packet_value_parse(&again, &mask, place->name, text.bytes, &end))
		abort();
	if (*end || memcmp(&value, &again, sizeof(value)))
		abort();
	xdplab_text_free(&text);
}

/* These are of any number of values. */
static bool is_list(const struct packet_place *place)
{
	static const char *const lists[] = { "payload", "padding", ".options",
					     ".addresses" };

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
		if (strstr(place->name, lists[i]))
			return true;
	return false;
}

static void check_place(const struct packet_place *place, void *arg)
{
	struct input *input = arg;
	struct packet_place found;

	if (place->bit != input->bit || !place->bits ||
	    packet_find(&found, input->packet, place->name) ||
	    found.bit != place->bit || found.bits != place->bits)
		abort();
	input->bit += place->bits;
	if (!is_list(place))
		check_value(place, input);
}

static void check_bits(const struct input *input)
{
	struct packet_place place;

	for (size_t bit = 0; bit < input->size * 8; bit++) {
		packet_place_at(&place, input->packet, bit);
		if (!*place.name || place.bit > bit ||
		    place.bit + place.bits <= bit ||
		    place.bit + place.bits > input->size * 8)
			abort();
	}
}

/* What is longer is no more than slow. */
#define SIZE_MAX_USED 256

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct input input = { .bytes = bytes };
	struct xdplab_packet *packet;
	size_t length, differs;
	const void *kept;

	size = size < SIZE_MAX_USED ? size : SIZE_MAX_USED;
	input.size = size;
	if (xdplab_packet_decode(&packet, bytes, size))
		abort();
	input.packet = packet;
	kept = xdplab_packet_bytes(packet, &length);
	if (length != size || (size && memcmp(kept, bytes, size)) ||
	    !packet_matches(packet, bytes, size, &differs))
		abort();
	check_text(&input);
	packet_each_place(packet, check_place, &input);
	if (input.bit != size * 8)
		abort();
	check_bits(&input);
	xdplab_packet_free(packet);
	return 0;
}
