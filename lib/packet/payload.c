// SPDX-License-Identifier: LGPL-2.1-only
/* payload - bytes of no protocol: "text", hex 01 ff, bytes(64), rand(8) */
#include <errno.h>
#include <stdlib.h>

#include "proto.h"
#include "splitmix.h"
#include "value/string.h"

/* ---- read ---- */

/* How many characters there are up to the quote, or the end of the line. */
static size_t count_characters(const char *at)
{
	size_t nr = 0;

	while (at[nr] && at[nr] != '"' && at[nr] != '\n')
		nr += at[nr] == '\\' && at[nr + 1] ? 2 : 1;
	return nr;
}

/* An escape is never shorter than the bytes that it stands for. */
static int scan_string(struct packet_parser *p, struct packet_bytes *to)
{
	size_t room = count_characters(p->at + 1) + 1;
	unsigned char *bytes = malloc(room);
	const char *input = p->at + 1;
	long length;
	int err;

	if (!bytes)
		return fail(-ENOMEM, "packet: no memory");
	length = value_string_parse(bytes, room, '"', &input);
	p->at = input;
	if (length >= 0)
		err = packet_bytes_add(to, bytes, NULL, length);
	else if (!*input || *input == '\n')
		err = packet_wrong("unterminated string");
	else
		err = packet_wrong("unknown escape sequence; use \\xNN for a "
				   "byte");
	free(bytes);
	return err;
}

static bool is_name(char c)
{
	return c == '_' || c == '-' || (c >= '0' && c <= '9') ||
	       (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Of a word that is nothing but digits; 0: this is none. */
static size_t count_digits(const char *at)
{
	size_t nr = 0;

	while (value_digit(at[nr]) < 16)
		nr++;
	return is_name(at[nr]) ? 0 : nr;
}

static int add_hex(struct packet_parser *p, struct packet_bytes *to, size_t nr)
{
	if (nr % 2)
		return packet_wrong("expected two hexadecimal digits per byte");
	for (size_t i = 0; i < nr; i += 2) {
		uint8_t byte =
			value_digit(p->at[0]) << 4 | value_digit(p->at[1]);
		int err = packet_bytes_add(to, &byte, NULL, 1);

		if (err)
			return err;
		p->at += 2;
	}
	return 0;
}

/* `_` among them is any byte. */
static bool is_hole(const struct packet_parser *p)
{
	return *p->at == '_' && !is_name(p->at[1]);
}

static int add_hole(struct packet_parser *p, struct packet_bytes *to)
{
	if (!p->pattern)
		return packet_wrong("`_` is only valid in expected packets; "
				    "use rand(8) for random bytes");
	p->at++;
	return packet_bytes_add(to, NULL, "", 1);
}

int packet_hex_scan(struct packet_parser *p, struct packet_bytes *to)
{
	const char *end = p->at;
	size_t before = to->length, nr;
	int err = 0;

	for (;;) {
		packet_skip_blanks(p);
		nr = count_digits(p->at);
		if (is_hole(p)) {
			err = add_hole(p, to);
		} else if (nr) {
			err = add_hex(p, to, nr);
		} else {
			break;
		}
		if (err)
			return err;
		end = p->at;
	}
	if (to->length == before)
		return packet_wrong("expected bytes, such as hex 01 ff");
	p->at = end;
	return 0;
}

static int scan_number(struct packet_parser *p, uint64_t max, const char *what,
		       uint64_t *number)
{
	struct span word;

	packet_skip_blanks(p);
	word = packet_peek_name(p);
	if (!value_literal_number(word, max, number))
		return packet_wrong("expected %s (0 to %llu)", what,
				    (unsigned long long)max);
	p->at += word.length;
	return 0;
}

static int scan_end(struct packet_parser *p)
{
	if (packet_take(p, ')'))
		return 0;
	return packet_wrong("expected \")\"");
}

/* ", 0xab" or ", count" of bytes(8, ...); nothing is zero. */
static int scan_filling(struct packet_parser *p, uint64_t *byte, bool *count)
{
	struct span word;

	*byte = 0;
	*count = false;
	if (!packet_take(p, ','))
		return 0;
	packet_skip_blanks(p);
	word = packet_peek_name(p);
	*count = packet_is_named(word, "count", NULL);
	if (!*count)
		return scan_number(p, 0xff, "a byte or \"count\"", byte);
	p->at += word.length;
	return 0;
}

static int scan_bytes(struct packet_parser *p, struct packet_bytes *to,
		      bool random)
{
	size_t at = to->length;
	uint64_t length, byte = 0;
	bool count = false;
	int err;

	if (!packet_take(p, '('))
		return packet_wrong("expected \"(\" and a number of bytes");
	err = scan_number(p, PACKET_LENGTH_MAX, "a number of bytes", &length);
	if (!err && !random)
		err = scan_filling(p, &byte, &count);
	if (!err)
		err = scan_end(p);
	if (!err)
		err = packet_bytes_add(to, NULL, NULL, length);
	if (err)
		return err;
	for (size_t i = 0; i < length; i++)
		to->at[at + i] = random	 ? splitmix(&p->chance)
				 : count ? i
					 : byte;
	return 0;
}

int packet_payload_scan(struct packet_parser *p, struct packet_bytes *to)
{
	struct span word = packet_peek_name(p);

	if (*p->at == '"')
		return scan_string(p, to);
	if (packet_is_named(word, "hex", NULL)) {
		p->at += word.length;
		return packet_hex_scan(p, to);
	}
	if (!packet_is_named(word, "bytes", "rand"))
		return -ENOENT;
	p->at += word.length;
	return scan_bytes(p, to, packet_is_named(word, "rand", NULL));
}

/* ---- print ---- */

void packet_hex_text(struct xdplab_text *text, const uint8_t *bytes,
		     const uint8_t *mask, size_t length)
{
	text_word(text, "hex");
	for (size_t i = 0; i < length; i++) {
		text_char(text, ' ');
		if (mask && !mask[i])
			text_char(text, '_');
		else
			text_hex(text, bytes[i], 2);
	}
}

static bool is_exact(const uint8_t *mask, size_t length)
{
	return !mask || !length ||
	       (mask[0] == 0xff && !memcmp(mask, mask + 1, length - 1));
}

static bool is_text(const uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if ((bytes[i] < 0x20 || bytes[i] > 0x7e) && bytes[i] != '\n' &&
		    bytes[i] != '\r' && bytes[i] != '\t')
			return false;
	return true;
}

static void text_string(struct xdplab_text *text, const uint8_t *bytes,
			size_t length)
{
	static const char special[] = { '\n', '\r', '\t', '"', '\\' };
	static const char letters[] = { 'n', 'r', 't', '"', '\\' };

	text_char(text, '"');
	for (size_t i = 0; i < length; i++) {
		const char *found = memchr(special, bytes[i], sizeof(special));

		if (found)
			text_char(text, '\\');
		text_char(text,
			  found ? letters[found - special] : (char)bytes[i]);
	}
	text_char(text, '"');
}

/* Fewer are shorter as they are. */
#define MANY 8

static bool counts(const uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (bytes[i] != (uint8_t)i)
			return false;
	return true;
}

static void text_filling(struct xdplab_text *text, const uint8_t *bytes,
			 size_t length)
{
	text_word(text, "bytes(");
	text_unsigned(text, length);
	if (bytes[0] || bytes[1]) {
		bool count = counts(bytes, length);

		text_word(text, count ? ", count" : ", 0x");
		if (!count)
			text_hex(text, bytes[0], 2);
	}
	text_char(text, ')');
}

void packet_payload_text(struct xdplab_text *text, const uint8_t *bytes,
			 const uint8_t *mask, size_t length)
{
	if (!is_exact(mask, length))
		packet_hex_text(text, bytes, mask, length);
	else if (length >= MANY && (!memcmp(bytes, bytes + 1, length - 1) ||
				    counts(bytes, length)))
		text_filling(text, bytes, length);
	else if (is_text(bytes, length))
		text_string(text, bytes, length);
	else
		packet_hex_text(text, bytes, NULL, length);
}
