// SPDX-License-Identifier: LGPL-2.1-only
/* scan - characters and names in the text of packets, and what is wrong there */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "proto.h"

/* ---- what is wrong ---- */

int packet_wrong(const char *fmt, ...)
{
	char line[ERROR_LINE_SIZE];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	text_clean(line);
	return fail(-EINVAL, "%s", line);
}

/* ---- characters ---- */

void packet_skip_blanks(struct packet_parser *p)
{
	p->at += value_span(p->at, CHAR_BLANK);
}

bool packet_take(struct packet_parser *p, char c)
{
	const char *at = p->at + value_span(p->at, CHAR_BLANK);

	if (*at != c)
		return false;
	p->at = at + 1;
	return true;
}

struct span packet_peek_name(const struct packet_parser *p)
{
	struct span word = { p->at, 0 };

	while ((word.at[word.length] >= '0' && word.at[word.length] <= '9') ||
	       (word.at[word.length] >= 'a' && word.at[word.length] <= 'z') ||
	       (word.at[word.length] >= 'A' && word.at[word.length] <= 'Z') ||
	       word.at[word.length] == '_')
		word.length++;
	return word;
}

struct span packet_peek_any(const struct packet_parser *p)
{
	struct span word = packet_peek_name(p);

	if (!word.length && *word.at)
		word.length = 1;
	return word;
}
