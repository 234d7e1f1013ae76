/* SPDX-License-Identifier: LGPL-2.1-only */
/* span.h - a part of a text, which is read from its front */
#ifndef SPAN_H
#define SPAN_H

#include <stdbool.h>
#include <stddef.h>

struct span {
	const char *at;
	size_t length;
};

/* Without its first `length` bytes, and without blanks at both ends. */
struct span span_skip(struct span text, size_t length);
struct span span_trim(struct span text);
bool span_starts(struct span text, const char *with);

/* These take from the front; if it is not there, they return false and leave
 * all as it is. */
bool span_take(struct span *text, const char *with);
/* A decimal number up to INT_MAX. */
bool span_take_number(struct span *text, int *number);
/* What is `before` the first `c`, and it. */
bool span_take_until(struct span *text, char c, struct span *before);

/* Takes a word, which blanks end except within parentheses. */
struct span span_take_word(struct span *text);

/* Splits at the last `c`; false if there is none. */
bool span_split_last(struct span text, char c, struct span *before,
		     struct span *after);

#endif
