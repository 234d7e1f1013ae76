/* SPDX-License-Identifier: LGPL-2.1-only */
/* string.h - char arrays as strings */
#ifndef VALUE_STRING_H
#define VALUE_STRING_H

#include "text.h"

/* Appends `size` bytes as a string, if all of them up to the first NUL are
 * printable, and nothing but NULs follows. */
bool value_string_print(struct xdplab_text *text, const unsigned char *bytes,
			size_t size);

/*
 * Reads a string in `quote`s from `*input`, after the first, with the escapes
 * of JSON, and \xNN and \0, and goes after the last quote.  Returns its
 * length, or -EINVAL with `*input` at what is wrong, or -ERANGE if it is longer
 * than `size`.
 */
long value_string_parse(unsigned char *bytes, size_t size, char quote,
			const char **input);

#endif
