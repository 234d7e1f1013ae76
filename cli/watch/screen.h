/* SPDX-License-Identifier: GPL-2.0-only */
/* screen.h - the state of the full screen */
#ifndef WATCH_SCREEN_H
#define WATCH_SCREEN_H

#include "draw.h"

struct screen {
	struct watch_session *session;
	struct watch_lines programs, maps;
	struct draw_table program_table, map_table, drill_table;
	enum watch_order order;
	size_t selected;		    /* of the lines, programs first */
	size_t top;			    /* the first row that is seen */
	bool drilled;			    /* one map alone */
	size_t selected_before, top_before; /* it was looked into */
	bool paused, helps, ends;
	double next; /* round */
	uint64_t rounds_shown;
	char message[256]; /* in the last line, until a key is pressed */
	int err;
};

/* ---- screen-lines.c ---- */

size_t screen_nr_lines(const struct screen *screen);
struct watch_line *screen_line(const struct screen *screen, size_t index);
/* Makes them anew, after a round or in another order; what was selected stays
 * it, if it is still there. */
void screen_make_lines(struct screen *screen);
/* Reads a round, and makes them of it. */
void screen_read_round(struct screen *screen);

/* Rows of the terminal that there are for lines. */
size_t screen_rows(void);
/* The row of a line, counted from the first, which may not be seen; and the line
 * in a row, -1: the blank one before the heads of maps, -2: these, -3: none. */
size_t screen_row_of(const struct screen *screen, size_t line);
long screen_line_of(const struct screen *screen, size_t row);
/* Has the line that is selected among the rows that are seen. */
void screen_scroll(struct screen *screen);

/* ---- keyboard.c ---- */

void screen_on_key(struct screen *screen, int key);

#endif
