// SPDX-License-Identifier: GPL-2.0-only
/* test_counts - fused programs count packets and bytes by stage and verdict */
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
#include <cmocka.h>

#include "fused-run.h"

#define ROW_SIZE 4096
#define ROWS	 256

static int counts_fds[2];

/* Two maps of counters; every stage counts, by its place. */
static struct fuse_opts make_counts(struct fuse_stage *stages, size_t nr)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_MMAPABLE);
	struct fuse_opts counting = { .counts = { .map_fds = counts_fds,
						  .rows = ROWS,
						  .row_size = ROW_SIZE } };

	for (size_t i = 0; i < 2; i++) {
		counts_fds[i] = bpf_map_create(BPF_MAP_TYPE_ARRAY, "counts", 4,
					       ROWS * ROW_SIZE, 1, &opts);
		assert_true(counts_fds[i] >= 0);
	}
	for (size_t i = 0; i < nr; i++)
		stages[i].counter = i;
	return counting;
}

static void drop_counts(void)
{
	close(counts_fds[0]);
	close(counts_fds[1]);
}

/* The sums over all CPUs. */
static struct fuse_count counted(const struct fuse_opts *opts, size_t stage,
				 uint32_t verdict)
{
	static struct fuse_count value[ROWS]
				      [ROW_SIZE / sizeof(struct fuse_count)];
	const size_t per_map = fuse_counts_per_map(&opts->counts);
	struct fuse_count sum = { 0 };
	const uint32_t key = 0;

	assert_int_equal(
		bpf_map_lookup_elem(counts_fds[stage / per_map], &key, value),
		0);
	for (size_t cpu = 0; cpu < ROWS; cpu++) {
		const struct fuse_count *count =
			&value[cpu][stage % per_map * FUSE_VERDICTS + verdict];

		sum.packets += count->packets;
		sum.bytes += count->bytes;
	}
	return sum;
}

/* Of that verdict alone, packets of the usual length. */
static void expect_counted(const struct fuse_opts *opts, size_t stage,
			   uint32_t verdict, uint64_t packets)
{
	for (uint32_t i = 0; i < FUSE_VERDICTS; i++) {
		struct fuse_count count = counted(opts, stage, i);
		uint64_t wanted = i == verdict ? packets : 0;

		assert_int_equal(count.packets, wanted);
		assert_int_equal(count.bytes, wanted * sizeof(packet));
	}
}

/* ---- what is counted ---- */

static void each_stage_counts_its_own_verdicts(void **state)
{
	struct fuse_opts counts;
	struct bpf_insn insns[3][2];
	struct code codes[3] = { constant(insns[0], XDP_PASS),
				 constant(insns[1], XDP_DROP),
				 constant(insns[2], XDP_TX) };
	struct fuse_stage stages[3] = {
		{ .code = &codes[0], .actions = PASS },
		{ .code = &codes[1], .actions = PASS },
		{ .code = &codes[2] },
	};

	(void)state;
	counts = make_counts(stages, 3);
	assert_int_equal(run_fused(stages, 3, &counts), XDP_DROP);
	assert_int_equal(run_fused(stages, 3, &counts), XDP_DROP);
	expect_counted(&counts, 0, XDP_PASS, 2);
	expect_counted(&counts, 1, XDP_DROP, 2);
	expect_counted(&counts, 2, XDP_TX, 0);
	drop_counts();
}

static void what_is_no_verdict_counts_as_aborted(void **state)
{
	struct bpf_insn insns[2];
	struct code code = constant(insns, -1);
	struct fuse_stage stage = { .code = &code };
	struct fuse_opts counts = make_counts(&stage, 1);

	(void)state;
	assert_int_equal(run_fused(&stage, 1, &counts), UINT32_MAX);
	expect_counted(&counts, 0, XDP_ABORTED, 1);
	drop_counts();
}

/* Whichever way the code goes: where it goes on after that verdict alone, after
 * several, after none, and where it is the last. */
static void every_verdict_and_every_mask_of_actions_is_counted(void **state)
{
	struct bpf_insn insns[2][2];

	(void)state;
	for (uint32_t verdict = 0; verdict <= FUSE_VERDICTS; verdict++) {
		for (uint32_t actions = 0; actions < 32; actions++) {
			struct code codes[2] = { constant(insns[0], verdict),
						 constant(insns[1], XDP_TX) };
			struct fuse_stage stages[2] = {
				{ .code = &codes[0], .actions = actions },
				{ .code = &codes[1] },
			};
			struct fuse_opts counts = make_counts(stages, 2);
			uint32_t taken_as = verdict % FUSE_VERDICTS;

			run_fused(stages, 2, &counts);
			expect_counted(&counts, 0, taken_as, 1);
			expect_counted(&counts, 1, XDP_TX,
				       oracle(verdict, FUSE_VERDICTS + 1,
					      actions) == FUSE_VERDICTS + 1);
			drop_counts();
		}
	}
}

static void many_stages_count_in_several_maps(void **state)
{
	struct fuse_stage stages[80];
	struct bpf_insn insns[2];
	struct code code = constant(insns, XDP_PASS);
	struct fuse_opts counts;

	(void)state;
	for (size_t i = 0; i < 80; i++)
		stages[i] =
			(struct fuse_stage){ .code = &code, .actions = PASS };
	counts = make_counts(stages, 80);
	assert_true(fuse_counts_per_map(&counts.counts) < 80);
	assert_int_equal(run_fused(stages, 80, &counts), XDP_PASS);
	for (size_t i = 0; i < 80; i++)
		expect_counted(&counts, i, XDP_PASS, 1);
	drop_counts();
}

/* Writes numbers to r6 to r9 and all of the stack but what the chain needs. */
static struct code busy(struct bpf_insn insns[80])
{
	size_t nr = 0;

	for (uint8_t reg = 6; reg <= 9; reg++)
		insns[nr++] =
			(struct bpf_insn){ .code = BPF_ALU64 | BPF_MOV | BPF_K,
					   .dst_reg = reg,
					   .imm = -1 };
	for (int offset = -8; offset >= -488; offset -= 8)
		insns[nr++] =
			(struct bpf_insn){ .code = BPF_STX | BPF_MEM | BPF_DW,
					   .dst_reg = 10,
					   .src_reg = 9,
					   .off = offset };
	constant(&insns[nr], XDP_PASS);
	return (struct code){ .insns = insns, .nr_insns = nr + 2 };
}

static void stages_that_use_all_there_is_do_not_disturb_counters(void **state)
{
	struct fuse_opts counts;
	struct bpf_insn insns[80];
	struct code code = busy(insns);
	struct fuse_stage stages[3] = {
		{ .code = &code, .actions = PASS },
		{ .code = &code, .actions = PASS | 1u << XDP_TX },
		{ .code = &code },
	};

	(void)state;
	counts = make_counts(stages, 3);
	assert_int_equal(run_fused(stages, 3, &counts), XDP_PASS);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(stages[i].how, XDPLAB_STAGE_INLINED);
		expect_counted(&counts, i, XDP_PASS, 1);
	}
	drop_counts();
}

/* A stage that takes 14 bytes away from the packet. */
static struct code shortening(struct bpf_insn insns[5])
{
	insns[0] = (struct bpf_insn){ .code = BPF_ALU64 | BPF_MOV | BPF_K,
				      .dst_reg = 2,
				      .imm = 14 };
	insns[1] = (struct bpf_insn){ .code = BPF_JMP | BPF_CALL,
				      .imm = BPF_FUNC_xdp_adjust_head };
	constant(&insns[2], XDP_PASS);
	return (struct code){ .insns = insns, .nr_insns = 4 };
}

static void bytes_are_those_that_came_in_whatever_stages_do(void **state)
{
	struct fuse_opts counts;
	struct bpf_insn insns[5];
	struct code code = shortening(insns);
	struct fuse_stage stages[2] = {
		{ .code = &code, .actions = PASS },
		{ .code = &code },
	};

	(void)state;
	counts = make_counts(stages, 2);
	assert_int_equal(run_fused(stages, 2, &counts), XDP_PASS);
	expect_counted(&counts, 0, XDP_PASS, 1);
	expect_counted(&counts, 1, XDP_PASS, 1);
	drop_counts();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_stage_counts_its_own_verdicts),
		cmocka_unit_test(what_is_no_verdict_counts_as_aborted),
		cmocka_unit_test(
			every_verdict_and_every_mask_of_actions_is_counted),
		cmocka_unit_test(many_stages_count_in_several_maps),
		cmocka_unit_test(
			stages_that_use_all_there_is_do_not_disturb_counters),
		cmocka_unit_test(
			bytes_are_those_that_came_in_whatever_stages_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
