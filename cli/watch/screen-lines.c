// SPDX-License-Identifier: GPL-2.0-only
/* screen-lines - which lines the full screen has, and which of them are seen */
#include <curses.h>

#include "screen.h"

/* ---- lines ---- */

size_t screen_nr_lines(const struct screen *screen)
{
	return screen->programs.nr + screen->maps.nr;
}

struct watch_line *screen_line(const struct screen *screen, size_t index)
{
	size_t nr = screen->programs.nr;

	if (index >= screen_nr_lines(screen))
		return NULL;
	return index < nr ? &screen->programs.lines[index]
			  : &screen->maps.lines[index - nr];
}

/* Whether both show the same. */
static bool is_same(const struct watch_line *a, const struct watch_line *b)
{
	return a->iface == b->iface && a->program == b->program &&
	       a->stage == b->stage && a->map == b->map && a->rest == b->rest &&
	       a->number == b->number;
}

/* What was selected stays it, wherever it is now. */
static void select_again(struct screen *screen, const struct watch_line *line)
{
	size_t nr = screen_nr_lines(screen);

	for (size_t i = 0; line && i < nr; i++)
		if (is_same(screen_line(screen, i), line)) {
			screen->selected = i;
			return;
		}
	if (screen->selected >= nr)
		screen->selected = nr ? nr - 1 : 0;
}

void screen_make_lines(struct screen *screen)
{
	const struct watch_line *selected =
		screen_line(screen, screen->selected);
	struct watch_line before = { 0 };

	if (selected)
		before = *selected;
	screen->programs.nr = screen->maps.nr = 0;
	if (screen->drilled) {
		watch_lines_maps(&screen->maps, &screen->session->drill, false);
	} else {
		watch_lines_programs(&screen->programs, &screen->session->watch,
				     false);
		watch_lines_maps(&screen->maps, &screen->session->watch, false);
	}
	watch_lines_sort(&screen->programs, screen->order);
	watch_lines_sort(&screen->maps, screen->order);
	select_again(screen, selected ? &before : NULL);
}

/* ---- rows: the lines, and what is between programs and maps ---- */

/* The heads of maps, and a blank row before them. */
static size_t rows_between(const struct screen *screen)
{
	return screen->programs.nr && screen->maps.nr ? 2 : 0;
}

size_t screen_row_of(const struct screen *screen, size_t line)
{
	return line < screen->programs.nr ? line : line + rows_between(screen);
}

long screen_line_of(const struct screen *screen, size_t row)
{
	size_t nr = screen->programs.nr, between = rows_between(screen);

	if (row < nr)
		return (long)row;
	if (row < nr + between)
		return row == nr ? -1 : -2;
	return row - between < screen_nr_lines(screen) ? (long)(row - between)
						       : -3;
}

size_t screen_rows(void)
{
	return LINES > 4 ? (size_t)LINES - 3 : 1;
}

void screen_scroll(struct screen *screen)
{
	size_t row = screen_row_of(screen, screen->selected);
	size_t seen = screen_rows();
	size_t rows = screen_nr_lines(screen) + rows_between(screen);

	/* A larger terminal has room for what had gone out of it. */
	if (screen->top + seen > rows)
		screen->top = rows > seen ? rows - seen : 0;
	if (row < screen->top)
		screen->top = row;
	if (row >= screen->top + seen)
		screen->top = row - seen + 1;
}

/* ---- rounds ---- */

void screen_read_round(struct screen *screen)
{
	screen->err = watch_round(screen->session);
	screen_make_lines(screen);
	screen->next = watch_next(screen->session, screen->next);
	screen->rounds_shown++;
	if (screen->err || (screen->session->rounds &&
			    screen->rounds_shown > screen->session->rounds))
		screen->ends = true;
}
