// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz - xdplab test --fuzz: packets that a program does not take well,
 * as a file of tests
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "out.h"
#include "fuzz.h"
#include "test.h"

/* Options of the command that go with it. */
#define TAKEN " fuzz against runs keep prog-name program seed "

struct fuzzing {
	const struct args *args;
	const char *path; /* the operand */
	struct xdplab_fuzz_opts opts;
	struct xdplab_tests *tests;
	json_t *mistakes; /* in its file, that have been said */
	const char *keep; /* the file of findings */
	char *own_keep;
	int fd;
	char *head, **findings; /* what is in it, one text each */
	size_t nr_findings;
	int lost;	   /* why it could not be written, errno */
	struct out *out;   /* JSON, or NULL */
	bool draws, drawn; /* a line of progress, that is there */
};

/* ---- progress ---- */

static void draw(const struct fuzzing *fuzzing,
		 const struct xdplab_fuzz_state *state)
{
	double seconds = state->seconds > 0 ? state->seconds : 1;

	fprintf(stderr,
		"\r%.0f of %g s, %llu packets, %.0f a second, %zu kept, "
		"%zu of %zu blocks reached, %zu finding%s\033[K",
		state->seconds, fuzzing->opts.seconds,
		(unsigned long long)state->runs, state->runs / seconds,
		state->kept, state->reached, state->blocks, state->findings,
		state->findings == 1 ? "" : "s");
}

static bool progress(const struct xdplab_fuzz_state *state, void *arg)
{
	struct fuzzing *fuzzing = arg;

	if (fuzzing->draws)
		draw(fuzzing, state);
	fuzzing->drawn |= fuzzing->draws;
	return !test_signal() && !fuzzing->lost;
}

static void undraw(struct fuzzing *fuzzing)
{
	if (fuzzing->drawn)
		fputs("\r\033[K", stderr);
	fuzzing->drawn = false;
}

/* ---- findings ---- */

static void write_text(struct fuzzing *fuzzing, const char *text)
{
	size_t length = strlen(text);

	while (length && !fuzzing->lost) {
		ssize_t nr = write(fuzzing->fd, text, length);

		if (nr < 0)
			fuzzing->lost = errno;
		text += nr > 0 ? nr : 0;
		length -= nr > 0 ? nr : 0;
	}
}

/* All anew, for one may have become smaller. */
static void write_file(struct fuzzing *fuzzing)
{
	if (ftruncate(fuzzing->fd, 0) || lseek(fuzzing->fd, 0, SEEK_SET))
		fuzzing->lost = errno;
	write_text(fuzzing, fuzzing->head);
	for (size_t i = 0; i < fuzzing->nr_findings; i++) {
		write_text(fuzzing, "\n");
		write_text(fuzzing, fuzzing->findings[i]);
	}
}

static void keep(struct fuzzing *fuzzing, const struct xdplab_finding *finding)
{
	size_t nr = finding->number;

	if (nr > fuzzing->nr_findings) {
		fuzzing->findings = test_memory(
			reallocarray(fuzzing->findings, nr, sizeof(char *)));
		fuzzing->findings[nr - 1] = NULL;
		fuzzing->nr_findings = nr;
	}
	free(fuzzing->findings[nr - 1]);
	fuzzing->findings[nr - 1] = test_memory(strdup(finding->test));
}

static void print_finding(const struct fuzzing *fuzzing,
			  const struct xdplab_finding *finding)
{
	json_t *row = json_object();

	row_set_text(row, "kind", "finding");
	row_set_text(row, "file", fuzzing->path);
	row_set_number(row, "number", finding->number);
	row_set_text(row, "finding", xdplab_finding_name(finding->kind));
	row_set_text(row, "message", finding->message);
	row_set_text(row, "verdict", xdplab_verdict_name(finding->verdict));
	if (finding->kind == XDPLAB_FINDING_DIFFERENT)
		row_set_text(row, "old_verdict",
			     xdplab_verdict_name(finding->old_verdict));
	if (*finding->redirect) {
		row_set_text(row, "redirect", finding->redirect);
		row_set_text(row, "old_redirect", finding->old_redirect);
	}
	row_set_text(row, "decided_file", finding->decided_file);
	if (finding->decided_line)
		row_set_number(row, "decided_line", finding->decided_line);
	row_set_text(row, "decided_text",
		     finding->decided_text +
			     strspn(finding->decided_text, " \t"));
	row_set_text(row, "test", finding->test);
	row_set_text(row, "kept", fuzzing->keep);
	out_row(fuzzing->out, row);
}

static void found(const struct xdplab_finding *finding, void *arg)
{
	struct fuzzing *fuzzing = arg;

	keep(fuzzing, finding);
	write_file(fuzzing);
	undraw(fuzzing);
	if (fuzzing->out) {
		print_finding(fuzzing, finding);
		return;
	}
	printf("%s", finding->test);
	putchar('\n');
	fflush(stdout);
}

/* ---- the file of findings ---- */

/* NAME.fuzz.test, here, of whatever NAME.test or NAME.bpf.o is. */
static char *own_name(const char *path)
{
	static const char *const ends[] = { ".test", ".o", ".bpf" };
	const char *slash = strrchr(path, '/'),
		   *name = slash ? slash + 1 : path;
	size_t length = strlen(name);
	char *own;

	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		size_t end = strlen(ends[i]);

		if (length > end && !strncmp(name + length - end, ends[i], end))
			length -= end;
	}
	if (asprintf(&own, "%.*s.fuzz.test", (int)length, name) < 0)
		own = NULL;
	return need_memory(own);
}

static int open_file(struct fuzzing *fuzzing)
{
	fuzzing->fd = open(fuzzing->keep,
			   O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			   0644);
	if (fuzzing->fd >= 0)
		return EXIT_DONE;
	say(fuzzing->args, "%s: %s%s", fuzzing->keep, strerror(errno),
	    errno == EEXIST ? ", and is not overwritten: --keep names another"
			    : "");
	return EXIT_FAILED;
}

static int make_head(struct fuzzing *fuzzing)
{
	char *copy = need_memory(strdup(fuzzing->keep)), line[128];
	char *slash = strrchr(copy, '/');
	const char *directory = slash ? copy : ".";
	char *whole;
	struct xdplab_text head = { 0 };
	int err;

	if (slash)
		slash[slash == copy] = '\0';
	whole = realpath(directory, NULL);
	snprintf(line, sizeof(line),
		 "# Found by xdplab test --fuzz, seed %llu.\n\n",
		 (unsigned long long)fuzzing->opts.seed);
	xdplab_text_add(&head, line);
	err = whole ? xdplab_tests_head(fuzzing->tests, whole, &head) : -errno;
	if (!err)
		fuzzing->head = test_memory(strdup(head.bytes));
	free(copy);
	free(whole);
	xdplab_text_free(&head);
	return err ? say_failure(fuzzing->args, err) : EXIT_DONE;
}

/* ---- the end ---- */

static void print_end(const struct fuzzing *fuzzing,
		      const struct xdplab_fuzz_state *state)
{
	json_t *row = json_object();

	row_set_text(row, "kind", "fuzz");
	row_set_text(row, "file", fuzzing->path);
	row_set_number(row, "seed", fuzzing->opts.seed);
	row_set_number(row, "packets", state->runs);
	row_set(row, "seconds", json_real(state->seconds));
	row_set_number(row, "packets_kept", state->kept);
	row_set_number(row, "blocks", state->blocks);
	row_set_number(row, "blocks_reached", state->reached);
	row_set_number(row, "findings", state->findings);
	row_set_number(row, "not_again", state->lost);
	if (state->findings)
		row_set_text(row, "kept", fuzzing->keep);
	out_row(fuzzing->out, row);
}

static void tell_end(const struct fuzzing *fuzzing,
		     const struct xdplab_fuzz_state *state)
{
	double seconds = state->seconds > 0 ? state->seconds : 1;

	if (fuzzing->out) {
		print_end(fuzzing, state);
		return;
	}
	printf("%s: %llu packets in %.1f s, %.0f a second, seed %llu; %zu of "
	       "%zu blocks reached; ",
	       fuzzing->path, (unsigned long long)state->runs, state->seconds,
	       state->runs / seconds, (unsigned long long)fuzzing->opts.seed,
	       state->reached, state->blocks);
	if (state->findings)
		printf("%zu finding%s in %s\n", state->findings,
		       state->findings > 1 ? "s" : "", fuzzing->keep);
	else
		printf("nothing found\n");
	if (state->lost)
		printf("%llu packets did not do it again from a fresh "
		       "state, and are not kept\n",
		       (unsigned long long)state->lost);
}

/* ---- one operand ---- */

static int read_tests(struct fuzzing *fuzzing)
{
	const struct args *args = fuzzing->args;
	struct xdplab_tests_opts opts = {
		.sz = sizeof(opts),
		.mistake = test_say_mistake,
		.arg = fuzzing->mistakes,
		.seed = fuzzing->opts.seed,
		.program = args_value(args, "program"),
	};
	int err;

	if (test_is_file_name(fuzzing->path)) {
		err = xdplab_tests_read(&fuzzing->tests, fuzzing->path, &opts);
	} else {
		opts.mistake = NULL;
		err = xdplab_tests_of_program(&fuzzing->tests, fuzzing->path,
					      args_value(args, "prog-name"),
					      &opts);
	}
	if (!err)
		return EXIT_DONE;
	return json_array_size(fuzzing->mistakes) ? EXIT_USAGE
						  : say_failure(args, err);
}

static int fuzz(struct fuzzing *fuzzing)
{
	struct xdplab_fuzz_state state = { 0 };
	int status = make_head(fuzzing), err;

	if (status)
		return status;
	err = xdplab_fuzz(fuzzing->tests, &fuzzing->opts, &state);
	undraw(fuzzing);
	if (err)
		status = json_array_size(fuzzing->mistakes)
				 ? EXIT_USAGE
				 : say_failure(fuzzing->args, err);
	else
		tell_end(fuzzing, &state);
	if (fuzzing->lost)
		say(fuzzing->args, "%s: %s", fuzzing->keep,
		    strerror(fuzzing->lost));
	if (status || fuzzing->lost)
		return status ?: EXIT_FAILED;
	return state.findings ? EXIT_NO : EXIT_DONE;
}

static int fuzz_operand(const struct fuzzing *of_all, const char *path)
{
	struct fuzzing fuzzing = *of_all;
	int status;

	fuzzing.path = path;
	fuzzing.opts.arg = &fuzzing;
	fuzzing.mistakes = need_memory(json_array());
	fuzzing.own_keep = own_name(path);
	fuzzing.keep = fuzzing.keep ?: fuzzing.own_keep;
	status = read_tests(&fuzzing);
	if (!status)
		status = open_file(&fuzzing);
	if (!status)
		status = fuzz(&fuzzing);
	if (fuzzing.fd >= 0) {
		close(fuzzing.fd);
		if (!fuzzing.nr_findings)
			unlink(fuzzing.keep);
	}
	for (size_t i = 0; i < fuzzing.nr_findings; i++)
		free(fuzzing.findings[i]);
	free(fuzzing.findings);
	free(fuzzing.head);
	xdplab_tests_free(fuzzing.tests);
	json_decref(fuzzing.mistakes);
	free(fuzzing.own_keep);
	return status;
}

/* ---- all of them ---- */

static int read_options(struct fuzzing *fuzzing)
{
	const struct args *args = fuzzing->args;
	struct xdplab_fuzz_opts *opts = &fuzzing->opts;
	int status = options_of_verb(args, "--fuzz", TAKEN);

	if (!status)
		status = args_seconds(args, "fuzz", 0.1, 1e9, &opts->seconds);

	opts->against = args_value(args, "against");
	fuzzing->keep = args_value(args, "keep");
	if (!status)
		status = args_number(args, "runs", 1, UINT64_MAX, &opts->runs);
	if (!status)
		status = args_number(args, "seed", 1, UINT64_MAX, &opts->seed);
	if (!status && fuzzing->keep && args->nr_operands > 1)
		status = say_usage(args, "--keep names one file, and there "
					 "are several operands");
	return status;
}

static int fuzz_all(struct fuzzing *fuzzing)
{
	const struct args *args = fuzzing->args;
	int status = EXIT_DONE;

	for (int i = 0; i < args->nr_operands && !test_signal(); i++) {
		int one = fuzz_operand(fuzzing, args_operand(args, i));

		if (!status || (status == EXIT_NO && one))
			status = one;
	}
	return status;
}

int test_fuzz(const struct args *args)
{
	static const struct out_column no_columns[] = { { 0 } };
	struct fuzzing fuzzing = {
		.args = args,
		.opts = { .sz = sizeof(fuzzing.opts),
			  .progress = progress,
			  .found = found },
		.fd = -1,
	};
	const char *term = getenv("TERM");
	int status;

	fuzzing.opts.seed = 1;
	status = read_options(&fuzzing);
	if (status)
		return status;
	if (args_count(args, "json"))
		fuzzing.out = out_open(true, OUT_STREAM, no_columns);
	fuzzing.draws = term && strcmp(term, "dumb") && isatty(STDERR_FILENO);
	test_signals_hold();
	status = fuzz_all(&fuzzing);
	test_signals_release();
	if (fuzzing.out)
		out_close(fuzzing.out);
	return status;
}
