// SPDX-License-Identifier: GPL-2.0-only
/* wrong - mistakes in a file of tests, shown as a compiler does, and kept */
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

static json_t *row_of(const struct xdplab_mistake *mistake)
{
	json_t *row = need_memory(json_object());

	row_set_text(row, "kind", "mistake");
	row_set_text(row, "file", mistake->file);
	row_set_number(row, "line", mistake->line);
	row_set_number(row, "column", mistake->column);
	row_set_text(row, "message", mistake->message);
	row_set_text(row, "hint", mistake->hint);
	return row;
}

static void put_line(const json_t *row, char *line, size_t size)
{
	const char *hint = row_text(row, "hint");

	snprintf(line, size, "%s:%u:%u: %s%s%s%s", row_text(row, "file"),
		 (unsigned int)row_number(row, "line"),
		 (unsigned int)row_number(row, "column"),
		 row_text(row, "message"), *hint ? "; did you mean " : "", hint,
		 *hint ? "?" : "");
	out_clean(line, size, line);
}

void test_first_mistake(const json_t *mistakes, char *line, size_t size)
{
	put_line(json_array_get(mistakes, 0), line, size);
}

void test_say_mistake(const struct xdplab_mistake *mistake, void *arg)
{
	json_t *row = row_of(mistake);
	char line[2048];

	put_line(row, line, sizeof(line));
	fprintf(stderr, "%s\n", line);
	say_source(mistake->source, mistake->column);
	json_array_append_new(arg, row);
}
