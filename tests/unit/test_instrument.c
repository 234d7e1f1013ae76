// SPDX-License-Identifier: GPL-2.0-only
/* test_instrument - what is added to programs counts, and sees redirects */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

/* First: cmocka has a macro of the name of our fail(). */
#include "../../lib/cov/instrument.h"
#include "../../lib/fuse/fuse.h"
#include "../../lib/internal.h"
#include "../../lib/prog/code-load.h"
#include "../../lib/prog/code.h"
#include <cmocka.h>

#include "fused.h"

/* ---- a program without maps ---- */

static int load_plain(const struct code *code)
{
	const struct code_load_opts opts = { .name = "counts",
					     .licence = "GPL",
					     .attach_type = BPF_XDP };
	int fd = code_load(code, &opts, NULL);

	assert_true(fd >= 0);
	return fd;
}

static uint32_t verdict_of(int fd)
{
	static const unsigned char packet[64];
	struct xdplab_run_result result;

	assert_int_equal(
		xdplab_run(fd, packet, sizeof(packet), NULL, 0, &result, NULL),
		0);
	return result.verdict;
}

static uint32_t run_counting(struct counting *counted)
{
	int fd = load_plain(counting_code(counted));
	uint32_t verdict = verdict_of(fd);

	close(fd);
	return verdict;
}

static struct counting *begin(const struct code *code, int seen_fd)
{
	struct counting *counted;

	assert_int_equal(counting_begin(&counted, code, "program", seen_fd), 0);
	return counted;
}

static void expect_all_counters(const struct counting *counted, size_t nr)
{
	assert_int_equal(counting_blocks(counted)->nr_counters, nr);
	for (size_t i = 0; i < nr; i++)
		assert_true(counting_has(counted, i));
}

/* ---- counters ---- */

/* All registers are needed behind the one instruction of the second block; the
 * verifier does not know r9, which is the receive queue. */
#define BUSY_BLOCK                                                             \
	LOAD32(9, 1, 16), MOV(0, 0), MOV(1, 1), MOV(2, 2), MOV(3, 3),          \
		MOV(4, 4), MOV(5, 5), MOV(6, 6), MOV(7, 7), MOV(8, 8),         \
		IF(BPF_JGT, 9, 100, 1), ADD_REG(0, 1), ADD_REG(0, 1),          \
		ADD_REG(0, 2), ADD_REG(0, 3), ADD_REG(0, 4), ADD_REG(0, 5),    \
		ADD_REG(0, 6), ADD_REG(0, 7), ADD_REG(0, 8), ADD_REG(0, 9),    \
		EXIT
#define BUSY_VERDICT 37

static void saves_registers_where_none_is_free(void **state)
{
	const struct code code = CODE(BUSY_BLOCK);
	struct counting *counted = begin(&code, -1);

	(void)state;
	assert_int_equal(run_counting(counted), BUSY_VERDICT);
	expect_all_counters(counted, 3);
	for (uint32_t i = 0; i < 3; i++)
		assert_int_equal(counting_sums(counted)[i], 1);
	counting_end(counted);
}

static void leaves_out_what_it_has_no_room_for(void **state)
{
	const struct code code =
		CODE(MOV(2, 0), STORE(10, -512, 2), BUSY_BLOCK);
	struct counting *counted = begin(&code, -1);

	(void)state;
	assert_int_equal(run_counting(counted), BUSY_VERDICT);
	assert_true(counting_has(counted, 0));
	assert_false(counting_has(counted, 1));
	assert_true(counting_has(counted, 2));
	counting_end(counted);
}

/* A call may read r1 to r5, but they need not be set: in the second block only
 * r0 is known to be free, and none to be set. */
static void leaves_out_where_it_is_not_known_what_is_set(void **state)
{
	const struct code code = CODE(
		MOV(6, 6), MOV(7, 7), MOV(8, 8), MOV(9, 9),
		HELPER(BPF_FUNC_get_prandom_u32), IF(BPF_JGT, 0, 100, 1),
		HELPER(BPF_FUNC_get_smp_processor_id), MOV(0, 0), ADD_REG(0, 6),
		ADD_REG(0, 7), ADD_REG(0, 8), ADD_REG(0, 9), EXIT);
	struct counting *counted = begin(&code, -1);

	(void)state;
	assert_int_equal(run_counting(counted), 30);
	assert_true(counting_has(counted, 0));
	assert_false(counting_has(counted, 1));
	assert_true(counting_has(counted, 2));
	counting_end(counted);
}

/* Which is in r0, though the instruction does not name it. */
/* Linux 6.1 refuses a way back that is none of a jump, and the code that counts
 * the way into a block may be one.  Newer ones take it as it comes, and so what
 * is made for the old one is looked at. */
static void a_way_that_is_counted_ends_with_a_jump(void **state)
{
	const struct code code =
		CODE(LOAD32(6, 1, offsetof(struct xdp_md, rx_queue_index)),
		     IF(BPF_JEQ, 6, 5, 1), IF(BPF_JEQ, 6, 7, 1), MOV(7, 1),
		     MOV(0, XDP_PASS), EXIT);
	struct counting *counted = begin(&code, -1);
	const struct code *made = counting_code(counted);
	const struct bpf_insn nop = JUMP(0);
	size_t nr = 0, nr_ways = counting_blocks(counted)->nr_counters -
				 counting_blocks(counted)->nr;

	(void)state;
	for (size_t i = 0; i < made->nr_insns; i++)
		nr += !memcmp(&made->insns[i], &nop, sizeof(nop));
	assert_int_equal(nr_ways, 1);
	assert_int_equal(nr, nr_ways);
	assert_int_equal(run_counting(counted), XDP_PASS);
	counting_end(counted);
}

static void keeps_what_is_compared_and_exchanged(void **state)
{
	const struct bpf_insn exchange =
		op(BPF_STX | BPF_ATOMIC | BPF_DW, 10, 3, -8, BPF_CMPXCHG);
	const struct code code =
		CODE(LOAD32(2, 1, 16), MOV(0, 5), STORE(10, -8, 0), MOV(3, 7),
		     IF(BPF_JGT, 2, 100, 1), exchange, LOAD(0, 10, -8), EXIT);
	struct counting *counted = begin(&code, -1);

	(void)state;
	assert_int_equal(run_counting(counted), 7);
	expect_all_counters(counted, 3);
	counting_end(counted);
}

static void a_tail_call_may_be_the_end_of_a_block(void **state)
{
	const struct code code =
		CODE(HELPER(BPF_FUNC_tail_call), MOV(0, 2), EXIT);
	struct blocks blocks;

	(void)state;
	assert_int_equal(blocks_read(&blocks, &code), 0);
	assert_int_equal(blocks.nr, 2);
	assert_int_equal(blocks.at[1].first, 1);
	blocks_free(&blocks);
}

static void refuses_jumps_that_become_too_long(void **state)
{
	static struct bpf_insn insns[32000];
	const struct code code = { .insns = insns, .nr_insns = 32000 };
	struct counting *counted;

	(void)state;
	insns[0] = MOV(0, 0);
	for (size_t i = 1; i < 31999; i++)
		insns[i] = IF(BPF_JEQ, 0, 1, 0);
	insns[1].off = 31000;
	insns[31999] = EXIT;
	assert_int_equal(counting_begin(&counted, &code, "program", -1),
			 -E2BIG);
}

static void knows_what_the_verifier_removes(void **state)
{
	const struct code code =
		CODE(MOV(0, 2), IF(BPF_JEQ, 0, 2, 1), MOV(0, 1), EXIT);
	struct counting *counted = begin(&code, -1);
	int fd = load_plain(counting_code(counted));

	(void)state;
	expect_all_counters(counted, 3);
	assert_int_equal(counting_loaded(counted, fd), 0);
	assert_true(counting_has(counted, 0));
	assert_false(counting_has(counted, 1));
	assert_true(counting_has(counted, 2));
	close(fd);
	counting_end(counted);
}

static void counts_in_a_chain(void **state)
{
	struct code codes[2] = { CODE(MOV(0, XDP_PASS), EXIT),
				 CODE(MOV(0, XDP_TX), EXIT) };
	struct counting *counted = begin(&codes[1], -1);
	struct fuse_stage stages[2] = { inlined(&codes[0]),
					inlined(counting_code(counted)) };
	const struct fuse_opts opts = { 0 };
	struct code fused;
	int fd;

	(void)state;
	assert_int_equal(fuse_plan(stages, 2), 0);
	assert_int_equal(fuse(&fused, stages, 2, &opts), 0);
	fd = load_plain(&fused);
	assert_int_equal(counting_loaded(counted, fd), 0);
	assert_true(counting_has(counted, 0));
	assert_int_equal(verdict_of(fd), XDP_TX);
	assert_int_equal(verdict_of(fd), XDP_TX);
	assert_int_equal(counting_sums(counted)[0], 2);
	close(fd);
	drop(&fused);
	counting_end(counted);
}

/* ---- where a verdict is decided ---- */

static void code_of_no_line_decides_nowhere(void **state)
{
	struct bpf_line_info info = { .line_col = 5 << 10 };
	struct code code = CODE(MOV(0, XDP_PASS), EXIT);
	struct source_line line = { .file = "a.c", .line = 5, .text = "" };
	const uint64_t counters[] = { 1, 0 };
	struct blocks blocks;

	(void)state;
	code.lines = &info;
	code.nr_lines = 1;
	assert_int_equal(blocks_read(&blocks, &code), 0);
	assert_ptr_equal(blocks_decided(&blocks, &code, &line, counters),
			 &line);
	info.line_col = 0;
	assert_null(blocks_decided(&blocks, &code, &line, counters));
	blocks_free(&blocks);
}

/* ---- where packets are redirected to ---- */

static struct redirect_seen seen_of(const struct code *code)
{
	int fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "seen", sizeof(uint32_t),
				sizeof(struct redirect_seen), 1, NULL);
	struct counting *counted = begin(code, fd);
	struct redirect_seen seen;
	const uint32_t first = 0;

	run_counting(counted);
	assert_int_equal(bpf_map_lookup_elem(fd, &first, &seen), 0);
	counting_end(counted);
	close(fd);
	return seen;
}

static void sees_the_interface_of_a_redirect(void **state)
{
	const struct code code =
		CODE(MOV(1, 7), MOV(2, 0), HELPER(BPF_FUNC_redirect), EXIT);
	struct redirect_seen seen = seen_of(&code);

	(void)state;
	assert_int_equal(seen.kind, REDIRECT_IFINDEX);
	assert_int_equal(seen.key, 7);
	assert_int_equal(seen.insn, 2);
}

static void sees_the_map_and_the_key_of_a_redirect(void **state)
{
	int fd = bpf_map_create(BPF_MAP_TYPE_DEVMAP, "outs", sizeof(uint32_t),
				sizeof(uint32_t), 4, NULL);
	const struct code code =
		CODE(WIDE(1, BPF_PSEUDO_MAP_FD, fd), MOV(2, 3), MOV(3, 2),
		     HELPER(BPF_FUNC_redirect_map), EXIT);
	struct redirect_seen seen = seen_of(&code);

	(void)state;
	assert_int_equal(seen.kind, REDIRECT_MAP);
	assert_int_equal(seen.key, 3);
	assert_int_equal(seen.insn, 4);
	assert_int_equal(seen.map_fd, fd);
	close(fd);
}

static void sees_which_map_it_is_that_a_call_of_several_has(void **state)
{
	int fds[2];

	(void)state;
	for (int i = 0; i < 2; i++)
		fds[i] = bpf_map_create(BPF_MAP_TYPE_DEVMAP, "outs",
					sizeof(uint32_t), sizeof(uint32_t), 4,
					NULL);
	for (int i = 0; i < 2; i++) {
		/* r6 is 0, but the verifier is not to know. */
		const struct code code = CODE(
			LOAD32(6, 1, offsetof(struct xdp_md, rx_queue_index)),
			WIDE(1, BPF_PSEUDO_MAP_FD, fds[0]),
			IF(BPF_JEQ, 6, i, 2),
			WIDE(1, BPF_PSEUDO_MAP_FD, fds[1]), MOV(2, 3),
			MOV(3, 2), HELPER(BPF_FUNC_redirect_map), EXIT);

		assert_int_equal(seen_of(&code).map_fd, fds[i]);
	}
	close(fds[0]);
	close(fds[1]);
}

static void sees_nothing_where_nothing_is_redirected(void **state)
{
	const struct code code = CODE(MOV(0, XDP_PASS), EXIT);

	(void)state;
	assert_int_equal(seen_of(&code).kind, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(saves_registers_where_none_is_free),
		cmocka_unit_test(leaves_out_what_it_has_no_room_for),
		cmocka_unit_test(leaves_out_where_it_is_not_known_what_is_set),
		cmocka_unit_test(a_way_that_is_counted_ends_with_a_jump),
		cmocka_unit_test(keeps_what_is_compared_and_exchanged),
		cmocka_unit_test(a_tail_call_may_be_the_end_of_a_block),
		cmocka_unit_test(refuses_jumps_that_become_too_long),
		cmocka_unit_test(knows_what_the_verifier_removes),
		cmocka_unit_test(counts_in_a_chain),
		cmocka_unit_test(code_of_no_line_decides_nowhere),
		cmocka_unit_test(sees_the_interface_of_a_redirect),
		cmocka_unit_test(sees_the_map_and_the_key_of_a_redirect),
		cmocka_unit_test(
			sees_which_map_it_is_that_a_call_of_several_has),
		cmocka_unit_test(sees_nothing_where_nothing_is_redirected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
