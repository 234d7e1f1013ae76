// SPDX-License-Identifier: LGPL-2.1-only
/*
 * plan - whether a stage is inlined, called or tail-called
 *
 * Inlined stages share the frame of the chain's main function, which so is as
 * deep as the deepest of them.  The verifier allows 512 bytes for all frames
 * that can be at a time, less than 256 for those above one that makes a tail
 * call, and eight frames; so what one stage takes, others may miss.
 */
#include <errno.h>
#include <stdlib.h>

#include "fuse.h"
#include "internal.h"

#define MAX_BODY	(INT16_MAX / 2) /* jumps have 16 bits, and glue comes */
#define MAX_FRAMES	8		/* MAX_CALL_FRAMES */
#define TAIL_CALL_STACK 256		/* check_max_stack_depth() */
#define SLOT		8		/* what the glue keeps on the stack */

const char *fuse_why_text(uint32_t why)
{
	static const char *const texts[] = {
		[FUSE_FITS] = "",
		[FUSE_ADOPTED] = "adopted program",
		[FUSE_JUMPS] = "jumps exceed their 16-bit range",
		[FUSE_TAIL_CALLS] = "makes tail calls",
		[FUSE_STACK] = "uses too much stack",
		[FUSE_FRAMES] = "calls are nested too deep",
		[FUSE_MAPS] = "uses too many maps",
		[FUSE_TYPES] = "allocates objects of local types",
	};

	return why < ARRAY_SIZE(texts) ? texts[why] : "";
}

struct plan {
	struct fuse_stage *stages;
	struct fuse_shape *shapes;
	size_t nr;
	int slots; /* bytes of the frame that all share, at most */
};

/* The context; if any stage counts, the row of counters and the length.  They
 * may find room in registers, which is not looked into here. */
static int slots_of(const struct fuse_stage *stages, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		if (stages[i].counter != FUSE_UNCOUNTED)
			return 3 * SLOT;
	return SLOT;
}

/* ---- does a stage fit under a main function with a frame of `above` ---- */

static bool inlined_fits(const struct fuse_shape *shape, int above)
{
	return above + shape->below <= STACK_SIZE &&
	       (shape->tail_below < 0 ||
		above + shape->tail_below < TAIL_CALL_STACK);
}

static bool called_fits(const struct fuse_shape *shape, int above)
{
	int frame = fuse_frame(shape->depth);

	return above + frame + shape->below <= STACK_SIZE &&
	       (!shape->makes_tail_calls || above < TAIL_CALL_STACK) &&
	       (shape->tail_below < 0 ||
		above + frame + shape->tail_below < TAIL_CALL_STACK);
}

static bool fits(const struct plan *plan, size_t i, int above)
{
	switch (plan->stages[i].how) {
	case XDPLAB_STAGE_INLINED:
		return inlined_fits(&plan->shapes[i], above);
	case XDPLAB_STAGE_CALLED:
		return called_fits(&plan->shapes[i], above);
	default:
		return above < TAIL_CALL_STACK;
	}
}

/* ---- each stage by itself ---- */

static void set(struct fuse_stage *stage, enum xdplab_stage_how how,
		enum fuse_why why)
{
	stage->how = how;
	stage->why = why;
}

/* How it could be run if it were alone. */
static void plan_alone(struct fuse_stage *stage, const struct fuse_shape *shape,
		       int slots)
{
	if (shape->length > MAX_BODY)
		set(stage, XDPLAB_STAGE_CALLED, FUSE_JUMPS);
	else if (shape->makes_tail_calls)
		set(stage, XDPLAB_STAGE_CALLED, FUSE_TAIL_CALLS);
	else if (shape->depth + slots > STACK_SIZE ||
		 !inlined_fits(shape, fuse_frame(shape->depth + slots)))
		set(stage, XDPLAB_STAGE_CALLED, FUSE_STACK);
	else
		set(stage, XDPLAB_STAGE_INLINED, FUSE_FITS);
	if (stage->how == XDPLAB_STAGE_INLINED)
		return;
	if (shape->frames + 1 > MAX_FRAMES)
		set(stage, XDPLAB_STAGE_TAIL_CALLED, FUSE_FRAMES);
	else if (!called_fits(shape, fuse_frame(slots)))
		set(stage, XDPLAB_STAGE_TAIL_CALLED, FUSE_STACK);
}

/* ---- all together ---- */

/* The deepest of the inlined stages; the number of stages if none is. */
static size_t deepest(const struct plan *plan)
{
	size_t found = plan->nr;

	for (size_t i = 0; i < plan->nr; i++)
		if (plan->stages[i].how == XDPLAB_STAGE_INLINED &&
		    (found == plan->nr ||
		     plan->shapes[i].depth > plan->shapes[found].depth))
			found = i;
	return found;
}

static size_t first_that_does_not_fit(const struct plan *plan, int above)
{
	size_t i = 0;

	while (i < plan->nr && fits(plan, i, above))
		i++;
	return i;
}

/* Takes the deepest stage out of the shared frame until all fit.  When the
 * frame is as small as can be, each fits, as it was planned for that. */
static void settle(struct plan *plan)
{
	for (;;) {
		size_t deep = deepest(plan);
		int depth = deep < plan->nr ? plan->shapes[deep].depth : 0;
		int above = fuse_frame(depth + plan->slots);
		struct fuse_stage *stage;

		if (first_that_does_not_fit(plan, above) == plan->nr)
			return;
		if (deep == plan->nr)
			return;
		stage = &plan->stages[deep];
		if (plan->shapes[deep].frames + 1 <= MAX_FRAMES &&
		    called_fits(&plan->shapes[deep], fuse_frame(plan->slots)))
			set(stage, XDPLAB_STAGE_CALLED, FUSE_STACK);
		else
			set(stage, XDPLAB_STAGE_TAIL_CALLED, FUSE_STACK);
	}
}

static int plan_each(struct plan *plan)
{
	int err = 0;

	for (size_t i = 0; !err && i < plan->nr; i++) {
		struct fuse_stage *stage = &plan->stages[i];

		if (!stage->code) {
			set(stage, XDPLAB_STAGE_TAIL_CALLED, FUSE_ADOPTED);
			continue;
		}
		err = fuse_shape_read(&plan->shapes[i], stage->code,
				      stage->name);
		if (err)
			break;
		if (fuse_maps_too_many(stage->nr_maps))
			set(stage, XDPLAB_STAGE_TAIL_CALLED, FUSE_MAPS);
		else if (fuse_needs_types(stage->code))
			set(stage, XDPLAB_STAGE_TAIL_CALLED, FUSE_TYPES);
		else
			plan_alone(stage, &plan->shapes[i], plan->slots);
	}
	return err;
}

int fuse_plan(struct fuse_stage *stages, size_t nr)
{
	struct plan plan = { .stages = stages,
			     .nr = nr,
			     .slots = slots_of(stages, nr) };
	int err;

	plan.shapes = calloc(nr, sizeof(*plan.shapes));
	if (!plan.shapes)
		return fail(-ENOMEM, "chain: out of memory");
	err = plan_each(&plan);
	if (!err)
		settle(&plan);
	free(plan.shapes);
	return err;
}
