// SPDX-License-Identifier: GPL-2.0-only
/* test_fuse - fused programs do what their stages would one after the other */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

/* First: cmocka has a macro of the name of our fail(). */
#include "../../lib/fuse/fuse.h"
#include "../../lib/internal.h"
#include "../../lib/prog/code.h"
#include "../../lib/prog/extract.h"
#include <cmocka.h>

#include "fused-run.h"

/* ---- stages ---- */

/* A stage out of tests/bpf/NAME.bpf.c. */
struct compiled {
	struct bpf_object *object;
	struct extract extract;
};

static struct fuse_stage compile(struct compiled *compiled, const char *name)
{
	struct bpf_program *program;
	char path[256];

	snprintf(path, sizeof(path), "%s/tests/bpf/%s.o",
		 getenv("B") ?: "build", name);
	extract_prepare();
	compiled->object = bpf_object__open(path);
	assert_non_null(compiled->object);
	program = bpf_object__next_program(compiled->object, NULL);
	compiled->extract = (struct extract){ .object = compiled->object,
					      .diverted = program };
	assert_int_equal(extract_load(&compiled->extract), 0);
	assert_string_equal(bpf_program__section_name(program), "xdp.frags");
	return (struct fuse_stage){
		.code = &extract_find(&compiled->extract, program)->code,
		.name = name,
		.actions = PASS,
		.counter = FUSE_UNCOUNTED
	};
}

static void drop_compiled(struct compiled *compiled, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		extract_free(&compiled[i].extract);
		bpf_object__close(compiled[i].object);
	}
}

/* ---- verdicts ---- */

static void every_verdict_and_every_mask_of_actions(void **state)
{
	struct bpf_insn insns[2][2];

	(void)state;
	for (uint32_t first = 0; first <= FUSE_VERDICTS; first++) {
		for (uint32_t actions = 0; actions < 32; actions++) {
			uint32_t second = (first + actions) % FUSE_VERDICTS;
			struct code codes[2] = {
				constant(insns[0], first),
				constant(insns[1], second),
			};
			struct fuse_stage stages[2] = {
				{ .code = &codes[0],
				  .actions = actions,
				  .counter = FUSE_UNCOUNTED },
				{ .code = &codes[1],
				  .counter = FUSE_UNCOUNTED },
			};

			assert_int_equal(run_fused(stages, 2, NULL),
					 oracle(first, second, actions));
		}
	}
}

static void two_hundred_stages_are_one_program(void **state)
{
	struct fuse_stage stages[200];
	struct bpf_insn insns[200][2];
	struct code codes[200];

	(void)state;
	for (size_t i = 0; i < 200; i++) {
		codes[i] = constant(insns[i], i == 199 ? XDP_TX : XDP_PASS);
		stages[i] = (struct fuse_stage){ .code = &codes[i],
						 .actions = PASS,
						 .counter = FUSE_UNCOUNTED };
	}
	assert_int_equal(run_fused(stages, 200, NULL), XDP_TX);
}

static void only_the_low_half_of_a_verdict_counts(void **state)
{
	/* r0 = 2 << 32 | 2 */
	struct bpf_insn insns[] = {
		{ .code = BPF_LD | BPF_IMM | BPF_DW, .imm = XDP_PASS },
		{ .imm = 2 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	struct bpf_insn drop[2];
	struct code codes[2] = { { .insns = insns, .nr_insns = 3 },
				 constant(drop, XDP_DROP) };
	struct fuse_stage stages[2] = {
		{ .code = &codes[0],
		  .actions = PASS | 1u << XDP_TX,
		  .counter = FUSE_UNCOUNTED },
		{ .code = &codes[1], .counter = FUSE_UNCOUNTED },
	};

	(void)state;
	assert_int_equal(run_fused(stages, 2, NULL), XDP_DROP);
}

/* ---- what compilers make ---- */

static void functions_callbacks_and_data_keep_working(void **state)
{
	struct compiled compiled[3];
	struct fuse_stage stages[3] = {
		compile(&compiled[0], "subprogs"),
		compile(&compiled[1], "tx_frags"),
		compile(&compiled[2], "subprogs"),
	};
	uint64_t runs;
	const uint32_t key = 0;
	int data_fd;

	(void)state;
	stages[1].actions = 1u << XDP_TX;
	assert_int_equal(run_fused(stages, 3, NULL), XDP_PASS);
	for (size_t i = 0; i < 3; i += 2) {
		data_fd = bpf_object__find_map_fd_by_name(compiled[i].object,
							  "subprogs.data");
		assert_int_equal(bpf_map_lookup_elem(data_fd, &key, &runs), 0);
		assert_int_equal(runs, 41);
		assert_int_equal(stages[i].how, XDPLAB_STAGE_INLINED);
	}
	drop_compiled(compiled, 3);
}

static void a_stage_with_tail_calls_is_called(void **state)
{
	struct compiled compiled[2];
	struct fuse_stage stages[2] = {
		compile(&compiled[0], "tail"),
		compile(&compiled[1], "tx_frags"),
	};

	(void)state;
	stages[0].actions = 1u << XDP_DROP;
	assert_int_equal(run_fused(stages, 2, NULL), XDP_TX);
	assert_int_equal(stages[0].how, XDPLAB_STAGE_CALLED);
	assert_int_equal(stages[0].why, FUSE_TAIL_CALLS);
	assert_int_equal(stages[1].how, XDPLAB_STAGE_INLINED);
	drop_compiled(compiled, 2);
}

static void stages_share_the_stack_instead_of_adding_up(void **state)
{
	struct compiled compiled[4];
	struct fuse_stage stages[4];

	(void)state;
	for (size_t i = 0; i < 4; i++)
		stages[i] = compile(&compiled[i], "deep_stack");
	assert_int_equal(run_fused(stages, 4, NULL), XDP_PASS);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(stages[i].how, XDPLAB_STAGE_INLINED);
	drop_compiled(compiled, 4);
}

static bool is_within(const struct fuse_stage *stage, size_t insn)
{
	return (insn >= stage->start && insn < stage->end) ||
	       (insn >= stage->behind && insn < stage->behind_end);
}

static void lines_and_functions_move_with_the_code(void **state)
{
	struct compiled compiled[2];
	struct fuse_stage stages[2] = {
		compile(&compiled[0], "subprogs"),
		compile(&compiled[1], "tx_frags"),
	};
	struct source_line *lines;
	struct code code;

	(void)state;
	plan_and_fuse(&code, stages, 2, NULL);
	lines = code_lines(&code);
	assert_non_null(lines);
	assert_string_equal(lines[0].text, "the chain");
	for (size_t i = 1; i < code.nr_lines; i++) {
		assert_true(lines[i].insn_off > lines[i - 1].insn_off);
		if (is_within(&stages[0], lines[i].insn_off))
			assert_non_null(
				strstr(lines[i].file, "subprogs.bpf.c"));
		else if (is_within(&stages[1], lines[i].insn_off))
			assert_non_null(
				strstr(lines[i].file, "tx_frags.bpf.c"));
		else
			assert_string_equal(lines[i].text, "the chain");
	}
	assert_int_equal(code.nr_funcs, 4);
	free(lines);
	btf__free(code.btf);
	code_free(&code);
	drop_compiled(compiled, 2);
}

static void a_stage_without_btf_does_not_take_it_from_others(void **state)
{
	struct bpf_insn insns[2];
	struct code code = constant(insns, XDP_PASS);
	struct compiled compiled;
	struct fuse_stage stages[2] = {
		{ .code = &code,
		  .name = "plain",
		  .actions = PASS,
		  .counter = FUSE_UNCOUNTED },
		compile(&compiled, "subprogs"), /* has a callback */
	};

	(void)state;
	assert_int_equal(run_fused(stages, 2, NULL), XDP_PASS);
	drop_compiled(&compiled, 1);
}

static void a_stage_without_instructions_is_refused(void **state)
{
	struct code code = { 0 };
	struct fuse_stage stage = { .code = &code, .name = "empty" };

	(void)state;
	assert_int_equal(fuse_plan(&stage, 1), -EINVAL);
	assert_string_equal(xdplab_error(), "empty: has no instructions");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_verdict_and_every_mask_of_actions),
		cmocka_unit_test(two_hundred_stages_are_one_program),
		cmocka_unit_test(only_the_low_half_of_a_verdict_counts),
		cmocka_unit_test(functions_callbacks_and_data_keep_working),
		cmocka_unit_test(a_stage_with_tail_calls_is_called),
		cmocka_unit_test(stages_share_the_stack_instead_of_adding_up),
		cmocka_unit_test(lines_and_functions_move_with_the_code),
		cmocka_unit_test(
			a_stage_without_btf_does_not_take_it_from_others),
		cmocka_unit_test(a_stage_without_instructions_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
