// SPDX-License-Identifier: GPL-2.0-only
/* keyboard - what the keys of the full screen do */
#include <curses.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reading.h"
#include "screen.h"

#define KEY_ESCAPE 27

static void change_interval(struct screen *screen, bool longer)
{
	static const double steps[] = { 0.1, 0.2, 0.5, 1,   2,	 5,   10,
					20,  30,  60,  120, 300, 600, 3600 };
	double *interval = &screen->session->interval, shorter = steps[0];

	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		if (longer && steps[i] > *interval) {
			*interval = steps[i];
			break;
		}
		if (!longer && steps[i] < *interval)
			shorter = steps[i];
	}
	if (!longer)
		*interval = shorter;
	screen->next = screen->session->watch.at + *interval;
}

static void change_counting(struct screen *screen)
{
	struct watch_session *session = screen->session;

	if (session->counting >= 0) {
		close(session->counting);
		session->counting = -1;
	} else {
		session->counting = xdplab_stats_enable();
		if (session->counting < 0) {
			session->counting = -1;
			snprintf(screen->message, sizeof(screen->message), "%s",
				 xdplab_error());
			out_clean(screen->message, sizeof(screen->message),
				  screen->message);
		}
	}
	screen->next = reading_clock();
}

static void change_order(struct screen *screen, int by)
{
	screen->order = (screen->order + WATCH_ORDERS + by) % WATCH_ORDERS;
	screen_make_lines(screen);
}

static void look_into(struct screen *screen)
{
	const struct watch_line *line = screen_line(screen, screen->selected);

	if (!line || !line->map || screen->drilled) {
		snprintf(screen->message, sizeof(screen->message),
			 "Enter only works on lines of maps");
		return;
	}
	watch_drill(screen->session, line->map);
	screen->selected_before = screen->selected;
	screen->top_before = screen->top;
	screen->selected = screen->top = 0;
	screen->drilled = true;
	screen_read_round(screen);
}

static void look_back(struct screen *screen)
{
	if (!screen->drilled)
		return;
	screen->drilled = false;
	watch_drill(screen->session, NULL);
	screen->programs.nr = screen->maps.nr = 0;
	screen_make_lines(screen);
	screen->selected = screen->selected_before;
	screen->top = screen->top_before;
	screen_make_lines(screen);
}

static void move_selected(struct screen *screen, long by)
{
	long to = (long)screen->selected + by,
	     nr = (long)screen_nr_lines(screen);

	if (to >= nr)
		to = nr - 1;
	screen->selected = to > 0 ? (size_t)to : 0;
	if (!screen->selected)
		screen->top = 0;
}

static bool on_move(struct screen *screen, int key)
{
	long page = (long)screen_rows() - 1,
	     all = (long)screen_nr_lines(screen);

	switch (key) {
	case KEY_UP:
	case 'k':
		move_selected(screen, -1);
		return true;
	case KEY_DOWN:
	case 'j':
		move_selected(screen, 1);
		return true;
	case KEY_PPAGE:
		move_selected(screen, -page);
		return true;
	case KEY_NPAGE:
		move_selected(screen, page);
		return true;
	case KEY_HOME:
		move_selected(screen, -all);
		return true;
	case KEY_END:
		move_selected(screen, all);
		return true;
	default:
		return false;
	}
}

static void on_pause(struct screen *screen)
{
	screen->paused = !screen->paused;
	screen->next = reading_clock();
}

void screen_on_key(struct screen *screen, int key)
{
	*screen->message = '\0';
	if (on_move(screen, key))
		return;
	switch (key) {
	case 'q':
	case 'Q':
		screen->ends = true;
		break;
	case ' ':
		on_pause(screen);
		break;
	case 's':
	case 'S':
		change_order(screen, key == 's' ? 1 : -1);
		break;
	case '+':
	case '=':
	case '-':
		change_interval(screen, key != '-');
		break;
	case 't':
		change_counting(screen);
		break;
	case '\r':
	case '\n':
	case KEY_ENTER:
		look_into(screen);
		break;
	case KEY_ESCAPE:
		if (!screen->helps)
			look_back(screen);
		screen->helps = false;
		break;
	case 'h':
	case '?':
		screen->helps = !screen->helps;
		break;
	case KEY_RESIZE:
		break;
	default:
		snprintf(screen->message, sizeof(screen->message),
			 "h lists the keys");
	}
}
