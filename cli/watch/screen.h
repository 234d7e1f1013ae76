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

/* ---- screen.c ---- */

size_t screen_nr_lines(const struct screen *screen);
struct watch_line *screen_line(const struct screen *screen, size_t index);
/* Lines of the terminal for those. */
size_t screen_rows(void);
/* Makes them anew, after a round or in another order; what was selected stays
 * it, if it is still there. */
void screen_make_lines(struct screen *screen);
void screen_read_round(struct screen *screen);

/* ---- keyboard.c ---- */

void screen_on_key(struct screen *screen, int key);

#endif
