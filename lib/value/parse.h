/* SPDX-License-Identifier: LGPL-2.1-only */
/* parse.h - what the parser of values is made of */
#ifndef VALUE_PARSE_H
#define VALUE_PARSE_H

#include "span.h"
#include "value.h"

/* ---- chars.c ---- */

/* What a character can be part of; strspn() would make such a table for each
 * word that it looks at. */
enum value_char {
	CHAR_BLANK = 1,
	CHAR_NAME = 2,
	CHAR_WORD = 4, /* of a value without quotes */
};

extern const unsigned char value_chars[256];

/* How many of the characters from here on are of that sort. */
static inline size_t value_span(const char *at, enum value_char sort)
{
	size_t length = 0;

	while (value_chars[(unsigned char)at[length]] & sort)
		length++;
	return length;
}

/* What a hexadecimal digit is worth; 16: it is none. */
static inline unsigned int value_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 'a' - 'A';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
}

/* A step of the way to a field: to a member, or to an element. */
struct value_step {
	const struct value_node *node;
	uint32_t index; /* of an element */
};

struct value_parser {
	const struct xdplab_type *type;
	unsigned char *value;
	const char *at; /* the input from here on; on failure the error */
	struct value_step steps[VALUE_DEPTH_MAX + 1]; /* to where we are */
	int nr_steps;
};

/* A number, word or address, without its quotes. */
struct value_literal {
	struct span word;
	const char *behind; /* it and its quotes */
};

/* ---- number-read.c ---- */

/* A whole number of any size. */
struct value_integer {
	bool negative, too_large;
	uint64_t magnitude;
};

/* Decimal, or hexadecimal behind "0x"; false if the word is none. */
bool value_integer_read(struct value_integer *integer, struct span word);
/* Its digits alone, of an integer that is zero so far. */
bool value_digits_read(struct value_integer *integer, struct span word,
		       unsigned int base);
/* One from 0 to `max`. */
bool value_literal_number(struct span word, uint64_t max, uint64_t *number);

/* ---- wrong.c ---- */

/* fail() for what is at p->at, with the path of the field before it. */
int value_wrong(const struct value_parser *p, int err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* The same for a name that is none, with the existing ones, nearest first. */
int value_no_member(const struct value_parser *p, const struct value_node *node,
		    struct span name);
int value_no_enumerator(const struct value_parser *p,
			const struct value_node *node, struct span name);

/* ---- path.c ---- */

/* Follows a path, "a.b[2]" or ".a.b[2]", from a node to another.  Its first
 * name is sought as by value_member(). */
int value_walk(struct value_parser *p, struct value_place *place,
	       uint32_t *from);
/* Goes to the member that one name, in quotes, says. */
int value_step_quoted(struct value_parser *p, struct value_place *place,
		      uint32_t *from);
/* Notes the step to an element. */
void value_step_index(struct value_parser *p, const struct value_node *node,
		      uint32_t index);

/* ---- literal.c ---- */

/* Reads into a node what one word says, and goes after it. */
int value_literal_parse(struct value_parser *p, struct value_place place);
/* Takes a word, in quotes or not, but does not go after it. */
int value_literal_take(struct value_parser *p, struct value_literal *literal);

/* ---- address.c ---- */

/* These read the bytes of an address; false if the word is none. */
bool value_ipv4_parse(unsigned char *bytes, struct span word);
bool value_ipv6_parse(unsigned char *bytes, struct span word);
bool value_mac_parse(unsigned char *bytes, struct span word);
/* The key of an LPM trie of `size` bytes. */
bool value_prefix_parse(unsigned char *bytes, size_t size, struct span word);

#endif
