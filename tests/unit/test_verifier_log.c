// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_verifier_log - where a log says the reason is, and with what registers
 *
 * The logs are those of kernels 5.10 to 6.18, shortened to what they test.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

/* First: cmocka has a macro of the name of our fail(). */
#include "../../lib/internal.h"
#include <cmocka.h>

#define PROCESSED                                                              \
	"processed 9 insns (limit 1000000) max_states_per_insn 0 "             \
	"total_states 0 peak_states 0 mark_read 0\n"

static struct xdplab_refusal *read_log(const char *log)
{
	struct xdplab_refusal *refusal = NULL;

	assert_int_equal(xdplab_refusal_read(&refusal, log), 0);
	return refusal;
}

/* Every member but the explanation, which is told apart by a part of it. */
static void assert_refusal(struct xdplab_refusal *refusal, const char *message,
			   const char *meaning, int insn, const char *insn_text,
			   const char *registers)
{
	assert_string_equal(refusal->message, message);
	assert_non_null(strstr(refusal->meaning, meaning));
	assert_int_equal(refusal->insn, insn);
	assert_string_equal(refusal->insn_text, insn_text);
	assert_string_equal(refusal->registers, registers);
}

static void assert_place(const struct xdplab_refusal *refusal, const char *file,
			 unsigned int line, const char *source)
{
	assert_string_equal(refusal->file, file);
	assert_int_equal(refusal->line, line);
	assert_string_equal(refusal->source, source);
}

static void unknown_words_are_passed_on_without_explanation(void **state)
{
	struct xdplab_refusal *refusal =
		read_log("3: (85) call pc+4\nthe moon is too full\n" PROCESSED);

	(void)state;
	assert_refusal(refusal, "the moon is too full", "", 3, "(85) call pc+4",
		       "");
	assert_string_equal(refusal->meaning, "");
	assert_string_equal(refusal->cure, "");
	xdplab_refusal_free(refusal);
}

static void a_log_of_5_10_has_sources_without_places(void **state)
{
	struct xdplab_refusal *refusal =
		read_log("; void *end = (void *)(long)ctx->data_end;\n"
			 "3: (61) r1 = *(u32 *)(r1 +4)\n"
			 "; if (data + ETH_HLEN > end)\n"
			 "4: (2d) if r2 > r1 goto pc+4\n"
			 " R0_w=inv2 R1_w=pkt_end(id=0,off=0,imm=0) "
			 "R2_w=pkt(id=0,off=14,r=14,imm=0) R10=fp0\n"
			 "; return data[ETH_HLEN] ? XDP_PASS : XDP_DROP;\n"
			 "5: (71) r1 = *(u8 *)(r2 +0)\n"
			 "invalid access to packet, off=14 size=1, "
			 "R2(id=0,off=14,r=14)\n"
			 "R2 offset is outside of the packet\n" PROCESSED);

	(void)state;
	assert_refusal(refusal,
		       "invalid access to packet, off=14 size=1, "
		       "R2(id=0,off=14,r=14); "
		       "R2 offset is outside of the packet",
		       "the packet may end", 5, "(71) r1 = *(u8 *)(r2 +0)",
		       "R2=pkt(id=0,off=14,r=14,imm=0)");
	assert_place(refusal, "", 0,
		     "return data[ETH_HLEN] ? XDP_PASS : XDP_DROP;");
	xdplab_refusal_free(refusal);
}

static void a_state_of_long_ago_is_not_that_of_the_instruction(void **state)
{
	struct xdplab_refusal *refusal = read_log(
		"12: (65) if r6 s> 0x3f goto pc+2\n"
		" R0=map_value(id=0,off=0,ks=4,vs=64,imm=0) R1=inv2 "
		"R6=inv(id=0,smin_value=-2147483648,smax_value=63) R10=fp0 "
		"fp-8=mmmm????\n"
		"13: (0f) r0 += r6\n"
		"last_idx 13 first_idx 12\n"
		"regs=40 stack=0 before 12: (65) if r6 s> 0x3f goto pc+2\n"
		" R0_rw=map_value(id=0,off=0,ks=4,vs=64,imm=0) R1_w=inv2 "
		"R6_rw=invP(id=0,smin_value=-2147483648,"
		"smax_value=2147483647) R10=fp0 fp-8=mmmm????\n"
		"parent didn't have regs=40 stack=0 marks\n"
		"last_idx 11 first_idx 0\n"
		"regs=40 stack=0 before 11: (c7) r6 s>>= 32\n"
		"value -2147483648 makes map_value pointer be out of "
		"bounds\n" PROCESSED);

	(void)state;
	assert_refusal(refusal,
		       "value -2147483648 makes map_value pointer be out of "
		       "bounds",
		       "or negative", 13, "(0f) r0 += r6",
		       "R0=map_value(id=0,off=0,ks=4,vs=64,imm=0) "
		       "R6=inv(id=0,smin_value=-2147483648,smax_value=63)");
	xdplab_refusal_free(refusal);
}

static void a_register_written_without_a_word_is_not_known(void **state)
{
	struct xdplab_refusal *refusal =
		read_log(" R1=ctx(id=0,off=0,imm=0) R2=inv7 R10=fp0\n"
			 "0: (61) r2 = *(u32 *)(r1 +16)\n"
			 "1: (63) *(u32 *)(r1 +0) = r2\n"
			 "invalid bpf_context access off=0 size=4\n" PROCESSED);

	(void)state;
	assert_string_equal(refusal->registers, "R1=ctx(id=0,off=0,imm=0)");
	xdplab_refusal_free(refusal);
}

static void a_moved_packet_is_recognised_on_5_10(void **state)
{
	struct xdplab_refusal *refusal =
		read_log("5: (2d) if r3 > r2 goto pc+9\n"
			 " R0_w=inv2 R1=ctx(id=0,off=0,imm=0) "
			 "R6_w=pkt(id=0,off=0,r=1,imm=0) R10=fp0\n"
			 "8: (85) call bpf_xdp_adjust_head#44\n"
			 "9: (bf) r1 = r0\n"
			 "11: (55) if r1 != 0x0 goto pc+3\n"
			 " R0_w=inv1 R1_w=inv0 R6=inv(id=0) R10=fp0\n"
			 "12: (b7) r1 = 1\n"
			 "13: (73) *(u8 *)(r6 +0) = r1\n"
			 "R6 invalid mem access 'inv'\n" PROCESSED);

	(void)state;
	assert_refusal(refusal, "R6 invalid mem access 'inv'",
		       "moved the packet", 13, "(73) *(u8 *)(r6 +0) = r1",
		       "R6=inv(id=0) (stale)");
	xdplab_refusal_free(refusal);
}

static void a_pointer_read_again_after_the_move_is_not_stale(void **state)
{
	struct xdplab_refusal *refusal =
		read_log("1: (61) r6 = *(u32 *)(r1 +0)  ; R6=pkt(r=0)\n"
			 "2: (85) call bpf_xdp_adjust_head#44   ; R0=scalar()\n"
			 "3: (85) call bpf_ktime_get_ns#5       ; R0=scalar()\n"
			 "4: (bf) r6 = r0               ; R6=scalar(id=1)\n"
			 "5: (71) r1 = *(u8 *)(r6 +0)\n"
			 "R6 invalid mem access 'scalar'\n" PROCESSED);

	(void)state;
	assert_refusal(refusal, "R6 invalid mem access 'scalar'",
		       "number is used as an address", 5,
		       "(71) r1 = *(u8 *)(r6 +0)", "R6=scalar(id=1)");
	xdplab_refusal_free(refusal);
}

static void what_a_jump_may_have_changed_is_left_out(void **state)
{
	struct xdplab_refusal *refusal = read_log(
		"1: (bf) r6 = r1  ; R1=pkt(r=0) R6=pkt(r=0)\n"
		"2: (bf) r7 = r0  ; R0=map_value_or_null(id=1,ks=4,vs=8) "
		"R7=map_value_or_null(id=1,ks=4,vs=8)\n"
		"3: (2d) if r3 > r2 goto pc+4 ; R2=pkt_end() "
		"R3=pkt(off=1,r=1)\n"
		"4: (15) if r0 == 0x0 goto pc+3 ; R0=map_value(ks=4,vs=8)\n"
		"5: (7b) *(u64 *)(r7 +8) = r6\n"
		"R7 unheard of\n" PROCESSED);

	(void)state;
	assert_string_equal(refusal->registers, "R6=pkt");
	xdplab_refusal_free(refusal);
}

static void a_path_may_begin_in_the_line_of_a_jump(void **state)
{
	struct xdplab_refusal *refusal = read_log(
		"1: (61) r2 = *(u32 *)(r1 +16) ; R1=ctx() R2=scalar()\n"
		"3: (15) if r2 == 0x5 goto pc+2 6: R0=2 R1=ctx() R2=5 "
		"R10=fp0 fp-8=2\n"
		"6: (7b) *(u64 *)(r2 -8) = r1\n"
		"R2 invalid mem access 'scalar'\n" PROCESSED);

	(void)state;
	assert_string_equal(refusal->registers, "R1=ctx() R2=5");
	xdplab_refusal_free(refusal);

	refusal = read_log("3: (15) if r2 == 0x5 goto pc+2 6: R0=2 R10=fp0\n"
			   "the moon is too full\n" PROCESSED);
	assert_string_equal(refusal->insn_text, "(15) if r2 == 0x5 goto pc+2");
	xdplab_refusal_free(refusal);
}

static void another_path_has_registers_of_its_own(void **state)
{
	struct xdplab_refusal *refusal = read_log(
		"4: (b7) r3 = 0  ; R3=0\n"
		"9: (95) exit\n"
		"\n"
		"from 2 to 10: R0=2 R2=pkt(r=14) R10=fp0\n"
		"10: (71) r1 = *(u8 *)(r2 +0)  ; R1=scalar() R2=pkt(r=14)\n"
		"11: (73) *(u8 *)(r3 +0) = r1\n"
		"R3 !read_ok\n" PROCESSED);

	(void)state;
	assert_refusal(refusal, "R3 !read_ok", "was not set", 11,
		       "(73) *(u8 *)(r3 +0) = r1", "R1=scalar()");
	xdplab_refusal_free(refusal);
}

static void a_function_has_registers_of_its_own(void **state)
{
	static const char called[] =
		"3: (bf) r6 = r1  ; R1=ctx() R6=ctx()\n"
		"4: (85) call pc+5\n"
		"caller:\n"
		" R6=ctx() R10=fp0\n"
		"callee:\n"
		" frame1: R1=ctx() R10=fp0\n"
		"; return bytes[0]; @ lab.bpf.c:7\n"
		"10: (bf) r2 = r10  ; frame1: R2=fp0 R10=fp0\n"
		"11: (7b) *(u64 *)(r2 +0) = r6\n"
		"R6 !read_ok\n" PROCESSED;
	static const char returned[] =
		"4: (85) call pc+5\n"
		"callee:\n"
		" frame1: R1=ctx() R10=fp0\n"
		"10: (b7) r0 = 1  ; frame1: R0=1\n"
		"11: (95) exit\n"
		"returning from callee:\n"
		" frame1: R0=1 R1=ctx() R10=fp0\n"
		"to caller at 5:\n"
		" R0=scalar() R6=ctx() R10=fp0\n"
		"5: (7b) *(u64 *)(r6 +0) = r0\n"
		"invalid bpf_context access off=0 size=8\n" PROCESSED;
	struct xdplab_refusal *refusal = read_log(called);

	(void)state;
	assert_string_equal(refusal->registers, "R2=fp0");
	assert_place(refusal, "lab.bpf.c", 7, "return bytes[0];");
	xdplab_refusal_free(refusal);

	refusal = read_log(returned);
	assert_string_equal(refusal->registers, "R0=scalar() R6=ctx()");
	xdplab_refusal_free(refusal);
}

static void a_jump_refused_before_the_walk_has_its_source(void **state)
{
	struct xdplab_refusal *refusal =
		read_log("10: below = deeper(level - 1); @ lab.bpf.c:11\n"
			 "3: static __noinline int deeper(int level) "
			 "@ lab.bpf.c:6\n"
			 "back-edge from insn 10 to 3\n" PROCESSED);

	(void)state;
	assert_refusal(refusal, "back-edge from insn 10 to 3", "recursion", 10,
		       "", "");
	assert_place(refusal, "lab.bpf.c", 11, "below = deeper(level - 1);");
	xdplab_refusal_free(refusal);
}

static void the_instruction_is_the_one_that_the_words_name(void **state)
{
	struct xdplab_refusal *refusal = read_log(
		"; event = bpf_ringbuf_reserve(&events, 4, 0); @ a.c:14\n"
		"5: (85) call bpf_ringbuf_reserve#131\n"
		"; return XDP_PASS; @ a.c:18\n"
		"9: (b7) r0 = 2\n"
		"10: (95) exit\n"
		"Unreleased reference id=2 alloc_insn=5\n" PROCESSED);

	(void)state;
	assert_int_equal(refusal->insn, 5);
	assert_place(refusal, "a.c", 14,
		     "event = bpf_ringbuf_reserve(&events, 4, 0);");
	xdplab_refusal_free(refusal);

	refusal = read_log("0: (95) exit\nunreachable insn 77\n" PROCESSED);
	assert_refusal(refusal, "unreachable insn 77", "unreachable", 77, "",
		       "");
	xdplab_refusal_free(refusal);
}

static void what_concerns_all_points_at_no_instruction(void **state)
{
	struct xdplab_refusal *refusal =
		read_log("; return XDP_PASS; @ a.c:18\n"
			 "10: (95) exit\n"
			 "combined stack size of 2 calls is 640. Too large\n"
			 "verification time 6754 usec\n"
			 "stack depth 304+304\n" PROCESSED);

	(void)state;
	assert_refusal(refusal,
		       "combined stack size of 2 calls is 640. Too large",
		       "512 bytes", -1, "", "");
	assert_place(refusal, "", 0, "");
	xdplab_refusal_free(refusal);
}

static void code_of_the_compiler_belongs_to_the_line_before(void **state)
{
	struct xdplab_refusal *refusal =
		read_log("; value = table[index]; @ lab.bpf.c:30\n"
			 "4: (bf) r2 = r10 ; R2=fp0 R10=fp0\n"
			 ";  @ lab.bpf.c:0\n"
			 "5: (79) r1 = *(u64 *)(r2 +0)\n"
			 "R2 unheard of\n" PROCESSED);

	(void)state;
	assert_place(refusal, "lab.bpf.c", 30, "value = table[index];");
	xdplab_refusal_free(refusal);
}

static void a_place_is_the_last_in_the_line(void **state)
{
	struct xdplab_refusal *refusal =
		read_log("; mail(\"a @ b:12\", x); @ my dir/a:b.c:7\n"
			 "4: (bf) r2 = r10\nthe moon is too full\n" PROCESSED);

	(void)state;
	assert_place(refusal, "my dir/a:b.c", 7, "mail(\"a @ b:12\", x);");
	xdplab_refusal_free(refusal);

	refusal = read_log("; x = y @ z:12b;\n0: (95) exit\nR0 !read_ok\n");
	assert_place(refusal, "", 0, "x = y @ z:12b;");
	xdplab_refusal_free(refusal);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			unknown_words_are_passed_on_without_explanation),
		cmocka_unit_test(a_log_of_5_10_has_sources_without_places),
		cmocka_unit_test(
			a_state_of_long_ago_is_not_that_of_the_instruction),
		cmocka_unit_test(
			a_register_written_without_a_word_is_not_known),
		cmocka_unit_test(a_moved_packet_is_recognised_on_5_10),
		cmocka_unit_test(
			a_pointer_read_again_after_the_move_is_not_stale),
		cmocka_unit_test(what_a_jump_may_have_changed_is_left_out),
		cmocka_unit_test(a_path_may_begin_in_the_line_of_a_jump),
		cmocka_unit_test(another_path_has_registers_of_its_own),
		cmocka_unit_test(a_function_has_registers_of_its_own),
		cmocka_unit_test(a_jump_refused_before_the_walk_has_its_source),
		cmocka_unit_test(
			the_instruction_is_the_one_that_the_words_name),
		cmocka_unit_test(what_concerns_all_points_at_no_instruction),
		cmocka_unit_test(
			code_of_the_compiler_belongs_to_the_line_before),
		cmocka_unit_test(a_place_is_the_last_in_the_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
