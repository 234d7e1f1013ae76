// SPDX-License-Identifier: GPL-2.0-only
/* wrong - why tests are not run: shown as a compiler does, and kept */
#include <string.h>

#include "out.h"
#include "test.h"

#define BEFORE 100 /* bytes of the line that are shown before the error */
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

/* The line, unless it is empty, and a caret below the column. */
static void say_source(const char *source, size_t column)
{
	size_t length = strlen(source), before = column ? column - 1 : 0;

	if (!length)
		return;
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

void test_keep_error(json_t *wrong, const char *file, const char *message)
{
	json_t *row = need_memory(json_object());

	row_set_text(row, "kind", "error");
	row_set_text(row, "file", file);
	row_set_text(row, "message", message);
	json_array_append_new(wrong, row);
}

/* What is wrong with all of a file has no line there. */
static void put_place(const json_t *row, char *place, size_t size)
{
	const char *file = row_text(row, "file");
	unsigned int line = row_number(row, "line");

	if (line)
		snprintf(place, size, "%s:%u:%u: ", file, line,
			 (unsigned int)row_number(row, "column"));
	else
		snprintf(place, size, "%s%s", file, *file ? ": " : "");
}

static void put_line(const json_t *row, char *line, size_t size)
{
	const char *hint = row_text(row, "hint");
	char place[1024];

	put_place(row, place, sizeof(place));
	snprintf(line, size, "%s%s%s%s%s", place, row_text(row, "message"),
		 *hint ? "; did you mean " : "", hint, *hint ? "?" : "");
	out_clean(line, size, line);
}

void test_first_wrong(const json_t *wrong, char *line, size_t size)
{
	put_line(json_array_get(wrong, 0), line, size);
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
