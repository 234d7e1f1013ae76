/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * test.h - what the files of `xdplab test` know of each other
 *
 * Tests are run by processes, workers, so that a crash is the failure of one
 * test.  What a worker has to tell is a JSON object a line: worker.c
 * makes these rows, jobs.c reads them and hands them, in the order of the
 * files, to whatever prints them: plain.c, tap.c, junit.c and
 * json.c.
 */
#ifndef CLI_TEST_H
#define CLI_TEST_H

#include <poll.h>
#include <stdio.h>
#include <jansson.h>

#include <xdplab.h>

#include "cmd.h"
#include "memory.h"
#include "progress.h"

/* What was asked for on the command line. */
struct test_asked {
	const struct args *args;
	const char *only;    /* NULL: all tests */
	const char *program; /* NULL: those that the files name */
	uint64_t seed;	     /* 0: each file has one of its own */
	uint64_t jobs;
	double timeout; /* seconds */
	bool exit_first, coverage;
	const char *save; /* directory of the packets of failed tests */
	/* Files that are written, or NULL. */
	const char *junit, *out, *cov_html, *cov_lcov;
};

/* ---- files.c: test files ---- */

struct test_file {
	char *path;
	unsigned int line; /* of the one test that is meant; 0: all are */
	struct xdplab_tests *tests;
	json_t *wrong;	/* what has been said of it, a row for each */
	size_t *chosen; /* which of the tests are asked for */
	size_t nr_chosen;
};

struct test_files {
	struct test_file *at;
	size_t nr;
	size_t nr_chosen; /* tests, of all files */
	double begun;	  /* when they were read, by reading_clock() */
	int status;	  /* an exit status: EXIT_DONE, or nothing can be run */
	json_t *wrong;	  /* why, as far as no file is to blame; as in a file */
};

/* Reads the files that are named, and those in the directories that are; all
 * that is wrong is said, and kept. */
void test_files_read(struct test_files *files, const struct test_asked *asked);
void test_files_free(struct test_files *files);
/* Whether a file of that name is one of tests, "NAME.test". */
bool test_is_file_name(const char *name);
/* Where a path leads from here, if that is shorter. */
const char *test_near_path(const char *path);

/* ---- wrong.c ---- */

/* Says an error as a compiler does, and appends its row to `arg`, an array. */
void test_say_mistake(const struct xdplab_mistake *mistake, void *arg);
/* Appends the row of what is wrong with a file as a whole, or, if it is "",
 * with what was asked for. */
void test_keep_error(json_t *wrong, const char *file, const char *message);
/* The first of such rows, in a line: "FILE:LINE:COLUMN: MESSAGE". */
void test_first_wrong(const json_t *wrong, char *line, size_t size);

/* ---- row.c: rows ---- */

/* Of a test that has been run; `capture` is where its packets are, or "". */
json_t *test_row(const struct test_asked *asked, const struct test_file *file,
		 size_t index, const struct xdplab_test_result *result,
		 const char *capture);
/* Of one that was not run to its end, nor told anything. */
json_t *test_row_error(const struct test_asked *asked,
		       const struct test_file *file, size_t index,
		       const char *error);
/* Of one whose file could not be loaded. */
json_t *test_row_not_run(const struct test_file *file, size_t index,
			 const char *why);

/* A member of a row; "" and 0 for one that is not there. */
const char *row_text(const json_t *row, const char *key);
uint64_t row_number(const json_t *row, const char *key);
bool row_passed(const json_t *row);
/* Why it did not, in short. */
const char *row_message(const json_t *row);
/* Sets it; memory that runs out ends the process.  A text that is NULL or ""
 * is left out. */
void row_set(json_t *row, const char *key, json_t *value);
void row_set_text(json_t *row, const char *key, const char *text);
void row_set_number(json_t *row, const char *key, uint64_t number);

/* ---- again.c ---- */

/* Appends the command line that runs this test once more. */
void test_again(struct xdplab_text *line, const struct test_asked *asked,
		const struct test_file *file, const struct xdplab_test *test);
/* Appends an argument, as a shell takes it. */
void test_again_word(struct xdplab_text *line, const char *word);

/* ---- shown.c ---- */

/* Tells all that is known of a test that failed, for people, each line after
 * `indent`; with `colour`, in colours. */
void test_failure_print(FILE *file, const json_t *row, const char *indent,
			bool colour);

/* ---- what prints rows ---- */

struct test_sum {
	size_t passed, failed, not_run;
	double seconds;
	const char *ended; /* why before its end; NULL: it was not */
};

struct test_writer {
	const struct test_output *output;
	FILE *file;
	bool verbose;
	/* The form's own. */
	size_t number, total;
	struct progress progress;
	struct out *out;
	FILE *cases; /* of a file, into `text` */
	char *text;
	size_t length;
};

/* A form in which results are printed. */
struct test_output {
	void (*begin)(struct test_writer *writer, size_t nr_tests);
	void (*test)(struct test_writer *writer, const json_t *row);
	/* All tests of a file have been told; may be NULL. */
	void (*file)(struct test_writer *writer, const char *path,
		     const struct test_sum *sum);
	/* Nothing is run, as these rows say of a file, or of "xdplab test";
	 * NULL: it is enough that they are said on stderr. */
	void (*wrong)(struct test_writer *writer, const char *path,
		      const json_t *rows);
	void (*end)(struct test_writer *writer, const struct test_sum *sum);
};

extern const struct test_output test_plain, test_tap, test_junit, test_json;

#define TEST_WRITERS_MAX 2 /* to a file, and to stdout */

struct test_writers {
	struct test_writer at[TEST_WRITERS_MAX];
	size_t nr;
};

void test_writers_begin(struct test_writers *writers, size_t nr_tests);
void test_writers_test(struct test_writers *writers, const json_t *row);
void test_writers_file(struct test_writers *writers, const char *path,
		       const struct test_sum *sum);
void test_writers_end(struct test_writers *writers, const struct test_sum *sum);
/* Tells why nothing is run, and nothing else. */
void test_writers_wrong(struct test_writers *writers,
			const struct test_files *files);

/* ---- worker.c, jobs.c ---- */

/*
 * Loads the file, runs those of its chosen tests that are in first..end, and
 * writes rows to `fd`, a line each.  Their `kind` is "loaded" or "not-loaded",
 * "test", "coverage", and "end" when all has been reported.
 */
void test_worker(const struct test_asked *asked, const struct test_file *file,
		 size_t first, size_t end, int fd,
		 struct xdplab_capture *capture);

struct cov;

/* Runs all chosen tests in workers, and tells what became of them; `capture`
 * and `cov` may be NULL.  An exit status. */
int test_jobs(const struct test_asked *asked, const struct test_files *files,
	      struct test_writers *writers, struct xdplab_capture *capture,
	      struct cov *cov);

/* ---- list.c ---- */

int test_list(const struct test_asked *asked, const struct test_files *files);

/* ---- watch.c ---- */

typedef int (*test_run_fn)(const struct test_asked *asked,
			   const struct test_files *files);

/* Runs the tests at once, and again when what is tested has changed, each time
 * after the shell's `command`, if that is not NULL.  Until a signal comes; an
 * exit status. */
int test_watch(const struct test_asked *asked, const char *command,
	       test_run_fn run);

/* ---- signal.c ---- */

/* From here on signals that end a process come in test_wait() only. */
void test_signals_hold(void);
/* As it was before: at the end, and for a process that was forked. */
void test_signals_release(void);
/* poll(), for that many seconds, or without end if they are negative; 0 also
 * when a signal has come. */
int test_wait(struct pollfd *fds, size_t nr, double seconds);
/* The signal that has come, or 0. */
int test_signal(void);

#endif
