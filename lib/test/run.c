// SPDX-License-Identifier: LGPL-2.1-only
/* run - runs a test, from the state that it is to begin with */
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "run.h"

static struct test_result *run_one(struct xdplab_tests *tests, size_t index);

/* Runs the test, and those that it comes after before it; there may be more of
 * them than the stack has room for. */
static int run_before(struct test_running *r, size_t index)
{
	struct xdplab_tests *tests = r->tests;
	size_t *order = calloc(tests->nr_cases, sizeof(*order)), nr = 0;
	bool lost = !order;

	for (size_t at = index; !lost && at != SIZE_MAX && at != r->run->last;
	     at = tests->cases[at].after)
		order[nr++] = at;
	while (!lost && nr) {
		struct test_result *result = run_one(tests, order[--nr]);

		lost = !result;
		if (result)
			xdplab_test_result_free(&result->shown);
	}
	free(order);
	return lost ? fail(-ENOMEM, "tests: out of memory") : 0;
}

/* From the beginning, or from where another test left off. */
static int prepare(struct test_running *r)
{
	struct test_run *run = r->run;
	size_t after = r->test->after;
	int err = 0;

	if (after == SIZE_MAX) {
		err = test_maps_reset(run->maps);
		if (err > 0) /* one of them cannot be set back */
			return advise(-EOPNOTSUPP,
				      "give each test a file of its own, or "
				      "write that it comes after another");
		if (err)
			return err;
		return test_do_steps(r, &r->tests->setup);
	}
	if (run->last != after)
		err = run_before(r, after);
	if (err || run->last_passed)
		return err;
	return fail(-ECANCELED, "test \"%s\", after which it comes, failed",
		    r->tests->cases[after].shown.name);
}

/* A teardown is done whatever has come. */
static void run_steps(struct test_running *r)
{
	int err = prepare(r);

	if (!err && !r->result->nr)
		err = test_do_steps(r, &r->test->steps);
	if (err)
		test_result_error(r->result, r->step);
	if (test_do_steps(r, &r->tests->teardown))
		test_result_error(r->result, r->step);
}

/* NULL: out of memory. */
static struct test_result *run_one(struct xdplab_tests *tests, size_t index)
{
	struct test_result *result = calloc(1, sizeof(*result));
	uint64_t began = test_now(CLOCK_MONOTONIC);
	struct test_running r = { .tests = tests,
				  .run = tests->run,
				  .test = &tests->cases[index],
				  .result = result };

	if (!result) {
		fail(-ENOMEM, "tests: out of memory");
		return NULL;
	}
	result->shown.error = result->shown.variables = "";
	result->shown.decided_file = result->shown.decided_text = "";
	run_steps(&r);
	result->shown.passed = !result->nr && !*result->shown.error;
	result->shown.ns = test_now(CLOCK_MONOTONIC) - began;
	tests->run->last = index;
	tests->run->last_passed = result->shown.passed;
	return result;
}

/* ---- how it came to fail ---- */

static bool is_same(const struct xdplab_test_result *one,
		    const struct xdplab_test_result *other)
{
	return one->has_packet && other->has_packet &&
	       one->packet.number == other->packet.number &&
	       one->packet.verdict == other->packet.verdict;
}

/*
 * Where the verdict on a packet was decided, a program tells that was made to.
 * That one gets all of the test, for a packet alone would find other maps than
 * it did; what depends on time may come otherwise, and then nothing is told.
 */
static void find_decided(struct xdplab_tests *tests, size_t index,
			 struct xdplab_test_result *shown)
{
	struct test_run *run = tests->run;
	struct test_result *again;

	if (run->counting.nr_counted == 0 &&
	    test_build(&run->counting, &run->chain, tests->path, true))
		return;
	run->now = &run->counting;
	test_callees_use(run->now, run->maps, true);
	run->again = true;
	run->last = SIZE_MAX;
	again = run_one(tests, index);
	if (again && is_same(&again->shown, shown)) {
		shown->decided_file = again->shown.decided_file;
		shown->decided_line = again->shown.decided_line;
		shown->decided_text = again->shown.decided_text;
	}
	if (again)
		xdplab_test_result_free(&again->shown);
	test_callees_use(run->now, run->maps, false);
	run->now = &run->plain;
	run->again = false;
}

/* ---- a run ---- */

bool test_hold_cpu(cpu_set_t *before)
{
	int cpu = sched_getcpu();
	cpu_set_t one;

	if (cpu < 0 || cpu >= CPU_SETSIZE ||
	    sched_getaffinity(0, sizeof(*before), before))
		return false;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	return !sched_setaffinity(0, sizeof(one), &one);
}

void test_leave_cpu(const cpu_set_t *before, bool held)
{
	if (held)
		sched_setaffinity(0, sizeof(*before), before);
}

int xdplab_tests_run(struct xdplab_tests *tests, size_t index,
		     struct xdplab_test_result **out)
{
	struct test_result *result;
	cpu_set_t cpus;
	bool held;

	if (!tests->run)
		return fail(-EINVAL, "%s: is not loaded", tests->path);
	if (index >= tests->nr_cases)
		return fail(-EINVAL, "%s: there is no test %zu", tests->path,
			    index);
	held = test_hold_cpu(&cpus);
	result = run_one(tests, index);
	if (result && result->shown.has_packet && tests->run->chain.nr &&
	    tests->run->now == &tests->run->plain)
		find_decided(tests, index, &result->shown);
	test_leave_cpu(&cpus, held);
	if (!result)
		return -ENOMEM;
	*out = &result->shown;
	return 0;
}
