// SPDX-License-Identifier: GPL-2.0-only
/* signal - signals that end the tests, held back but while one waits */
#include <errno.h>
#include <signal.h>
#include <time.h>

#include "test.h"

static const int endings[] = { SIGINT, SIGTERM, SIGHUP };

#define NR_ENDINGS (sizeof(endings) / sizeof(*endings))

static struct sigaction actions[NR_ENDINGS];
static sigset_t mask;
static volatile sig_atomic_t came;

static void note(int signal)
{
	came = signal;
}

/* What is ignored, as SIGHUP is by nohup, stays so. */
void test_signals_hold(void)
{
	struct sigaction action = { .sa_handler = note };
	sigset_t held;

	came = 0;
	sigemptyset(&held);
	for (size_t i = 0; i < NR_ENDINGS; i++) {
		sigaddset(&held, endings[i]);
		sigaction(endings[i], NULL, &actions[i]);
		if (actions[i].sa_handler != SIG_IGN)
			sigaction(endings[i], &action, NULL);
	}
	sigprocmask(SIG_BLOCK, &held, &mask);
}

void test_signals_release(void)
{
	for (size_t i = 0; i < NR_ENDINGS; i++)
		sigaction(endings[i], &actions[i], NULL);
	sigprocmask(SIG_SETMASK, &mask, NULL);
}

int test_wait(struct pollfd *fds, size_t nr, double seconds)
{
	struct timespec rest = { .tv_sec = seconds > 0 ? seconds : 0 };
	int ready;

	if (seconds > 0)
		rest.tv_nsec = (seconds - rest.tv_sec) * 1e9;
	ready = ppoll(fds, nr, seconds < 0 ? NULL : &rest, &mask);
	return ready < 0 ? 0 : ready;
}

int test_signal(void)
{
	if (!came)
		test_wait(NULL, 0, 0);
	return came;
}
