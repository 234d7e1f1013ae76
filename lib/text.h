/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * text.h - a text that grows
 *
 * These append; the public function that called them ends the text at last.
 */
#ifndef TEXT_H
#define TEXT_H

#include <string.h>

#include "xdplab.h"

/* Makes room for `length` more bytes and a NUL, or says that they are lost. */
bool text_grow(struct xdplab_text *text, size_t length);

static inline bool text_fits(struct xdplab_text *text, size_t length)
{
	return text->room - text->length > length || text_grow(text, length);
}

static inline void text_add(struct xdplab_text *text, const char *bytes,
			    size_t length)
{
	if (!text_fits(text, length))
		return;
	memcpy(text->bytes + text->length, bytes, length);
	text->length += length;
}

static inline void text_char(struct xdplab_text *text, char c)
{
	if (text_fits(text, 1))
		text->bytes[text->length++] = c;
}

static inline void text_word(struct xdplab_text *text, const char *word)
{
	text_add(text, word, strlen(word));
}

/* Decimal; hexadecimal with as many digits as it needs, `digits` at least. */
void text_unsigned(struct xdplab_text *text, uint64_t number);
void text_signed(struct xdplab_text *text, int64_t number);
void text_hex(struct xdplab_text *text, uint64_t number, int digits);

/* Puts the NUL after it. */
void text_end(struct xdplab_text *text);

/* Makes a line safe to be shown on a terminal, whatever was written: control
 * characters become '?', but tabs, so that columns stay what they are. */
void text_clean(char *line);

#endif
