// SPDX-License-Identifier: LGPL-2.1-only
/* text - a text that grows, and numbers in it */
#include <stdlib.h>

#include "text.h"

#define ROOM_MIN 128

bool text_grow(struct xdplab_text *text, size_t length)
{
	size_t room = text->room ? text->room : ROOM_MIN;
	char *bytes = NULL;

	while (room - text->length <= length && room <= SIZE_MAX / 2)
		room *= 2;
	if (room - text->length > length)
		bytes = realloc(text->bytes, room);
	if (!bytes) {
		text->lost = true;
		return false;
	}
	text->bytes = bytes;
	text->room = room;
	return true;
}

void text_end(struct xdplab_text *text)
{
	if (text_fits(text, 0))
		text->bytes[text->length] = '\0';
}

void xdplab_text_add(struct xdplab_text *text, const char *more)
{
	text_word(text, more);
	text_end(text);
}

void xdplab_text_free(struct xdplab_text *text)
{
	if (!text)
		return;
	free(text->bytes);
	*text = (struct xdplab_text){ 0 };
}

/* ---- numbers ---- */

#define DIGITS_MAX 20

/* Two digits for each number below 100: half as many divisions. */
static const char pairs[] = "00010203040506070809"
			    "10111213141516171819"
			    "20212223242526272829"
			    "30313233343536373839"
			    "40414243444546474849"
			    "50515253545556575859"
			    "60616263646566676869"
			    "70717273747576777879"
			    "80818283848586878889"
			    "90919293949596979899";

void text_unsigned(struct xdplab_text *text, uint64_t number)
{
	char digits[DIGITS_MAX];
	char *at = digits + sizeof(digits);

	while (number >= 100) {
		at -= 2;
		memcpy(at, pairs + 2 * (number % 100), 2);
		number /= 100;
	}
	if (number >= 10) {
		at -= 2;
		memcpy(at, pairs + 2 * number, 2);
	} else {
		*--at = (char)('0' + number);
	}
	text_add(text, at, digits + sizeof(digits) - at);
}

void text_signed(struct xdplab_text *text, int64_t number)
{
	if (number < 0)
		text_char(text, '-');
	text_unsigned(text, number < 0 ? -(uint64_t)number : (uint64_t)number);
}

void text_hex(struct xdplab_text *text, uint64_t number, int digits)
{
	char hex[16];
	char *at = hex + sizeof(hex);

	for (; number || digits > 0; number >>= 4, digits--)
		*--at = "0123456789abcdef"[number & 0xf];
	text_add(text, at, hex + sizeof(hex) - at);
}

void text_clean(char *line)
{
	for (; *line; line++)
		if (((unsigned char)*line < ' ' && *line != '\t') ||
		    *line == 0x7f)
			*line = '?';
}
