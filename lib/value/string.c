// SPDX-License-Identifier: LGPL-2.1-only
/* string - char arrays as strings */
#include <errno.h>

#include "internal.h"
#include "parse.h"
#include "string.h"

/* ---- what is printable ---- */

/* Characters of more than one byte: their first byte, and the least that is
 * not written in fewer bytes. */
static const struct {
	unsigned char mask, lead;
	uint32_t least;
} forms[] = {
	{ 0xe0, 0xc0, 0x80 },
	{ 0xf0, 0xe0, 0x800 },
	{ 0xf8, 0xf0, 0x10000 },
};

/* Reads one, and returns its bytes; 0: it is not UTF-8. */
static size_t read_utf8(uint32_t *c, const unsigned char *bytes, size_t left)
{
	size_t i, more = 0;

	while (more < ARRAY_SIZE(forms) &&
	       (*bytes & forms[more].mask) != forms[more].lead)
		more++;
	if (more == ARRAY_SIZE(forms) || left < more + 2)
		return 0;
	*c = *bytes & ~forms[more].mask & 0xff;
	for (i = 1; i < more + 2; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
		*c = *c << 6 | (bytes[i] & 0x3f);
	}
	return *c >= forms[more].least && *c <= 0x10ffff ? i : 0;
}

/* What is none by itself, or would reorder a line or break it. */
static bool is_printable(uint32_t c)
{
	return c >= 0xa0 && c != 0x061c && c != 0x200e && c != 0x200f &&
	       !(c >= 0x2028 && c <= 0x202e) && !(c >= 0x2066 && c <= 0x2069) &&
	       !(c >= 0xd800 && c <= 0xdfff) && c != 0xfeff &&
	       (c & 0xfffe) != 0xfffe;
}

static bool is_string(const unsigned char *bytes, size_t length)
{
	for (size_t i = 0; i < length;) {
		uint32_t c;
		size_t more;

		if (bytes[i] >= 0x20 && bytes[i] < 0x7f) {
			i++;
			continue;
		}
		more = read_utf8(&c, bytes + i, length - i);
		if (!more || !is_printable(c))
			return false;
		i += more;
	}
	return true;
}

static bool is_zero(const unsigned char *bytes, size_t size)
{
	return !size || (!*bytes && !memcmp(bytes, bytes + 1, size - 1));
}

bool value_string_print(struct xdplab_text *text, const unsigned char *bytes,
			size_t size)
{
	size_t length = strnlen((const char *)bytes, size);

	if (!is_string(bytes, length) ||
	    !is_zero(bytes + length, size - length))
		return false;
	text_char(text, '"');
	for (size_t i = 0; i < length; i++) {
		if (bytes[i] == '"' || bytes[i] == '\\')
			text_char(text, '\\');
		text_char(text, (char)bytes[i]);
	}
	text_char(text, '"');
	return true;
}

/* ---- what is written ---- */

static bool read_hex(uint32_t *c, const char **input, int digits)
{
	*c = 0;
	while (digits--) {
		unsigned int digit = value_digit(**input);

		if (digit > 15)
			return false;
		*c = *c << 4 | digit;
		(*input)++;
	}
	return true;
}

static size_t write_utf8(unsigned char *to, uint32_t c)
{
	size_t more = c >= 0x10000 ? 2 : c >= 0x800 ? 1 : 0;

	if (c < 0x80) {
		*to = c;
		return 1;
	}
	for (size_t i = more + 1; i > 0; i--, c >>= 6)
		to[i] = 0x80 | (c & 0x3f);
	*to = forms[more].lead | c;
	return more + 2;
}

/* \uXXXX, or two of them that are one character. */
static size_t read_unicode(unsigned char *to, const char **input)
{
	uint32_t c, low;

	if (!read_hex(&c, input, 4))
		return 0;
	if (c >= 0xdc00 && c <= 0xdfff)
		return 0;
	if (c < 0xd800 || c > 0xdfff)
		return write_utf8(to, c);
	if ((*input)[0] != '\\' || (*input)[1] != 'u')
		return 0;
	*input += 2;
	if (!read_hex(&low, input, 4) || low < 0xdc00 || low > 0xdfff)
		return 0;
	return write_utf8(to, 0x10000 + ((c - 0xd800) << 10) + low - 0xdc00);
}

/* Reads what follows a backslash; 0: there is no such escape. */
static size_t read_escape(unsigned char *to, const char **input)
{
	static const char letters[] = "\"\\/'bfnrt0";
	static const char meanings[] = "\"\\/'\b\f\n\r\t";
	char letter = *(*input)++;
	const char *found;
	uint32_t byte;

	if (letter == 'u')
		return read_unicode(to, input);
	if (letter == 'x') {
		if (!read_hex(&byte, input, 2))
			return 0;
		*to = byte;
		return 1;
	}
	found = letter ? strchr(letters, letter) : NULL;
	if (!found)
		return 0;
	*to = meanings[found - letters];
	return 1;
}

/* One character as it is stored, of up to four bytes. */
static size_t read_one(unsigned char *to, const char **input)
{
	if (!**input || **input == '\n')
		return 0;
	if (**input != '\\') {
		*to = *(*input)++;
		return 1;
	}
	(*input)++;
	return read_escape(to, input);
}

long value_string_parse(unsigned char *bytes, size_t size, char quote,
			const char **input)
{
	unsigned char one[4];
	size_t length = 0;

	while (**input != quote) {
		const char *start = *input;
		size_t more = read_one(one, input);

		if (!more || more > size - length) {
			*input = start;
			return more ? -ERANGE : -EINVAL;
		}
		memcpy(bytes + length, one, more);
		length += more;
	}
	(*input)++;
	return (long)length;
}
