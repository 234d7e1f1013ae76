// SPDX-License-Identifier: GPL-2.0-only
/* shown - all that is known of a test that failed, for people */
#include <stdlib.h>
#include <string.h>

#include "out.h"
#include "test.h"

#define LABEL "%-9s " /* wide enough for the longest */

struct shown {
	FILE *file;
	const char *indent;
	bool colour;
};

static const char *style(const struct shown *shown, const char *name)
{
	return shown->colour ? out_style(name) : "";
}

/* Text that is whole, however long, and clean. */
static void print_clean(FILE *file, const char *text)
{
	size_t size = strlen(text) + 1;
	char *clean = need_memory(malloc(size));

	out_clean(clean, size, text);
	fputs(clean, file);
	free(clean);
}

static void print_line(const struct shown *shown, const char *label,
		       const char *text)
{
	if (!*text)
		return;
	fprintf(shown->file, "%s%s" LABEL "%s", shown->indent,
		style(shown, "dim"), label, style(shown, "off"));
	print_clean(shown->file, text);
	fputc('\n', shown->file);
}

/* Text of at most that many bytes: bytes of a large packet help nobody.  To be
 * freed. */
static char *cut(const char *text, size_t most)
{
	char *shorter = NULL;
	size_t length = most;

	if (strlen(text) <= most)
		return need_memory(strdup(text));
	while (length && ((unsigned char)text[length] & 0xc0) == 0x80)
		length--; /* not within a character */
	if (asprintf(&shorter, "%.*s...", (int)length, text) < 0)
		shorter = NULL;
	return need_memory(shorter);
}

/* A packet in words. */
static void print_words(const struct shown *shown, const char *label,
			const char *text)
{
	char *words = cut(text, 512);

	print_line(shown, label, words);
	free(words);
}

/* ---- what was expected and what came, side by side ---- */

static bool differs(const json_t *row)
{
	return json_is_true(json_object_get(row, "differs"));
}

/* Whether they are of the same layer, map or struct: "udp", "stats". */
static bool are_near(const json_t *a, const json_t *b)
{
	const char *one = row_text(a, "what"), *other = row_text(b, "what");
	size_t length = strcspn(one, ".[");

	return length == strcspn(other, ".[") && !strncmp(one, other, length);
}

static void cut_cell(json_t *row, const char *key)
{
	char *cell = cut(row_text(row, key), 64);

	row_set_text(row, key, cell);
	free(cell);
}

static json_t *cut_cells(const json_t *row)
{
	json_t *copy = need_memory(json_copy((json_t *)row));

	cut_cell(copy, "expected");
	cut_cell(copy, "got");
	return copy;
}

/* What differs, and what is beside it: a packet has many fields. */
static json_t *rows_to_show(const json_t *rows)
{
	json_t *shown = json_array();
	const json_t *row, *other;
	size_t i, k;

	json_array_foreach(rows, i, row)
	{
		json_array_foreach(rows, k, other)
		{
			if (!differs(other) || !are_near(row, other))
				continue;
			json_array_append_new(shown, cut_cells(row));
			break;
		}
	}
	return shown;
}

static size_t width(const json_t *rows, const char *key, size_t least)
{
	const json_t *row;
	size_t i;

	json_array_foreach(rows, i, row)
	{
		size_t is = out_width(row_text(row, key));

		if (is > least)
			least = is;
	}
	return least;
}

static void print_cell(const struct shown *shown, const char *text, size_t wide)
{
	print_clean(shown->file, text);
	fprintf(shown->file, "%*s", (int)(wide - out_width(text)), "");
}

static void print_cells(const struct shown *shown, const json_t *row,
			size_t what, size_t expected)
{
	bool marked = differs(row);

	fprintf(shown->file, "%s%s%c ", shown->indent,
		marked ? style(shown, "red") : "", marked ? '*' : ' ');
	print_cell(shown, row_text(row, "what"), what + 2);
	print_cell(shown, row_text(row, "expected"), expected + 2);
	print_clean(shown->file, row_text(row, "got"));
	fprintf(shown->file, "%s\n", marked ? style(shown, "off") : "");
}

static void print_rows(const struct shown *shown, const json_t *all)
{
	json_t *rows = rows_to_show(all);
	size_t what = width(rows, "what", 0);
	size_t expected = width(rows, "expected", strlen("expected"));
	const json_t *row;
	size_t i;

	if (json_array_size(rows))
		fprintf(shown->file, "%s%s  %-*s  %-*s  got%s\n", shown->indent,
			style(shown, "dim"), (int)what, "", (int)expected,
			"expected", style(shown, "off"));
	json_array_foreach(rows, i, row)
	{
		print_cells(shown, row, what, expected);
	}
	json_decref(rows);
}

static void print_expectation(const struct shown *shown, const json_t *failure,
			      const char *path)
{
	fputs(shown->indent, shown->file);
	print_clean(shown->file, path);
	fprintf(shown->file, ":%d: ", (int)row_number(failure, "line"));
	print_clean(shown->file, row_text(failure, "expectation"));
	fprintf(shown->file, "\n%s%s", shown->indent, style(shown, "bold"));
	print_clean(shown->file, row_text(failure, "message"));
	fprintf(shown->file, "%s\n", style(shown, "off"));
	print_rows(shown, json_object_get(failure, "rows"));
}

/* ---- the packet, and where it was decided ---- */

static void print_decided(const struct shown *shown, const json_t *row)
{
	const char *path = row_text(row, "decided_file");
	char place[2048];

	if (!*path)
		return;
	snprintf(place, sizeof(place), "%s:%d: %s", test_near_path(path),
		 (int)row_number(row, "decided_line"),
		 row_text(row, "decided_text"));
	print_line(shown, "decided", place);
}

static void print_packet(const struct shown *shown, const json_t *row)
{
	const char *sent = row_text(row, "sent"), *got = row_text(row, "got");

	print_line(shown, "with", row_text(row, "variables"));
	print_words(shown, "sent", sent);
	print_words(shown, row_text(row, "verdict"),
		    *sent && !strcmp(sent, got) ? "as sent" : got);
	print_decided(shown, row);
	print_line(shown, "packets", row_text(row, "capture"));
}

void test_failure_print(FILE *file, const json_t *row, const char *indent,
			bool colour)
{
	struct shown shown = { file, indent, colour };
	const json_t *failure;
	size_t i;

	json_array_foreach(json_object_get(row, "failures"), i, failure)
	{
		print_expectation(&shown, failure, row_text(row, "file"));
	}
	print_line(&shown, "error", row_text(row, "error"));
	print_packet(&shown, row);
	print_line(&shown, "again", row_text(row, "again"));
}
