/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * packet.h - packets: layers, their fields, the bytes they become
 *
 * A packet is a list of layers, each of a protocol, which is a table of fields.
 * Text and bytes are read into this list and made of it, so that each of the
 * four ways knows the list and the tables only:
 *
 *	text -> xdplab_packet_parse() -> layers -> xdplab_packet_bytes() -> bytes
 *	bytes -> xdplab_packet_decode() -> layers -> xdplab_packet_print() -> text
 */
#ifndef PACKET_H
#define PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "xdplab.h"

#define PACKET_LENGTH_MAX 65535

/* The value of one field: as many bits as it has, in network order, at the end
 * of the bytes. */
struct packet_value {
	uint8_t bytes[16];
};

bool packet_value_is_zero(const struct packet_value *value);

/* A field of a packet, wherever it is. */
struct packet_place {
	char name[64];	  /* "ip.ttl", "ip#2.src" of the second such layer */
	size_t bit, bits; /* in the packet's bytes */
};

/*
 * Where the bits from `bit` on belong, by the layers of `packet`: a field, or
 * bytes of an option or of the payload, "payload[3]".
 */
void packet_place_at(struct packet_place *place,
		     const struct xdplab_packet *packet, size_t bit);

/* Tells each field in its order, those of the payload as one. */
void packet_each_place(const struct xdplab_packet *packet,
		       void (*fn)(const struct packet_place *place, void *arg),
		       void *arg);

/* Finds a field by such a name.  -ENOENT, whose remedy is the name that is near;
 * a layer that a packet lacks is -ENODATA. */
int packet_find(struct packet_place *place, const struct xdplab_packet *packet,
		const char *name);

/* Whether there is such a field in any packet at all; -ENOENT as above. */
int packet_field_check(const char *name);

/* Spells the field that a word without a layer may mean, "ip.ttl" for ttl, by
 * the first layer of the packet that has it; false: none has. */
bool packet_field_guess(char *name, size_t size,
			const struct xdplab_packet *packet, const char *word,
			size_t length);

/* Its value as text, as the notation has it; for people. */
void packet_place_print(const struct packet_place *place, const uint8_t *bytes,
			size_t length, struct xdplab_text *text);
/* The same with those bits of a field that matter, of a mask as long as the
 * bytes; NULL: all do. */
void packet_place_print_masked(const struct packet_place *place,
			       const uint8_t *bytes, const uint8_t *mask,
			       size_t length, struct xdplab_text *text);

/* The value of a field, which must be one that is not of more than 128 bits. */
int packet_value_read(struct packet_value *value,
		      const struct packet_place *place, const uint8_t *bytes,
		      size_t length);
/* Reads a value, and its mask, of the field of that name; *end as in
 * xdplab_packet_parse(). */
int packet_value_parse(struct packet_value *value, struct packet_value *mask,
		       const char *name, const char *text, const char **end);

/*
 * The bits of a pattern that matter, one for each of its bytes' bits; NULL: all
 * do.  A checksum of what may be anything does not, nor does before an open end
 * a length, or what says what follows.
 */
const uint8_t *packet_mask(const struct xdplab_packet *packet);
/* Whether any bytes may follow those of the pattern. */
bool packet_is_open(const struct xdplab_packet *packet);

/*
 * Whether bytes are as the pattern expects; if not, where they first differ,
 * in bits.  A checksum that the pattern could not know must be right for these
 * bytes, and differs if it is not.
 */
bool packet_matches(const struct xdplab_packet *pattern, const uint8_t *bytes,
		    size_t length, size_t *differs);

/*
 * Whether the checksums that the pattern could not know are right in a packet
 * that is as the pattern expects, but for having been cut to `length`: `bytes`
 * go on with what was cut off.  A checksum of what is cut off, and may be
 * anything, is not looked at.
 */
bool packet_sums_match(const struct xdplab_packet *pattern,
		       const uint8_t *bytes, size_t length, size_t *differs);

/*
 * A packet that is like `packet`, which is no pattern, but for "ip.ttl=63,
 * udp.dport=1999".  Checksums that were right are made right again; those that
 * were not stay as they are.
 */
int packet_with(struct xdplab_packet **out, const struct xdplab_packet *packet,
		const char *assignments, const char **end,
		const struct xdplab_packet_opts *opts);

#endif
