// SPDX-License-Identifier: GPL-2.0-only
/* draw - tables of lines, cut where the terminal ends */
#include <curses.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "draw.h"
#include "term.h"

#define NOTE_COLOUR 1
#define NOTE_ROOM   20 /* rather than over what the line has */
#define NARROW	    10 /* columns of the terminal */

static bool has_colours;

void draw_init(void)
{
	has_colours = out_colour() && has_colors() && start_color() == OK &&
		      use_default_colors() == OK &&
		      init_pair(NOTE_COLOUR, COLOR_YELLOW, -1) == OK;
}

static attr_t attributes(enum draw_style style)
{
	switch (style) {
	case DRAW_BOLD:
		return A_BOLD;
	case DRAW_REVERSE:
		return A_REVERSE;
	case DRAW_DIM:
		return A_DIM;
	case DRAW_NOTE:
		return has_colours ? (attr_t)COLOR_PAIR(NOTE_COLOUR) : A_BOLD;
	default:
		return A_NORMAL;
	}
}

/* ---- text ---- */

/* Clean text in the terminal's characters: those beyond ASCII are a question
 * mark where it has none. */
static size_t to_wide(const char *text, wchar_t *wide, size_t size)
{
	mbstate_t state = { 0 };
	size_t nr = 0, left = strlen(text);

	while (left && nr < size) {
		size_t length = mbrtowc(&wide[nr], text, left, &state);

		if (length > left) {
			memset(&state, 0, sizeof(state));
			length = 1;
			wide[nr] = L'?';
		}
		if (!term_utf8() && wide[nr] > 0x7e)
			wide[nr] = L'?';
		nr++;
		text += length;
		left -= length;
	}
	return nr;
}

static int max(int a, int b)
{
	return a > b ? a : b;
}

static int min(int a, int b)
{
	return a < b ? a : b;
}

/* Up to this width; what is cut ends in a dash. */
static void draw_cut(int y, int x, enum draw_style style, const char *text,
		     int width)
{
	wchar_t wide[512];
	size_t nr = to_wide(text, wide, sizeof(wide) / sizeof(*wide));
	size_t fits = 0;

	if (y < 0 || y >= LINES || x < 0 || x >= COLS)
		return;
	width = min(width, COLS - x);
	for (; fits < nr && width >= max(wcwidth(wide[fits]), 0); fits++)
		width -= max(wcwidth(wide[fits]), 0);
	if (fits && fits < nr)
		wide[fits - 1] = term_utf8() ? 0x2026 : L'~';
	attrset(attributes(style));
	mvaddnwstr(y, x, wide, (int)fits);
	attrset(A_NORMAL);
}

void draw_text(int y, int x, enum draw_style style, const char *text)
{
	draw_cut(y, x, style, text, COLS);
}

/* ---- columns ---- */

static bool is_note(const struct out_column *column)
{
	return !strcmp(column->key, "state");
}

/* The one after which the graph is. */
static bool has_graph(const struct out_column *column)
{
	return !strcmp(column->key, "pps") || !strcmp(column->key, "rate");
}

/* From this column to the next, without a graph. */
static int step(const struct draw_table *table, size_t column)
{
	int width = table->shown[column];

	return width && !is_note(&table->columns[column]) ? width + 2 : 0;
}

static int all_steps(const struct draw_table *table)
{
	int all = 0;

	for (size_t i = 0; table->columns[i].key; i++)
		all += step(table, i);
	return all;
}

static int missing_room(const struct draw_table *table)
{
	return all_steps(table) - 2 - COLS;
}

static bool is_of_maps(const struct draw_table *table)
{
	for (size_t i = 0; table->columns[i].key; i++)
		if (!strcmp(table->columns[i].key, "map"))
			return true;
	return false;
}

/* What can be done without, least of all first: a map's interface stands with
 * its program in the table above. */
static void leave_out(struct draw_table *table)
{
	static const char *const keys[] = { "mode", "id", "map_id", "ifname" };
	size_t nr = sizeof(keys) / sizeof(*keys) - !is_of_maps(table);

	for (size_t k = 0; k < nr; k++)
		for (size_t i = 0; table->columns[i].key; i++)
			if (missing_room(table) > 0 &&
			    !strcmp(table->columns[i].key, keys[k]))
				table->shown[i] = 0;
}

/* Rates are more than names: while there is no room, the widest column of text
 * is made narrower, as far as it still tells something, and then some go. */
static void squeeze(struct draw_table *table)
{
	int missing;

	memcpy(table->shown, table->widths, sizeof(table->shown));
	missing = missing_room(table);
	while (missing > 0) {
		size_t widest = 0;

		for (size_t i = 0; table->columns[i].key; i++)
			if (!table->columns[i].right &&
			    !is_note(&table->columns[i]) &&
			    table->shown[i] > table->shown[widest])
				widest = i;
		if (table->shown[widest] <= NARROW) {
			leave_out(table);
			return;
		}
		table->shown[widest]--;
		missing--;
	}
}

/* How much it takes; nothing where it would push numbers off the terminal. */
static int graph_step(const struct draw_table *table, size_t column)
{
	if (!table->widths[column] || !has_graph(&table->columns[column]))
		return 0;
	return all_steps(table) + DRAW_GRAPH <= COLS ? DRAW_GRAPH + 2 : 0;
}

static void make_room(struct draw_table *table, char *const *cells)
{
	for (size_t i = 0; table->columns[i].key; i++) {
		if (!*cells[i] && !has_graph(&table->columns[i]))
			continue;
		table->widths[i] =
			max(table->widths[i], (int)out_width(cells[i]));
		table->widths[i] = max(table->widths[i],
				       (int)out_width(table->columns[i].head));
	}
}

void draw_lines_open(struct draw_lines *lines, struct draw_table *table,
		     const struct watch_line *const *from, int nr)
{
	*lines = (struct draw_lines){
		.table = table,
		.lines = from,
		.nr = nr,
		.cells = need_memory(calloc(nr + 1, sizeof(*lines->cells))),
	};
	for (int i = 0; i < nr; i++) {
		json_t *row = watch_line_row(from[i], false);

		for (size_t k = 0; table->columns[k].key; k++)
			lines->cells[i][k] = out_cell(&table->columns[k], row);
		make_room(table, lines->cells[i]);
		json_decref(row);
	}
	squeeze(table);
}

void draw_lines_close(struct draw_lines *lines)
{
	for (int i = 0; i < lines->nr; i++)
		for (size_t k = 0; k < DRAW_COLUMNS; k++)
			free(lines->cells[i][k]);
	free(lines->cells);
}

/* ---- lines ---- */

static int place(const struct draw_table *table, size_t column, int x,
		 const char *text)
{
	int width = table->shown[column];

	return table->columns[column].right ? x + width - (int)out_width(text)
					    : x;
}

/* A cell, as far as it is before `end`.  Half a number would be another number:
 * it is left out. */
static void draw_cell(const struct draw_table *table, size_t column,
		      enum draw_style style, int y, int x, int end,
		      const char *text)
{
	int width = table->shown[column];
	bool is_number = table->columns[column].right;

	if (is_number && x + width > end)
		return;
	draw_cut(y, place(table, column, x, text), style, text,
		 min(width, end - x));
}

void draw_heads(const struct draw_table *table, int y)
{
	int x = 0;

	for (size_t i = 0; table->columns[i].key; i++) {
		const struct out_column *column = &table->columns[i];

		if (table->shown[i] &&
		    (!is_note(column) || x + table->shown[i] <= COLS))
			draw_cell(table, i, DRAW_BOLD, y, x, COLS,
				  column->head);
		x += step(table, i) + graph_step(table, i);
	}
}

/*
 * Where what is to be said stands: after all columns, or if there is no room,
 * after all that this line has, or over its end.
 */
static int note_place(const struct draw_table *table, char *const *cells,
		      const char *note)
{
	int width = (int)out_width(note), x = 0, free_from = 0;

	if (!*note)
		return COLS + 1;
	for (size_t i = 0; table->columns[i].key; i++) {
		x += step(table, i) + graph_step(table, i);
		if (*cells[i] && !is_note(&table->columns[i]))
			free_from = x;
	}
	if (x + width > COLS)
		x = free_from;
	return x + min(width, NOTE_ROOM) > COLS ? max(COLS - width, 0) : x;
}

static const char *note_of(const struct draw_table *table, char *const *cells)
{
	for (size_t i = 0; table->columns[i].key; i++)
		if (is_note(&table->columns[i]))
			return cells[i];
	return "";
}

static void draw_history(const struct history *history, int x, int y)
{
	char text[3 * DRAW_GRAPH + 1];

	if (!history)
		return;
	draw_graph(history, term_utf8(), text);
	draw_text(y, x, DRAW_PLAIN, text);
}

void draw_line(const struct draw_lines *lines, int index, int y, bool selected)
{
	const struct draw_table *table = lines->table;
	char *const *cells = lines->cells[index];
	const char *note = note_of(table, cells);
	int x = 0, note_x = note_place(table, cells, note);

	for (size_t i = 0; table->columns[i].key; i++) {
		const struct out_column *column = &table->columns[i];

		if (table->shown[i] && !is_note(column))
			draw_cell(table, i, DRAW_PLAIN, y, x, note_x - 1,
				  cells[i]);
		if (graph_step(table, i))
			draw_history(lines->lines[index]->history,
				     x + table->shown[i] + 2, y);
		x += step(table, i) + graph_step(table, i);
	}
	if (selected)
		mvchgat(y, 0, -1, A_REVERSE, 0, NULL);
	draw_cut(y, note_x, selected ? DRAW_REVERSE : DRAW_NOTE, note, COLS);
}
