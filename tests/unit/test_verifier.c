// SPDX-License-Identifier: GPL-2.0-only
/* test_verifier - refusals that are located, and logs that are none */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/libbpf.h>

/* First: cmocka has a macro of the name of our fail(). */
#include "../../lib/internal.h"
#include "../../lib/prog/code.h"
#include "../../lib/verifier/verifier.h"
#include <cmocka.h>

#define MEGABYTE (1 << 20)

static struct xdplab_refusal *read_log(const char *log)
{
	struct xdplab_refusal *refusal = NULL;

	assert_int_equal(xdplab_refusal_read(&refusal, log), 0);
	return refusal;
}

static void assert_no_refusal(const char *log)
{
	struct xdplab_refusal *untouched = (void *)1;

	assert_int_equal(xdplab_refusal_read(&untouched, log), -ENODATA);
	assert_ptr_equal(untouched, (void *)1);
	assert_string_equal(xdplab_error(), "verifier log: no rejection found");
}

/* ---- where it was ---- */

static const struct source_line lines[] = {
	{ 0, "/src/lab.bpf.c", "int lab(struct xdp_md *ctx)", 5 },
	{ 2, "/src/lab.bpf.c", "\treturn *data;", 9 },
	{ 4, "/src/lab.bpf.c", "", 0 },
	{ 7, "/src/other.h", "  return 0;", 3 },
};

static void assert_located(const char *log, const char *file, unsigned int line,
			   const char *source)
{
	struct xdplab_refusal *refusal = read_log(log);

	assert_int_equal(refusal_locate(refusal, lines, ARRAY_SIZE(lines)), 0);
	assert_string_equal(refusal->file, file);
	assert_int_equal(refusal->line, line);
	assert_string_equal(refusal->source, source);
	xdplab_refusal_free(refusal);
}

static void line_information_gives_what_the_log_lacks(void **state)
{
	(void)state;
	assert_located("0: (95) exit\nR0 !read_ok\n", "/src/lab.bpf.c", 5,
		       "int lab(struct xdp_md *ctx)");
	assert_located("3: (95) exit\nR0 !read_ok\n", "/src/lab.bpf.c", 9,
		       "return *data;");
	assert_located("99: (95) exit\nR0 !read_ok\n", "/src/other.h", 3,
		       "return 0;");
}

static void code_of_the_compiler_is_located_at_the_line_before(void **state)
{
	(void)state;
	assert_located("5: (95) exit\nR0 !read_ok\n", "/src/lab.bpf.c", 9,
		       "return *data;");
}

static void the_log_keeps_its_source_and_gets_the_whole_path(void **state)
{
	(void)state;
	assert_located("; return *p; @ lab.bpf.c:9\n"
		       "3: (95) exit\nR0 !read_ok\n",
		       "/src/lab.bpf.c", 9, "return *p;");
	assert_located("; return *p;\n3: (95) exit\nR0 !read_ok\n",
		       "/src/lab.bpf.c", 9, "return *p;");
}

static void without_an_instruction_nothing_is_located(void **state)
{
	(void)state;
	assert_located("last insn is not an exit or jmp\n", "", 0, "");
}

static void lines_may_be_few_and_have_no_text(void **state)
{
	static const struct source_line late = { 3, NULL, NULL, 4 };
	struct xdplab_refusal *refusal = read_log("2: (95) exit\nR0 none\n");

	(void)state;
	assert_int_equal(refusal_locate(refusal, NULL, 0), 0);
	assert_int_equal(refusal_locate(refusal, &late, 1), 0);
	assert_int_equal(refusal->line, 0);
	xdplab_refusal_free(refusal);

	refusal = read_log("3: (95) exit\nR0 none\n");
	assert_int_equal(refusal_locate(refusal, &late, 1), 0);
	assert_int_equal(refusal->line, 4);
	assert_string_equal(refusal->file, "");
	assert_string_equal(refusal->source, "");
	xdplab_refusal_free(refusal);
}

/* ---- logs without a refusal ---- */

static void a_program_that_was_loaded_was_not_refused(void **state)
{
	static char log[MEGABYTE];
	const char *build = getenv("B");
	struct bpf_program *program;
	struct bpf_object *object;
	char path[256];

	(void)state;
	for (int level = 1; level <= 2; level++) {
		snprintf(path, sizeof(path), "%s/tests/bpf/pass.o",
			 build ? build : "build");
		object = bpf_object__open_file(path, NULL);
		assert_non_null(object);
		program = bpf_object__next_program(object, NULL);
		bpf_program__set_log_buf(program, log, sizeof(log));
		bpf_program__set_log_level(program, level);
		assert_int_equal(bpf_object__load(object), 0);
		bpf_object__close(object);
		assert_non_null(strstr(log, "processed"));
		assert_no_refusal(log);
	}
}

static void what_says_nothing_is_no_refusal(void **state)
{
	static const char *const logs[] = {
		"",
		"\n",
		"\n\n\n",
		" ",
		";",
		"; return 0; @ a.c:1",
		"0: (95) exit",
		"0: R1=ctx() R10=fp0\n0: (95) exit\n",
		"from 0 to 1: safe\n",
		"processed 0 insns",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(logs); i++)
		assert_no_refusal(logs[i]);
}

/* Before 6.4 the kernel keeps the beginning of a log that does not fit. */
static void a_log_that_lost_its_end_holds_no_refusal(void **state)
{
	(void)state;
	assert_no_refusal("; sum += i;\n"
			  "2: (79) r2 = *(u64 *)(r10 -8)  ; R2_w=1 R10=fp0\n"
			  "3: (bf) r3 = r1                ; R1_w=147 R3");
}

/* ---- logs that are damaged, or made up ---- */

static void a_log_that_lost_its_beginning_is_read(void **state)
{
	struct xdplab_refusal *refusal =
		read_log("ar_off=(0x0; 0xff)) R2=pkt(r=0)\n"
			 "7: (71) r1 = *(u8 *)(r3 +0)\n"
			 "R3 invalid mem access 'scalar'");

	(void)state;
	assert_string_equal(refusal->message, "R3 invalid mem access 'scalar'");
	assert_int_equal(refusal->insn, 7);
	xdplab_refusal_free(refusal);
}

static void numbers_that_overflow_name_nothing(void **state)
{
	struct xdplab_refusal *refusal =
		read_log("; x @ a.c:4294967296\n"
			 "1: (bf) r99999999999999999999 = r4294967297\n"
			 "frame99999999999: R1=2\n"
			 "R18446744073709551617 unreachable "
			 "insn 99999999999999999999\n");

	(void)state;
	assert_int_equal(refusal->insn, 1);
	assert_int_equal(refusal->line, 0);
	assert_string_equal(refusal->source, "x @ a.c:4294967296");
	assert_string_equal(refusal->registers, "");
	xdplab_refusal_free(refusal);

	refusal = read_log("99999999999: (95) exit\n");
	assert_int_equal(refusal->insn, -1);
	assert_string_equal(refusal->message, "99999999999: (95) exit");
	xdplab_refusal_free(refusal);
}

static void of_endless_words_the_first_are_kept(void **state)
{
	struct xdplab_refusal *refusal =
		read_log("one\ntwo\nthree\nfour\nfive\nsix\n");
	char log[4096];

	(void)state;
	assert_string_equal(refusal->message, "one; two; three; four");
	xdplab_refusal_free(refusal);

	memset(log, 'a', sizeof(log));
	log[sizeof(log) - 1] = '\0';
	refusal = read_log(log);
	assert_int_equal(strlen(refusal->message), 1024);
	xdplab_refusal_free(refusal);
}

static void brackets_need_not_match(void **state)
{
	struct xdplab_refusal *refusal =
		read_log("0: (bf) r1 = r2 ; R1=a(b(c R2=d))) R3=e R4=(((\n"
			 "1: (bf) r1 = r3\nR1 and R3 and R4\n");

	(void)state;
	assert_string_equal(refusal->registers, "R1=a(b(c R2=d))) R3=e R4=(((");
	xdplab_refusal_free(refusal);
}

/* A megabyte of each of these, as one line and as many, takes no time. */
static void long_logs_are_read_once(void **state)
{
	static const char *const pieces[] = {
		"(",
		")",
		" ",
		"R1=",
		"R",
		"@",
		":",
		";",
		"insn",
		"1:",
		"*",
		"1 ",
		"=",
		"0: (",
		"insn=",
		"frame",
		"\xff\x01",
		"'",
		"R1=(\n",
		"0: (95) exit\n",
		";@:1\n",
		" R1=2\n",
		"\n\n",
		"insn 5\n",
		"from 1 to 2:\n",
		"invalid access to",
	};
	char *log = malloc(MEGABYTE + 64);

	(void)state;
	assert_non_null(log);
	for (size_t i = 0; i < ARRAY_SIZE(pieces); i++) {
		struct xdplab_refusal *refusal = NULL;
		size_t length = 0, piece = strlen(pieces[i]);

		for (; length < MEGABYTE; length += piece)
			memcpy(log + length, pieces[i], piece);
		log[length] = '\0';
		if (!xdplab_refusal_read(&refusal, log))
			assert_true(*refusal->message);
		xdplab_refusal_free(refusal);
	}
	free(log);
}

static void nothing_is_freed_as_nothing(void **state)
{
	(void)state;
	xdplab_refusal_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(line_information_gives_what_the_log_lacks),
		cmocka_unit_test(
			code_of_the_compiler_is_located_at_the_line_before),
		cmocka_unit_test(
			the_log_keeps_its_source_and_gets_the_whole_path),
		cmocka_unit_test(without_an_instruction_nothing_is_located),
		cmocka_unit_test(lines_may_be_few_and_have_no_text),
		cmocka_unit_test(a_program_that_was_loaded_was_not_refused),
		cmocka_unit_test(what_says_nothing_is_no_refusal),
		cmocka_unit_test(a_log_that_lost_its_end_holds_no_refusal),
		cmocka_unit_test(a_log_that_lost_its_beginning_is_read),
		cmocka_unit_test(numbers_that_overflow_name_nothing),
		cmocka_unit_test(of_endless_words_the_first_are_kept),
		cmocka_unit_test(brackets_need_not_match),
		cmocka_unit_test(long_logs_are_read_once),
		cmocka_unit_test(nothing_is_freed_as_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
