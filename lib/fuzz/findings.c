// SPDX-License-Identifier: LGPL-2.1-only
/*
 * findings - what goes wrong, each once
 *
 * What goes wrong for one reason may show in many manners: by several verdicts
 * and lines.  Of each manner packets are made less; of all of them, which are
 * one finding, the smallest are kept.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

/* What does not come again from a fresh state is not looked at more often than
 * that, nor is what may be smaller. */
#define TRIES_MAX 16
#define KNOWN_MAX 1024
#define WAYS_MAX  4096

/* Of one reason. */
struct reason {
	struct fuzz_wrong first; /* that was found of it */
	const struct source_line *cause;
	size_t nr_packets, length; /* of the smallest; 0: none was kept yet */
	size_t number;
};

/* A manner in which it shows. */
struct known {
	struct fuzz_wrong wrong;
	struct reason *reason;
	unsigned int tries;
	bool is_reduced;
};

struct fuzz_findings {
	struct fuzz_target *target;
	const struct xdplab_fuzz_opts *opts;
	struct known known[KNOWN_MAX];
	struct reason at[KNOWN_MAX];
	size_t nr_known, nr, nr_kept;
	uint64_t lost;
	uint64_t ways[WAYS_MAX]; /* that have nothing more to tell */
};

struct fuzz_findings *fuzz_findings_new(struct fuzz_target *target,
					const struct xdplab_fuzz_opts *opts)
{
	struct fuzz_findings *findings = calloc(1, sizeof(*findings));

	if (!findings) {
		fail(-ENOMEM, "fuzz: out of memory");
		return NULL;
	}
	findings->target = target;
	findings->opts = opts;
	return findings;
}

void fuzz_findings_count(const struct fuzz_findings *findings,
			 struct xdplab_fuzz_state *state)
{
	state->findings = findings->nr_kept;
	state->lost = findings->lost;
}

/* ---- what is known ---- */

static bool is_of(const struct reason *reason, const struct fuzz_wrong *wrong,
		  const struct source_line *cause)
{
	const struct fuzz_wrong *first = &reason->first;

	return first->kind == wrong->kind &&
	       first->difference == wrong->difference &&
	       !strcmp(first->field, wrong->field) &&
	       fuzz_same_line(reason->cause, cause);
}

static struct reason *reason_of(struct fuzz_findings *findings,
				const struct fuzz_wrong *wrong)
{
	const struct source_line *cause = fuzz_cause(findings->target, wrong);
	struct reason *reason = findings->at;

	for (; reason < findings->at + findings->nr; reason++)
		if (is_of(reason, wrong, cause))
			return reason;
	findings->nr++;
	*reason = (struct reason){ .first = *wrong, .cause = cause };
	return reason;
}

/* NULL: there are too many. */
static struct known *know(struct fuzz_findings *findings,
			  const struct fuzz_wrong *wrong)
{
	struct known *known = findings->known;

	for (; known < findings->known + findings->nr_known; known++)
		if (fuzz_wrong_is(&known->wrong, wrong))
			return known;
	if (findings->nr_known == KNOWN_MAX)
		return NULL;
	findings->nr_known++;
	*known = (struct known){ .wrong = *wrong,
				 .reason = reason_of(findings, wrong) };
	return known;
}

/* ---- told ---- */

static int tell(const struct fuzz_findings *findings,
		const struct fuzz_wrong *wrong,
		const struct fuzz_packets *packets, size_t number)
{
	const struct xdplab_packet *last = &packets->at[packets->nr - 1];
	const struct source_line *line = wrong->line;
	struct fuzz_target *target = findings->target;
	struct xdplab_text message = { 0 }, test = { 0 };
	char redirect[128] = "", old_redirect[128] = "";
	struct xdplab_finding finding = {
		.number = number,
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
	int err = fuzz_test(&test, target, packets, wrong, number);

	fuzz_message(&message, target, wrong);
	text_end(&message);
	if (wrong->difference == FUZZ_REDIRECT) {
		fuzz_name_redirect(redirect, sizeof(redirect), &target->now);
		fuzz_name_redirect(old_redirect, sizeof(old_redirect),
				   &target->old);
	}
	finding.message = message.bytes;
	finding.test = test.bytes;
	if (!err && message.lost)
		err = fail(-ENOMEM, "fuzz: out of memory");
	if (!err && findings->opts->found)
		findings->opts->found(&finding, findings->opts->arg);
	xdplab_text_free(&message);
	xdplab_text_free(&test);
	return err;
}

/* ---- made less ---- */

/* With those before it, which may have to do with it. */
static int take_packets(struct fuzz_packets *packets,
			const struct fuzz_target *target,
			const struct xdplab_packet *packet)
{
	const struct fuzz_packets *history = &target->history;
	int err = 0;

	if (!history->nr || history->nr > FUZZ_HISTORY_MAX)
		return fuzz_packets_add(packets, packet);
	for (size_t i = 0; !err && i < history->nr; i++)
		err = fuzz_packets_add(packets, &history->at[i]);
	return err;
}

static size_t length_of(const struct fuzz_packets *packets)
{
	size_t length = 0;

	for (size_t i = 0; i < packets->nr; i++)
		length += packets->at[i].bytes.length;
	return length;
}

static bool is_less(const struct fuzz_packets *packets,
		    const struct reason *than)
{
	if (!than->nr_packets || packets->nr != than->nr_packets)
		return !than->nr_packets || packets->nr < than->nr_packets;
	return length_of(packets) < than->length;
}

static int keep(struct fuzz_findings *findings, struct reason *reason,
		const struct fuzz_wrong *wrong,
		const struct fuzz_packets *packets)
{
	size_t number = reason->number ?: findings->nr_kept + 1;
	int err = tell(findings, wrong, packets, number);

	if (err)
		return err;
	findings->nr_kept += !reason->number;
	reason->number = number;
	reason->nr_packets = packets->nr;
	reason->length = length_of(packets);
	return 0;
}

/* 1 if it does not come again. */
static int reduce(struct fuzz_findings *findings, struct known *known,
		  const struct xdplab_packet *packet)
{
	struct fuzz_packets packets = { 0 };
	int err = take_packets(&packets, findings->target, packet);

	if (!err)
		err = fuzz_reduce(findings->target, &packets, &known->wrong);
	if (!err && is_less(&packets, known->reason))
		err = keep(findings, known->reason, &known->wrong, &packets);
	known->is_reduced |= !err;
	fuzz_packets_free(&packets);
	return err;
}

/* That takes a while: in a manner that is known already it may be of use where
 * a packet is shorter than those kept as it comes. */
static bool is_worth_it(const struct known *known,
			const struct xdplab_packet *packet)
{
	const struct reason *reason = known->reason;

	if (known->tries == TRIES_MAX)
		return false;
	return !known->is_reduced ||
	       packet->bytes.length * reason->nr_packets < reason->length;
}

/* Where it was decided takes a while to find out, too, and most packets go ways
 * that others went before. */
int fuzz_look_at(struct fuzz_findings *findings,
		 const struct xdplab_packet *packet)
{
	uint64_t *way, this = fuzz_target_way(findings->target);
	struct fuzz_wrong wrong;
	struct known *known;
	int err;

	way = &findings->ways[this % WAYS_MAX];
	if (*way == this)
		return 0;
	wrong = fuzz_target_wrong(findings->target);
	known = know(findings, &wrong);
	if (!known || !is_worth_it(known, packet)) {
		*way = this;
		return 0;
	}
	known->tries++;
	err = reduce(findings, known, packet);
	findings->lost += err > 0;
	return err < 0 ? err : fuzz_target_reset(findings->target);
}
