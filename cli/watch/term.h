/* SPDX-License-Identifier: GPL-2.0-only */
/* term.h - a terminal that is taken over, and given back as it was */
#ifndef WATCH_TERM_H
#define WATCH_TERM_H

#include <stdbool.h>

enum term_event {
	TERM_NOTHING = 0,
	TERM_KEY = 1 << 0,     /* there is something to read */
	TERM_RESIZED = 1 << 1, /* draw all anew */
	TERM_END = 1 << 2,     /* somebody wants it to end, or it is gone */
};

/* Whether stdin and stdout are a terminal with a cursor that can be moved. */
bool term_fits(void);

/*
 * Takes the terminal for curses, and signals, whose way to end the process goes
 * through term_close() from here on.  false: curses does not know it.
 */
bool term_open(void);

/* Waits up to `seconds`, or without end if they are negative; stops where Ctrl-Z
 * says so, with the terminal given back meanwhile.  A set of events. */
unsigned int term_wait(double seconds);

/* Gives the terminal back, and ends the process if a signal has asked for it.
 * May be called twice. */
void term_close(void);

/* Whether text beyond ASCII can be drawn. */
bool term_utf8(void);

#endif
