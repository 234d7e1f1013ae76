// SPDX-License-Identifier: GPL-2.0-only
/* test_fuse_plan - what is read of a stage's code, and how it will be run */
#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* First: cmocka has a macro of the name of our fail(). */
#include "../../lib/fuse.h"
#include "../../lib/internal.h"
#include <cmocka.h>

static struct bpf_insn op(uint8_t code, uint8_t dst, uint8_t src, int16_t off,
			  int32_t imm)
{
	return (struct bpf_insn){ .code = code,
				  .dst_reg = dst,
				  .src_reg = src,
				  .off = off,
				  .imm = imm };
}

#define ALU(what, dst, imm)  op(BPF_ALU64 | (what) | BPF_K, dst, 0, 0, imm)
#define MOV(dst, imm)	     ALU(BPF_MOV, dst, imm)
#define LOAD(dst, src, off)  op(BPF_LDX | BPF_MEM | BPF_DW, dst, src, off, 0)
#define STORE(dst, off, src) op(BPF_STX | BPF_MEM | BPF_DW, dst, src, off, 0)
#define FROM_R10(dst)	     op(BPF_ALU64 | BPF_MOV | BPF_X, dst, 10, 0, 0)
#define WIDE(dst, src, imm)  op(BPF_LD | BPF_IMM | BPF_DW, dst, src, 0, imm)
#define CALL(imm)	     op(BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, imm)
#define TAIL_CALL	     op(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_tail_call)
#define EXIT		     op(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)
#define NOTHING		     op(0, 0, 0, 0, 0)

/* ---- code by what its functions do ---- */

#define MAX_CALLS     3
#define MAX_FUNCTIONS 10

/* The first one is the main function, that nobody calls: a call of it is none.
 * A negative number is a callback. */
struct function {
	int depth;
	bool tail_calls;
	int calls[MAX_CALLS];
};

struct made {
	struct code code;
	struct bpf_insn insns[MAX_FUNCTIONS * (4 + 2 * MAX_CALLS)];
};

static void add(struct code *code, struct bpf_insn insn)
{
	code->insns[code->nr_insns++] = insn;
}

/* For now with the function's number in place of the distance to it. */
static void add_function(struct code *code, const struct function *function)
{
	if (function->depth)
		add(code, STORE(10, -function->depth, 1));
	if (function->tail_calls)
		add(code, TAIL_CALL);
	for (size_t i = 0; i < MAX_CALLS && function->calls[i]; i++) {
		if (function->calls[i] > 0) {
			add(code, CALL(function->calls[i]));
		} else {
			add(code,
			    WIDE(2, BPF_PSEUDO_FUNC, -function->calls[i]));
			add(code, NOTHING);
		}
	}
	add(code, MOV(0, XDP_PASS));
	add(code, EXIT);
}

static const struct code *make(struct made *made,
			       const struct function *functions, size_t nr)
{
	struct code *code = &made->code;
	size_t starts[MAX_FUNCTIONS];

	*code = (struct code){ .insns = made->insns };
	for (size_t i = 0; i < nr; i++) {
		starts[i] = code->nr_insns;
		add_function(code, &functions[i]);
	}
	for (size_t i = code_next_reference(code, 0); i < code->nr_insns;
	     i = code_next_reference(code, i + 1))
		code->insns[i].imm = starts[code->insns[i].imm] - (i + 1);
	return code;
}

#define MAKE(made, ...)                                                        \
	make(made, (struct function[]){ __VA_ARGS__ },                         \
	     sizeof((struct function[]){ __VA_ARGS__ }) /                      \
		     sizeof(struct function))

static struct fuse_shape shape_of(const struct code *code)
{
	struct fuse_shape shape;

	assert_int_equal(fuse_shape_read(&shape, code, "stage"), 0);
	return shape;
}

/* ---- the depth of the stack ---- */

static int depth_of(struct bpf_insn first, struct bpf_insn second)
{
	struct bpf_insn insns[] = { first, second, MOV(0, 2), EXIT };
	struct code code = { .insns = insns, .nr_insns = ARRAY_SIZE(insns) };

	return shape_of(&code).depth;
}

static void the_stack_is_as_deep_as_offsets_from_r10_reach(void **state)
{
	(void)state;
	assert_int_equal(depth_of(MOV(1, 0), MOV(2, 0)), 0);
	assert_int_equal(depth_of(STORE(10, -1, 1), MOV(1, 0)), 8);
	assert_int_equal(depth_of(STORE(10, -8, 1), MOV(1, 0)), 8);
	assert_int_equal(depth_of(STORE(10, -9, 1), MOV(1, 0)), 16);
	assert_int_equal(depth_of(STORE(10, -512, 1), MOV(1, 0)), 512);
	assert_int_equal(depth_of(LOAD(1, 10, -24), MOV(1, 0)), 24);
	assert_int_equal(depth_of(op(BPF_ST | BPF_B, 10, 0, -33, 1), EXIT), 40);
	assert_int_equal(depth_of(STORE(10, -16, 1), LOAD(1, 10, -24)), 24);
	assert_int_equal(depth_of(LOAD(1, 10, -24), STORE(10, -16, 1)), 24);
}

static void constants_that_r10_may_be_moved_by_count(void **state)
{
	(void)state;
	assert_int_equal(depth_of(FROM_R10(2), ALU(BPF_ADD, 2, -40)), 40);
	assert_int_equal(depth_of(FROM_R10(2), ALU(BPF_SUB, 2, 40)), 40);
	assert_int_equal(depth_of(FROM_R10(2), ALU(BPF_ADD, 2, 40)), 0);
	assert_int_equal(depth_of(FROM_R10(2), ALU(BPF_SUB, 2, -40)), 0);
	assert_int_equal(depth_of(FROM_R10(2), MOV(3, -45)), 48);
	assert_int_equal(depth_of(FROM_R10(2), ALU(BPF_ADD, 2, -512)), 512);
	/* The stack has no more bytes: it is another number. */
	assert_int_equal(depth_of(FROM_R10(2), ALU(BPF_ADD, 2, -513)), 0);
	assert_int_equal(depth_of(FROM_R10(2), ALU(BPF_ADD, 2, INT_MIN)), 0);
}

static void the_smallest_constant_can_be_subtracted(void **state)
{
	(void)state;
	assert_int_equal(depth_of(FROM_R10(2), ALU(BPF_SUB, 2, INT_MIN)), 0);
}

static void offsets_from_a_copy_of_r10_reach_into_the_stack_too(void **state)
{
	(void)state;
	assert_int_equal(depth_of(FROM_R10(2), STORE(2, -24, 1)), 24);
	assert_int_equal(depth_of(FROM_R10(2), LOAD(1, 2, -24)), 24);
}

static void the_second_half_of_a_wide_instruction_reaches_nowhere(void **state)
{
	(void)state;
	assert_int_equal(depth_of(WIDE(1, 0, 7), STORE(10, -64, 1)), 0);
}

static void frames_are_rounded_up_and_never_empty(void **state)
{
	static const struct {
		int depth, frame;
	} frames[] = { { 0, 32 },  { 8, 32 },	 { 32, 32 },   { 33, 64 },
		       { 40, 64 }, { 256, 256 }, { 257, 288 }, { 512, 512 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(frames); i++)
		assert_int_equal(fuse_frame(frames[i].depth), frames[i].frame);
}

/* ---- functions ---- */

static void a_stage_without_functions_has_one_frame(void **state)
{
	struct made made;
	struct fuse_shape shape = shape_of(MAKE(&made, { .depth = 16 }));

	(void)state;
	assert_int_equal(shape.length, 3);
	assert_int_equal(shape.depth, 16);
	assert_int_equal(shape.below, 0);
	assert_int_equal(shape.frames, 1);
	assert_false(shape.makes_tail_calls);
	assert_int_equal(shape.tail_below, -1);
}

static void frames_below_are_those_of_the_deepest_way_down(void **state)
{
	struct made made;
	struct fuse_shape shape =
		shape_of(MAKE(&made, { .depth = 16, .calls = { 1, 4, -3 } },
			      { .depth = 40, .calls = { -2 } }, /* a callback */
			      { .depth = 8, .calls = { 3 } }, { .depth = 0 },
			      { .depth = 100 }));

	(void)state;
	assert_int_equal(shape.length, 7);
	assert_int_equal(shape.depth, 16);
	assert_int_equal(shape.below, 64 + 32 + 32); /* and not 128 */
	assert_int_equal(shape.frames, 4);
}

static void frames_above_a_tail_call_are_without_its_own(void **state)
{
	struct made made;
	struct fuse_shape shape;

	(void)state;
	shape = shape_of(MAKE(&made, { .depth = 100, .calls = { 1 } },
			      { .depth = 60, .calls = { 2, 3 } },
			      { .depth = 200, .tail_calls = true },
			      { .depth = 300 }));
	assert_int_equal(shape.tail_below, 64);
	assert_false(shape.makes_tail_calls);
	shape = shape_of(MAKE(&made, { .calls = { 1 } },
			      { .depth = 60, .tail_calls = true }));
	assert_int_equal(shape.tail_below, 0);
	shape = shape_of(MAKE(&made, { .depth = 100, .tail_calls = true }));
	assert_int_equal(shape.tail_below, -1);
	assert_true(shape.makes_tail_calls);
}

static void functions_that_call_each_other_are_read_to_an_end(void **state)
{
	struct made made;
	struct fuse_shape shape = shape_of(
		MAKE(&made, { .calls = { 1 } },
		     { .depth = 40, .calls = { 2, 1 } }, { .calls = { 1 } }));

	(void)state;
	assert_true(shape.frames >= 3);
	assert_true(shape.below >= 64 + 32);
}

/* Frees nothing of a reference that leads to `target`. */
static void expect_outside(size_t place, int64_t target)
{
	struct bpf_insn insns[] = { MOV(0, 2), MOV(0, 2), EXIT };
	struct code code = { .insns = insns, .nr_insns = ARRAY_SIZE(insns) };
	struct fuse_stage stage = { .code = &code, .name = "astray" };
	struct fuse_shape shape;

	insns[place] = CALL(target - (int64_t)(place + 1));
	assert_int_equal(fuse_shape_read(&shape, &code, "astray"), -EINVAL);
	assert_int_equal(fuse_plan(&stage, 1), -EINVAL);
	assert_non_null(strstr(xdplab_error(), "astray: "));
	assert_non_null(strstr(xdplab_error(), "outside of itself"));
}

static void a_call_that_leads_outside_is_refused(void **state)
{
	(void)state;
	expect_outside(0, 3);
	expect_outside(1, 3);
	expect_outside(1, -1);
	expect_outside(0, INT_MAX);
	expect_outside(1, INT_MIN + 2ll);
}

/* ---- how stages will be run ---- */

#define MAX_STAGES 6

struct planned {
	struct made made[MAX_STAGES];
	struct fuse_stage stages[MAX_STAGES];
	size_t nr;
};

static void plan_add(struct planned *planned, const struct function *functions,
		     size_t nr)
{
	size_t i = planned->nr++;

	planned->stages[i] = (struct fuse_stage){
		.code = make(&planned->made[i], functions, nr),
		.name = "stage",
	};
}

#define PLAN_ADD(planned, ...)                                                 \
	plan_add(planned, (struct function[]){ __VA_ARGS__ },                  \
		 sizeof((struct function[]){ __VA_ARGS__ }) /                  \
			 sizeof(struct function))

static void plan(struct planned *planned)
{
	assert_int_equal(fuse_plan(planned->stages, planned->nr), 0);
}

static void expect(const struct planned *planned, size_t i,
		   enum xdplab_stage_how how, enum fuse_why why)
{
	assert_int_equal(planned->stages[i].how, how);
	assert_int_equal(planned->stages[i].why, why);
}

static void what_fits_is_inlined(void **state)
{
	struct planned planned = { 0 };

	(void)state;
	PLAN_ADD(&planned, { .depth = 200, .calls = { 1 } }, { .depth = 200 });
	PLAN_ADD(&planned, { .depth = 0 });
	plan(&planned);
	expect(&planned, 0, XDPLAB_STAGE_INLINED, FUSE_FITS);
	expect(&planned, 1, XDPLAB_STAGE_INLINED, FUSE_FITS);
}

static void a_tail_call_makes_its_stage_a_function(void **state)
{
	struct planned planned = { 0 };

	(void)state;
	PLAN_ADD(&planned, { .depth = 64, .tail_calls = true });
	PLAN_ADD(&planned, { .depth = 64, .calls = { 1 } },
		 { .depth = 64, .tail_calls = true });
	plan(&planned);
	expect(&planned, 0, XDPLAB_STAGE_CALLED, FUSE_TAIL_CALLS);
	expect(&planned, 1, XDPLAB_STAGE_INLINED, FUSE_FITS);
}

static void a_deep_frame_makes_no_room_for_a_tail_call_below(void **state)
{
	struct planned planned = { 0 };

	(void)state;
	PLAN_ADD(&planned, { .depth = 300 });
	PLAN_ADD(&planned, { .depth = 64, .calls = { 1 } },
		 { .tail_calls = true });
	plan(&planned);
	expect(&planned, 0, XDPLAB_STAGE_CALLED, FUSE_STACK);
	expect(&planned, 1, XDPLAB_STAGE_INLINED, FUSE_FITS);
}

static void the_whole_stack_needs_a_program_of_its_own(void **state)
{
	struct planned planned = { 0 };

	(void)state;
	PLAN_ADD(&planned, { .depth = 512 });
	PLAN_ADD(&planned, { .depth = 480 });
	PLAN_ADD(&planned, { .depth = 496 });
	plan(&planned);
	expect(&planned, 0, XDPLAB_STAGE_TAIL_CALLED, FUSE_STACK);
	expect(&planned, 1, XDPLAB_STAGE_CALLED, FUSE_STACK);
	expect(&planned, 2, XDPLAB_STAGE_TAIL_CALLED, FUSE_STACK);
}

static void all_but_the_chains_own_stack_can_be_had_inlined(void **state)
{
	struct planned planned = { 0 };

	(void)state;
	PLAN_ADD(&planned, { .depth = 496 });
	PLAN_ADD(&planned, { .depth = 496 });
	plan(&planned);
	expect(&planned, 0, XDPLAB_STAGE_INLINED, FUSE_FITS);
	expect(&planned, 1, XDPLAB_STAGE_INLINED, FUSE_FITS);
}

/* Each calls the next. */
static void call_in_line(struct function *functions, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		functions[i] = (struct function){
			.calls = { i + 1 < nr ? (int)i + 1 : 0 }
		};
}

static void eight_frames_are_all_there_can_be(void **state)
{
	struct function functions[MAX_FUNCTIONS];
	struct planned planned = { 0 };

	(void)state;
	call_in_line(functions, 8);
	plan_add(&planned, functions, 8);
	functions[0].tail_calls = true; /* and so one more than its own */
	plan_add(&planned, functions, 8);
	call_in_line(functions, 7);
	functions[0].tail_calls = true;
	plan_add(&planned, functions, 7);
	plan(&planned);
	expect(&planned, 0, XDPLAB_STAGE_INLINED, FUSE_FITS);
	expect(&planned, 1, XDPLAB_STAGE_TAIL_CALLED, FUSE_FRAMES);
	expect(&planned, 2, XDPLAB_STAGE_CALLED, FUSE_TAIL_CALLS);
}

static void jumps_of_16_bits_do_not_reach_over_a_long_stage(void **state)
{
	size_t nr = 17000;
	struct bpf_insn *insns = calloc(nr, sizeof(*insns));
	struct code code = { .insns = insns, .nr_insns = nr };
	struct fuse_stage stage = { .code = &code, .name = "long" };

	(void)state;
	assert_non_null(insns);
	for (size_t i = 0; i < nr - 1; i++)
		insns[i] = MOV(0, 2);
	insns[nr - 1] = EXIT;
	assert_int_equal(fuse_plan(&stage, 1), 0);
	assert_int_equal(stage.how, XDPLAB_STAGE_CALLED);
	assert_int_equal(stage.why, FUSE_JUMPS);
	free(insns);
}

static void what_was_adopted_is_tail_called(void **state)
{
	struct fuse_stage stage = { .name = "foreign" };

	(void)state;
	assert_int_equal(fuse_plan(&stage, 1), 0);
	assert_int_equal(stage.how, XDPLAB_STAGE_TAIL_CALLED);
	assert_int_equal(stage.why, FUSE_ADOPTED);
}

static void every_reason_has_words(void **state)
{
	(void)state;
	assert_string_equal(fuse_why_text(FUSE_FITS), "");
	for (uint32_t why = FUSE_ADOPTED; why <= FUSE_FRAMES; why++)
		assert_true(strlen(fuse_why_text(why)) > 0);
	assert_string_equal(fuse_why_text(FUSE_FRAMES + 1), "");
	assert_string_equal(fuse_why_text(UINT32_MAX), "");
}

/* ---- random sets, against what the verifier allows ---- */

#define GLUE 16 /* bytes of the chain's own in its main function's frame */

/* The frames of a way down: `stack` bytes of them so far, `frames` of them. */
static void check_down(const struct function *functions, size_t i, int stack,
		       int frames)
{
	const struct function *function = &functions[i];

	/* check_max_stack_depth_subprog(): those above one with a tail call */
	if (function->tail_calls && frames)
		assert_true(stack < 256);
	stack += fuse_frame(function->depth);
	assert_true(stack <= 512);
	assert_true(frames + 1 <= 8);
	for (size_t call = 0; call < MAX_CALLS && function->calls[call]; call++)
		check_down(functions, abs(function->calls[call]), stack,
			   frames + 1);
}

static int main_depth(const struct planned *planned,
		      struct function functions[][MAX_FUNCTIONS])
{
	int depth = 0;

	for (size_t i = 0; i < planned->nr; i++)
		if (planned->stages[i].how == XDPLAB_STAGE_INLINED &&
		    functions[i][0].depth > depth)
			depth = functions[i][0].depth;
	return depth + GLUE;
}

static void check_stage(const struct fuse_stage *stage,
			struct function *functions, int above)
{
	struct function main = functions[0];

	if (stage->how == XDPLAB_STAGE_INLINED) {
		assert_false(main.tail_calls);
		functions[0].depth = above;
		check_down(functions, 0, 0, 0);
		functions[0] = main;
	} else if (stage->how == XDPLAB_STAGE_CALLED) {
		check_down(functions, 0, fuse_frame(above), 1);
	} else {
		assert_int_equal(stage->how, XDPLAB_STAGE_TAIL_CALLED);
		assert_true(fuse_frame(above) < 256);
	}
}

static uint32_t random_number(uint32_t *seed, uint32_t below)
{
	*seed = *seed * 1664525 + 1013904223;
	return (*seed >> 8) % below;
}

/* Functions call only those behind them. */
static size_t random_functions(struct function *functions, uint32_t *seed)
{
	size_t nr = 1 + random_number(seed, 4);

	for (size_t i = 0; i < nr; i++) {
		functions[i] = (struct function){
			.depth = 8 * random_number(seed, i ? 20 : 65),
			.tail_calls = !random_number(seed, 8),
		};
		for (size_t call = 0; call < MAX_CALLS && i + 1 < nr; call++)
			if (random_number(seed, 2))
				functions[i].calls[call] =
					i + 1 + random_number(seed, nr - i - 1);
			else
				break;
	}
	return nr;
}

/* Alone it would be refused as well: nothing can be asked of its plan. */
static bool can_be_alone(const struct function *functions, size_t i, int stack,
			 int frames)
{
	const struct function *function = &functions[i];

	if (function->tail_calls && frames && stack >= 256)
		return false;
	stack += fuse_frame(function->depth);
	if (stack > 512)
		return false;
	for (size_t call = 0; call < MAX_CALLS && function->calls[call]; call++)
		if (!can_be_alone(functions, function->calls[call], stack,
				  frames + 1))
			return false;
	return true;
}

static void random_sets_fit_as_they_are_planned(void **state)
{
	struct function functions[MAX_STAGES][MAX_FUNCTIONS];
	size_t hows[4] = { 0 };
	uint32_t seed = 3;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct planned planned = { 0 };
		size_t nr = 1 + random_number(&seed, MAX_STAGES);

		while (planned.nr < nr) {
			struct function *stage = functions[planned.nr];
			size_t length = random_functions(stage, &seed);

			if (can_be_alone(stage, 0, 0, 0))
				plan_add(&planned, stage, length);
		}
		plan(&planned);
		for (size_t i = 0; i < nr; i++) {
			check_stage(&planned.stages[i], functions[i],
				    main_depth(&planned, functions));
			hows[planned.stages[i].how]++;
		}
	}
	/* What never comes up was not tried. */
	assert_true(hows[XDPLAB_STAGE_INLINED] > 1000);
	assert_true(hows[XDPLAB_STAGE_CALLED] > 1000);
	assert_true(hows[XDPLAB_STAGE_TAIL_CALLED] > 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			the_stack_is_as_deep_as_offsets_from_r10_reach),
		cmocka_unit_test(constants_that_r10_may_be_moved_by_count),
		cmocka_unit_test(the_smallest_constant_can_be_subtracted),
		cmocka_unit_test(
			offsets_from_a_copy_of_r10_reach_into_the_stack_too),
		cmocka_unit_test(
			the_second_half_of_a_wide_instruction_reaches_nowhere),
		cmocka_unit_test(frames_are_rounded_up_and_never_empty),
		cmocka_unit_test(a_stage_without_functions_has_one_frame),
		cmocka_unit_test(
			frames_below_are_those_of_the_deepest_way_down),
		cmocka_unit_test(frames_above_a_tail_call_are_without_its_own),
		cmocka_unit_test(
			functions_that_call_each_other_are_read_to_an_end),
		cmocka_unit_test(a_call_that_leads_outside_is_refused),
		cmocka_unit_test(what_fits_is_inlined),
		cmocka_unit_test(a_tail_call_makes_its_stage_a_function),
		cmocka_unit_test(
			a_deep_frame_makes_no_room_for_a_tail_call_below),
		cmocka_unit_test(the_whole_stack_needs_a_program_of_its_own),
		cmocka_unit_test(
			all_but_the_chains_own_stack_can_be_had_inlined),
		cmocka_unit_test(eight_frames_are_all_there_can_be),
		cmocka_unit_test(
			jumps_of_16_bits_do_not_reach_over_a_long_stage),
		cmocka_unit_test(what_was_adopted_is_tail_called),
		cmocka_unit_test(every_reason_has_words),
		cmocka_unit_test(random_sets_fit_as_they_are_planned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
