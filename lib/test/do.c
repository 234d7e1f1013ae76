// SPDX-License-Identifier: LGPL-2.1-only
/*
 * do - does the steps of a test, one after the other
 *
 * What is expected of a packet follows the step that sends it, and all of that
 * is checked.  A test ends with the first packets of which something did not
 * hold: what comes after them is about a state that was not to be.
 */
#include <errno.h>
#include <time.h>

#include "run.h"

#define TIMEOUT_DEFAULT (10 * TEST_NS_PER_S)

uint64_t test_now(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return (uint64_t)time.tv_sec * TEST_NS_PER_S + time.tv_nsec;
}

/* By a clock that is read in a moment, and exact enough to end a test.  The
 * verifier has seen to it that a single packet comes to an end. */
static int check_time(const struct test_running *r)
{
	uint64_t limit = r->context->timeout_ns ?: TIMEOUT_DEFAULT;

	if (test_now(CLOCK_MONOTONIC_COARSE) < r->began + limit)
		return 0;
	return fail(-ETIMEDOUT, "timed out after %.3g s",
		    (double)limit / TEST_NS_PER_S);
}

/* ---- what came true ---- */

/* Of the expectations those of one kind; what does not hold is added to the
 * result. */
static int check(struct test_running *r, const struct test_step *steps,
		 size_t nr, const struct test_sent *sent,
		 bool (*is_of)(enum test_what what), test_expect_fn *expect)
{
	int came = 1;

	for (size_t i = 0; came >= 0 && i < nr; i++) {
		struct test_failure failure = { 0 };

		if (!is_of(steps[i].what))
			continue;
		came = expect(&steps[i], sent, &failure);
		if (!came)
			came = test_result_add(r->result, &steps[i], &failure);
		else
			test_failure_clear(&failure);
	}
	return came < 0 ? came : 0;
}

static int check_packet(struct test_running *r, const struct test_step *steps,
			size_t nr, const struct test_sent *sent)
{
	return check(r, steps, nr, sent, test_is_of_packet, test_expect_packet);
}

static int check_send(struct test_running *r, const struct test_step *steps,
		      size_t nr, const struct test_sent *sent)
{
	return check(r, steps, nr, sent, test_is_of_send, test_expect_send);
}

/* ---- a send ---- */

static struct xdplab_test_packet shown_packet(const struct test_running *r,
					      const struct test_io *io)
{
	return (struct xdplab_test_packet){
		.test = &r->test->shown,
		.number = r->result->shown.nr_packets - 1,
		.verdict = io->verdict,
		.sent = io->sent,
		.sent_length = io->sent_length,
		.got = io->got,
		.got_length = io->got_length,
	};
}

static void count_packet(struct test_running *r, struct test_sent *sent)
{
	size_t last = ARRAY_SIZE(sent->verdicts) - 1;
	struct xdplab_test_packet packet;

	r->result->shown.nr_packets++;
	sent->nr++;
	sent->verdicts[sent->io.verdict < last ? sent->io.verdict : last]++;
	if (!r->run->packet || r->run->again)
		return;
	packet = shown_packet(r, &sent->io);
	r->run->packet(&packet, r->run->packet_arg);
}

static int keep_packet(struct test_running *r, const struct test_step *step,
		       const struct test_io *io)
{
	struct xdplab_test_packet packet = shown_packet(r, io);
	int err = test_result_packet(r->result, &packet, step->variables);

	if (!err)
		test_result_decided(r->result, test_built_decided(r->run->now));
	return err;
}

static bool any_is(const struct test_step *steps, size_t nr,
		   bool (*is)(enum test_what what))
{
	for (size_t i = 0; i < nr; i++)
		if (is(steps[i].what))
			return true;
	return false;
}

/* After one that did not do, the others are sent only for what they do to
 * maps. */
static int send_all(struct test_running *r, const struct test_step *step,
		    const struct test_step *expected, size_t nr,
		    struct test_sent *sent)
{
	bool keeps = any_is(expected, nr, test_is_of_maps);
	bool reads = any_is(expected, nr, test_is_of_printk);
	struct test_sending sending;
	int err;

	err = test_sending_begin(&sending, &step->send, r->context);
	if (err)
		return err;
	while ((err = test_sending_next(&sending, r->run, &sent->io)) == 1) {
		count_packet(r, sent);
		err = test_maps_collect(r->run->maps, keeps);
		if (!err && reads)
			err = test_printk_collect(r->run->printk);
		err = err ?: check_time(r);
		if (!err && !r->result->nr) {
			err = check_packet(r, expected, nr, sent);
			if (!err && r->result->nr)
				err = keep_packet(r, step, &sent->io);
		}
		if (err)
			break;
	}
	test_sending_end(&sending);
	return err;
}

static int before_send(struct test_running *r, const struct test_step *expected,
		       size_t nr)
{
	int err = test_maps_before(r->run->maps, expected, nr);

	if (!err && any_is(expected, nr, test_is_of_printk))
		err = test_printk_before(r->run->printk);
	return err;
}

/* `expected` are the `nr` steps that follow. */
static int send_step(struct test_running *r, const struct test_step *step,
		     const struct test_step *expected, size_t nr)
{
	struct test_sent sent = { .tests = r->tests,
				  .send = &step->send,
				  .context = r->context };
	bool had_failures;
	int err = before_send(r, expected, nr);

	if (!err)
		err = send_all(r, step, expected, nr, &sent);
	if (!err && any_is(expected, nr, test_is_of_printk))
		err = test_printk_read(r->run->printk, &sent.printed);
	had_failures = r->result->nr;
	if (!err)
		err = check_send(r, expected, nr, &sent);
	if (!err && !had_failures && r->result->nr && sent.nr == 1)
		err = keep_packet(r, step, &sent.io);
	return err;
}

/* ---- steps ---- */

/* How many expectations there are from `i` on. */
static size_t count_expected(const struct test_steps *steps, size_t i)
{
	size_t nr = 0;

	while (i + nr < steps->nr && steps->at[i + nr].what > TEST_SEND)
		nr++;
	return nr;
}

static int do_step(struct test_running *r, const struct test_step *step)
{
	int err = 0;

	if (step->what == TEST_CONTEXT)
		r->context = step->context;
	else
		err = test_maps_do(r->run->maps, step);
	return err ?: check_time(r);
}

int test_do_steps(struct test_running *r, const struct test_steps *steps)
{
	size_t had_failed = r->result->nr, i = 0, nr;
	int err = 0;

	r->began = test_now(CLOCK_MONOTONIC_COARSE);
	r->context = &r->tests->context;
	while (!err && i < steps->nr && r->result->nr == had_failed) {
		const struct test_step *step = &steps->at[i++];

		r->step = step;
		if (step->what != TEST_SEND) {
			err = do_step(r, step);
			continue;
		}
		nr = count_expected(steps, i);
		err = send_step(r, step, &steps->at[i], nr);
		i += nr;
	}
	return err;
}
