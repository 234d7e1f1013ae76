/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * out.h - results on stdout, as a table or as JSON
 *
 * A command makes one flat JSON object for each row and hands it over; whether
 * that is printed as JSON or laid out in columns is decided here, once.
 */
#ifndef OUT_H
#define OUT_H

#include <stdbool.h>
#include <stdio.h>
#include <jansson.h>

struct out;

struct out_column {
	const char *key;  /* the member that it shows */
	const char *head; /* its heading */
	/* Turns the member into text; NULL: strings and numbers as they are,
	 * lists joined by commas, true as "yes", nothing for null or false.
	 * `value` is NULL in a row without it. */
	void (*show)(const json_t *value, const json_t *row, char *text,
		     size_t size);
	bool right; /* aligned to the right, for numbers */
};

enum out_kind {
	OUT_TABLE,  /* columns as wide as their widest row, empty ones left out;
		       JSON: an array */
	OUT_STREAM, /* each row at once; JSON: an object a line */
};

/*
 * Starts a list of rows with these columns, ended by one without a key.
 * Memory that runs out ends the process: there is nothing left to say it with.
 */
struct out *out_open(bool json, enum out_kind kind,
		     const struct out_column *columns);
/* Gives each row from here on a member `time`, seconds since 1970, in JSON. */
void out_time(struct out *out, double time);
/* Adds a row, which is taken over. */
void out_row(struct out *out, json_t *row);
/* Prints what is left, and frees it.  0, or -errno if stdout was lost. */
int out_close(struct out *out);

/* The text of a column in a row, clean, to be freed. */
char *out_cell(const struct out_column *column, const json_t *row);

/* One object alone: JSON as it is; as text a line `heading: value` for each
 * column whose text is not empty. */
int out_object(bool json, const struct out_column *columns, json_t *object);

/* What was done: JSON as an object, or the sentence that `fmt` makes. */
int out_done(bool json, json_t *object, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* ---- out-text.c ---- */

/* Copies text to be shown with every byte that could command a terminal, and
 * all that is no UTF-8, replaced by '?', and a tab by a blank.  `to` may be
 * `from`. */
void out_clean(char *to, size_t size, const char *from);
/* A JSON string of it: as it is if UTF-8, else cleaned. */
json_t *out_string(const char *text);
/* How many columns of a terminal clean text takes. */
size_t out_width(const char *text);

/* Whether stdout is a terminal that may be coloured and redrawn. */
bool out_colour(void);
/* The sequence for "red", "green", "yellow", "bold", "dim" or "off", or "". */
const char *out_style(const char *name);

/*
 * Prints clean text and ends the line; on a terminal it is broken at blanks
 * where the line is full, and goes on at `column`, at which it has begun.
 */
void out_wrap(FILE *file, int column, const char *text);

#endif
