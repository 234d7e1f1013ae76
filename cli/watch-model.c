// SPDX-License-Identifier: GPL-2.0-only
/*
 * watch-model - what runs, round by round: the same as before, or another
 *
 * What people look at has a name and a place; what is counted has an id.  While
 * the id stays there are rates; when another comes to the same place they begin
 * anew.  What is away for a while is remembered, so that an unload and a load
 * are seen as what they come to.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "watch.h"

void *watch_memory(void *memory)
{
	if (memory)
		return memory;
	fputs("xdplab watch: out of memory\n", stderr);
	exit(EXIT_FAILED);
}

static char *copy(const char *text)
{
	return watch_memory(strdup(text));
}

static void rename_to(char **name, const char *to)
{
	if (*name && !strcmp(*name, to))
		return;
	free(*name);
	*name = copy(to);
}

/* ---- history ---- */

void history_add(struct history *history, double rate)
{
	history->rates[history->nr++ % WATCH_HISTORY] = rate;
}

double history_rate(const struct history *history, unsigned int age)
{
	if (age >= history->nr || age >= WATCH_HISTORY)
		return -1;
	return history->rates[(history->nr - 1 - age) % WATCH_HISTORY];
}

/* ---- the object behind a line ---- */

bool mark_see(struct mark *mark, uint32_t id)
{
	uint32_t before = mark->id;

	mark->absent = 0;
	mark->id = id;
	if (before == id)
		return false;
	if (before) {
		mark->renewed_from = before;
		mark->tell = WATCH_TELL;
	}
	return true;
}

void mark_begin(struct mark *mark)
{
	mark->absent++;
	if (mark->tell && !--mark->tell)
		mark->renewed_from = 0;
}

/* ---- what was counted ---- */

enum counter_state tally_state(const struct tally *tally)
{
	return tally->counted ? tally->packets[0].state : COUNTER_UNSEEN;
}

static double sum_rates(const struct counter *counters)
{
	double sum = 0;

	for (int i = 0; i < WATCH_VERDICTS; i++)
		sum += counters[i].rate;
	return sum;
}

double tally_pps(const struct tally *tally)
{
	return tally_state(tally) == COUNTER_MOVING ? sum_rates(tally->packets)
						    : -1;
}

double tally_bytes_rate(const struct tally *tally)
{
	return tally->has_bytes && tally_state(tally) == COUNTER_MOVING
		       ? sum_rates(tally->bytes)
		       : -1;
}

/* The bytes of a stage; false: they are not counted. */
static bool stage_bytes(const struct xdplab_stage *stage,
			uint64_t bytes[WATCH_VERDICTS])
{
	(void)stage;
	(void)bytes;
	return false;
}

static void tally_see(struct tally *tally, const struct xdplab_stage *stage,
		      double seconds)
{
	uint64_t bytes[WATCH_VERDICTS];

	tally->counted = stage->counted;
	if (!stage->counted) {
		*tally = (struct tally){ 0 };
		return;
	}
	tally->has_bytes = stage_bytes(stage, bytes);
	counters_see(tally->packets, stage->packets, WATCH_VERDICTS, seconds);
	if (tally->has_bytes)
		counters_see(tally->bytes, bytes, WATCH_VERDICTS, seconds);
}

/* ---- stages ---- */

static struct watch_stage *stage_with_id(const struct watch_program *program,
					 uint32_t id)
{
	for (size_t i = 0; i < program->nr_stages; i++)
		if (program->stages[i]->mark.id == id)
			return program->stages[i];
	return NULL;
}

static bool has_stage(const struct xdplab_attached *attached, uint32_t id)
{
	for (size_t i = 0; i < attached->nr_stages; i++)
		if (attached->stages[i].id == id)
			return true;
	return false;
}

/* The one of that name whose id is no stage's any more. */
static struct watch_stage *stage_before(const struct watch_program *program,
					const struct xdplab_attached *attached,
					const char *name)
{
	for (size_t i = 0; i < program->nr_stages; i++) {
		struct watch_stage *stage = program->stages[i];

		if (stage->mark.absent && !strcmp(stage->name, name) &&
		    !has_stage(attached, stage->mark.id))
			return stage;
	}
	return NULL;
}

static struct watch_stage *add_stage(struct watch_program *program)
{
	struct watch_stage *stage = watch_memory(calloc(1, sizeof(*stage)));

	program->stages = watch_memory(
		reallocarray(program->stages, program->nr_stages + 1,
			     sizeof(struct watch_stage *)));
	program->stages[program->nr_stages++] = stage;
	return stage;
}

static void see_stage(struct watch_program *program,
		      const struct xdplab_attached *attached, size_t index,
		      double seconds)
{
	const struct xdplab_stage *seen = &attached->stages[index];
	struct watch_stage *stage = stage_with_id(program, seen->id);

	if (!stage)
		stage = stage_before(program, attached, seen->name);
	if (!stage)
		stage = add_stage(program);
	/* Away for a round, it is not known what was counted meanwhile. */
	if (stage->mark.absent > 1)
		stage->tally = (struct tally){ 0 };
	if (mark_see(&stage->mark, seen->id))
		stage->tally = (struct tally){ 0 };
	rename_to(&stage->name, seen->name);
	stage->place = index + 1;
	stage->prio = seen->prio;
	stage->actions = seen->actions;
	tally_see(&stage->tally, seen, seconds);
	history_add(&stage->history, tally_pps(&stage->tally));
}

static void free_stage(struct watch_stage *stage)
{
	free(stage->name);
	free(stage);
}

/* Those that are there come first, in their order. */
static int compare_stages(const void *a, const void *b)
{
	const struct watch_stage *left = *(struct watch_stage *const *)a;
	const struct watch_stage *right = *(struct watch_stage *const *)b;

	if (!left->mark.absent != !right->mark.absent)
		return left->mark.absent ? 1 : -1;
	return left->place < right->place ? -1 : left->place > right->place;
}

static void order_stages(struct watch_program *program)
{
	size_t kept = 0;

	program->nr_present = 0;
	for (size_t i = 0; i < program->nr_stages; i++) {
		struct watch_stage *stage = program->stages[i];

		if (stage->mark.absent > WATCH_KEEP) {
			free_stage(stage);
			continue;
		}
		program->nr_present += !stage->mark.absent;
		program->stages[kept++] = stage;
	}
	program->nr_stages = kept;
	if (kept)
		qsort(program->stages, kept, sizeof(*program->stages),
		      compare_stages);
}

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
	struct tally sum = { .counted = true, .has_bytes = true };

	for (size_t i = 0; i < program->nr_present; i++) {
		const struct watch_stage *stage = program->stages[i];

		if (tally_state(&stage->tally) != COUNTER_MOVING)
			state = tally_state(&stage->tally);
		sum.counted &= stage->tally.counted;
		sum.has_bytes &= stage->tally.has_bytes;
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
	rename_to(&program->name, seen->name);
	program->mode = seen->mode;
	program->is_chain = seen->nr_stages;
	for (size_t i = 0; i < seen->nr_stages; i++)
		see_stage(program, seen, i, seconds);
	order_stages(program);
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
		free_stage(program->stages[i]);
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
	struct watch_iface *iface = watch_memory(calloc(1, sizeof(*iface)));

	iface->name = copy(ifname);
	iface->absent = 1;
	watch->ifaces =
		watch_memory(reallocarray(watch->ifaces, watch->nr_ifaces + 1,
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
		order_stages(&iface->programs[i]);
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
		qsort(watch->ifaces, kept, sizeof(*watch->ifaces),
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
