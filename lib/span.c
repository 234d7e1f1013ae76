// SPDX-License-Identifier: LGPL-2.1-only
/* span - reads a part of a text from its front */
#include <ctype.h>
#include <limits.h>
#include <string.h>

#include "span.h"

struct span span_skip(struct span text, size_t length)
{
	return (struct span){ text.at + length, text.length - length };
}

struct span span_trim(struct span text)
{
	while (text.length && isspace((unsigned char)*text.at))
		text = span_skip(text, 1);
	while (text.length && isspace((unsigned char)text.at[text.length - 1]))
		text.length--;
	return text;
}

bool span_starts(struct span text, const char *with)
{
	size_t length = strlen(with);

	return text.length >= length && !memcmp(text.at, with, length);
}

bool span_take(struct span *text, const char *with)
{
	if (!span_starts(*text, with))
		return false;
	*text = span_skip(*text, strlen(with));
	return true;
}

bool span_take_number(struct span *text, int *number)
{
	long long value = 0;
	size_t n = 0;

	while (n < text->length && isdigit((unsigned char)text->at[n])) {
		value = value * 10 + (text->at[n++] - '0');
		if (value > INT_MAX)
			return false;
	}
	if (!n)
		return false;
	*text = span_skip(*text, n);
	*number = value;
	return true;
}

bool span_take_until(struct span *text, char c, struct span *before)
{
	const char *found = memchr(text->at, c, text->length);

	if (!found)
		return false;
	*before = (struct span){ text->at, found - text->at };
	*text = span_skip(*text, before->length + 1);
	return true;
}

struct span span_take_word(struct span *text)
{
	struct span word = { .at = text->at };
	size_t depth = 0;

	for (; word.length < text->length; word.length++) {
		char c = word.at[word.length];

		if (c == ' ' && !depth)
			break;
		if (c == '(')
			depth++;
		else if (c == ')' && depth)
			depth--;
	}
	*text = span_trim(span_skip(*text, word.length));
	return word;
}

bool span_split_last(struct span text, char c, struct span *before,
		     struct span *after)
{
	const char *found = memrchr(text.at, c, text.length);

	if (!found)
		return false;
	*before = (struct span){ text.at, found - text.at };
	*after = span_skip(text, before->length + 1);
	return true;
}
