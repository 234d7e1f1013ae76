// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_fuse_count - instruction by instruction, how fused stages are counted
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

static void the_row_and_the_length_are_kept_before_the_context(void **state)
{
	struct code code = CODE(STORE(10, -8, 1), RETURN(XDP_PASS));
	struct fuse_stage stages[] = { counted(inlined(&code), 1) };

	(void)state;
	EXPECT(stages, &counting, TO_CONTEXT(7), TO_LENGTH, FIND_ROW(21),
	       FROM_CONTEXT(7), STORE(10, -8, 1), INLINED(XDP_PASS), COUNT(80),
	       EXIT);
}

static void the_length_is_what_it_was_before_the_first_stage(void **state)
{
	struct code code = CODE(RETURN(XDP_PASS));
	struct fuse_stage stages[] = {
		inlined(&code), /* does not count, and has r1 as it came */
		counted(inlined(&code), 0),
	};

	(void)state;
	EXPECT(stages, &counting, TO_CONTEXT(7), TO_LENGTH, INLINED(XDP_PASS),
	       GO_ON_AFTER(XDP_PASS), FIND_ROW(21), FROM_CONTEXT(7),
	       INLINED(XDP_PASS), COUNT(0), EXIT);
}

static void in_several_buffers_the_helper_knows_the_length(void **state)
{
	struct code code = CODE(RETURN(XDP_PASS));
	struct fuse_stage stages[] = { inlined(&code),
				       counted(inlined(&code), 0) };
	struct fuse_opts opts = counting;

	(void)state;
	opts.ask_length = true;
	EXPECT(stages, &opts, TO_CONTEXT(7), HELPER(BPF_FUNC_xdp_get_buff_len),
	       MOV_REG(8, 0), FROM_CONTEXT(7), INLINED(XDP_PASS),
	       GO_ON_AFTER(XDP_PASS), FIND_ROW(21), FROM_CONTEXT(7),
	       INLINED(XDP_PASS), COUNT(0), EXIT);
}

static void without_counters_nobody_asks_for_the_length(void **state)
{
	struct code code = CODE(RETURN(XDP_PASS));
	struct fuse_stage stages[] = { inlined(&code) };
	struct fuse_opts opts = counting;

	(void)state;
	opts.ask_length = true;
	EXPECT(stages, &opts, INLINED(XDP_PASS), EXIT);
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
#define BODY	   FROM_CONTEXT(7), INLINED(XDP_PASS)
#define GO_ON(off) COUNT_AND_GO_ON_AFTER(XDP_PASS, off)
	EXPECT(stages, &counting, TO_CONTEXT(7), TO_LENGTH, INLINED(XDP_PASS),
	       GO_ON_AFTER(XDP_PASS), FIND_ROW(21), BODY, GO_ON(0), BODY,
	       GO_ON(160), FIND_ROW(22), BODY, GO_ON(0), BODY,
	       GO_ON_AFTER(XDP_PASS), BODY, GO_ON(160), FIND_ROW(21), BODY,
	       COUNT(80), EXIT);
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
	EXPECT(stages, &counting, TO_CONTEXT(7), TO_LENGTH, FIND_ROW(21),
	       FROM_CONTEXT(7), CALL(33), COUNT_AND_GO_ON_AFTER(XDP_PASS, 0),
	       FROM_CONTEXT(7), CALL(14), COUNT(80), EXIT, RETURN(XDP_PASS),
	       TAIL_CALL(23, 0));
}

static void the_way_is_known_before_packets_are_counted(void **state)
{
	struct code code = CODE(RETURN(XDP_PASS));
	struct fuse_stage stages[] = {
		going_on(counted(inlined(&code), 0), 1u << XDP_TX),
		going_on(counted(inlined(&code), 1), PASS | 1u << XDP_TX),
		counted(inlined(&code), 2),
	};

	(void)state;
	EXPECT(stages, &counting, TO_CONTEXT(7), TO_LENGTH, FIND_ROW(21),
	       FROM_CONTEXT(7), INLINED(XDP_PASS),
	       COUNT_AND_GO_ON_AFTER(XDP_TX, 0), FROM_CONTEXT(7),
	       INLINED(XDP_PASS), COUNT(80), IF(BPF_JGE, 0, FUSE_VERDICTS, 4),
	       MOV32_REG(2, 0), MOV(1, PASS | 1u << XDP_TX), RSH_REG(1, 2),
	       IF(BPF_JSET, 1, 1, 1), EXIT, FROM_CONTEXT(7), INLINED(XDP_PASS),
	       COUNT(160), EXIT);
}

/* The row, the length and the context, in this order. */
static void busy_registers_leave_counters_to_the_stack(void **state)
{
	struct code busy = CODE(STORE(10, -8, 1), BUSY, RETURN(XDP_PASS));
	struct fuse_stage stages[] = { counted(inlined(&busy), 0),
				       counted(inlined(&busy), 1) };

	(void)state;
#define ADD_FROM_STACK(off)                                                    \
	LOAD(2, 1, off), ADD(2, 1), STORE(1, off, 2), LOAD(2, 1, (off) + 8),   \
		LOAD(3, 10, -24), ADD_REG(2, 3), STORE(1, (off) + 8, 2)
#define COUNT_FROM_STACK(off)                                                  \
	VERDICT, LOAD(2, 10, -16), ADD_REG(1, 2), ADD_FROM_STACK(off)
#define BODY LOAD(1, 10, -32), STORE(10, -8, 1), BUSY, INLINED(XDP_PASS)
	EXPECT(stages, &counting, STORE(10, -32, 1), LENGTH, STORE(10, -24, 2),
	       ROW(21), STORE(10, -16, 1), BODY, IF(BPF_JEQ, 0, XDP_PASS, 14),
	       COUNT_FROM_STACK(0), EXIT, LOAD(1, 10, -16), ADD_FROM_STACK(32),
	       BODY, COUNT_FROM_STACK(80), EXIT);
#undef BODY
#undef COUNT_FROM_STACK
#undef ADD_FROM_STACK
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			the_row_and_the_length_are_kept_before_the_context),
		cmocka_unit_test(
			the_length_is_what_it_was_before_the_first_stage),
		cmocka_unit_test(
			in_several_buffers_the_helper_knows_the_length),
		cmocka_unit_test(without_counters_nobody_asks_for_the_length),
		cmocka_unit_test(the_row_is_found_once_for_each_map_in_turn),
		cmocka_unit_test(called_and_tail_called_stages_count_as_well),
		cmocka_unit_test(the_way_is_known_before_packets_are_counted),
		cmocka_unit_test(busy_registers_leave_counters_to_the_stack),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
