// SPDX-License-Identifier: GPL-2.0-only
/* test-wrong - a mistake in a file of tests, shown as a compiler does */
#include <string.h>

#include "out.h"
#include "test.h"

#define BEFORE 100 /* bytes of the line that are shown before the mistake */
#define SHOWN  160

/* Prints text with its tabs, or what takes as much room on a terminal, however
 * wide its tabs are. */
static void say_text(const char *text, size_t length, bool blank)
{
	while (length) {
		size_t part = strcspn(text, "\t");
		char clean[SHOWN + 1];

		if (part > length)
			part = length;
		snprintf(clean, sizeof(clean), "%.*s", (int)part, text);
		out_clean(clean, sizeof(clean), clean);
		if (blank)
			fprintf(stderr, "%*s", (int)out_width(clean), "");
		else
			fputs(clean, stderr);
		text += part;
		length -= part;
		if (!length)
			return;
		fputc('\t', stderr);
		text++;
		length--;
	}
}

/* The line, and a caret below the column. */
static void say_source(const char *source, size_t column)
{
	size_t length = strlen(source), before = column ? column - 1 : 0;

	if (before > length)
		before = length;
	if (before > BEFORE) {
		source += before - BEFORE;
		length -= before - BEFORE;
		before = BEFORE;
	}
	fputs("  ", stderr);
	say_text(source, length < SHOWN ? length : SHOWN, false);
	fputs("\n  ", stderr);
	say_text(source, before, true);
	fputs("^\n", stderr);
}

void test_say_mistake(const struct xdplab_mistake *mistake, void *arg)
{
	char line[2048];
	int length;

	++*(size_t *)arg;
	length = snprintf(line, sizeof(line), "%s:%u:%u: %s", mistake->file,
			  mistake->line, mistake->column, mistake->message);
	if (*mistake->hint && length < (int)sizeof(line))
		snprintf(line + length, sizeof(line) - length,
			 "; did you mean %s?", mistake->hint);
	out_clean(line, sizeof(line), line);
	fprintf(stderr, "%s\n", line);
	say_source(mistake->source, mistake->column);
}
