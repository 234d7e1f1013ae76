/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * jobs.h - workers and what they are to run
 *
 * A unit is a part of a file's tests, which one worker runs.  Units stand in the
 * order of the files, and what they tell is kept until it is their turn.  The
 * first of a file, its leader, loads it alone: if it cannot, that is said once.
 */
#ifndef TEST_JOBS_H
#define TEST_JOBS_H

#include <sys/types.h>

#include "test.h"

enum unit_state { UNIT_WAITS, UNIT_RUNS, UNIT_DONE };

struct unit {
	const struct test_file *file;
	struct unit *leader;
	size_t next, end; /* of its tests, the one whose row comes next */
	enum unit_state state;
	pid_t pid;
	int fd;
	struct xdplab_text text; /* that the worker has told, not read yet */
	double heard;		 /* when that was */
	bool loaded;		 /* has been once */
	bool ready, ended;	 /* this worker: has loaded; has told all */
	bool late;		 /* was killed, as it took too long */
	json_t *rows;		 /* that are not told on yet */
};

struct jobs {
	const struct test_asked *asked;
	struct test_writers *writers;
	struct xdplab_capture *capture;
	struct cov *cov;
	struct unit *units;
	size_t nr_units, nr_running;
	size_t turn; /* the unit that is told of now */
	struct test_sum all, file;
	int status;
};

/* ---- unit.c ---- */

void unit_start(struct jobs *jobs, struct unit *unit);
/* Reads what the worker has told; when it has ended, the unit is done, or waits
 * for another worker to go on. */
void unit_listen(struct jobs *jobs, struct unit *unit);
void unit_kill(struct jobs *jobs, struct unit *unit);

#endif
