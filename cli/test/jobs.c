// SPDX-License-Identifier: GPL-2.0-only
/* jobs - several workers at a time, reported in order */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "reading.h"
#include "jobs.h"

/* ---- who runs what ---- */

static void add_unit(struct jobs *jobs, const struct test_file *file,
		     size_t leader, size_t first, size_t end)
{
	struct unit *unit = &jobs->units[jobs->nr_units++];

	*unit = (struct unit){
		.file = file,
		.leader = &jobs->units[leader],
		.next = first,
		.end = end,
		.fd = -1,
		.rows = need_memory(json_array()),
	};
}

/* Each file is cut into as many parts as are needed for all jobs to have
 * something to do. */
static void plan(struct jobs *jobs, const struct test_files *files)
{
	size_t parts = (jobs->asked->jobs + files->nr - 1) / files->nr;

	jobs->units =
		need_memory(calloc(files->nr * parts, sizeof(*jobs->units)));
	for (size_t i = 0; i < files->nr; i++) {
		const struct test_file *file = &files->at[i];
		size_t nr = file->nr_chosen, leader = jobs->nr_units;

		for (size_t part = 0; part < parts; part++)
			if (nr * part / parts < nr * (part + 1) / parts)
				add_unit(jobs, file, leader, nr * part / parts,
					 nr * (part + 1) / parts);
	}
}

/* ---- workers ---- */

static void start_workers(struct jobs *jobs)
{
	for (size_t i = 0; i < jobs->nr_units; i++) {
		struct unit *unit = &jobs->units[i];

		if (jobs->nr_running == jobs->asked->jobs)
			return;
		if (unit->state == UNIT_WAITS &&
		    (unit == unit->leader || unit->leader->loaded))
			unit_start(jobs, unit);
	}
}

static void kill_workers(struct jobs *jobs)
{
	for (size_t i = 0; i < jobs->nr_units; i++)
		if (jobs->units[i].state == UNIT_RUNS)
			unit_kill(jobs, &jobs->units[i]);
}

/* The seconds until the next worker has been silent for too long; those that
 * have are killed, which is heard as the end of what they tell. */
static double check_times(struct jobs *jobs)
{
	double now = reading_clock(), least = jobs->asked->timeout;

	for (size_t i = 0; i < jobs->nr_units; i++) {
		struct unit *unit = &jobs->units[i];
		double left = unit->heard + jobs->asked->timeout - now;

		if (unit->state != UNIT_RUNS || unit->late)
			continue;
		if (left <= 0) {
			unit->late = true;
			kill(unit->pid, SIGKILL);
		} else if (left < least) {
			least = left;
		}
	}
	return least;
}

static void listen_to_all(struct jobs *jobs)
{
	struct pollfd *fds = need_memory(calloc(jobs->nr_units, sizeof(*fds)));

	for (size_t i = 0; i < jobs->nr_units; i++)
		fds[i] = (struct pollfd){ jobs->units[i].fd, POLLIN, 0 };
	if (test_wait(fds, jobs->nr_units, check_times(jobs)) > 0)
		for (size_t i = 0; i < jobs->nr_units; i++)
			if (fds[i].revents)
				unit_listen(jobs, &jobs->units[i]);
	free(fds);
}

/* ---- telling it on, in order ---- */

static void count(struct test_sum *sum, const json_t *row)
{
	const char *result = row_text(row, "result");

	if (!strcmp(result, "passed"))
		sum->passed++;
	else if (!strcmp(result, "failed"))
		sum->failed++;
	else
		sum->not_run++;
	sum->seconds += row_number(row, "ns") / 1e9;
}

static void tell_test(struct jobs *jobs, const json_t *row)
{
	if (jobs->all.ended)
		return;
	count(&jobs->file, row);
	test_writers_test(jobs->writers, row);
	if (jobs->asked->exit_first && !row_passed(row))
		jobs->all.ended = "stopped at the first failure";
}

static void tell_file(struct jobs *jobs, const struct test_file *file)
{
	test_writers_file(jobs->writers, file->path, &jobs->file);
	jobs->all.passed += jobs->file.passed;
	jobs->all.failed += jobs->file.failed;
	jobs->all.not_run += jobs->file.not_run;
	jobs->file = (struct test_sum){ 0 };
}

static bool is_last_of_file(const struct jobs *jobs, size_t turn)
{
	return turn + 1 == jobs->nr_units ||
	       jobs->units[turn + 1].file != jobs->units[turn].file;
}

static void tell(struct jobs *jobs)
{
	for (; jobs->turn < jobs->nr_units; jobs->turn++) {
		struct unit *unit = &jobs->units[jobs->turn];
		const json_t *row;
		size_t i;

		json_array_foreach(unit->rows, i, row)
		{
			tell_test(jobs, row);
		}
		json_array_clear(unit->rows);
		if (jobs->all.ended || unit->state != UNIT_DONE)
			return;
		if (is_last_of_file(jobs, jobs->turn))
			tell_file(jobs, unit->file);
	}
}

/* Of the file in which it ended, what there was is reported. */
static void tell_end(struct jobs *jobs)
{
	if (jobs->file.passed + jobs->file.failed + jobs->file.not_run)
		tell_file(jobs, jobs->units[jobs->turn].file);
	test_writers_end(jobs->writers, &jobs->all);
}

/* ---- all of it ---- */

static void run(struct jobs *jobs)
{
	while (jobs->turn < jobs->nr_units && !jobs->all.ended) {
		start_workers(jobs);
		listen_to_all(jobs);
		tell(jobs);
		if (test_signal())
			jobs->all.ended = "interrupted";
	}
	kill_workers(jobs);
}

static void free_units(struct jobs *jobs)
{
	for (size_t i = 0; i < jobs->nr_units; i++)
		json_decref(jobs->units[i].rows);
	free(jobs->units);
}

int test_jobs(const struct test_asked *asked, const struct test_files *files,
	      struct test_writers *writers, struct xdplab_capture *capture,
	      struct cov *cov)
{
	struct jobs jobs = {
		.asked = asked,
		.writers = writers,
		.capture = capture,
		.cov = cov,
	};

	plan(&jobs, files);
	test_writers_begin(writers, files->nr_chosen);
	run(&jobs);
	jobs.all.seconds = reading_clock() - files->begun;
	tell_end(&jobs);
	free_units(&jobs);
	if (jobs.status)
		return jobs.status;
	return jobs.all.failed ? EXIT_NO : EXIT_DONE;
}
