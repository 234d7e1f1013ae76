/* SPDX-License-Identifier: GPL-2.0-only */
/* progress.h - how far long work has come, in a line that is drawn over */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct progress {
	const char *what; /* "entries read", "tests" */
	uint64_t begun_ms, told_ms;
	bool wanted; /* somebody is there to see it */
};

/* Only on a terminal that stderr is; with `output`, only where stdout is none. */
void progress_begin(struct progress *progress, bool output);
/* "400000 of 1000000 WHAT", but not in the first second, and no more
 * than some times in each; `total` 0: it is not known. */
void progress_tell(struct progress *progress, size_t done, size_t total);
/* Takes the line away again. */
void progress_end(struct progress *progress);

#endif
