// SPDX-License-Identifier: GPL-2.0-only
/* out - results on stdout, as a table or as JSON */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "out.h"

/* One object a line, so that grep finds it.  ASCII only, so that no string
 * commands the terminal; 15 digits, so that 0.1 stays 0.1. */
#define DUMP_FLAGS                                                             \
	(JSON_COMPACT | JSON_ENSURE_ASCII | JSON_ENCODE_ANY |                  \
	 JSON_REAL_PRECISION(15))

struct out {
	bool json;
	enum out_kind kind;
	const struct out_column *columns;
	size_t nr_columns;
	size_t *widths; /* a table's columns; text only */
	char **cells;	/* a table's rows, one after the other; text only */
	size_t nr_rows;
	double time; /* of each row; 0: is not told */
};

/* ---- cells ---- */

static void write_plain(FILE *file, const json_t *value)
{
	const json_t *item;
	size_t i;

	switch (value ? json_typeof(value) : JSON_NULL) {
	case JSON_NULL:
	case JSON_FALSE:
		break;
	case JSON_TRUE:
		fputs("yes", file);
		break;
	case JSON_STRING:
		fputs(json_string_value(value), file);
		break;
	case JSON_ARRAY:
		json_array_foreach(value, i, item)
		{
			if (i)
				fputc(',', file);
			write_plain(file, item);
		}
		break;
	default:
		json_dumpf(value, file, DUMP_FLAGS);
	}
}

static char *plain_text(const json_t *value)
{
	char *text = NULL;
	size_t size;
	FILE *file = need_memory(open_memstream(&text, &size));

	write_plain(file, value);
	if (fclose(file))
		need_memory(NULL);
	return text;
}

static char *shown_text(const struct out_column *column, const json_t *row)
{
	char text[1024] = "";

	column->show(json_object_get(row, column->key), row, text,
		     sizeof(text));
	return need_memory(strdup(text));
}

char *out_cell(const struct out_column *column, const json_t *row)
{
	char *text = column->show
			     ? shown_text(column, row)
			     : plain_text(json_object_get(row, column->key));

	out_clean(text, strlen(text) + 1, text);
	return text;
}

static size_t count_columns(const struct out_column *columns)
{
	size_t n = 0;

	while (columns[n].key)
		n++;
	return n;
}

/* ---- rows ---- */

struct out *out_open(bool json, enum out_kind kind,
		     const struct out_column *columns)
{
	struct out *out = need_memory(calloc(1, sizeof(*out)));

	out->json = json;
	out->kind = kind;
	out->columns = columns;
	out->nr_columns = count_columns(columns);
	out->widths =
		need_memory(calloc(out->nr_columns + 1, sizeof(*out->widths)));
	/* A table shows no column that stays empty: of width zero. */
	for (size_t i = 0; kind == OUT_STREAM && i < out->nr_columns; i++)
		out->widths[i] = out_width(columns[i].head);
	return out;
}

/* Blanks are held back until something follows, so that no line ends in them:
 * the last column is not filled up. */
static void print_cells(const struct out *out, char *const *cells)
{
	size_t blanks = 0;

	for (size_t i = 0; i < out->nr_columns; i++) {
		const char *text = cells ? cells[i] : out->columns[i].head;
		size_t width = out_width(text);
		size_t fill =
			width < out->widths[i] ? out->widths[i] - width : 0;

		if (!out->widths[i])
			continue;
		if (out->columns[i].right)
			blanks += fill;
		if (*text) {
			printf("%*s%s", (int)blanks, "", text);
			blanks = 0;
		}
		blanks += 2;
		if (!out->columns[i].right)
			blanks += fill;
	}
}

static void print_headings(const struct out *out)
{
	fputs(out_style("bold"), stdout);
	print_cells(out, NULL);
	printf("%s\n", out_style("off"));
}

static void print_object(const json_t *object)
{
	json_dumpf(object, stdout, DUMP_FLAGS);
	fputc('\n', stdout);
}

static void print_json(const struct out *out, const json_t *row)
{
	if (out->kind == OUT_STREAM) {
		print_object(row);
	} else {
		fputs(out->nr_rows ? ",\n" : "[\n", stdout);
		json_dumpf(row, stdout, DUMP_FLAGS);
	}
}

/* Takes `cells`' texts over. */
static void keep_cells(struct out *out, char *const *cells)
{
	size_t n = out->nr_columns;

	out->cells = need_memory(reallocarray(
		out->cells, (out->nr_rows + 1) * n + 1, sizeof(*out->cells)));
	for (size_t i = 0; i < n; i++) {
		size_t width = out_width(cells[i]);

		if (width > out->widths[i])
			out->widths[i] = width;
		out->cells[out->nr_rows * n + i] = cells[i];
	}
}

static void stream_cells(const struct out *out, char **cells)
{
	if (!out->nr_rows)
		print_headings(out);
	print_cells(out, cells);
	fputc('\n', stdout);
	for (size_t i = 0; i < out->nr_columns; i++)
		free(cells[i]);
}

static void add_text(struct out *out, const json_t *row)
{
	size_t n = out->nr_columns;
	char **cells = need_memory(calloc(n + 1, sizeof(*cells)));

	for (size_t i = 0; i < n; i++)
		cells[i] = out_cell(&out->columns[i], row);
	if (out->kind == OUT_STREAM)
		stream_cells(out, cells);
	else
		keep_cells(out, cells);
	free(cells);
}

void out_time(struct out *out, double time)
{
	out->time = time;
}

void out_row(struct out *out, json_t *row)
{
	need_memory(row);
	if (out->time > 0)
		json_object_set_new(row, "time", json_real(out->time));
	if (out->json)
		print_json(out, row);
	else
		add_text(out, row);
	if (out->kind == OUT_STREAM)
		fflush(stdout);
	out->nr_rows++;
	json_decref(row);
}

static void print_table(const struct out *out)
{
	for (size_t i = 0; i < out->nr_columns; i++) {
		size_t head = out_width(out->columns[i].head);

		if (out->widths[i] && out->widths[i] < head)
			out->widths[i] = head;
	}
	if (out->nr_rows)
		print_headings(out);
	for (size_t i = 0; i < out->nr_rows; i++) {
		print_cells(out, &out->cells[i * out->nr_columns]);
		fputc('\n', stdout);
	}
}

static int flush_stdout(void)
{
	errno = 0;
	if (!fflush(stdout) && !ferror(stdout))
		return 0;
	/* What was lost earlier has left no reason. */
	if (!errno)
		errno = EIO;
	return -errno;
}

int out_close(struct out *out)
{
	if (out->kind == OUT_TABLE && out->json)
		fputs(out->nr_rows ? "\n]\n" : "[]\n", stdout);
	else if (out->kind == OUT_TABLE)
		print_table(out);

	for (size_t i = 0; out->cells && i < out->nr_rows * out->nr_columns;
	     i++)
		free(out->cells[i]);
	free(out->cells);
	free(out->widths);
	free(out);
	return flush_stdout();
}

static void print_lines(const struct out_column *columns, const json_t *object)
{
	for (; columns->key; columns++) {
		char *text = out_cell(columns, object);

		if (*text)
			printf("%s: %s\n", columns->head, text);
		free(text);
	}
}

int out_object(bool json, const struct out_column *columns, json_t *object)
{
	need_memory(object);
	if (json)
		print_object(object);
	else
		print_lines(columns, object);
	json_decref(object);
	return flush_stdout();
}

int out_done(bool json, json_t *object, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	need_memory(object);
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	out_clean(text, sizeof(text), text);
	if (json)
		print_object(object);
	else
		puts(text);
	json_decref(object);
	return flush_stdout();
}
