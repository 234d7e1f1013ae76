// SPDX-License-Identifier: GPL-2.0-only
/*
 * model - what runs, round by round: the same as before, or another
 *
 * What people look at has a name and a place; what is counted has an id.  While
 * the id stays there are rates; when another comes to the same place they begin
 * anew.  What is away for a while is remembered, so that an unload and a load
 * are seen as what they come to.
 */
#include <stdlib.h>
#include <string.h>

#include "model.h"

/* ---- programs ---- */

/* Adds up what leaves the chain at a stage: all, if it is the last one. */
static void add_leaving(struct tally *sum, const struct watch_stage *stage,
			bool last)
{
	for (int i = 0; i < WATCH_VERDICTS; i++) {
		if (!last && stage->actions & 1u << i)
			continue;
		sum->packets[i].rate += stage->tally.packets[i].rate;
		sum->bytes[i].rate += stage->tally.bytes[i].rate;
	}
}

/* What has become of the packets of a chain, by the rates of its stages. */
static void tally_chain(struct watch_program *program, bool renewed)
{
	enum counter_state state = renewed ? COUNTER_NEW : COUNTER_MOVING;
	struct tally sum = { .counted = true };

	for (size_t i = 0; i < program->nr_present; i++) {
		const struct watch_stage *stage = program->stages[i];

		if (tally_state(&stage->tally) != COUNTER_MOVING)
			state = tally_state(&stage->tally);
		sum.counted &= stage->tally.counted;
		add_leaving(&sum, stage, i + 1 == program->nr_present);
	}
	for (int i = 0; i < WATCH_VERDICTS; i++) {
		sum.packets[i].state = state;
		sum.bytes[i].state = state;
	}
	program->tally = sum;
	if (!program->nr_present)
		program->tally.counted = false;
	else if (program->nr_present == 1)
		program->tally = program->stages[0]->tally;
}

static void see_runs(struct watch_program *program,
		     const struct xdplab_attached *seen, double seconds)
{
	const uint64_t values[] = { seen->run_cnt, seen->run_time_ns };
	struct counter both[] = { program->runs, program->run_ns };

	counters_see(both, values, 2, seconds);
	program->runs = both[0];
	program->run_ns = both[1];
}

static void see_program(const struct watch *watch,
			struct watch_program *program,
			const struct xdplab_attached *seen)
{
	bool back = program->mark.absent > 1;
	bool renewed = mark_see(&program->mark, seen->id);
	double seconds = watch->seconds;

	program->kernel_counts = watch->kernel_counts;
	if (renewed || back || watch->counts_changed)
		program->runs = program->run_ns = (struct counter){ 0 };
	watch_rename(&program->name, seen->name);
	program->mode = seen->mode;
	program->is_chain = seen->nr_stages;
	for (size_t i = 0; i < seen->nr_stages; i++)
		stage_see(program, seen, i, seconds);
	stages_order(program);
	tally_chain(program, renewed || back);
	see_runs(program, seen, seconds);
	history_add(&program->history, program_pps(program));
}

/* The kernel counts runs, of those that we have no counters of, or somebody
 * has asked it to. */
double program_pps(const struct watch_program *program)
{
	if (program->tally.counted)
		return tally_pps(&program->tally);
	if (program->runs.state != COUNTER_MOVING)
		return -1;
	return program->runs.rate > 0 || program->kernel_counts
		       ? program->runs.rate
		       : -1;
}

double program_ns(const struct watch_program *program)
{
	return program->runs.rate > 0
		       ? program->run_ns.rate / program->runs.rate
		       : -1;
}

static void free_program(struct watch_program *program)
{
	for (size_t i = 0; i < program->nr_stages; i++)
		watch_stage_free(program->stages[i]);
	free(program->stages);
	free(program->name);
}

/* ---- interfaces ---- */

static struct watch_iface *find_iface(const struct watch *watch,
				      const char *ifname)
{
	for (size_t i = 0; i < watch->nr_ifaces; i++)
		if (!strcmp(watch->ifaces[i]->name, ifname))
			return watch->ifaces[i];
	return NULL;
}

static struct watch_iface *add_iface(struct watch *watch, const char *ifname)
{
	struct watch_iface *iface = need_memory(calloc(1, sizeof(*iface)));

	iface->name = need_memory(strdup(ifname));
	iface->absent = 1;
	watch->ifaces =
		need_memory(reallocarray(watch->ifaces, watch->nr_ifaces + 1,
					 sizeof(struct watch_iface *)));
	watch->ifaces[watch->nr_ifaces++] = iface;
	return iface;
}

bool watch_has(const struct watch *watch, const char *ifname)
{
	return find_iface(watch, ifname);
}

void watch_name(struct watch *watch, const char *ifname)
{
	watch->only_named = true;
	if (!watch_has(watch, ifname))
		add_iface(watch, ifname)->named = true;
}

struct watch_iface *watch_see(struct watch *watch,
			      const struct xdplab_iface *seen)
{
	struct watch_iface *iface = find_iface(watch, seen->ifname);
	size_t nr = seen->nr_attached;

	/* Of those that nobody asked for, idle ones are noise. */
	if (!iface && (!nr || watch->only_named))
		return NULL;
	if (!iface)
		iface = add_iface(watch, seen->ifname);
	iface->ifindex = seen->ifindex;
	iface->up = seen->up;
	iface->absent = 0;
	iface->nr_present = 0;
	for (size_t i = 0; i < nr && i < 4; i++) {
		see_program(watch, &iface->programs[i], &seen->attached[i]);
		iface->nr_present++;
	}
	if (iface->nr_programs < iface->nr_present)
		iface->nr_programs = iface->nr_present;
	return iface;
}

static void free_iface(struct watch_iface *iface)
{
	for (size_t i = 0; i < iface->nr_programs; i++)
		free_program(&iface->programs[i]);
	free(iface->name);
	free(iface);
}

/* ---- rounds ---- */

static void begin_iface(struct watch_iface *iface)
{
	iface->absent++;
	for (size_t i = 0; i < iface->nr_programs; i++) {
		struct watch_program *program = &iface->programs[i];

		mark_begin(&program->mark);
		for (size_t k = 0; k < program->nr_stages; k++)
			mark_begin(&program->stages[k]->mark);
	}
}

void watch_begin(struct watch *watch, double at, double time)
{
	watch->seconds = watch->round ? at - watch->at : 0;
	watch->at = at;
	watch->time = time;
	watch->round++;
	for (size_t i = 0; i < watch->nr_ifaces; i++)
		begin_iface(watch->ifaces[i]);
	for (size_t i = 0; i < watch->nr_maps; i++)
		mark_begin(&watch->maps[i]->mark);
}

static void end_iface(struct watch_iface *iface)
{
	if (iface->absent)
		iface->nr_present = 0;
	for (size_t i = iface->nr_present; i < iface->nr_programs; i++) {
		stages_order(&iface->programs[i]);
		history_add(&iface->programs[i].history, -1);
	}
}

static int compare_ifaces(const void *a, const void *b)
{
	const struct watch_iface *left = *(struct watch_iface *const *)a;
	const struct watch_iface *right = *(struct watch_iface *const *)b;

	return left->ifindex < right->ifindex ? -1
					      : left->ifindex > right->ifindex;
}

void watch_end(struct watch *watch)
{
	size_t kept = 0;

	for (size_t i = 0; i < watch->nr_ifaces; i++) {
		struct watch_iface *iface = watch->ifaces[i];

		if (!iface->named && iface->absent > WATCH_KEEP) {
			free_iface(iface);
			continue;
		}
		end_iface(iface);
		watch->ifaces[kept++] = iface;
	}
	watch->nr_ifaces = kept;
	if (kept)
		qsort(watch->ifaces, kept, sizeof(struct watch_iface *),
		      compare_ifaces);
}

void watch_free(struct watch *watch)
{
	for (size_t i = 0; i < watch->nr_ifaces; i++)
		free_iface(watch->ifaces[i]);
	for (size_t i = 0; i < watch->nr_maps; i++)
		watch_map_free(watch->maps[i]);
	free(watch->ifaces);
	free(watch->maps);
	*watch = (struct watch){ 0 };
}
