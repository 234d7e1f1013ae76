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

/* As it is at the beginning: a map that cannot be set back is made anew, with
 * the programs that know it. */
static int begin(struct test_running *r)
{
	int err;

	if (r->run->lost)
		return fail(-ECANCELED, "the programs could not be loaded anew "
					"for a test before");
	err = test_maps_reset(r->run->maps);
	if (err > 0)
		err = test_objects_load_anew(r->tests);
	return err ?: test_do_steps(r, &r->tests->setup);
}

/* As another test has left it. */
static int go_on(struct test_running *r)
{
	size_t after = r->test->after;
	int err = 0;

	if (r->run->last != after)
		err = run_before(r, after);
	if (err || r->run->last_passed)
		return err;
	return fail(-ECANCELED, "preceding test \"%s\" failed",
		    r->tests->cases[after].shown.name);
}

/* Steps know maps, which may have been made anew since. */
static int bind_anew(const struct test_running *r)
{
	struct test_case *test = &r->tests->cases[r->test - r->tests->cases];
	int err;

	if (test->load == r->run->nr_loads)
		return 0;
	err = test_maps_bind_steps(r->run->maps, r->tests, &test->steps);
	if (err)
		return err;
	test->load = r->run->nr_loads;
	test_callees_use(r->run->now, r->run->maps, true);
	return 0;
}

/* A teardown is done whatever has come. */
static void run_steps(struct test_running *r)
{
	int err = r->test->after == SIZE_MAX ? begin(r) : go_on(r);

	if (!err)
		err = bind_anew(r);
	if (!err && !r->result->nr)
		err = test_do_steps(r, &r->test->steps);
	if (err)
		test_result_error(r->result, r->step);
	if (!r->run->lost && test_do_steps(r, &r->tests->teardown))
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
 * it did; what depends on time may come otherwise, and then nothing is
 * reported.
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
	run->last_passed = false; /* as it came out at first */
	test_callees_use(run->now, run->maps, false);
	run->now = &run->plain;
	run->again = false;
}

/* ---- a run ---- */

bool test_hold_cpu(int cpu, cpu_set_t *before)
{
	cpu_set_t one;

	if (sched_getaffinity(0, sizeof(*before), before))
		return false;
	if (cpu < 0 || !CPU_ISSET(cpu, before))
		cpu = sched_getcpu();
	if (cpu < 0 || cpu >= CPU_SETSIZE)
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
		return fail(-EINVAL, "%s: not loaded", tests->path);
	if (index >= tests->nr_cases)
		return fail(-EINVAL, "%s: no test %zu", tests->path, index);
	held = test_hold_cpu(tests->run->cpu, &cpus);
	tests->run->cpu = held ? sched_getcpu() : -1;
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
