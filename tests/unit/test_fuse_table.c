// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_fuse_table - instruction by instruction, what fuse() makes of stages
 *
 * Nothing here asks the kernel: descriptors of maps are any numbers.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <bpf/btf.h>

/* First: cmocka has a macro of the name of our fail(). */
#include "../../lib/fuse/fuse.h"
#include "../../lib/internal.h"
#include "../../lib/prog/code.h"
#include <cmocka.h>

#include "fused.h"

/* ---- inlined stages ---- */

static void a_stage_alone_gets_no_glue(void **state)
{
	struct code code = CODE(MOV_REG(6, 1), LOAD(0, 6, 0), EXIT);
	struct fuse_stage stages[] = { inlined(&code) };

	(void)state;
	EXPECT(stages, &counting, MOV_REG(6, 1), LOAD(0, 6, 0), JUMP(0), EXIT);
	assert_int_equal(stages[0].start, 0);
	assert_int_equal(stages[0].end, 3);
}

static void two_stages_hand_the_context_on(void **state)
{
	struct code first = CODE(RETURN(XDP_PASS));
	struct code second = CODE(RETURN(XDP_TX));
	struct fuse_stage stages[] = { inlined(&first), inlined(&second) };

	(void)state;
	EXPECT(stages, &counting, TO_CONTEXT(9), INLINED(XDP_PASS),
	       GO_ON_AFTER(XDP_PASS), FROM_CONTEXT(9), INLINED(XDP_TX), EXIT);
	assert_int_equal(stages[0].start, 1);
	assert_int_equal(stages[0].end, 3);
	assert_int_equal(stages[1].start, 6);
	assert_int_equal(stages[1].end, 8);
}

/* ---- what is kept from stage to stage ---- */

static void what_no_stage_names_keeps_the_context(void **state)
{
	struct code some = CODE(MOV(9, 0), MOV_REG(0, 7), EXIT);
	struct code other = CODE(STORE(8, 0, 0), RETURN(XDP_PASS));
	struct fuse_stage stages[] = { inlined(&some), inlined(&other) };

	(void)state;
	EXPECT(stages, &counting, TO_CONTEXT(6), MOV(9, 0), MOV_REG(0, 7),
	       JUMP(0), GO_ON_AFTER(XDP_PASS), FROM_CONTEXT(6), STORE(8, 0, 0),
	       INLINED(XDP_PASS), EXIT);
}

/* Nor do functions, which have registers of their own. */
static void numbers_of_kinds_and_called_stages_name_no_register(void **state)
{
	struct code code = CODE(WIDE(2, BPF_PSEUDO_MAP_IDX_VALUE, 9), CALL(2),
				RETURN(XDP_PASS), BUSY, EXIT);
	struct code busy = CODE(BUSY, RETURN(XDP_PASS));
	struct fuse_stage stages[] = { inlined(&code), called(&busy) };

	(void)state;
	EXPECT(stages, &counting, TO_CONTEXT(9),
	       WIDE(2, BPF_PSEUDO_MAP_IDX_VALUE, 9), CALL(7), INLINED(XDP_PASS),
	       GO_ON_AFTER(XDP_PASS), FROM_CONTEXT(9), CALL(6), EXIT, BUSY,
	       EXIT, BUSY, RETURN(XDP_PASS));
}

static void
where_no_register_is_left_it_is_below_the_deepest_stage(void **state)
{
	struct code flat = CODE(BUSY, RETURN(XDP_PASS));
	struct code deep = CODE(STORE(10, -44, 1), RETURN(XDP_PASS));
	struct fuse_stage stages[] = { inlined(&flat), inlined(&deep),
				       inlined(&flat) };

	(void)state;
	EXPECT(stages, &counting, STORE(10, -56, 1), BUSY, INLINED(XDP_PASS),
	       GO_ON_AFTER(XDP_PASS), LOAD(1, 10, -56), STORE(10, -44, 1),
	       INLINED(XDP_PASS), GO_ON_AFTER(XDP_PASS), LOAD(1, 10, -56), BUSY,
	       INLINED(XDP_PASS), EXIT);
}

/* What is called has a frame of its own. */
static void the_stack_of_called_stages_does_not_push_the_context(void **state)
{
	struct code flat = CODE(BUSY, RETURN(XDP_PASS));
	struct code deep = CODE(STORE(10, -44, 1), RETURN(XDP_PASS));
	struct fuse_stage stages[] = { called(&deep), inlined(&flat) };

	(void)state;
	EXPECT(stages, &counting, STORE(10, -8, 1), CALL(10),
	       GO_ON_AFTER(XDP_PASS), LOAD(1, 10, -8), BUSY, INLINED(XDP_PASS),
	       EXIT, STORE(10, -44, 1), RETURN(XDP_PASS));
	assert_int_equal(stages[0].behind, 12);
	assert_int_equal(stages[0].behind_end, 15);
}

/* ---- exits ---- */

static void every_exit_jumps_to_the_end_of_its_stage(void **state)
{
	struct code code =
		CODE(IF(BPF_JEQ, 1, 0, 1), EXIT, WIDE(2, 0, BPF_JMP | BPF_EXIT),
		     IF(BPF_JEQ, 1, 1, 2), RETURN(XDP_DROP),
		     WIDE(3, BPF_PSEUDO_MAP_FD, 5), RETURN(XDP_PASS));
	struct fuse_stage stages[] = { inlined(&code), inlined(&code) };

	(void)state;
#define BODY                                                                   \
	IF(BPF_JEQ, 1, 0, 1), JUMP(9), WIDE(2, 0, BPF_JMP | BPF_EXIT),         \
		IF(BPF_JEQ, 1, 1, 2), MOV(0, XDP_DROP), JUMP(4),               \
		WIDE(3, BPF_PSEUDO_MAP_FD, 5), MOV(0, XDP_PASS), JUMP(0)
	EXPECT(stages, &counting, TO_CONTEXT(9), BODY, GO_ON_AFTER(XDP_PASS),
	       FROM_CONTEXT(9), BODY, EXIT);
#undef BODY
}

/* The kernel would refuse it; but it is no exit. */
static void the_second_half_of_a_wide_instruction_is_no_exit(void **state)
{
	struct code code =
		CODE(op(BPF_LD | BPF_IMM | BPF_DW, 0, 0, 0, 2), EXIT, EXIT);
	struct fuse_stage stages[] = { inlined(&code) };

	(void)state;
	EXPECT(stages, &counting, op(BPF_LD | BPF_IMM | BPF_DW, 0, 0, 0, 2),
	       EXIT, JUMP(0), EXIT);
}

/* ---- functions ---- */

static void calls_and_callbacks_find_their_functions_behind(void **state)
{
	struct code flat = CODE(RETURN(XDP_PASS));
	struct code code = CODE(CALL(4), CALLBACK(2, 5), MOV(0, XDP_PASS), EXIT,
				/* 5 */ MOV(0, 5), EXIT,
				/* 7 */ MOV(0, 7), CALL(-4), EXIT);
	struct fuse_stage stages[] = { inlined(&code), inlined(&flat),
				       inlined(&code) };

	(void)state;
	EXPECT(stages, &counting, TO_CONTEXT(9),
	       /* 1 */ CALL(18), CALLBACK(2, 19), INLINED(XDP_PASS),
	       GO_ON_AFTER(XDP_PASS), FROM_CONTEXT(9),
	       /* 9 */ INLINED(XDP_PASS), GO_ON_AFTER(XDP_PASS),
	       FROM_CONTEXT(9),
	       /* 14 */ CALL(10), CALLBACK(2, 11), INLINED(XDP_PASS), EXIT,
	       /* 20 */ MOV(0, 5), EXIT, MOV(0, 7), CALL(-4), EXIT,
	       /* 25 */ MOV(0, 5), EXIT, MOV(0, 7), CALL(-4), EXIT);
}

static void a_called_stage_is_a_function_with_all_of_its_own(void **state)
{
	struct code flat = CODE(RETURN(XDP_PASS));
	struct code code = CODE(CALL(1), EXIT, RETURN(XDP_PASS));
	struct fuse_stage stages[] = { inlined(&code), called(&code),
				       inlined(&flat) };

	(void)state;
	EXPECT(stages, &counting, TO_CONTEXT(9),
	       /* 1 */ CALL(11), JUMP(0), GO_ON_AFTER(XDP_PASS),
	       FROM_CONTEXT(9),
	       /* 6 */ CALL(8), GO_ON_AFTER(XDP_PASS), FROM_CONTEXT(9),
	       INLINED(XDP_PASS), EXIT,
	       /* 13 */ RETURN(XDP_PASS),
	       /* 15 */ CALL(1), EXIT, RETURN(XDP_PASS));
}

static void a_tail_called_stage_is_a_function_that_aborts_at_worst(void **state)
{
	struct code flat = CODE(RETURN(XDP_PASS));
	struct fuse_stage stages[] = { tail_called(NULL, 7),
				       tail_called(&flat, 9), inlined(&flat) };

	(void)state;
	EXPECT(stages, &counting, TO_CONTEXT(9),
	       /* 1 */ CALL(10), GO_ON_AFTER(XDP_PASS), FROM_CONTEXT(9),
	       /* 5 */ CALL(12), GO_ON_AFTER(XDP_PASS), FROM_CONTEXT(9),
	       INLINED(XDP_PASS), EXIT, TAIL_CALL(23, 7), TAIL_CALL(23, 9));
	assert_int_equal(stages[0].behind, 12);
	assert_int_equal(stages[0].behind_end, 18);
	assert_int_equal(stages[1].behind, 18);
	assert_int_equal(stages[1].behind_end, 24);
}

static void the_last_stage_may_go_on_with_another_program(void **state)
{
	struct fuse_opts opts = counting;
	struct code code = CODE(RETURN(XDP_PASS));
	struct fuse_stage stages[] = { inlined(&code) };

	(void)state;
	opts.goes_on = true;
	opts.next = 12;
	EXPECT(stages, &opts, TO_CONTEXT(9), INLINED(XDP_PASS),
	       GO_ON_AFTER(XDP_PASS), FROM_CONTEXT(9), TAIL_CALL(23, 12));
}

/* ---- decisions ---- */

/* What is to be between two stages for each mask of actions. */
static size_t decision(struct bpf_insn wanted[6], uint32_t actions)
{
	const struct bpf_insn none[] = { IF(BPF_JGT, 0, -1, 1), EXIT };
	const struct bpf_insn one[] = { GO_ON_AFTER(
		__builtin_ctz(actions | 1u << 31)) };
	const struct bpf_insn several[] = { IF(BPF_JGE, 0, FUSE_VERDICTS, 4),
					    MOV32_REG(2, 0),
					    MOV(1, actions),
					    RSH_REG(1, 2),
					    IF(BPF_JSET, 1, 1, 1),
					    EXIT };

	switch (__builtin_popcount(actions)) {
	case 0:
		memcpy(wanted, none, sizeof(none));
		return ARRAY_SIZE(none);
	case 1:
		memcpy(wanted, one, sizeof(one));
		return ARRAY_SIZE(one);
	default:
		memcpy(wanted, several, sizeof(several));
		return ARRAY_SIZE(several);
	}
}

static void expect_decision(uint32_t actions, uint32_t known)
{
	struct bpf_insn wanted[16] = { TO_CONTEXT(9), INLINED(XDP_PASS) };
	const struct bpf_insn rest[] = { FROM_CONTEXT(9), INLINED(XDP_PASS),
					 EXIT };
	struct code code = CODE(RETURN(XDP_PASS));
	struct fuse_stage stages[] = {
		going_on(inlined(&code), actions),
		going_on(inlined(&code), ~actions), /* has no say */
	};
	size_t nr = 3 + decision(&wanted[3], known);

	memcpy(&wanted[nr], rest, sizeof(rest));
	expect_fused(stages, 2, &counting, wanted, nr + ARRAY_SIZE(rest));
}

static void every_mask_of_actions_has_its_decision(void **state)
{
	(void)state;
	for (uint32_t actions = 0; actions < 1u << FUSE_VERDICTS; actions++)
		expect_decision(actions, actions);
}

static void actions_beyond_the_five_verdicts_are_not_there(void **state)
{
	(void)state;
	for (uint32_t bit = FUSE_VERDICTS; bit < 32; bit++) {
		expect_decision(1u << bit, 0);
		expect_decision(1u << bit | PASS, PASS);
		expect_decision(1u << bit | 3, 3);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stage_alone_gets_no_glue),
		cmocka_unit_test(two_stages_hand_the_context_on),
		cmocka_unit_test(what_no_stage_names_keeps_the_context),
		cmocka_unit_test(
			numbers_of_kinds_and_called_stages_name_no_register),
		cmocka_unit_test(
			where_no_register_is_left_it_is_below_the_deepest_stage),
		cmocka_unit_test(
			the_stack_of_called_stages_does_not_push_the_context),
		cmocka_unit_test(every_exit_jumps_to_the_end_of_its_stage),
		cmocka_unit_test(
			the_second_half_of_a_wide_instruction_is_no_exit),
		cmocka_unit_test(
			calls_and_callbacks_find_their_functions_behind),
		cmocka_unit_test(
			a_called_stage_is_a_function_with_all_of_its_own),
		cmocka_unit_test(
			a_tail_called_stage_is_a_function_that_aborts_at_worst),
		cmocka_unit_test(the_last_stage_may_go_on_with_another_program),
		cmocka_unit_test(every_mask_of_actions_has_its_decision),
		cmocka_unit_test(
			actions_beyond_the_five_verdicts_are_not_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
