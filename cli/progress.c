// SPDX-License-Identifier: GPL-2.0-only
/* progress - how far long work has come, in a line that is drawn over */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "progress.h"

#define FIRST_MS 1000 /* shorter work needs none */
#define AGAIN_MS 200

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void progress_begin(struct progress *progress, bool output)
{
	const char *term = getenv("TERM");

	*progress = (struct progress){
		.begun_ms = now_ms(),
		.wanted = term && strcmp(term, "dumb") &&
			  isatty(STDERR_FILENO) &&
			  !(output && isatty(STDOUT_FILENO)),
	};
}

void progress_tell(struct progress *progress, size_t done, size_t total)
{
	uint64_t now;

	if (!progress->wanted)
		return;
	now = now_ms();
	if (now < progress->begun_ms + FIRST_MS ||
	    now < progress->told_ms + AGAIN_MS)
		return;
	progress->told_ms = now;
	if (total)
		fprintf(stderr, "\r%zu of %zu %s\033[K", done, total,
			progress->what);
	else
		fprintf(stderr, "\r%zu %s\033[K", done, progress->what);
}

void progress_end(struct progress *progress)
{
	if (progress->told_ms)
		fputs("\r\033[K", stderr);
	progress->told_ms = 0;
}
