// SPDX-License-Identifier: LGPL-2.1-only
/*
 * callees - what the programs of a file of tests tail-call
 *
 * Other programs of their objects, in slots of their prog_arrays: libbpf loads
 * those and fills the slots that begin with one; steps fill others.
 */
#include "prog/prog.h"
#include "run.h"

/* Values but those for a prog_array are hardly ever names of functions, and what
 * is loaded in vain does no harm. */
static void want(struct test_run *run, const struct test_step *step)
{
	if (step->what != TEST_MAP_SET && step->what != EXPECT_MAP)
		return;
	for (size_t i = 0; i < run->nr_progs; i++)
		prog_load_too(run->progs[i], step->map.value);
}

void test_callees_want(struct test_run *run, struct xdplab_tests *tests)
{
	const struct test_steps *steps;

	for (size_t i = 0; (steps = test_steps_at(tests, i)); i++)
		for (size_t k = 0; k < steps->nr; k++)
			want(run, &steps->at[k]);
}
