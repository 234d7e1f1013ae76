// SPDX-License-Identifier: LGPL-2.1-only
/*
 * callees - what the programs of a test file tail-call
 *
 * Other programs of their objects, in slots of their prog_arrays: libbpf loads
 * those and fills the slots that begin with one; steps fill others.  Made to
 * tell what they do, they are loaded once more, and take the same slots.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "prog/info.h"
#include "prog/prog.h"
#include "run.h"

/* ---- before the load ---- */

/* Values but those for a prog_array are hardly ever names of functions, and
 * what is loaded in vain does no harm. */
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

/* ---- made to tell what they do ---- */

static int add_counting(struct test_built *built,
			const struct prog_callee *callee)
{
	struct counting **counted =
		reallocarray(built->counted, built->nr_counted + 1,
			     sizeof(struct counting *));
	int err;

	if (!counted)
		return fail(-ENOMEM, "tests: out of memory");
	built->counted = counted;
	err = counting_begin(&counted[built->nr_counted], callee->code,
			     callee->name, built->seen_fd);
	built->nr_counted += !err;
	return err;
}

/* One that calls itself has the counters that it has. */
static int find_counting(struct test_built *built, struct test_callee *at,
			 const struct prog_callee *callee)
{
	struct counting *own = built->counted[at->stage];
	int err = 0;

	if (counting_original(own) == callee->code)
		at->counting = own;
	else
		err = add_counting(built, callee);
	if (!err && !at->counting)
		at->counting = built->counted[built->nr_counted - 1];
	return err;
}

static int read_id(uint32_t *id, int fd, const char *name)
{
	struct info info;
	int err = info_read(&info, fd, name);

	if (err)
		return fail(err, "%s: %s", name, strerror(-err));
	*id = info.id;
	return 0;
}

static int load(struct test_callee *at, const struct chain *chain,
		const struct prog_callee *callee)
{
	struct stage stage = chain->stages[at->stage];
	int err;

	stage.code = counting_code(at->counting);
	stage.kept.prog_flags = callee->prog_flags;
	snprintf(stage.kept.name, sizeof(stage.kept.name), "%s", callee->name);
	at->fd = stage_load_alone(&stage, 0);
	if (at->fd < 0)
		return at->fd;
	err = counting_loaded(at->counting, at->fd);
	if (!err)
		err = read_id(&at->id, at->fd, callee->name);
	return err ? err : read_id(&at->plain_id, callee->fd, callee->name);
}

static int add(struct test_built *built, const struct chain *chain,
	       size_t stage, const struct prog_callee *callee)
{
	struct test_callee *at = reallocarray(
		built->callees, built->nr_callees + 1, sizeof(*at));
	int err;

	if (!at)
		return fail(-ENOMEM, "tests: out of memory");
	built->callees = at;
	at += built->nr_callees++;
	*at = (struct test_callee){ .stage = stage, .fd = -1 };
	err = find_counting(built, at, callee);
	return err ? err : load(at, chain, callee);
}

int test_callees_count(struct test_built *built, const struct chain *chain)
{
	struct prog_callee callee;
	int err = 0;

	for (size_t i = 0; i < chain->nr; i++)
		for (size_t k = 0;
		     !err && prog_callee(chain->stages[i].prog, k, &callee);
		     k++)
			err = add(built, chain, i, &callee);
	return err;
}

void test_callees_close(struct test_built *built)
{
	for (size_t i = 0; i < built->nr_callees; i++)
		if (built->callees[i].fd >= 0)
			close(built->callees[i].fd);
	free(built->callees);
}

void test_callees_use(const struct test_built *built, struct test_maps *maps,
		      bool counting)
{
	for (size_t i = 0; i < built->nr_callees; i++) {
		const struct test_callee *callee = &built->callees[i];

		if (counting)
			test_maps_exchange(maps, callee->plain_id, callee->id);
		else
			test_maps_exchange(maps, callee->id, callee->plain_id);
	}
}
