// SPDX-License-Identifier: LGPL-2.1-only
/*
 * fuzz - looks for packets that a program does not take well
 *
 * A packet that reached something new in the code is kept, and others are made
 * of it: so the way to what is behind several conditions is found one condition
 * after the other, and not by all of them coming true at once.
 */
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "fuzz.h"
#include "prog/code.h"

#define CLOCK_AFTER 64 /* packets */
#define TELL_NS	    (TEST_NS_PER_S / 5)
/* A finding that does not come again from a fresh state is not looked at more
 * often than that. */
#define TRIES_MAX 16
#define KNOWN_MAX 1024
#define WAYS_MAX  4096

/* What was found, or seen at least. */
struct known {
	struct fuzz_wrong wrong;
	unsigned int tries;
	bool is_found;
};

struct fuzz {
	const struct xdplab_fuzz_opts *opts;
	struct fuzz_target target;
	struct fuzz_words words;
	struct fuzz_packets corpus;
	struct fuzz_mutator mutator;
	struct xdplab_packet packet; /* that is run */
	struct known known[KNOWN_MAX];
	size_t nr_known;
	uint64_t ways[WAYS_MAX]; /* that have nothing more to tell */
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

/* ---- findings ---- */

static struct known *know(struct fuzz *fuzz, const struct fuzz_wrong *wrong)
{
	for (size_t i = 0; i < fuzz->nr_known; i++)
		if (fuzz_wrong_is(&fuzz->known[i].wrong, wrong))
			return &fuzz->known[i];
	if (fuzz->nr_known == KNOWN_MAX)
		return NULL;
	fuzz->known[fuzz->nr_known].wrong = *wrong;
	return &fuzz->known[fuzz->nr_known++];
}

static int tell_finding(struct fuzz *fuzz, const struct fuzz_wrong *wrong,
			const struct fuzz_packets *packets)
{
	const struct xdplab_packet *last = &packets->at[packets->nr - 1];
	const struct source_line *line = wrong->line;
	struct xdplab_text message = { 0 }, test = { 0 };
	char redirect[128] = "", old_redirect[128] = "";
	struct xdplab_finding finding = {
		.kind = wrong->kind,
		.packet = last->bytes.at,
		.length = last->bytes.length,
		.nr_packets = packets->nr,
		.verdict = wrong->verdict,
		.old_verdict = wrong->old_verdict,
		.redirect = redirect,
		.old_redirect = old_redirect,
		.decided_file = line ? line->file : "",
		.decided_text = line ? line->text : "",
		.decided_line = line ? line->line : 0,
	};
	int err = fuzz_test(&test, &fuzz->target, packets, wrong,
			    fuzz->state.findings + 1);

	fuzz_message(&message, &fuzz->target, wrong);
	text_end(&message);
	if (wrong->difference == FUZZ_REDIRECT) {
		fuzz_name_redirect(redirect, sizeof(redirect),
				   &fuzz->target.now);
		fuzz_name_redirect(old_redirect, sizeof(old_redirect),
				   &fuzz->target.old);
	}
	finding.message = message.bytes;
	finding.test = test.bytes;
	if (!err && message.lost)
		err = fail(-ENOMEM, "fuzz: out of memory");
	fuzz->state.findings += !err;
	if (!err && fuzz->opts->found)
		fuzz->opts->found(&finding, fuzz->opts->arg);
	xdplab_text_free(&message);
	xdplab_text_free(&test);
	return err;
}

/* With those before it, which may have to do with it. */
static int take_packets(struct fuzz_packets *packets, const struct fuzz *fuzz)
{
	const struct fuzz_packets *history = &fuzz->target.history;
	int err = 0;

	if (!history->nr || history->nr > FUZZ_HISTORY_MAX)
		return fuzz_packets_add(packets, &fuzz->packet);
	for (size_t i = 0; !err && i < history->nr; i++)
		err = fuzz_packets_add(packets, &history->at[i]);
	return err;
}

/* Made less, and told; 1 if it does not come again. */
static int look_into(struct fuzz *fuzz, struct known *known)
{
	struct fuzz_packets packets = { 0 };
	int err = take_packets(&packets, fuzz);

	if (!err)
		err = fuzz_reduce(&fuzz->target, &packets, &known->wrong);
	if (!err)
		err = tell_finding(fuzz, &known->wrong, &packets);
	known->is_found = !err;
	fuzz_packets_free(&packets);
	return err;
}

/* Something is wrong.  Where it was decided takes a while to find out, and most
 * packets go ways that others went before. */
static int look_at(struct fuzz *fuzz)
{
	uint64_t way = fuzz_target_way(&fuzz->target);
	struct fuzz_wrong wrong;
	struct known *known;
	int err;

	if (fuzz->ways[way % WAYS_MAX] == way)
		return 0;
	wrong = fuzz_target_wrong(&fuzz->target);
	known = know(fuzz, &wrong);
	if (!known || known->is_found || known->tries == TRIES_MAX) {
		fuzz->ways[way % WAYS_MAX] = way;
		return 0;
	}
	known->tries++;
	err = look_into(fuzz, known);
	fuzz->state.lost += err > 0;
	return err < 0 ? err : fuzz_target_reset(&fuzz->target);
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
		err = look_at(fuzz);
	return err;
}

static int run_other(struct fuzz *fuzz)
{
	int err = fuzz_copy(&fuzz->packet, choose(fuzz));

	err = err ?: fuzz_mutate(&fuzz->mutator, &fuzz->packet);
	return err ?: run(fuzz);
}

/* A packet to begin with is kept whatever it reaches. */
static int run_seed(const uint8_t *bytes, size_t length, void *arg)
{
	struct fuzz *fuzz = arg;
	int err;

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

/* ---- until it is over ---- */

static void tell(struct fuzz *fuzz, uint64_t now)
{
	struct xdplab_fuzz_state *state = &fuzz->state;

	fuzz->told = now;
	state->seconds = (double)(now - fuzz->begun) / TEST_NS_PER_S;
	fuzz_target_blocks(&fuzz->target, &state->blocks, &state->reached);
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

static int run_all(struct fuzz *fuzz)
{
	int err = fuzz_seeds(fuzz->target.now.tests, run_seed, fuzz);

	while (!err && goes_on(fuzz))
		err = run_other(fuzz);
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
	fuzz->begun = fuzz->told = test_now(CLOCK_MONOTONIC_COARSE);
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
