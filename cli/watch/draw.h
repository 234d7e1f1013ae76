/* SPDX-License-Identifier: GPL-2.0-only */
/* draw.h - tables of lines, cut where the terminal ends */
#ifndef WATCH_DRAW_H
#define WATCH_DRAW_H

#include "watch.h"

#define DRAW_COLUMNS 24
#define DRAW_GRAPH   16 /* rounds, a column of the terminal each */

enum draw_style { DRAW_PLAIN, DRAW_BOLD, DRAW_REVERSE, DRAW_DIM, DRAW_NOTE };

/* Columns, which get wider as they need to, and never narrower: what is looked
 * at stays where it is. */
struct draw_table {
	const struct out_column *columns;
	int widths[DRAW_COLUMNS]; /* 0: it had nothing to show yet */
	int shown[DRAW_COLUMNS];  /* as far as the terminal has room */
};

/* Lines on their way to the screen. */
struct draw_lines {
	struct draw_table *table;
	const struct watch_line *const *lines;
	char *(*cells)[DRAW_COLUMNS];
	int nr;
};

/* Finds colours; call it once curses is there. */
void draw_init(void);
/* Text at a place, cut where the terminal ends. */
void draw_text(int y, int x, enum draw_style style, const char *text);

/* Turns `nr` lines into text, and makes room for it in the table. */
void draw_lines_open(struct draw_lines *lines, struct draw_table *table,
		     const struct watch_line *const *from, int nr);
void draw_heads(const struct draw_table *table, int y);
void draw_line(const struct draw_lines *lines, int index, int y, bool selected);
void draw_lines_close(struct draw_lines *lines);

/* The last rounds of a line as a graph, in UTF-8 or ASCII, from 0 to the
 * highest of them; `text` has room for 3 * DRAW_GRAPH + 1 bytes. */
void draw_graph(const struct history *history, bool utf8, char *text);

#endif
