// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_packet_text - any text as a packet, or as the pattern of one
 *
 * What is read is printed, and must then be read as the same; what is refused
 * is refused with a reason and a place within the text.
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
	"eth / ip / udp / \"hello\\n\\x00\"",
	"eth(dst=02:00:00:00:00:09) / vlan(id=5, prio=3) / arp(op=reply)",
	"eth / ip(ttl=1, flags=DF, options=[nop, ra(0)]) / icmp(type=3, code=1)",
	"eth/ip/tcp(flags=SA, options=[mss(1460), nop, ws(7)]) / hex 01 02 ff",
	"eth / ipv6 / icmpv6(type=135, target=fc00::1) / bytes(8, 0xab)",
	"eth / ipv6 / hopopts / fragment(offset=1) / rand(9)",
	"eth / ip / udp / vxlan(vni=9) / eth / ip / udp / bytes(64, count)",
	"eth / ip / gre(key=7) / ipv6 / udp(chksum=0x1234)",
	"eth / mpls(label=16, s=0) / mpls / ip(ttl=rand)",
	"eth / ip / udp / geneve(vni=7, options=[1:2:hex 01020304]) / eth",
	"eth(_) / ip(dst=10.0.0.0/8, ttl=0x40/0xf0, id=_) / udp(_) / _",
};

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t room,
			       unsigned int seed)
{
	const char *sentence = sentences[seed % ARRAY_SIZE(sentences)];

	if (size > 1)
		return LLVMFuzzerMutate(bytes, size, room);
	size = strnlen(sentence, room);
	memcpy(bytes, sentence, size);
	return size;
}

/* ---- what holds for any text ---- */

static void check_same(const struct xdplab_packet *a,
		       const struct xdplab_packet *b)
{
	const uint8_t *mask_a = packet_mask(a), *mask_b = packet_mask(b);
	size_t length_a, length_b;
	const void *bytes_a = xdplab_packet_bytes(a, &length_a);
	const void *bytes_b = xdplab_packet_bytes(b, &length_b);

	if (length_a != length_b ||
	    (length_a && memcmp(bytes_a, bytes_b, length_a)) ||
	    !mask_a != !mask_b || packet_is_open(a) != packet_is_open(b))
		abort();
	if (mask_a && length_a && memcmp(mask_a, mask_b, length_a))
		abort();
}

static void check_again(const struct xdplab_packet *packet,
			const struct xdplab_packet_opts *opts)
{
	struct xdplab_text text = { 0 };
	struct xdplab_packet *again;
	size_t length, differs;
	const void *bytes = xdplab_packet_bytes(packet, &length);

	/* A checksum of what may be anything is not right for these bytes. */
	if (length > PACKET_LENGTH_MAX ||
	    (!packet_mask(packet) &&
	     !packet_matches(packet, bytes, length, &differs)))
		abort();
	if (!packet_is_open(packet))
		for (size_t part = 0; part <= 4; part++)
			packet_sums_match(packet, bytes, length * part / 4,
					  &differs);
	xdplab_packet_print(packet, &text);
	if (xdplab_packet_parse(&again, text.bytes, NULL, opts))
		abort();
	check_same(packet, again);
	xdplab_packet_free(again);
	xdplab_text_free(&text);
}

static void check_text(const char *text, bool pattern)
{
	const struct xdplab_packet_opts opts = {
		.sz = sizeof(opts),
		.seed = 1,
		.pattern = pattern,
	};
	struct xdplab_packet *packet = NULL;
	const char *end = NULL;
	int err;

	fail(0, "%s", "");
	err = xdplab_packet_parse(&packet, text, &end, &opts);
	if (end < text || end > text + strlen(text))
		abort();
	if (err) {
		if (err != -EINVAL || packet || !*xdplab_error())
			abort();
		return;
	}
	check_again(packet, &opts);
	xdplab_packet_free(packet);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char *text = strndup((const char *)bytes, size);

	check_text(text, false);
	check_text(text, true);
	free(text);
	return 0;
}
