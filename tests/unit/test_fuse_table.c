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
#include "../../lib/fuse.h"
#include "../../lib/internal.h"
#include <cmocka.h>

#define PASS (1u << XDP_PASS)

/* ---- instructions, as in the verifier's log ---- */

static struct bpf_insn op(uint8_t code, uint8_t dst, uint8_t src, int16_t off,
			  int32_t imm)
{
	return (struct bpf_insn){ .code = code,
				  .dst_reg = dst,
				  .src_reg = src,
				  .off = off,
				  .imm = imm };
}

#define MOV(dst, imm)		op(BPF_ALU64 | BPF_MOV | BPF_K, dst, 0, 0, imm)
#define MOV_REG(dst, src)	op(BPF_ALU64 | BPF_MOV | BPF_X, dst, src, 0, 0)
#define MOV32_REG(dst, src)	op(BPF_ALU | BPF_MOV | BPF_X, dst, src, 0, 0)
#define ADD(dst, imm)		op(BPF_ALU64 | BPF_ADD | BPF_K, dst, 0, 0, imm)
#define ADD_REG(dst, src)	op(BPF_ALU64 | BPF_ADD | BPF_X, dst, src, 0, 0)
#define AND(dst, imm)		op(BPF_ALU64 | BPF_AND | BPF_K, dst, 0, 0, imm)
#define LSH(dst, imm)		op(BPF_ALU64 | BPF_LSH | BPF_K, dst, 0, 0, imm)
#define RSH_REG(dst, src)	op(BPF_ALU64 | BPF_RSH | BPF_X, dst, src, 0, 0)
#define LOAD(dst, src, off)	op(BPF_LDX | BPF_MEM | BPF_DW, dst, src, off, 0)
#define STORE(dst, off, src)	op(BPF_STX | BPF_MEM | BPF_DW, dst, src, off, 0)
#define JUMP(off)		op(BPF_JMP | BPF_JA, 0, 0, off, 0)
#define IF(what, dst, imm, off) op(BPF_JMP32 | (what) | BPF_K, dst, 0, off, imm)
/* An instruction of two, by what its imm means. */
#define WIDE(dst, src, imm)                                                    \
	op(BPF_LD | BPF_IMM | BPF_DW, dst, src, 0, imm), op(0, 0, 0, 0, 0)
#define CALLBACK(dst, imm) WIDE(dst, BPF_PSEUDO_FUNC, imm)
#define HELPER(id)	   op(BPF_JMP | BPF_CALL, 0, 0, 0, id)
#define CALL(imm)	   op(BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, imm)
#define EXIT		   op(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)

#define INSNS(...) ((struct bpf_insn[]){ __VA_ARGS__ })
#define NR(...)	   (sizeof(INSNS(__VA_ARGS__)) / sizeof(struct bpf_insn))
#define CODE(...)                                                              \
	{                                                                      \
		.insns = INSNS(__VA_ARGS__), .nr_insns = NR(__VA_ARGS__)       \
	}

/* ---- pieces of glue ---- */

#define TO_CONTEXT(slot)   STORE(10, slot, 1)
#define FROM_CONTEXT(slot) LOAD(1, 10, slot)
/* A stage that only returns a verdict, and that stage inlined. */
#define RETURN(verdict)	     MOV(0, verdict), EXIT
#define INLINED(verdict)     MOV(0, verdict), JUMP(0)
#define GO_ON_AFTER(verdict) IF(BPF_JEQ, 0, verdict, 1), EXIT
/* ROWS * ROW_SIZE bytes of counters are in each map. */
#define FIND_ROW(fd, slot)                                                     \
	HELPER(BPF_FUNC_get_smp_processor_id), AND(0, ROWS - 1),               \
		LSH(0, ROW_SHIFT), WIDE(1, BPF_PSEUDO_MAP_VALUE, fd),          \
		ADD_REG(1, 0), STORE(10, slot, 1)
#define COUNT(slot, off)                                                       \
	MOV32_REG(1, 0), IF(BPF_JLT, 1, FUSE_VERDICTS, 1), MOV(1, 0),          \
		LSH(1, 3), LOAD(2, 10, slot), ADD_REG(2, 1), LOAD(1, 2, off),  \
		ADD(1, 1), STORE(2, off, 1)
#define TAIL_CALL(fd, slot)                                                    \
	WIDE(2, BPF_PSEUDO_MAP_FD, fd), MOV(3, slot),                          \
		HELPER(BPF_FUNC_tail_call), MOV(0, XDP_ABORTED), EXIT

#define ROWS	  8
#define ROW_SHIFT 7 /* three stages of 40 bytes in a row */

static const int map_fds[] = { 21, 22 };
static const struct fuse_opts counting = {
	.counts = { .map_fds = map_fds,
		    .rows = ROWS,
		    .row_size = 1 << ROW_SHIFT },
	.slots_fd = 23,
};

/* ---- what comes of them ---- */

static void print_insn(const char *what, size_t i, const struct bpf_insn *insn)
{
	print_error("%s %zu: code %#x dst %u src %u off %d imm %d\n", what, i,
		    insn->code, insn->dst_reg, insn->src_reg, insn->off,
		    insn->imm);
}

static void expect_insns(const struct code *code, const struct bpf_insn *wanted,
			 size_t nr)
{
	for (size_t i = 0; i < nr && i < code->nr_insns; i++) {
		if (!memcmp(&code->insns[i], &wanted[i], sizeof(*wanted)))
			continue;
		print_insn("got", i, &code->insns[i]);
		print_insn("not", i, &wanted[i]);
		assert_memory_equal(&code->insns[i], &wanted[i],
				    sizeof(*wanted));
	}
	assert_int_equal(code->nr_insns, nr);
}

static void drop(struct code *code)
{
	btf__free(code->btf);
	code_free(code);
}

static void expect_fused(struct fuse_stage *stages, size_t nr,
			 const struct fuse_opts *opts,
			 const struct bpf_insn *wanted, size_t nr_wanted)
{
	struct code code;

	assert_int_equal(fuse(&code, stages, nr, opts), 0);
	expect_insns(&code, wanted, nr_wanted);
	drop(&code);
}

#define EXPECT(stages, opts, ...)                                              \
	expect_fused(stages, ARRAY_SIZE(stages), opts, INSNS(__VA_ARGS__),     \
		     NR(__VA_ARGS__))

/* ---- stages ---- */

static struct fuse_stage inlined(const struct code *code)
{
	return (struct fuse_stage){ .code = code,
				    .name = "stage",
				    .actions = PASS,
				    .counter = FUSE_UNCOUNTED };
}

static struct fuse_stage called(const struct code *code)
{
	struct fuse_stage stage = inlined(code);

	stage.how = XDPLAB_STAGE_CALLED;
	return stage;
}

static struct fuse_stage tail_called(const struct code *code, uint32_t slot)
{
	struct fuse_stage stage = inlined(code);

	stage.how = XDPLAB_STAGE_TAIL_CALLED;
	stage.slot = slot;
	return stage;
}

static struct fuse_stage counted(struct fuse_stage stage, uint32_t counter)
{
	stage.counter = counter;
	return stage;
}

static struct fuse_stage going_on(struct fuse_stage stage, uint32_t actions)
{
	stage.actions = actions;
	return stage;
}

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
	EXPECT(stages, &counting, TO_CONTEXT(-8), INLINED(XDP_PASS),
	       GO_ON_AFTER(XDP_PASS), FROM_CONTEXT(-8), INLINED(XDP_TX), EXIT);
	assert_int_equal(stages[0].start, 1);
	assert_int_equal(stages[0].end, 3);
	assert_int_equal(stages[1].start, 6);
	assert_int_equal(stages[1].end, 8);
}

static void the_context_is_kept_below_the_deepest_stage(void **state)
{
	struct code flat = CODE(RETURN(XDP_PASS));
	struct code deep = CODE(STORE(10, -44, 1), RETURN(XDP_PASS));
	struct fuse_stage stages[] = { inlined(&flat), inlined(&deep),
				       inlined(&flat) };

	(void)state;
	EXPECT(stages, &counting, TO_CONTEXT(-56), INLINED(XDP_PASS),
	       GO_ON_AFTER(XDP_PASS), FROM_CONTEXT(-56), STORE(10, -44, 1),
	       INLINED(XDP_PASS), GO_ON_AFTER(XDP_PASS), FROM_CONTEXT(-56),
	       INLINED(XDP_PASS), EXIT);
}

/* What is called has a frame of its own. */
static void the_stack_of_called_stages_does_not_push_the_context(void **state)
{
	struct code flat = CODE(RETURN(XDP_PASS));
	struct code deep = CODE(STORE(10, -44, 1), RETURN(XDP_PASS));
	struct fuse_stage stages[] = { called(&deep), inlined(&flat) };

	(void)state;
	EXPECT(stages, &counting, TO_CONTEXT(-8), CALL(6),
	       GO_ON_AFTER(XDP_PASS), FROM_CONTEXT(-8), INLINED(XDP_PASS), EXIT,
	       STORE(10, -44, 1), RETURN(XDP_PASS));
	assert_int_equal(stages[0].behind, 8);
	assert_int_equal(stages[0].behind_end, 11);
}

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
	EXPECT(stages, &counting, TO_CONTEXT(-8), BODY, GO_ON_AFTER(XDP_PASS),
	       FROM_CONTEXT(-8), BODY, EXIT);
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
	EXPECT(stages, &counting, TO_CONTEXT(-8),
	       /* 1 */ CALL(18), CALLBACK(2, 19), INLINED(XDP_PASS),
	       GO_ON_AFTER(XDP_PASS), FROM_CONTEXT(-8),
	       /* 9 */ INLINED(XDP_PASS), GO_ON_AFTER(XDP_PASS),
	       FROM_CONTEXT(-8),
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
	EXPECT(stages, &counting, TO_CONTEXT(-8),
	       /* 1 */ CALL(11), JUMP(0), GO_ON_AFTER(XDP_PASS),
	       FROM_CONTEXT(-8),
	       /* 6 */ CALL(8), GO_ON_AFTER(XDP_PASS), FROM_CONTEXT(-8),
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
	EXPECT(stages, &counting, TO_CONTEXT(-8),
	       /* 1 */ CALL(10), GO_ON_AFTER(XDP_PASS), FROM_CONTEXT(-8),
	       /* 5 */ CALL(12), GO_ON_AFTER(XDP_PASS), FROM_CONTEXT(-8),
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
	EXPECT(stages, &opts, TO_CONTEXT(-8), INLINED(XDP_PASS),
	       GO_ON_AFTER(XDP_PASS), FROM_CONTEXT(-8), TAIL_CALL(23, 12));
}

/* ---- counters ---- */

static void a_stage_that_counts_keeps_the_context_from_it(void **state)
{
	struct code code = CODE(STORE(10, -8, 1), RETURN(XDP_PASS));
	struct fuse_stage stages[] = { counted(inlined(&code), 1) };

	(void)state;
	EXPECT(stages, &counting, TO_CONTEXT(-16), FIND_ROW(21, -24),
	       FROM_CONTEXT(-16), STORE(10, -8, 1), INLINED(XDP_PASS),
	       COUNT(-24, 40), EXIT);
}

static void the_row_is_found_once_for_each_map_in_turn(void **state)
{
	struct code code = CODE(RETURN(XDP_PASS));
	struct fuse_stage stages[] = {
		inlined(&code), /* does not count */
		counted(inlined(&code), 0),
		counted(inlined(&code), 2),
		counted(inlined(&code), 3), /* in the next map */
		inlined(&code),		    /* does not count either */
		counted(inlined(&code), 5),
		counted(inlined(&code), 1), /* back in the first */
	};

	(void)state;
#define BODY  FROM_CONTEXT(-8), INLINED(XDP_PASS)
#define GO_ON GO_ON_AFTER(XDP_PASS)
	EXPECT(stages, &counting, TO_CONTEXT(-8), INLINED(XDP_PASS), GO_ON,
	       FIND_ROW(21, -16), BODY, COUNT(-16, 0), GO_ON, BODY,
	       COUNT(-16, 80), GO_ON, FIND_ROW(22, -16), BODY, COUNT(-16, 0),
	       GO_ON, BODY, GO_ON, BODY, COUNT(-16, 80), GO_ON,
	       FIND_ROW(21, -16), BODY, COUNT(-16, 40), EXIT);
#undef BODY
#undef GO_ON
}

static void called_and_tail_called_stages_count_as_well(void **state)
{
	struct code code = CODE(RETURN(XDP_PASS));
	struct fuse_stage stages[] = {
		counted(called(&code), 0),
		counted(tail_called(NULL, 0), 1),
	};

	(void)state;
	EXPECT(stages, &counting, TO_CONTEXT(-8), FIND_ROW(21, -16),
	       FROM_CONTEXT(-8), CALL(23), COUNT(-16, 0), GO_ON_AFTER(XDP_PASS),
	       FROM_CONTEXT(-8), CALL(12), COUNT(-16, 40), EXIT,
	       RETURN(XDP_PASS), TAIL_CALL(23, 0));
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
	struct bpf_insn wanted[16] = { TO_CONTEXT(-8), INLINED(XDP_PASS) };
	const struct bpf_insn rest[] = { FROM_CONTEXT(-8), INLINED(XDP_PASS),
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
		cmocka_unit_test(the_context_is_kept_below_the_deepest_stage),
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
		cmocka_unit_test(a_stage_that_counts_keeps_the_context_from_it),
		cmocka_unit_test(the_row_is_found_once_for_each_map_in_turn),
		cmocka_unit_test(called_and_tail_called_stages_count_as_well),
		cmocka_unit_test(every_mask_of_actions_has_its_decision),
		cmocka_unit_test(
			actions_beyond_the_five_verdicts_are_not_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
