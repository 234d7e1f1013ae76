// SPDX-License-Identifier: LGPL-2.1-only
/*
 * ready - what steps need besides maps, looked up and made once
 *
 * A run of a test then does nothing for a packet that passes but give it to the
 * kernel and compare.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "packet/pcap.h"
#include "run.h"

int test_told(struct xdplab_tests *tests, struct test_place place)
{
	return test_mistake(tests, place, NULL, "%s%s%s", xdplab_error(),
			    *xdplab_remedy() ? "; " : "", xdplab_remedy());
}

struct test_steps *test_steps_at(struct xdplab_tests *tests, size_t i)
{
	if (i == 0)
		return &tests->setup;
	if (i == 1)
		return &tests->teardown;
	return i - 2 < tests->nr_cases ? &tests->cases[i - 2].steps : NULL;
}

bool test_has_step(struct xdplab_tests *tests, enum test_what one,
		   enum test_what other)
{
	const struct test_steps *steps;

	for (size_t i = 0; (steps = test_steps_at(tests, i)); i++)
		for (size_t k = 0; k < steps->nr; k++)
			if (steps->at[k].what == one ||
			    steps->at[k].what == other)
				return true;
	return false;
}

/* ---- interfaces ---- */

static int find_interface(uint32_t *ifindex, const char *ifname)
{
	*ifindex = if_nametoindex(ifname);
	return *ifindex ? 0 : fail(-ENODEV, "%s: no such interface", ifname);
}

static int ready_context(struct test_context *context)
{
	if (context->ingress)
		return find_interface(&context->ifindex, context->ingress);
	if (!context->queue)
		return 0;
	fail(-EINVAL, "queue %u: queues belong to an interface",
	     context->queue);
	return advise(-EINVAL, "use \"ingress NAME\" as well");
}

static int ready_redirect(struct test_step *step, const struct test_run *run)
{
	if (!run->now->seen) {
		fail(-EOPNOTSUPP, "the redirect target of an attached program "
				  "is unknown");
		return advise(-EOPNOTSUPP, "test its object file instead");
	}
	return step->redirect.ifname ? find_interface(&step->redirect.ifindex,
						      step->redirect.ifname)
				     : 0;
}

/* ---- packets ---- */

/* Where steps are in a file, and what has been made for them so far. */
struct ready {
	struct test_run *run;
	struct xdplab_tests *tests;
	struct test_place place;	/* of what is looked at */
	const struct test_step *send;	/* before this step; NULL: none */
	const struct test_packet *last; /* that was made, and of what */
	const struct xdplab_packet *last_of;
};

static int own(struct test_run *run, struct xdplab_packet *packet)
{
	struct xdplab_packet **made = run->made;

	/* At each power of two there is room for as many more. */
	if (!(run->nr_made & (run->nr_made - 1)))
		made = reallocarray(made, 2 * run->nr_made + 1,
				    sizeof(struct xdplab_packet *));
	if (!made)
		return fail(-ENOMEM, "tests: out of memory");
	run->made = made;
	made[run->nr_made++] = packet;
	return 0;
}

static int make_packet(struct ready *ready, struct test_packet *packet,
		       const struct xdplab_packet *sent)
{
	const struct xdplab_packet_opts opts = { .sz = sizeof(opts),
						 .seed = ready->tests->seed,
						 .pattern = true };
	struct xdplab_packet *made;
	int err = packet_with(&made, sent, packet->with, NULL, &opts);

	if (err)
		return err;
	err = own(ready->run, made);
	if (err) {
		xdplab_packet_free(made);
		return err;
	}
	packet->made = made;
	ready->last = packet;
	ready->last_of = sent;
	return 0;
}

/* As it was sent, but for some fields: made once for steps that repeat it.  Of
 * packets in a file each is made when it is sent. */
static int ready_packet(struct ready *ready, struct test_packet *packet)
{
	const struct xdplab_packet *sent;

	if (packet->kind != TEST_PACKET_SENT_WITH)
		return 0;
	if (!ready->send)
		return fail(-EINVAL, "no packet was sent before");
	sent = ready->send->send.packet;
	if (!sent)
		return 0;
	if (!ready->last || ready->last_of != sent ||
	    strcmp(ready->last->with, packet->with) != 0)
		return make_packet(ready, packet, sent);
	packet->made = ready->last->made;
	return 0;
}

static int try_pcap(const struct test_send *send, const char *filter)
{
	struct pcap_in *in;
	int err = pcap_in_open(&in, send->pcap, filter);

	if (!err)
		pcap_in_close(in);
	return err;
}

static int ready_send(struct ready *ready, const struct test_send *send)
{
	int err;

	if (send->packet)
		return 0;
	ready->place = send->pcap_place;
	err = try_pcap(send, NULL);
	if (err || !send->filter)
		return err;
	ready->place = send->filter_place;
	return try_pcap(send, send->filter);
}

/* ---- all steps ---- */

static int ready_step(struct ready *ready, struct test_step *step)
{
	switch (step->what) {
	case TEST_CONTEXT:
		return ready_context(step->context);
	case TEST_SEND:
		ready->send = step;
		return ready_send(ready, &step->send);
	case EXPECT_VERDICT:
		return ready_packet(ready, &step->verdict.packet);
	case EXPECT_PACKET:
		return ready_packet(ready, &step->packet.packet);
	case EXPECT_REDIRECT:
		return ready_redirect(step, ready->run);
	default:
		return 0;
	}
}

/* What a loop repeats, and was reported, is in a line that was seen before. */
static void ready_steps(struct ready *ready, struct test_steps *steps)
{
	unsigned int told = 0;

	ready->send = NULL;
	for (size_t i = 0; i < steps->nr; i++) {
		unsigned int line = steps->at[i].place.line;

		ready->place = steps->at[i].place;
		if (!ready_step(ready, &steps->at[i]) || line <= told)
			continue;
		test_told(ready->tests, ready->place);
		told = line;
	}
}

int test_ready(struct test_run *run, struct xdplab_tests *tests)
{
	struct ready ready = { .run = run, .tests = tests };
	size_t nr_mistakes = tests->nr_mistakes;
	struct test_steps *steps;

	if (ready_context(&tests->context))
		test_told(tests, tests->context.place);
	for (size_t i = 0; (steps = test_steps_at(tests, i)); i++)
		ready_steps(&ready, steps);
	return tests->nr_mistakes == nr_mistakes ? 0 : -EINVAL;
}
