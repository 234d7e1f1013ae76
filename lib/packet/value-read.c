// SPDX-License-Identifier: LGPL-2.1-only
/* value-read - values of fields from text */
#include <errno.h>
#include <strings.h>

#include "proto.h"
#include "splitmix.h"

#define SIZE sizeof(((struct packet_value *)0)->bytes)

/* All up to what may be after a value. */
static struct span take_word(const struct packet_parser *p)
{
	return (struct span){ p->at, strcspn(p->at, " \t\r\n,()[]/=\"#") };
}

static bool same_word(struct span word, const char *name)
{
	return word.length == strlen(name) &&
	       !strncasecmp(word.at, name, word.length);
}

static const struct packet_name *named(const struct packet_name *names,
				       struct span word)
{
	for (; names && names->name; names++)
		if (same_word(word, names->name))
			return names;
	return NULL;
}

/* ---- what is wrong ---- */

static int wrong_address(const char *name, struct span word, const char *what)
{
	if (memchr(word.at, '%', word.length))
		return packet_wrong("%s: %.*s is no %s, without a zone", name,
				    packet_shown(word), word.at, what);
	return packet_wrong("%s: \"%.*s\" is not a valid %s", name,
			    packet_shown(word), word.at, what);
}

static int too_large(const char *name, const struct packet_field *field,
		     struct span word)
{
	return packet_wrong("%s: %.*s is out of range for %u bit%s (0 to %llu)",
			    name, packet_shown(word), word.at, field->bits,
			    field->bits == 1 ? "" : "s",
			    (unsigned long long)UINT64_MAX >>
				    (64 - field->bits));
}

#define NAMES_MAX 40

static int no_number(const char *name, const struct packet_field *field,
		     struct span word)
{
	struct packet_called called[NAMES_MAX] = { 0 };
	size_t nr = 0;

	if (!field->names)
		return packet_wrong("%s: \"%.*s\" is not a number", name,
				    packet_shown(word), word.at);
	for (const struct packet_name *one = field->names;
	     one->name && nr < NAMES_MAX; one++)
		called[nr++].name = one->name;
	packet_wrong("%s: unknown value \"%.*s\"", name, packet_shown(word),
		     word.at);
	return packet_advise(-EINVAL, word, "names", called, nr);
}

/* ---- one value ---- */

/* "syn|ack", "DF+MF", or letters, "SA". */
static bool read_flags(const struct packet_name *names, struct span word,
		       uint64_t *flags)
{
	bool letters = names && !names->name[1];

	*flags = 0;
	while (word.length) {
		struct span one = { word.at, 0 };
		const struct packet_name *name;

		while (one.length < word.length && one.at[one.length] != '|' &&
		       one.at[one.length] != '+')
			one.length++;
		name = named(names, one);
		if (!name && letters) {
			one.length = 1;
			name = named(names, one);
		}
		if (!name)
			return false;
		*flags |= name->number;
		word.at += one.length;
		word.length -= one.length;
		if (word.length && (*word.at == '|' || *word.at == '+')) {
			word.at++;
			word.length--;
		}
	}
	return true;
}

static int read_number(const char *name, const struct packet_field *field,
		       struct span word, struct packet_value *value)
{
	const struct packet_name *known = NULL;
	uint64_t number;

	if (field->kind != FIELD_FLAGS)
		known = named(field->names, word);
	if (known)
		number = known->number;
	else if (!value_literal_number(word, UINT64_MAX, &number) &&
		 (field->kind != FIELD_FLAGS ||
		  !read_flags(field->names, word, &number)))
		return no_number(name, field, word);
	if (number > UINT64_MAX >> (64 - field->bits))
		return too_large(name, field, word);
	*value = packet_value_of(0, number);
	return 0;
}

static int read_exact(struct packet_parser *p, const char *name,
		      const struct packet_field *field,
		      struct packet_value *value)
{
	struct span word = take_word(p);
	int err = 0;

	if (!word.length)
		return packet_wrong("%s: expected a value%s", name,
				    *p->at == '"' ? ", without quotes" : "");
	*value = (struct packet_value){ 0 };
	switch ((enum packet_kind)field->kind) {
	case FIELD_IPV4:
		if (!value_ipv4_parse(value->bytes + SIZE - 4, word))
			err = wrong_address(name, word, "IPv4 address");
		break;
	case FIELD_IPV6:
		if (!value_ipv6_parse(value->bytes, word))
			err = wrong_address(name, word, "IPv6 address");
		break;
	case FIELD_MAC:
		if (!value_mac_parse(value->bytes + SIZE - 6, word))
			err = wrong_address(name, word, "MAC address");
		break;
	default:
		err = read_number(name, field, word, value);
	}
	if (!err)
		p->at += word.length;
	return err;
}

/* ---- masks ---- */

/* Of addresses the length of a prefix will do; -ENOENT: it is none. */
static int read_prefix(struct packet_parser *p, const char *name,
		       const struct packet_field *field,
		       struct packet_value *mask)
{
	struct span word = take_word(p);
	uint64_t length;

	if (field->kind != FIELD_IPV4 && field->kind != FIELD_IPV6 &&
	    field->kind != FIELD_MAC)
		return -ENOENT;
	if (!value_literal_number(word, UINT64_MAX, &length))
		return -ENOENT;
	if (length > field->bits)
		return packet_wrong("%s: prefix length must be 0 to %u, not "
				    "%.*s",
				    name, field->bits, packet_shown(word),
				    word.at);
	*mask = packet_value_ones(field->bits);
	for (size_t i = length; i < field->bits; i++)
		value_bits_write(mask->bytes, SIZE * 8 - field->bits + i, 1,
				 true, 0);
	p->at += word.length;
	return 0;
}

static int read_mask(struct packet_parser *p, const char *name,
		     const struct packet_field *field,
		     struct packet_value *value, struct packet_value *mask)
{
	int err;

	if (!p->pattern)
		return packet_wrong(
			"%s: masks are only valid in expected packets", name);
	p->at++;
	err = read_prefix(p, name, field, mask);
	if (err == -ENOENT)
		err = read_exact(p, name, field, mask);
	if (err)
		return err;
	for (size_t i = 0; i < SIZE; i++)
		value->bytes[i] &= mask->bytes[i];
	return 0;
}

/* ---- any value ---- */

static void make_random(struct packet_parser *p,
			const struct packet_field *field,
			struct packet_value *value)
{
	struct packet_value ones = packet_value_ones(field->bits);
	uint64_t high = splitmix(&p->chance);

	*value = packet_value_of(high, splitmix(&p->chance));
	for (size_t i = 0; i < SIZE; i++)
		value->bytes[i] &= ones.bytes[i];
}

int packet_value_scan(struct packet_parser *p, const char *name,
		      const struct packet_field *field,
		      struct packet_value *value, struct packet_value *mask)
{
	struct span word = take_word(p);
	int err;

	*mask = packet_value_ones(field->bits);
	if (same_word(word, "rand")) {
		make_random(p, field, value);
		p->at += word.length;
		return 0;
	}
	if (same_word(word, "_")) {
		if (!p->pattern)
			return packet_wrong("%s: `_` is only valid in expected "
					    "packets; use `rand` for a random "
					    "value",
					    name);
		*value = *mask = (struct packet_value){ 0 };
		p->at += word.length;
		return 0;
	}
	err = read_exact(p, name, field, value);
	if (!err && *p->at == '/')
		err = read_mask(p, name, field, value, mask);
	return err;
}
