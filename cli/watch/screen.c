// SPDX-License-Identifier: GPL-2.0-only
/* screen - the full screen of `xdplab watch` */
#include <curses.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "reading.h"
#include "screen.h"
#include "term.h"

/* ---- drawing ---- */

static void draw_header(const struct screen *screen)
{
	const struct watch_session *session = screen->session;
	time_t seconds = (time_t)session->watch.time;
	char host[65] = "", clock[32] = "", text[256];
	struct tm tm;

	gethostname(host, sizeof(host) - 1);
	out_clean(host, sizeof(host), host);
	if (localtime_r(&seconds, &tm))
		strftime(clock, sizeof(clock), "%H:%M:%S", &tm);
	snprintf(text, sizeof(text),
		 "%s %s  every %g s%s  by %s  statistics %s%s%s", host, clock,
		 session->interval, screen->paused ? "  PAUSED" : "",
		 watch_order_name(screen->order),
		 session->watch.kernel_counts ? "on" : "off",
		 screen->drilled ? "  map " : "",
		 screen->drilled ? session->drill_choice.name : "");
	out_clean(text, sizeof(text), text);
	draw_text(0, 0, DRAW_BOLD, text);
}

static void draw_footer(const struct screen *screen)
{
	const char *keys =
		screen->drilled
			? "Esc back  space pause  s sort  +/- interval  h help"
			: "q quit  space pause  s sort  +/- interval  Enter "
			  "map  t statistics  h help";

	draw_text(LINES - 1, 0, *screen->message ? DRAW_NOTE : DRAW_DIM,
		  *screen->message ? screen->message : keys);
}

/* Those of one table among the rows that are seen; returns the next row. */
static void draw_section(struct screen *screen, struct draw_table *table,
			 size_t from, size_t to)
{
	size_t end = screen->top + screen_rows();
	const struct watch_line **lines = need_memory(
		calloc(screen_rows() + 1, sizeof(struct watch_line *)));
	struct draw_lines drawn;
	size_t first = from;
	int nr = 0;

	while (first < to && screen_row_of(screen, first) < screen->top)
		first++;
	for (size_t i = first; i < to && screen_row_of(screen, i) < end; i++)
		lines[nr++] = screen_line(screen, i);
	draw_lines_open(&drawn, table, lines, nr);
	for (int i = 0; i < nr; i++)
		draw_line(&drawn, i,
			  2 + (int)(screen_row_of(screen, first + i) -
				    screen->top),
			  first + i == screen->selected);
	draw_lines_close(&drawn);
	free(lines);
}

static void draw_nothing(const struct screen *screen)
{
	draw_text(2, 0, DRAW_PLAIN,
		  screen->drilled ? "this map is no longer used"
				  : "no XDP program is attached");
}

static void draw_lines(struct screen *screen)
{
	struct draw_table *maps =
		screen->drilled ? &screen->drill_table : &screen->map_table;
	size_t nr = screen->programs.nr;
	long first;

	screen_scroll(screen);
	draw_section(screen, &screen->program_table, 0, nr);
	draw_section(screen, maps, nr, screen_nr_lines(screen));
	first = screen_line_of(screen, screen->top);
	if (first == -3)
		draw_nothing(screen);
	else
		draw_heads(first >= 0 && (size_t)first < nr
				   ? &screen->program_table
				   : maps,
			   1);
	for (size_t row = 0; row < screen_rows(); row++)
		if (row && screen_line_of(screen, screen->top + row) == -2)
			draw_heads(maps, 2 + (int)row);
}

static void draw_help(void)
{
	static const char *const help[] = {
		"q            quit, as Ctrl-C does",
		"space        pause, resume",
		"s  S         sort by the next or the previous: interface,",
		"             packets/s, bytes/s, drops/s, name",
		"+  -         a longer or a shorter interval",
		"up down PgUp PgDn Home End    select a line",
		"Enter        on a line of a map: more of its keys",
		"Esc          back",
		"t            kernel statistics on or off: they show the",
		"             time per packet, and cost about 20 ns of it",
		"h  ?         this, and back",
		"",
		"Verdicts of a chain are those with which packets leave it.",
		"A graph shows the last 16 rounds, from 0 to their maximum.",
	};

	for (size_t i = 0; i < sizeof(help) / sizeof(*help); i++)
		draw_text(2 + (int)i, 2, DRAW_PLAIN, help[i]);
}

static void draw(struct screen *screen)
{
	erase();
	draw_header(screen);
	if (screen->helps)
		draw_help();
	else
		draw_lines(screen);
	draw_footer(screen);
	refresh();
}

/* ---- the loop ---- */

/* false: it said that there is something, and there was nothing: it is gone. */
static bool read_keys(struct screen *screen)
{
	int key, nr = 0;

	while (!screen->ends && (key = getch()) != ERR) {
		screen_on_key(screen, key);
		nr++;
	}
	return nr;
}

static void wait_for_something(struct screen *screen)
{
	double rest = screen->next - reading_clock();
	unsigned int events;

	if (screen->paused)
		rest = -1;
	else if (rest < 0)
		rest = 0;
	events = term_wait(rest);
	if (events & TERM_END || (events & TERM_KEY && !read_keys(screen)))
		screen->ends = true;
	if (!screen->ends && !screen->paused && reading_clock() >= screen->next)
		screen_read_round(screen);
}

bool watch_screen_fits(void)
{
	return term_fits();
}

int watch_screen(struct watch_session *session)
{
	struct screen screen = {
		.session = session,
		.program_table = { .columns = watch_program_rates },
		.map_table = { .columns = watch_map_columns },
		.drill_table = { .columns = watch_drill_columns },
		.next = session->watch.at,
	};

	if (!term_open())
		return 1;
	draw_init();
	screen_make_lines(&screen);
	screen.next = watch_next(session, screen.next);
	while (!screen.ends) {
		draw(&screen);
		wait_for_something(&screen);
	}
	term_close();
	watch_drill(session, NULL);
	watch_lines_free(&screen.programs);
	watch_lines_free(&screen.maps);
	return screen.err;
}
