/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * proto.h - protocols as tables, and packets as layers of them
 *
 * A layer is a header's place in the bytes; the values of its fields are those
 * bytes.  What a field is unless the text gives it depends on the bytes and the
 * layers alone (usual.c).  So text needs to say no more than what is not
 * usual, and what it leaves out comes back as it was.
 */
#ifndef PACKET_PROTO_H
#define PACKET_PROTO_H

#include "internal.h"
#include "packet.h"
#include "text.h"
#include "value/parse.h"

/* ---- protocols: protos.c, numbers.c, names.c ---- */

enum packet_kind {
	FIELD_NUMBER,
	FIELD_HEX,
	FIELD_NAMED, /* by its .names, else hexadecimal */
	FIELD_FLAGS, /* of .names, which are one bit each */
	FIELD_IPV4,
	FIELD_IPV6,
	FIELD_MAC,
};

/* What makes the usual value of a field. */
enum packet_role {
	ROLE_NONE,   /* .value */
	ROLE_NEXT,   /* the number of the next layer, by .names */
	ROLE_PORT,   /* so, but it does not depend on a layer not known */
	ROLE_HEADER, /* the length of the header, which says where it ends */
	ROLE_COUNT,  /* so, but it does not */
	ROLE_LENGTH, /* the length from here to the end */
	ROLE_SUM_HEADER, /* a checksum of the header alone, */
	ROLE_SUM,	 /* of all from here to the end, */
	ROLE_SUM_PSEUDO, /* and of the addresses in the layers before */
	ROLE_SUM_UDP,	 /* so, where 0 means that there is none */
	ROLE_PRESENT,	 /* 1 if a field of the shape .unit is given */
};

enum packet_protocol_id {
	PACKET_PAYLOAD, /* any bytes */
	PACKET_PADDING, /* bytes that no length and no checksum counts */
	PACKET_ETH,
	PACKET_VLAN,
	PACKET_QINQ,
	PACKET_ARP,
	PACKET_MPLS,
	PACKET_IP,
	PACKET_IPV6,
	PACKET_HOPOPTS,
	PACKET_DSTOPTS,
	PACKET_ROUTING,
	PACKET_FRAGMENT,
	PACKET_ICMP,
	PACKET_ICMPV6,
	PACKET_TCP,
	PACKET_UDP,
	PACKET_GRE,
	PACKET_VXLAN,
	PACKET_GENEVE,
	PACKET_NR_PROTOCOLS,
};

/* A number's name, and the protocol that it announces, if that is known. */
struct packet_name {
	uint32_t number;
	const char *name; /* NULL: the last */
	enum packet_protocol_id protocol;
};

extern const struct packet_name packet_ether_types[];
extern const struct packet_name packet_ip_protocols[];
extern const struct packet_name packet_ports[];
extern const struct packet_name packet_not_bottom[];
extern const struct packet_name packet_arp_ops[];
extern const struct packet_name packet_icmp_types[];
extern const struct packet_name packet_icmpv6_types[];
extern const struct packet_name packet_ip_flags[];
extern const struct packet_name packet_tcp_flags[];

struct packet_field {
	const char *name;
	const char *aliases; /* with blanks between, or NULL */
	uint8_t bits, kind, role;
	/* A part of the last field that is none, from its bit .first on. */
	bool part;
	uint8_t first;
	uint8_t unit, base; /* of lengths: (length - base) / unit */
	uint16_t in;	    /* headers of these shapes alone have it; 0: all */
	uint64_t value, high;
	const struct packet_name *names;
};

#define PACKET_FIELDS_MAX 64 /* of a protocol */

struct packet_scheme;

struct packet_protocol {
	const char *name, *aliases;
	const struct packet_field *fields; /* as they follow one another */
	size_t nr_fields;
	/* Which fields a header has, as bits, by those which all have. */
	unsigned int (*shape)(const uint8_t *header);
	/* What follows, where no field says it. */
	enum packet_protocol_id (*follower)(const uint8_t *header,
					    const uint8_t *rest);
	const struct packet_scheme *options; /* NULL: it has none */
	uint16_t options_in;		     /* these shapes; 0: all */
	bool extension; /* of IPv6: addresses are in a layer before */
};

extern const struct packet_protocol packet_protocols[PACKET_NR_PROTOCOLS];

const struct packet_protocol *packet_protocol_named(struct span name);
const struct packet_field *
packet_field_named(const struct packet_protocol *protocol, struct span name);
const struct packet_name *packet_name_of(const struct packet_name *names,
					 uint64_t number);
/* Whether `word` is `name`, or one of its aliases. */
bool packet_is_named(struct span word, const char *name, const char *aliases);
/* What something is called; aliases as above, or NULL. */
struct packet_called {
	const char *name, *aliases;
};

/* Advise() the name or alias that is near to `word`, or else add all names to
 * what was said last; returns err. */
int packet_advise(int err, struct span word, const char *what,
		  const struct packet_called *called, size_t nr);
int packet_advise_protocol(int err, struct span word);
int packet_advise_field(int err, const struct packet_protocol *protocol,
			struct span word);

/* ---- bytes and layers: packet.c ---- */

/* Bytes that grow, and with `masked` their mask. */
struct packet_bytes {
	uint8_t *at, *mask;
	size_t length, room;
	bool masked;
};

/* Appends; without `bytes` zeros, without `mask` all matters. -E2BIG, -ENOMEM
 */
int packet_bytes_add(struct packet_bytes *to, const void *bytes,
		     const void *mask, size_t length);
void packet_bytes_free(struct packet_bytes *bytes);

struct packet_layer {
	const struct packet_protocol *protocol;
	size_t offset,
		size;	 /* of the header with its options, or the payload */
	uint64_t given;	 /* fields that are not as usual, a bit each */
	uint64_t unsure; /* fields that depend on what may be anything */
	uint64_t set;	 /* fields in which it is not like another packet's */
	unsigned int shape;
	bool in_fragment; /* of which the rest is elsewhere */
};

struct xdplab_packet {
	struct packet_bytes bytes;
	size_t end; /* where the padding begins */
	bool open;  /* any bytes may follow */
	bool like;  /* another, but for some fields */
	struct packet_layer *layers;
	size_t nr_layers, room_layers;
};

int packet_new(struct xdplab_packet **out);
/* Adds a layer that begins at `offset`; NULL: no memory. */
struct packet_layer *packet_layer_add(struct xdplab_packet *packet,
				      enum packet_protocol_id protocol,
				      size_t offset);

/* decode.c: finds all layers anew, by the bytes, but not yet which of
 * their fields are given.  -ENOMEM */
int packet_find_layers(struct xdplab_packet *packet);

static inline bool packet_layer_is(const struct packet_layer *layer,
				   enum packet_protocol_id protocol)
{
	return layer->protocol == &packet_protocols[protocol];
}

static inline bool packet_layer_has_options(const struct packet_layer *layer)
{
	const struct packet_protocol *protocol = layer->protocol;

	return protocol->options &&
	       (!protocol->options_in || protocol->options_in & layer->shape);
}

static inline bool packet_layer_is_payload(const struct packet_layer *layer)
{
	return packet_layer_is(layer, PACKET_PAYLOAD) ||
	       packet_layer_is(layer, PACKET_PADDING);
}

/* A field of a layer, while one goes over them; and where it is in the
 * packet. */
struct packet_spot {
	const struct packet_field *field; /* NULL: before the first */
	size_t bit;
};

/* Goes to the next that the header has and that is no part of another. */
bool packet_spot_next(struct packet_spot *spot,
		      const struct packet_layer *layer);
/* Goes to that field, or part; false: the header has none. */
bool packet_spot_find(struct packet_spot *spot,
		      const struct packet_layer *layer,
		      const struct packet_field *field);
/* The size of the header without options. */
size_t packet_fixed_size(const struct packet_layer *layer);

static inline uint64_t packet_field_bit(const struct packet_layer *layer,
					const struct packet_field *field)
{
	return 1ULL << (field - layer->protocol->fields);
}

/* ---- values: value.c ---- */

struct packet_value packet_value_of(uint64_t high, uint64_t low);
/* The lower 64 bits. */
uint64_t packet_value_number(const struct packet_value *value);
void packet_bits_read(struct packet_value *value, const uint8_t *bytes,
		      size_t bit, size_t bits);
void packet_bits_write(const struct packet_value *value, uint8_t *bytes,
		       size_t bit, size_t bits);
/* All of its bits are one. */
struct packet_value packet_value_ones(size_t bits);
bool packet_value_equal(const struct packet_value *a,
			const struct packet_value *b);

void packet_value_text(struct xdplab_text *text,
		       const struct packet_field *field,
		       const struct packet_value *value,
		       const struct packet_value *mask);

/* ---- lacks.c ---- */

/* fail() for a field, or NULL: for options, that a header of this kind does not
 * have; returns err. */
int packet_lacks(int err, const struct xdplab_packet *packet,
		 const struct packet_layer *layer,
		 const struct packet_field *lacking);

/* ---- usual values: usual.c, sum.c ---- */

/* What a field is where nothing is given. */
struct packet_value packet_usual(const struct xdplab_packet *packet,
				 const struct packet_layer *layer,
				 const struct packet_spot *spot);
/* Notes in all layers which fields are given, by their bytes. */
void packet_find_given(struct xdplab_packet *packet);
/* Writes all fields that are computed and not given. */
void packet_complete(struct xdplab_packet *packet);
/* Notes which layers are in fragments; the two above need it. */
void packet_find_fragments(struct xdplab_packet *packet);
/* Whether what is after a header is only a part of what was sent. */
enum packet_fragment {
	FRAGMENT_NONE,
	FRAGMENT_FIRST,
	FRAGMENT_LATER, /* it does not begin with a header */
};
enum packet_fragment packet_fragment(const struct xdplab_packet *packet,
				     const struct packet_layer *layer);

static inline bool packet_role_is_sum(enum packet_role role)
{
	return role >= ROLE_SUM_HEADER && role <= ROLE_SUM_UDP;
}

/* Not where the rest of what is summed is in other fragments. */
static inline bool packet_sum_is_known(const struct packet_layer *layer,
				       const struct packet_field *field)
{
	return field->role == ROLE_SUM_HEADER || !layer->in_fragment;
}

/* The IP header that a layer is directly in, or NULL. */
const struct packet_layer *
packet_network_layer(const struct xdplab_packet *packet,
		     const struct packet_layer *layer);
/* Where a packet ends by the length in its first IP header: what is after it
 * is padding. */
size_t packet_end_by(const struct xdplab_packet *packet,
		     const struct packet_layer *layer);
/* A checksum as it ought to be, whatever its field holds; 0 if it is not to be
 * known. */
uint16_t packet_sum(const struct xdplab_packet *packet,
		    const struct packet_layer *layer,
		    const struct packet_spot *spot);

/* ---- patterns: match.c ---- */

/* Makes what depends on bytes that may be anything such, too. */
void packet_find_unsure(struct xdplab_packet *packet);

/* ---- text, as it is read: scan.c, value-read.c ---- */

struct packet_parser {
	const char *at; /* on failure, the error */
	bool pattern;
	uint64_t chance;
};

/* fail(-EINVAL); what is of the text is shown without control characters. */
int packet_wrong(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void packet_skip_blanks(struct packet_parser *p);
/* Takes that character and the blanks before it; false if it is not there. */
bool packet_take(struct packet_parser *p, char c);
/* The letters, digits and underscores here, which are not skipped. */
struct span packet_peek_name(const struct packet_parser *p);
/* What stands where a name should: that, or one character that is none. */
struct span packet_peek_any(const struct packet_parser *p);
#define PACKET_SHOWN_MAX 48
static inline int packet_shown(struct span word)
{
	return word.length < PACKET_SHOWN_MAX ? (int)word.length
					      : PACKET_SHOWN_MAX;
}

/* Reads a value of the field `name` into .value, .mask. */
int packet_value_scan(struct packet_parser *p, const char *name,
		      const struct packet_field *field,
		      struct packet_value *value, struct packet_value *mask);

/* ---- headers: header.c, encode.c ---- */

struct packet_given {
	const struct packet_field *field;
	struct packet_value value, mask;
	const char *at; /* in the text */
};

/* A header as it is read, before it is known where its fields are. */
struct packet_header {
	const struct packet_protocol *protocol;
	struct packet_given given[PACKET_FIELDS_MAX];
	size_t nr_given;
	struct packet_bytes options;
	const char *options_at; /* NULL: not given */
	bool is_hole;		/* all of it may be anything */
};

/* Reads what is in parentheses after its name, if there are any. */
int packet_header_scan(struct packet_parser *p, struct packet_header *header);
/* Appends its layer and its bytes; of fields that are computed zeros. */
int packet_header_add(struct packet_parser *p, struct xdplab_packet *packet,
		      const struct packet_header *header);

/* ---- names of places: place-name.c ---- */

/* What "ip#2.src" says. */
struct packet_place_name {
	const struct packet_protocol *protocol;
	size_t number; /* of the layer among those of its protocol, from 1 */
	const struct packet_field *field; /* NULL: of options, or payload */
	bool has_index;
	size_t index; /* of the byte */
};

/* -ENOENT for what there is not in any packet; *end becomes what follows, or
 * if that is NULL, nothing may. */
int packet_place_name_read(struct packet_place_name *out, const char *name,
			   const char **end);
/* Finds its layer in the packet, -ENODATA. */
int packet_layer_find(const struct packet_layer **out,
		      const struct xdplab_packet *packet,
		      const struct packet_place_name *name);
void packet_place_of_field(struct packet_place *place,
			   const struct xdplab_packet *packet,
			   const struct packet_layer *layer,
			   const struct packet_spot *spot);

/* ---- payloads: payload.c ---- */

/* Reads bytes: "text", hex 01 ff, bytes(8), rand(8); if there are none here,
 * -ENOENT, without words. */
int packet_payload_scan(struct packet_parser *p, struct packet_bytes *to);
/* Reads `hex 01 ff`, after its name. */
int packet_hex_scan(struct packet_parser *p, struct packet_bytes *to);
void packet_payload_text(struct xdplab_text *text, const uint8_t *bytes,
			 const uint8_t *mask, size_t length);
/* Appends "hex 01 ff". */
void packet_hex_text(struct xdplab_text *text, const uint8_t *bytes,
		     const uint8_t *mask, size_t length);

/* ---- options: options.c, options-text.c ---- */

/* How options say what they are and where they end. */
enum packet_option_head {
	OPTION_IP,	/* kind and length, but 0 and 1, which are alone */
	OPTION_IPV6,	/* type and length of the rest, but 0 */
	OPTION_ND,	/* type and length in 8 bytes */
	OPTION_GENEVE,	/* class and type, length of the rest in 4 bytes */
	OPTION_ADDRESS, /* they are IPv6 addresses, one after the other */
};

struct packet_option {
	uint32_t number;
	const char *name, *aliases;
	/* One without a name is zero and not shown. */
	const struct packet_field *fields;
	size_t nr_fields;
	bool repeats; /* the last field, any number of times */
};

/* The options of a protocol. */
struct packet_scheme {
	const char *name; /* of their list */
	enum packet_option_head head;
	size_t unit;  /* they are filled up to a multiple of it, */
	size_t ahead; /* with that many bytes before them */
	const struct packet_option *options;
	size_t nr_options;
};

extern const struct packet_scheme packet_ip_options, packet_tcp_options,
	packet_ipv6_options, packet_nd_options, packet_geneve_options,
	packet_addresses;

/* Where an option's data are. */
struct packet_option_at {
	uint32_t number;
	size_t data, length; /* from where it begins */
};

/* False: the option is damaged, or the bytes are none. */
bool packet_option_read(struct packet_option_at *option,
			const struct packet_scheme *scheme,
			const uint8_t *bytes, size_t left);
/* Reads "[mss(1460), nop]", and fills it up. */
int packet_options_scan(struct packet_parser *p,
			const struct packet_scheme *scheme,
			struct packet_bytes *to);
/* Appends to options of `length` bytes what they are filled up with. */
int packet_options_fill(const struct packet_scheme *scheme,
			struct packet_bytes *to, size_t length);
/* Whether `rest`, after options of `length` bytes, is that. */
bool packet_options_is_fill(const struct packet_scheme *scheme, size_t length,
			    const uint8_t *rest, const uint8_t *mask,
			    size_t rest_length);
void packet_options_text(struct xdplab_text *text,
			 const struct packet_scheme *scheme,
			 const uint8_t *bytes, const uint8_t *mask,
			 size_t length);

#endif
