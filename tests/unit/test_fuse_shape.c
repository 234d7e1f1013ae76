// SPDX-License-Identifier: GPL-2.0-only
/* test_fuse_shape - what is read of a stage's code */
#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* First: cmocka has a macro of the name of our fail(). */
#include "../../lib/fuse/fuse.h"
#include "../../lib/internal.h"
#include "../../lib/prog/code.h"
#include <cmocka.h>

#include "functions.h"

static struct fuse_shape shape_of(const struct code *code)
{
	struct fuse_shape shape;

	assert_int_equal(fuse_shape_read(&shape, code, "stage"), 0);
	return shape;
}

/* ---- registers ---- */

static uint32_t registers_of(struct bpf_insn insn)
{
	struct bpf_insn insns[] = { insn, NOTHING, EXIT };
	struct code code = { .insns = insns, .nr_insns = ARRAY_SIZE(insns) };

	return shape_of(&code).registers & 0x3c0;
}

static void registers_are_named_as_source_or_destination(void **state)
{
	(void)state;
	assert_int_equal(registers_of(MOV(6, 0)), 1 << 6);
	assert_int_equal(registers_of(STORE(7, 0, 8)), 1 << 7 | 1 << 8);
	assert_int_equal(registers_of(LOAD(9, 1, 0)), 1 << 9);
	assert_int_equal(registers_of(MOV(1, 0)), 0);
}

/* BPF_PSEUDO_MAP_IDX_VALUE is 6. */
static void what_says_how_a_number_is_meant_is_no_register(void **state)
{
	(void)state;
	assert_int_equal(registers_of(WIDE(2, BPF_PSEUDO_MAP_IDX_VALUE, 9)), 0);
	assert_int_equal(registers_of(WIDE(8, BPF_PSEUDO_MAP_IDX_VALUE, 9)),
			 1 << 8);
}

static void a_function_has_registers_of_its_own(void **state)
{
	struct bpf_insn insns[] = { CALL(1), EXIT, MOV(9, 0), EXIT };
	struct code code = { .insns = insns, .nr_insns = ARRAY_SIZE(insns) };

	(void)state;
	assert_int_equal(shape_of(&code).registers & 0x3c0, 0);
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
	/* What else is done with a number makes no offset of it. */
	assert_int_equal(depth_of(FROM_R10(2), ALU(BPF_AND, 3, -64)), 0);
	assert_int_equal(depth_of(FROM_R10(2), ALU(BPF_XOR, 3, -1)), 0);
	assert_int_equal(depth_of(FROM_R10(2),
				  op(BPF_ALU | BPF_ADD | BPF_K, 3, 0, 0, -64)),
			 0);
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
	expect_outside(1, INT_MIN + 2LL);
}

static void a_call_into_an_instruction_is_refused(void **state)
{
	struct bpf_insn insns[] = { CALL(1), WIDE(1, 0, 7), CALL(-3), EXIT };
	struct code code = { .insns = insns, .nr_insns = ARRAY_SIZE(insns) };
	struct fuse_shape shape;

	(void)state;
	assert_int_equal(fuse_shape_read(&shape, &code, "astray"), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(registers_are_named_as_source_or_destination),
		cmocka_unit_test(
			what_says_how_a_number_is_meant_is_no_register),
		cmocka_unit_test(a_function_has_registers_of_its_own),
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
		cmocka_unit_test(a_call_into_an_instruction_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
