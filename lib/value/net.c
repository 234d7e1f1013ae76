// SPDX-License-Identifier: LGPL-2.1-only
/* net - recognises addresses, and prints them as people write them */
#include <ctype.h>

#include "internal.h"
#include "span.h"
#include "value.h"

#define LENGTH_IPV4 4
#define LENGTH_IPV6 16
#define LENGTH_MAC  6

/* ---- names ---- */

/* Whether a part of a name between underscores, whose last digits do not
 * matter, is "ip" or is made of it: "vip", "sip4", "ipv6". */
static bool is_ip(const char *word, size_t length)
{
	static const char *const words[] = { "ip",  "ipv", "vip", "sip",
					     "dip", "rip", "ips" };

	while (length && isdigit((unsigned char)word[length - 1]))
		length--;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (length == strlen(words[i]) &&
		    !strncasecmp(word, words[i], length))
			return true;
	return false;
}

static bool has_ip(const char *name)
{
	while (*name) {
		size_t length = strcspn(name, "_");

		if (is_ip(name, length))
			return true;
		name += length;
		name += strspn(name, "_");
	}
	return false;
}

/* Of what is in network order. */
static bool names_address(const char *name)
{
	static const char *const parts[] = { "addr", "src", "dst" };

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		if (strcasestr(name, parts[i]))
			return true;
	return has_ip(name);
}

/* Of any number, where a wrong guess would hide it: only what ends so. */
static bool names_nothing_else(const char *name)
{
	const char *last = strrchr(name, '_');
	size_t length = strlen(name);

	if (has_ip(last ? last : name))
		return true;
	while (length && isdigit((unsigned char)name[length - 1]))
		length--;
	return length >= 4 && !strncasecmp(name + length - 4, "addr", 4);
}

/* ---- shapes ---- */

static const struct value_node *child(const struct xdplab_type *type,
				      const struct value_node *node)
{
	return type->nodes + node->first;
}

static bool is_plain_int(const struct value_node *node, uint32_t size)
{
	return node->kind == VALUE_INT && node->size == size && !node->bits &&
	       node->look != LOOK_HEX && !node->is_signed;
}

static bool is_array_of(const struct xdplab_type *type,
			const struct value_node *node, uint32_t size)
{
	return node->kind == VALUE_ARRAY &&
	       is_plain_int(child(type, node), size);
}

static bool is_bytes(const struct xdplab_type *type,
		     const struct value_node *node, uint32_t length)
{
	return is_array_of(type, node, 1) && node->size == length;
}

/* What may be an IPv6 address, by its shape. */
static bool is_long(const struct xdplab_type *type,
		    const struct value_node *node)
{
	return node->size == LENGTH_IPV6 &&
	       (is_array_of(type, node, 1) || is_array_of(type, node, 4));
}

/* Whether a member of a key is an address of one of the families. */
static bool is_address(const struct xdplab_type *type,
		       const struct value_node *node)
{
	return node->look == LOOK_IPV4 || node->look == LOOK_IPV6 ||
	       is_plain_int(node, LENGTH_IPV4) ||
	       is_bytes(type, node, LENGTH_IPV4) || is_long(type, node);
}

/* The length comes first, alone or in a union with its header, and then one
 * address up to the end.  *name is how the length is called. */
static bool has_shape_of_prefix(const struct xdplab_type *type,
				const struct value_node *node,
				struct span *name)
{
	const struct value_node *members = child(type, node);
	const struct value_node *length = members, *last;

	if (node->kind != VALUE_STRUCT || node->count != 2)
		return false;
	if (value_is_anonymous(length) && length->count == 2)
		length = child(type, length) + 1;
	last = members + 1;
	*name = (struct span){ type->names.bytes + length->name,
			       length->name_length };
	return is_plain_int(length, 4) && !members->offset && !length->offset &&
	       members->size == 4 && last->offset == 4 &&
	       is_address(type, last);
}

static bool is_prefix(const struct xdplab_type *type,
		      const struct value_node *node)
{
	struct span name;

	return has_shape_of_prefix(type, node, &name) &&
	       name.length == strlen("prefixlen") &&
	       span_starts(name, "prefixlen");
}

void value_net_prefix(struct xdplab_type *type)
{
	struct span name;

	if (has_shape_of_prefix(type, type->nodes, &name))
		type->nodes->look = LOOK_PREFIX;
}

/* ---- tags ---- */

static const char *const tags[] = { "ipv4", "ipv6", "mac",   "port",
				    "be",   "hex",  "number" };

bool value_net_is_tag(const char *tag)
{
	for (size_t i = 0; i < ARRAY_SIZE(tags); i++)
		if (!strcmp(tag, tags[i]))
			return true;
	return false;
}

static bool is_text_of_bytes(const struct xdplab_type *type,
			     const struct value_node *node, uint32_t length)
{
	return node->size == length && node->kind == VALUE_ARRAY &&
	       child(type, node)->kind == VALUE_INT &&
	       child(type, node)->size == 1;
}

/* The look that a tag asks for, if the field can have it. */
static bool look_of_tag(const struct xdplab_type *type, struct value_node *node,
			const char *tag)
{
	bool is_int = node->kind == VALUE_INT && !node->bits;

	if (!strcmp(tag, "ipv4") && ((is_int && node->size == LENGTH_IPV4) ||
				     is_text_of_bytes(type, node, LENGTH_IPV4)))
		node->look = LOOK_IPV4;
	else if (!strcmp(tag, "ipv6") &&
		 (is_long(type, node) ||
		  is_text_of_bytes(type, node, LENGTH_IPV6)))
		node->look = LOOK_IPV6;
	else if (!strcmp(tag, "mac") &&
		 is_text_of_bytes(type, node, LENGTH_MAC))
		node->look = LOOK_MAC;
	else if (!strcmp(tag, "hex") && node->kind != VALUE_FLOAT &&
		 node->kind != VALUE_BOOL && node->kind != VALUE_ENUM)
		node->look = LOOK_HEX;
	else if (is_int && (!strcmp(tag, "be") || !strcmp(tag, "port")))
		node->big_endian = node->size > 1;
	else
		return !strcmp(tag, "number");
	return true;
}

/* ---- looks ---- */

/* A number in network order that may be one of several in a long address
 * looks like itself; the array decides. */
static enum value_look look_of_int(const struct value_node *node,
				   const struct value_hints *hints)
{
	if (node->size != LENGTH_IPV4 || node->is_signed || node->bits)
		return LOOK_PLAIN;
	if (hints->ipv4 || (node->big_endian && !*hints->name) ||
	    (node->big_endian ? names_address(hints->name)
			      : names_nothing_else(hints->name)))
		return LOOK_IPV4;
	return LOOK_PLAIN;
}

static enum value_look look_of_array(const struct xdplab_type *type,
				     const struct value_node *node,
				     const struct value_hints *hints)
{
	if (child(type, node)->is_char && node->size)
		return LOOK_STRING;
	if (is_bytes(type, node, LENGTH_MAC))
		return LOOK_MAC;
	if (is_long(type, node) && strchr(hints->name, '6') &&
	    names_address(hints->name))
		return LOOK_IPV6;
	return LOOK_PLAIN;
}

static enum value_look look_of_group(const struct xdplab_type *type,
				     const struct value_node *node,
				     const struct value_hints *hints)
{
	if (!strcmp(hints->type, "in_addr") && node->size == LENGTH_IPV4)
		return LOOK_IPV4;
	if (!strcmp(hints->type, "in6_addr") && node->size == LENGTH_IPV6)
		return LOOK_IPV6;
	return is_prefix(type, node) ? LOOK_PREFIX : LOOK_PLAIN;
}

void value_net_look(struct xdplab_type *type, struct value_node *node,
		    const struct value_hints *hints)
{
	if (node->kind == VALUE_INT && node->size > 1 && !node->look)
		node->big_endian = hints->big_endian;
	if (*hints->tag && look_of_tag(type, node, hints->tag))
		return;
	if (node->kind == VALUE_INT && !node->look)
		node->look = look_of_int(node, hints);
	else if (node->kind == VALUE_ARRAY)
		node->look = look_of_array(type, node, hints);
	else if (value_is_group(node))
		node->look = look_of_group(type, node, hints);
}

/* ---- print ---- */

void value_net_ipv4(struct xdplab_text *text, const unsigned char *bytes)
{
	for (int i = 0; i < LENGTH_IPV4; i++) {
		if (i)
			text_char(text, '.');
		text_unsigned(text, bytes[i]);
	}
}

void value_net_mac(struct xdplab_text *text, const unsigned char *bytes)
{
	for (int i = 0; i < LENGTH_MAC; i++) {
		if (i)
			text_char(text, ':');
		text_hex(text, bytes[i], 2);
	}
}

/* How many of the 8 words from `at` on are zero. */
static int zeros_at(const unsigned char *bytes, int at)
{
	int nr = 0;

	while (at + nr < 8 && !bytes[2 * (at + nr)] &&
	       !bytes[2 * (at + nr) + 1])
		nr++;
	return nr;
}

/* The first of the longest rows of zeros, if it is more than one. */
static int longest_zeros(const unsigned char *bytes, int *nr)
{
	int longest = -1;

	*nr = 1;
	for (int at = 0; at < 8; at++) {
		if (zeros_at(bytes, at) > *nr) {
			*nr = zeros_at(bytes, at);
			longest = at;
		}
	}
	return longest;
}

void value_net_ipv6(struct xdplab_text *text, const unsigned char *bytes)
{
	int nr, gap = longest_zeros(bytes, &nr);
	/* ::ffff:10.0.0.1, and ::10.0.0.1 of old, as inet_ntop() has them. */
	bool tail = !gap && (nr == 6 || (nr == 5 && bytes[10] == 0xff &&
					 bytes[11] == 0xff));

	for (int at = 0; at < (tail ? 6 : 8);) {
		if (at == gap) {
			text_word(text, "::");
			at += nr;
			continue;
		}
		if (at && at != gap + nr)
			text_char(text, ':');
		text_hex(text, bytes[2 * at] << 8 | bytes[2 * at + 1], 1);
		at++;
	}
	if (!tail)
		return;
	if (nr == 5)
		text_char(text, ':');
	value_net_ipv4(text, bytes + 12);
}
