// SPDX-License-Identifier: GPL-2.0-only
/* stage - the stages of a chain, and what was counted for them */
#include <stdlib.h>
#include <string.h>

#include "model.h"

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
	return tally_state(tally) == COUNTER_MOVING ? sum_rates(tally->bytes)
						    : -1;
}

static void set_state(struct counter *counters, enum counter_state state)
{
	for (int i = 0; i < WATCH_VERDICTS; i++) {
		counters[i].state = state;
		counters[i].rate = 0;
	}
}

static void tally_see(struct tally *tally, const struct xdplab_stage *stage,
		      double seconds)
{
	if (!stage->counted) {
		*tally = (struct tally){ 0 };
		return;
	}
	tally->counted = true;
	counters_see(tally->packets, stage->packets, WATCH_VERDICTS, seconds);
	counters_see(tally->bytes, stage->bytes, WATCH_VERDICTS, seconds);
	/* Whoever sets the ones back means the others, too. */
	if (tally->bytes[0].state == COUNTER_RESET)
		set_state(tally->packets, COUNTER_RESET);
	if (tally->packets[0].state == COUNTER_RESET)
		set_state(tally->bytes, COUNTER_RESET);
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
	struct watch_stage *stage = need_memory(calloc(1, sizeof(*stage)));

	program->stages = need_memory(
		reallocarray(program->stages, program->nr_stages + 1,
			     sizeof(struct watch_stage *)));
	program->stages[program->nr_stages++] = stage;
	return stage;
}

void stage_see(struct watch_program *program,
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
	watch_rename(&stage->name, seen->name);
	stage->place = index + 1;
	stage->prio = seen->prio;
	stage->actions = seen->actions;
	tally_see(&stage->tally, seen, seconds);
	history_add(&stage->history, tally_pps(&stage->tally));
}

void watch_stage_free(struct watch_stage *stage)
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

void stages_order(struct watch_program *program)
{
	size_t kept = 0;

	program->nr_present = 0;
	for (size_t i = 0; i < program->nr_stages; i++) {
		struct watch_stage *stage = program->stages[i];

		if (stage->mark.absent > WATCH_KEEP) {
			watch_stage_free(stage);
			continue;
		}
		program->nr_present += !stage->mark.absent;
		program->stages[kept++] = stage;
	}
	program->nr_stages = kept;
	if (kept)
		qsort(program->stages, kept, sizeof(struct watch_stage *),
		      compare_stages);
}
