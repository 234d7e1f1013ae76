// SPDX-License-Identifier: GPL-2.0-only
/* test_prog - opening, choosing, loading and running programs by the API */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <linux/bpf.h>

/* First: cmocka has a macro of the name of our fail(). */
#include "../../lib/internal.h"
#include "../../lib/pin/pin.h"
#include "../../lib/prog/prog.h"
#include <cmocka.h>

static const unsigned char packet[64] = { 2, 0, 0, 0, 0, 1, 2,
					  0, 0, 0, 0, 2, 8, 0 };

/* tests/bpf/NAME.bpf.c as the build has it. */
static const char *object(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/tests/bpf/%s.o",
		 getenv("B") ?: "build", name);
	return path;
}

static struct xdplab_prog *open_prog(const char *name,
				     const struct xdplab_prog_opts *opts)
{
	struct xdplab_prog *prog = NULL;

	assert_int_equal(xdplab_prog_open(&prog, object(name), opts), 0);
	return prog;
}

static void an_opened_program_tells_where_it_came_from(void **state)
{
	struct xdplab_prog *prog = open_prog("drop", NULL);

	(void)state;
	assert_string_equal(xdplab_prog_name(prog),
			    "xdp_drop_with_a_long_name");
	assert_string_equal(xdplab_prog_section(prog), "xdp");
	assert_string_equal(xdplab_prog_path(prog), object("drop"));
	assert_int_equal(xdplab_prog_fd(prog), -1);
	assert_int_equal(xdplab_prog_id(prog), 0);
	xdplab_prog_free(prog);
}

static void others_of_its_object_are_loaded_to_be_called(void **state)
{
	struct xdplab_prog_opts opts = { .sz = sizeof(opts),
					 .name = "xdp_tail_away" };
	struct xdplab_prog *prog = open_prog("tail_away", &opts);
	struct prog_callee callee;

	(void)state;
	assert_int_equal(prog_load_too(prog, "xdp_away"), 0);
	assert_int_equal(prog_load_too(prog, "xdp_nowhere"), -ENOENT);
	assert_int_equal(prog_load_too(prog, "xdp_at_port"), -ENOENT);
	assert_int_equal(prog_extract(prog), 0);
	assert_true(prog_callee(prog, 0, &callee));
	assert_string_equal(callee.name, "xdp_away");
	assert_true(callee.fd >= 0);
	assert_true(callee.code->nr_insns > 2);
	assert_false(prog_callee(prog, 1, &callee));
	xdplab_prog_free(prog);
}

/* Then it is itself, and not what stands for it in a chain. */
static void it_can_be_loaded_to_be_called_itself(void **state)
{
	struct xdplab_prog *prog = open_prog("tail", NULL);
	struct xdplab_run_result result;
	struct prog_callee callee;

	(void)state;
	assert_int_equal(prog_load_too(prog, "xdp_tail"), 0);
	assert_int_equal(prog_extract(prog), 0);
	assert_true(prog_callee(prog, 0, &callee));
	assert_ptr_equal(callee.code, prog_code(prog));
	assert_int_equal(callee.prog_flags, BPF_F_XDP_HAS_FRAGS);
	assert_int_equal(xdplab_run(callee.fd, packet, sizeof(packet), NULL, 0,
				    &result, NULL),
			 0);
	assert_int_equal(result.verdict, XDP_DROP);
	xdplab_prog_free(prog);
}

static void what_fails_leaves_the_result_untouched(void **state)
{
	struct xdplab_prog *prog = (void *)state;

	assert_int_equal(xdplab_prog_open(&prog, "/nowhere.o", NULL), -ENOENT);
	assert_ptr_equal(prog, state);
	assert_string_equal(xdplab_error(),
			    "/nowhere.o: No such file or directory");
}

static void options_of_an_older_caller_are_read_as_far_as_they_go(void **state)
{
	struct xdplab_prog_opts opts = {
		.sz = offsetof(struct xdplab_prog_opts, section),
		.name = "xdp_first",
		.section = "xdp.frags", /* beyond what .sz covers */
	};
	struct xdplab_prog *prog = open_prog("two", &opts);

	(void)state;
	assert_string_equal(xdplab_prog_section(prog), "xdp");
	xdplab_prog_free(prog);
}

static void several_programs_need_a_choice(void **state)
{
	struct xdplab_prog_opts opts = { .sz = sizeof(opts), .first = true };
	struct xdplab_prog *prog = NULL;

	(void)state;
	assert_int_equal(xdplab_prog_open(&prog, object("two"), NULL),
			 -ENOTUNIQ);
	prog = open_prog("two", &opts);
	assert_string_equal(xdplab_prog_name(prog), "xdp_first");
	xdplab_prog_free(prog);
}

static void a_loaded_program_has_a_descriptor_and_an_id(void **state)
{
	struct xdplab_prog *prog = open_prog("pass", NULL);
	struct bpf_prog_info info = { 0 };
	__u32 size = sizeof(info);

	(void)state;
	assert_int_equal(xdplab_prog_load(prog, 0), 0);
	assert_int_equal(
		bpf_obj_get_info_by_fd(xdplab_prog_fd(prog), &info, &size), 0);
	assert_int_equal(info.id, xdplab_prog_id(prog));
	assert_int_equal(info.type, BPF_PROG_TYPE_XDP);
	assert_int_equal(xdplab_prog_load(prog, 0), -EALREADY);
	xdplab_prog_free(prog);
}

static void maps_are_found_by_name_once_loaded(void **state)
{
	struct xdplab_prog_opts opts = { .sz = sizeof(opts),
					 .pin_path = "/sys/fs/bpf/maps" };
	struct xdplab_prog *prog = open_prog("count", &opts);

	(void)state;
	assert_int_equal(xdplab_prog_map_fd(prog, "own_counts"), -EBADF);
	assert_int_equal(xdplab_prog_load(prog, 0), 0);
	assert_true(xdplab_prog_map_fd(prog, "own_counts") >= 0);
	assert_int_equal(xdplab_prog_map_fd(prog, "no_counts"), -ENOENT);
	xdplab_prog_free(prog);
}

static void a_refused_program_comes_with_the_reason(void **state)
{
	struct xdplab_prog *prog = open_prog("refused_map_null", NULL);

	(void)state;
	assert_int_equal(xdplab_prog_load(prog, 0), -EACCES);
	assert_non_null(xdplab_error_refusal());
	assert_non_null(
		strstr(xdplab_error_refusal()->file, "refused_map_null.bpf.c"));
	assert_non_null(strstr(xdplab_error_log(), "map_value_or_null"));
	assert_int_equal(xdplab_prog_id(prog), 0);
	xdplab_prog_free(prog);
}

static void a_packet_runs_through_a_program(void **state)
{
	struct xdplab_prog *prog = open_prog("drop", NULL);
	struct xdplab_run_result result;
	unsigned char out[sizeof(packet)] = { 0 };

	(void)state;
	assert_int_equal(xdplab_prog_load(prog, 0), 0);
	assert_int_equal(xdplab_run(xdplab_prog_fd(prog), packet,
				    sizeof(packet), out, sizeof(out), &result,
				    NULL),
			 0);
	assert_int_equal(result.verdict, XDP_DROP);
	assert_int_equal(result.length, sizeof(packet));
	assert_memory_equal(out, packet, sizeof(packet));
	xdplab_prog_free(prog);
}

static void a_rewritten_packet_comes_out_rewritten(void **state)
{
	struct xdplab_prog *prog = open_prog("tx", NULL);
	struct xdplab_run_opts twice = { .sz = sizeof(twice), .repeat = 2 };
	struct xdplab_run_result result;
	unsigned char out[sizeof(packet)];
	int fd;

	(void)state;
	assert_int_equal(xdplab_prog_load(prog, 0), 0);
	fd = xdplab_prog_fd(prog);
	assert_int_equal(xdplab_run(fd, packet, sizeof(packet), out,
				    sizeof(out), &result, NULL),
			 0);
	assert_int_equal(result.verdict, XDP_TX);
	assert_memory_equal(out, packet + 6, 6);
	assert_memory_equal(out + 6, packet, 6);

	/* The second run swaps the addresses back. */
	assert_int_equal(xdplab_run(fd, packet, sizeof(packet), out,
				    sizeof(out), &result, &twice),
			 0);
	assert_memory_equal(out, packet, sizeof(packet));
	xdplab_prog_free(prog);
}

static void packets_that_the_kernel_does_not_take_are_refused(void **state)
{
	struct xdplab_prog *prog = open_prog("pass", NULL);
	struct xdplab_run_result result = { .verdict = 77 };
	unsigned char out[16];
	int fd;

	(void)state;
	assert_int_equal(xdplab_prog_load(prog, 0), 0);
	fd = xdplab_prog_fd(prog);
	assert_int_equal(xdplab_run(fd, packet, 13, NULL, 0, &result, NULL),
			 -EINVAL);
	assert_string_equal(xdplab_error(), "test run: the kernel rejects the "
					    "context or a packet of 13 bytes");
	assert_int_equal(xdplab_run(fd, packet, sizeof(packet), out,
				    sizeof(out), &result, NULL),
			 -ENOSPC);
	assert_int_equal(result.verdict, 77);
	xdplab_prog_free(prog);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_opened_program_tells_where_it_came_from),
		cmocka_unit_test(others_of_its_object_are_loaded_to_be_called),
		cmocka_unit_test(it_can_be_loaded_to_be_called_itself),
		cmocka_unit_test(what_fails_leaves_the_result_untouched),
		cmocka_unit_test(
			options_of_an_older_caller_are_read_as_far_as_they_go),
		cmocka_unit_test(several_programs_need_a_choice),
		cmocka_unit_test(a_loaded_program_has_a_descriptor_and_an_id),
		cmocka_unit_test(maps_are_found_by_name_once_loaded),
		cmocka_unit_test(a_refused_program_comes_with_the_reason),
		cmocka_unit_test(a_packet_runs_through_a_program),
		cmocka_unit_test(a_rewritten_packet_comes_out_rewritten),
		cmocka_unit_test(
			packets_that_the_kernel_does_not_take_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
