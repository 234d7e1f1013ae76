// SPDX-License-Identifier: LGPL-2.1-only
/*
 * fuzz - looks for packets that a program does not take well
 *
 * A packet that reached something new in the code is kept, and others are made
 * of it: so the way to what is after several conditions is found one condition
 * after the other, and not by all of them coming true at once.
 */
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "fuzz.h"
#include "prog/code.h"

#define CLOCK_AFTER 64 /* packets */
#define TELL_NS	    (TEST_NS_PER_S / 5)

struct fuzz {
	const struct xdplab_fuzz_opts *opts;
	struct fuzz_target target;
	struct fuzz_words words;
	struct fuzz_packets corpus;
	struct fuzz_mutator mutator;
	struct xdplab_packet packet; /* that is run */
	struct fuzz_findings *findings;
	struct xdplab_fuzz_state state;
	uint64_t begun, told; /* by the clock */
	bool is_over;
};

/* ---- packets that are kept ---- */

/* The packet that was run, with its layers as they are in its bytes. */
static int keep(struct fuzz *fuzz)
{
	int err = packet_find_layers(&fuzz->packet);

	if (err)
		return err;
	fuzz->state.kept++;
	return fuzz_packets_add(&fuzz->corpus, &fuzz->packet);
}

/* The later it was kept, the more often: it has led where not all has been
 * tried. */
static const struct xdplab_packet *choose(struct fuzz *fuzz)
{
	uint64_t *chance = &fuzz->mutator.chance;
	size_t back = fuzz->corpus.nr;

	if (fuzz->opts->unguided)
		return &fuzz->corpus.at[fuzz_below(chance, back)];
	for (int i = 0; i < 3; i++)
		back = 1 + fuzz_below(chance, back);
	return &fuzz->corpus.at[fuzz->corpus.nr - back];
}

/* ---- runs ---- */

/* Runs fuzz->packet; what it tells is of use to those that come after it. */
static int run(struct fuzz *fuzz)
{
	enum fuzz_difference difference;
	int err = fuzz_target_run(&fuzz->target, &fuzz->packet);

	fuzz->state.runs++;
	if (err)
		return err < 0 ? err : 0;
	if (fuzz_target_learn(&fuzz->target) && !fuzz->opts->unguided)
		err = keep(fuzz);
	if (!err && fuzz_target_kind(&fuzz->target, &difference))
		err = fuzz_look_at(fuzz->findings, &fuzz->packet);
	return err;
}

static int run_other(struct fuzz *fuzz)
{
	int err = fuzz_copy(&fuzz->packet, choose(fuzz));

	err = err ?: fuzz_mutate(&fuzz->mutator, &fuzz->packet);
	return err ?: run(fuzz);
}

/* ---- until it is over ---- */

static void tell(struct fuzz *fuzz, uint64_t now)
{
	struct xdplab_fuzz_state *state = &fuzz->state;

	fuzz->told = now;
	state->seconds = (double)(now - fuzz->begun) / TEST_NS_PER_S;
	fuzz_target_blocks(&fuzz->target, &state->blocks, &state->reached);
	fuzz_findings_count(fuzz->findings, state);
	if (fuzz->opts->progress &&
	    !fuzz->opts->progress(state, fuzz->opts->arg))
		fuzz->is_over = true;
}

static bool goes_on(struct fuzz *fuzz)
{
	const struct xdplab_fuzz_opts *opts = fuzz->opts;
	uint64_t now;

	if (opts->runs && fuzz->state.runs >= opts->runs)
		return false;
	if (fuzz->state.runs % CLOCK_AFTER)
		return true;
	now = test_now(CLOCK_MONOTONIC_COARSE);
	if (opts->seconds > 0 &&
	    (double)(now - fuzz->begun) >= opts->seconds * TEST_NS_PER_S)
		return false;
	if (now - fuzz->told >= TELL_NS)
		tell(fuzz, now);
	return !fuzz->is_over;
}

/* A packet to begin with is kept whatever it reaches; 1 if it is over. */
static int run_seed(const uint8_t *bytes, size_t length, void *arg)
{
	struct fuzz *fuzz = arg;
	int err;

	if (!goes_on(fuzz))
		return 1;
	if (length > fuzz->target.longest_sent)
		length = fuzz->target.longest_sent;
	fuzz->packet.bytes.length = 0;
	err = packet_bytes_add(&fuzz->packet.bytes, bytes, NULL, length);
	if (!err && length < FUZZ_SHORTEST)
		err = packet_bytes_add(&fuzz->packet.bytes, NULL, NULL,
				       FUZZ_SHORTEST - length);
	err = err ?: keep(fuzz);
	return err ?: run(fuzz);
}

static int run_all(struct fuzz *fuzz)
{
	int err = fuzz_seeds(fuzz->target.now.tests, run_seed, fuzz);

	while (!err && goes_on(fuzz))
		err = run_other(fuzz);
	if (err > 0)
		err = 0;
	tell(fuzz, test_now(CLOCK_MONOTONIC_COARSE));
	return err;
}

static int find_words(struct fuzz *fuzz, const struct test_run *run)
{
	int err = 0;

	for (size_t i = 0; !err && i < run->chain.nr; i++)
		err = fuzz_words_add(&fuzz->words, run->chain.stages[i].code);
	return err ?: fuzz_words_add_maps(&fuzz->words, run->maps);
}

static int begin(struct fuzz *fuzz, struct xdplab_tests *tests)
{
	const struct xdplab_tests *old;
	int err = fuzz_target_open(&fuzz->target, tests, fuzz->opts->against);

	old = fuzz->target.old.tests;
	if (!err && !fuzz->opts->unguided)
		err = find_words(fuzz, tests->run);
	if (!err && !fuzz->opts->unguided && old)
		err = find_words(fuzz, old->run);
	fuzz->mutator = (struct fuzz_mutator){
		.chance = fuzz->opts->seed,
		.words = &fuzz->words,
		.donors = &fuzz->corpus,
		.longest = fuzz->target.longest_sent,
	};
	fuzz->findings = fuzz_findings_new(&fuzz->target, fuzz->opts);
	fuzz->begun = fuzz->told = test_now(CLOCK_MONOTONIC_COARSE);
	if (!err && !fuzz->findings)
		err = -ENOMEM;
	return err;
}

static void end(struct fuzz *fuzz)
{
	struct error why;

	error_keep(&why);
	fuzz_target_close(&fuzz->target);
	error_restore(&why);
	fuzz_packets_free(&fuzz->corpus);
	free(fuzz->words.at);
	free(fuzz->findings);
	packet_bytes_free(&fuzz->packet.bytes);
	free(fuzz->packet.layers);
	free(fuzz);
}

int xdplab_fuzz(struct xdplab_tests *tests, const struct xdplab_fuzz_opts *opts,
		struct xdplab_fuzz_state *state)
{
	struct fuzz *fuzz;
	cpu_set_t cpus;
	int err = OPTS_DEFECT(opts);
	bool held;

	if (err)
		return err;
	fuzz = calloc(1, sizeof(*fuzz));
	if (!fuzz)
		return fail(-ENOMEM, "fuzz: out of memory");
	fuzz->opts = opts;
	held = test_hold_cpu(-1, &cpus);
	err = begin(fuzz, tests);
	if (!err)
		err = run_all(fuzz);
	*state = fuzz->state;
	end(fuzz);
	test_leave_cpu(&cpus, held);
	return err;
}
