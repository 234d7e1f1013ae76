// SPDX-License-Identifier: GPL-2.0-only
/*
 * term - a terminal that is taken over, and given back as it was
 *
 * Signals are held back but while we wait, so that none comes between two
 * lines; those that are due to an error of ours come at once, and then only
 * what is allowed in their handlers is done: the modes are set as they were,
 * and bytes are written that were prepared before.
 */
#include <curses.h>
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <term.h> /* last: it has macros of common names */

#include "term.h"

static const int caught[] = { SIGHUP,  SIGINT,	SIGTERM,
			      SIGTSTP, SIGCONT, SIGWINCH };
static const int crashes[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT };

#define NR(array) (sizeof(array) / sizeof((array)[0]))

static struct {
	bool open, utf8;
	SCREEN *screen;
	struct termios before;
	sigset_t mask_before;
	struct sigaction before_caught[NR(caught)], before_crashes[NR(crashes)];
	char leave[512]; /* what gives the screen back */
	size_t leave_length;
	int end_by; /* the signal that wants it to end */
} term;

static volatile sig_atomic_t pending[NSIG];

/* ---- a crash ---- */

/* Only what is safe in a handler. */
static void give_back_at_once(void)
{
	ssize_t written = write(STDOUT_FILENO, term.leave, term.leave_length);

	(void)written;
	tcsetattr(STDIN_FILENO, TCSANOW, &term.before);
}

static void on_crash(int number)
{
	give_back_at_once();
	raise(number); /* this time by the default, see SA_RESETHAND */
}

static void add_leave(const char *name)
{
	const char *sequence = tigetstr(name);

	if (!sequence || (intptr_t)sequence == -1)
		return;
	/* "$<5>" asks for a pause, which today's terminals do not need. */
	while (*sequence && term.leave_length < sizeof(term.leave)) {
		if (!strncmp(sequence, "$<", 2) && strchr(sequence, '>'))
			sequence = strchr(sequence, '>') + 1;
		else
			term.leave[term.leave_length++] = *sequence++;
	}
}

static void prepare_leave(void)
{
	term.leave_length = 0;
	add_leave("sgr0");  /* no colours */
	add_leave("rmkx");  /* keys as they were */
	add_leave("cnorm"); /* a cursor */
	add_leave("rmcup"); /* the other screen */
}

/* ---- signals ---- */

static void on_signal(int number)
{
	pending[number] = 1;
}

static void catch_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal };
	struct sigaction crash = { .sa_handler = on_crash,
				   .sa_flags = SA_RESETHAND | SA_NODEFER |
					       SA_ONSTACK };
	static char stack[32768]; /* a stack that ran over has no more room */
	const stack_t other = { .ss_sp = stack, .ss_size = sizeof(stack) };
	sigset_t held;

	sigemptyset(&held);
	for (size_t i = 0; i < NR(caught); i++)
		sigaddset(&held, caught[i]);
	sigprocmask(SIG_BLOCK, &held, &term.mask_before);
	for (size_t i = 0; i < NR(caught); i++) {
		pending[caught[i]] = 0;
		sigaction(caught[i], &action, &term.before_caught[i]);
		/* nohup, or a shell without job control, has its reasons. */
		if (term.before_caught[i].sa_handler == SIG_IGN)
			sigaction(caught[i], &term.before_caught[i], NULL);
	}
	sigaltstack(&other, NULL);
	for (size_t i = 0; i < NR(crashes); i++)
		sigaction(crashes[i], &crash, &term.before_crashes[i]);
}

static void release_signals(void)
{
	for (size_t i = 0; i < NR(caught); i++)
		sigaction(caught[i], &term.before_caught[i], NULL);
	for (size_t i = 0; i < NR(crashes); i++)
		sigaction(crashes[i], &term.before_crashes[i], NULL);
	sigprocmask(SIG_SETMASK, &term.mask_before, NULL);
}

static bool take(int number)
{
	bool was = pending[number];

	pending[number] = 0;
	return was;
}

/* ---- taking and giving back ---- */

bool term_fits(void)
{
	const char *name = getenv("TERM");

	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && name && *name &&
	       strcmp(name, "dumb");
}

/* What the user's terminal takes, by its locale; we need no more of it. */
static bool locale_is_utf8(void)
{
	locale_t locale = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
	bool utf8 = locale && !strcmp(nl_langinfo_l(CODESET, locale), "UTF-8");

	if (locale)
		freelocale(locale);
	return utf8;
}

static void set_modes(void)
{
	cbreak();
	noecho();
	nonl();
	intrflush(stdscr, FALSE);
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	set_escdelay(25);
	curs_set(0);
}

bool term_open(void)
{
	term.utf8 = locale_is_utf8();
	setlocale(LC_CTYPE, term.utf8 ? "C.UTF-8" : "C");
	if (tcgetattr(STDIN_FILENO, &term.before))
		return false;
	catch_signals();
	term.screen = newterm(NULL, stdout, stdin);
	if (!term.screen) {
		release_signals();
		return false;
	}
	term.open = true;
	prepare_leave();
	set_modes();
	atexit(term_close);
	return true;
}

void term_close(void)
{
	if (!term.open)
		return;
	term.open = false;
	endwin();
	delscreen(term.screen);
	tcsetattr(STDIN_FILENO, TCSADRAIN, &term.before);
	release_signals();
	if (term.end_by)
		raise(term.end_by);
}

bool term_utf8(void)
{
	return term.utf8;
}

/* ---- stopping and going on ---- */

static void fit_size(void)
{
	struct winsize size;

	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_row &&
	    size.ws_col)
		resizeterm(size.ws_row, size.ws_col);
	clearok(curscr, TRUE);
}

/* The shell may have changed the modes, and shown something. */
static void go_on(void)
{
	take(SIGCONT);
	reset_prog_mode();
	keypad(stdscr, TRUE);
	curs_set(0);
	fit_size();
}

static void stop(void)
{
	struct sigaction action = { .sa_handler = SIG_DFL }, ours;
	sigset_t stopping;

	endwin();
	sigaction(SIGTSTP, &action, &ours);
	raise(SIGTSTP); /* it is held back until here: */
	sigemptyset(&stopping);
	sigaddset(&stopping, SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &stopping, NULL);
	sigprocmask(SIG_BLOCK, &stopping, NULL);
	sigaction(SIGTSTP, &ours, NULL);
	refresh(); /* the other screen again */
	go_on();
}

/* ---- waiting ---- */

static unsigned int handle_signals(void)
{
	unsigned int events = TERM_NOTHING;
	static const int ends[] = { SIGHUP, SIGINT, SIGTERM };

	for (size_t i = 0; i < NR(ends); i++)
		if (take(ends[i])) {
			term.end_by = ends[i];
			return TERM_END;
		}
	if (take(SIGTSTP)) {
		stop();
		events |= TERM_RESIZED;
	}
	if (take(SIGCONT)) {
		go_on();
		events |= TERM_RESIZED;
	}
	if (take(SIGWINCH)) {
		fit_size();
		events |= TERM_RESIZED;
	}
	return events;
}

unsigned int term_wait(double seconds)
{
	struct timespec rest = { .tv_sec = (time_t)seconds };
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
	int ready;

	rest.tv_nsec = (long)((seconds - (double)rest.tv_sec) * 1e9);
	ready = ppoll(&input, 1, seconds < 0 ? NULL : &rest, &term.mask_before);
	if (ready < 0)
		return errno == EINTR ? handle_signals() : TERM_END;
	if (input.revents & (POLLHUP | POLLERR | POLLNVAL))
		return TERM_END;
	return ready ? TERM_KEY : TERM_NOTHING;
}
