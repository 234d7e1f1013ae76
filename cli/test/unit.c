// SPDX-License-Identifier: GPL-2.0-only
/* unit - a worker: how it is started, heard and ended */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cov/cov.h"
#include "reading.h"
#include "jobs.h"

/* The other end of the pipe is gone when the process is, also by SIGKILL, and
 * the kernel ends the process when this one is gone. */
static void be_worker(const struct jobs *jobs, const struct unit *unit, int fd)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	test_signals_release();
	test_worker(jobs->asked, unit->file, unit->next, unit->end, fd,
		    jobs->capture);
	_exit(0);
}

void unit_start(struct jobs *jobs, struct unit *unit)
{
	int fds[2];

	fflush(NULL);
	if (pipe2(fds, O_CLOEXEC) || (unit->pid = fork()) < 0) {
		perror("xdplab test");
		exit(EXIT_FAILED);
	}
	if (!unit->pid)
		be_worker(jobs, unit, fds[1]);
	close(fds[1]);
	unit->fd = fds[0];
	unit->state = UNIT_RUNS;
	unit->heard = reading_clock();
	unit->ready = unit->ended = unit->late = false;
	jobs->nr_running++;
}

static int reap(struct jobs *jobs, struct unit *unit)
{
	int status = 0;

	close(unit->fd);
	waitpid(unit->pid, &status, 0);
	xdplab_text_free(&unit->text);
	unit->fd = -1;
	jobs->nr_running--;
	return status;
}

void unit_kill(struct jobs *jobs, struct unit *unit)
{
	kill(unit->pid, SIGKILL);
	reap(jobs, unit);
	unit->state = UNIT_DONE;
}

/* ---- what they tell ---- */

static void not_run(struct unit *unit, const char *why)
{
	for (; unit->next < unit->end; unit->next++)
		json_array_append_new(
			unit->rows,
			test_row_not_run(unit->file,
					 unit->file->chosen[unit->next], why));
	if (unit->state == UNIT_WAITS)
		unit->state = UNIT_DONE;
}

/* What one worker could not load the others need not try. */
static void not_loaded(struct jobs *jobs, struct unit *unit, int status,
		       const char *why)
{
	jobs->status = jobs->status ?: status;
	unit->ended = true;
	not_run(unit, why);
	for (size_t i = 0; i < jobs->nr_units; i++)
		if (jobs->units[i].leader == unit)
			not_run(&jobs->units[i], why);
}

/* Takes the row over. */
static void hear_test(struct unit *unit, json_t *row)
{
	json_array_append_new(unit->rows, row);
	unit->next++;
}

static void hear(struct jobs *jobs, struct unit *unit, const char *line)
{
	json_t *row = json_loads(line, 0, NULL);
	const char *kind = row_text(row, "kind");

	if (!strcmp(kind, "test"))
		hear_test(unit, json_incref(row));
	else if (!strcmp(kind, "loaded"))
		unit->ready = unit->loaded = true;
	else if (!strcmp(kind, "not-loaded"))
		not_loaded(jobs, unit, (int)row_number(row, "status"),
			   row_text(row, "why"));
	else if (!strcmp(kind, "coverage"))
		cov_add(jobs->cov, row);
	else if (!strcmp(kind, "end"))
		unit->ended = true;
	json_decref(row);
}

static void hear_lines(struct jobs *jobs, struct unit *unit)
{
	char *line = unit->text.bytes, *end;

	while ((end = strchr(line, '\n'))) {
		*end = '\0';
		hear(jobs, unit, line);
		line = end + 1;
	}
	unit->text.length -= line - unit->text.bytes;
	memmove(unit->text.bytes, line, unit->text.length + 1);
}

/* ---- how they end ---- */

static void death_text(const struct jobs *jobs, const struct unit *unit,
		       int status, char *text, size_t size)
{
	if (unit->late)
		snprintf(text, size, "timed out after %g s",
			 jobs->asked->timeout);
	else if (WIFSIGNALED(status))
		snprintf(text, size, "killed by signal %d, %s",
			 WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		snprintf(text, size, "exited with status %d",
			 WEXITSTATUS(status));
}

/* A worker that has not told all: what it was at has failed, and another one
 * continues with what is left. */
static void died(struct jobs *jobs, struct unit *unit, const char *why)
{
	const struct test_file *file = unit->file;

	if (!unit->ready) {
		say(jobs->asked->args, "%s: cannot be loaded: %s", file->path,
		    why);
		not_loaded(jobs, unit, EXIT_FAILED, why);
	} else if (unit->next == unit->end) {
		say(jobs->asked->args, "%s: %s", file->path, why);
		jobs->status = jobs->status ?: EXIT_FAILED;
	} else {
		hear_test(unit, test_row_error(jobs->asked, file,
					       file->chosen[unit->next], why));
	}
}

static void gone(struct jobs *jobs, struct unit *unit)
{
	int status = reap(jobs, unit);
	char why[128];

	if (!unit->ended) {
		death_text(jobs, unit, status, why, sizeof(why));
		died(jobs, unit, why);
	}
	unit->state = unit->next < unit->end ? UNIT_WAITS : UNIT_DONE;
}

void unit_listen(struct jobs *jobs, struct unit *unit)
{
	char chunk[16384];
	ssize_t length = read(unit->fd, chunk, sizeof(chunk) - 1);

	if (length <= 0) {
		gone(jobs, unit);
		return;
	}
	chunk[length] = '\0';
	xdplab_text_add(&unit->text, chunk);
	if (unit->text.lost)
		need_memory(NULL);
	unit->heard = reading_clock();
	hear_lines(jobs, unit);
}
