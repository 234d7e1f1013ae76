/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * value.h - keys and values of maps: how they are laid out, read and shown
 *
 * A type is compiled once, from BTF, into a tree of nodes in one array; all
 * that prints and parses walks that tree, and sees no BTF.
 */
#ifndef VALUE_H
#define VALUE_H

#include "text.h"
#include "xdplab.h"

struct btf;

enum value_kind {
	VALUE_BYTES, /* nothing is known of them */
	VALUE_INT,
	VALUE_WIDE, /* an integer of 128 bits */
	VALUE_BOOL,
	VALUE_ENUM,
	VALUE_FLOAT, /* of 4 or 8 bytes */
	VALUE_ARRAY,
	VALUE_STRUCT,
	VALUE_UNION,
};

/* As what people want to see it. */
enum value_look {
	LOOK_PLAIN, /* as its kind is */
	LOOK_HEX,
	LOOK_STRING,
	LOOK_IPV4,
	LOOK_IPV6,
	LOOK_MAC,
	LOOK_PREFIX, /* the key of an LPM trie */
};

struct value_node {
	uint8_t kind; /* enum value_kind */
	uint8_t look; /* enum value_look */
	bool is_signed, big_endian;
	bool is_char;	 /* an int that is C's char */
	uint8_t bits;	 /* of a bit-field, or 0; it begins at bit .shift */
	uint8_t shift;	 /* of the byte at .offset */
	bool dense;	 /* each of its bits is shown, and shown once */
	uint32_t size;	 /* in bytes; of a bit-field that of its type */
	uint64_t offset; /* in bytes, from where its parent begins */
	uint32_t first;	 /* members, or the one element of an array, ... */
	uint32_t count;	 /* and how many; of an enum its enumerators */
	uint32_t name;	 /* in .names, where it stands in "name": */
	uint32_t name_length; /* 0: none, as that of an element */
	uint32_t spelling;    /* its type as C has it; 0: that of an array */
};

struct value_enumerator {
	uint64_t value; /* as int64_t, if the enum is signed */
	uint32_t name;	/* in .names, with a NUL after it */
	uint32_t name_length;
};

struct xdplab_type {
	size_t size;
	struct value_node *nodes; /* the root first */
	size_t nr_nodes;
	struct value_enumerator *enumerators; /* of each enum by value */
	size_t nr_enumerators;
	struct xdplab_text names;
};

/* No value's nodes are nested deeper. */
#define VALUE_DEPTH_MAX 32

/* A member or enumerator of a longer name has none. */
#define VALUE_NAME_MAX 255

/* ---- type.c ---- */

/*
 * Compiles the BTF type with that id for values of `size` bytes.  Where there
 * is no BTF, or the type is none for that many bytes, it is plain bytes.  Only
 * memory can run out.
 */
int value_type_make(struct xdplab_type **out, const struct btf *btf,
		    uint32_t type_id, size_t size);
void value_type_free(struct xdplab_type *type);

static inline bool value_is_group(const struct value_node *node)
{
	return node->kind == VALUE_STRUCT || node->kind == VALUE_UNION;
}

/* A member without a name: what it holds is its parent's. */
static inline bool value_is_anonymous(const struct value_node *node)
{
	return value_is_group(node) && !node->name_length;
}

static inline unsigned int value_bits(const struct value_node *node)
{
	return node->bits ? node->bits : node->size * 8;
}

/* ---- parse.c, print.c ---- */

/* Reads all of `input` into the bytes of one node.  Bits of it that are not
 * named there stay as they are, and on failure they may be anything. */
int value_parse_at(const struct xdplab_type *type,
		   const struct value_node *node, void *value,
		   const char *input, const char **end);
/* Appends one node as text. */
void value_print_at(const struct xdplab_type *type,
		    const struct value_node *node, const void *value,
		    struct xdplab_text *text);

/* ---- spell.c ---- */

/* Appends the name of a BTF type as C has it, without its modifiers. */
void value_spell(struct xdplab_text *text, const struct btf *btf, uint32_t id);
/* Appends a node's type: "__u32", "char[16]". */
void value_spell_node(struct xdplab_text *text, const struct xdplab_type *type,
		      const struct value_node *node);

/* ---- net.c ---- */

/* What BTF says of a field besides its layout; "" where it says nothing. */
struct value_hints {
	const char *name; /* of the field; of an element that of its array */
	const char *tag;  /* the declaration tag that is for us */
	const char *type; /* the name of the struct, or of the integer */
	bool big_endian;  /* by a typedef: __be16, __be32, __be64 */
	bool ipv4;	  /* by a typedef: in_addr_t */
};

/* Whether a declaration tag is one of those that say how to show a value. */
bool value_net_is_tag(const char *tag);
/* Finds out a node's look, whose children have theirs. */
void value_net_look(struct xdplab_type *type, struct value_node *node,
		    const struct value_hints *hints);
/* Of the key of an LPM trie, whatever its members are called. */
void value_net_prefix(struct xdplab_type *type);

/* Appends what is at `bytes`. */
void value_net_ipv4(struct xdplab_text *text, const unsigned char *bytes);
void value_net_ipv6(struct xdplab_text *text, const unsigned char *bytes);
void value_net_mac(struct xdplab_text *text, const unsigned char *bytes);

/* ---- number.c ---- */

/* Bits in memory, as a machine of that byte order counts them. */
uint64_t value_bits_read(const unsigned char *bytes, unsigned int shift,
			 unsigned int bits, bool big_endian);
void value_bits_write(unsigned char *bytes, unsigned int shift,
		      unsigned int bits, bool big_endian, uint64_t number);
/* An integer of up to 64 bits; a signed one is extended to 64. */
uint64_t value_number_read(const struct value_node *node,
			   const unsigned char *bytes);
void value_number_write(const struct value_node *node, unsigned char *bytes,
			uint64_t number);

/* ---- member.c ---- */

/* A node of a value, and where in the value it is. */
struct value_place {
	const struct value_node *node;
	uint64_t offset;
};

/* Goes to the member of that name, of `place` or of what is anonymous in it;
 * false if there is none.  It is sought from `from` on, which becomes the one
 * after it: members mostly come in their order. */
bool value_member(const struct xdplab_type *type, struct value_place *place,
		  const char *name, size_t length, uint32_t *from);
/* Tells `fn` the name of each. */
void value_each_member(const struct xdplab_type *type,
		       const struct value_node *node,
		       void (*fn)(const char *name, size_t length, void *arg),
		       void *arg);

#endif
