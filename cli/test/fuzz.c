// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz - xdplab test --fuzz: packets that a program does not take well,
 * as a test file
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "out.h"
#include "fuzz.h"
#include "kept.h"
#include "test.h"

/* Options of the command that go with it. */
#define TAKEN " fuzz against runs keep prog-name program seed "

struct fuzzing {
	const struct args *args;
	const char *path; /* the operand */
	struct xdplab_fuzz_opts opts;
	struct xdplab_tests *tests;
	json_t *mistakes; /* in its file, that have been said */
	struct kept kept;
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
	return !test_signal() && !fuzzing->kept.lost;
}

static void undraw(struct fuzzing *fuzzing)
{
	if (fuzzing->drawn)
		fputs("\r\033[K", stderr);
	fuzzing->drawn = false;
}

/* ---- findings ---- */

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
	row_set_text(row, "kept", fuzzing->kept.path);
	out_row(fuzzing->out, row);
}

static void found(const struct xdplab_finding *finding, void *arg)
{
	struct fuzzing *fuzzing = arg;

	kept_add(&fuzzing->kept, finding);
	undraw(fuzzing);
	if (fuzzing->out) {
		print_finding(fuzzing, finding);
		return;
	}
	printf("%s", finding->test);
	putchar('\n');
	fflush(stdout);
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
		row_set_text(row, "kept", fuzzing->kept.path);
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
		       state->findings > 1 ? "s" : "", fuzzing->kept.path);
	else
		printf("nothing found\n");
	if (state->lost)
		printf("%llu packets were not reproducible from a fresh state "
		       "and are not kept\n",
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
	int err = xdplab_fuzz(fuzzing->tests, &fuzzing->opts, &state);
	int status = EXIT_DONE;

	undraw(fuzzing);
	if (err)
		status = json_array_size(fuzzing->mistakes)
				 ? EXIT_USAGE
				 : say_failure(fuzzing->args, err);
	else
		tell_end(fuzzing, &state);
	if (fuzzing->kept.lost)
		say(fuzzing->args, "%s: %s", fuzzing->kept.path,
		    strerror(fuzzing->kept.lost));
	if (status || fuzzing->kept.lost)
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
	kept_name(&fuzzing.kept, args_value(fuzzing.args, "keep"), path);
	status = read_tests(&fuzzing);
	if (!status)
		status = kept_open(&fuzzing.kept, fuzzing.args, fuzzing.tests,
				   fuzzing.opts.seed);
	if (!status)
		status = fuzz(&fuzzing);
	kept_close(&fuzzing.kept);
	xdplab_tests_free(fuzzing.tests);
	json_decref(fuzzing.mistakes);
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
	if (!status)
		status = args_number(args, "runs", 1, UINT64_MAX, &opts->runs);
	if (!status)
		status = args_number(args, "seed", 1, UINT64_MAX, &opts->seed);
	if (!status && args_value(args, "keep") && args->nr_operands > 1)
		status = say_usage(args, "--keep takes one file, but several "
					 "operands are given");
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
