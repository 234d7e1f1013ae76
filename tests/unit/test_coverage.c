// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_coverage - lines are reached as often as somebody counted by hand
 *
 * The counts are in the programs' sources, which cov_returns.bpf.c explains.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* First: cmocka has a macro of the name of our fail(). */
#include "../../lib/prog/code-load.h"
#include "../../lib/cov/instrument.h"
#include "../../lib/internal.h"
#include <cmocka.h>

#include "hand-counted.h"

/* ---- what the program did ---- */

struct loaded {
	struct xdplab_prog *prog;
	struct counting *counting;
	int fd;
};

static void load(struct loaded *loaded, const char *name)
{
	struct code_load_opts opts = { .name = "coverage",
				       .attach_type = BPF_XDP };
	char path[256];

	snprintf(path, sizeof(path), "%s/tests/bpf/%s.o",
		 getenv("B") ?: "build", name);
	assert_int_equal(xdplab_prog_open(&loaded->prog, path, NULL), 0);
	assert_int_equal(prog_extract(loaded->prog), 0);
	assert_int_equal(counting_begin(&loaded->counting,
					prog_code(loaded->prog), name, -1),
			 0);
	opts.licence = prog_licence(loaded->prog);
	loaded->fd = code_load(counting_code(loaded->counting), &opts, NULL);
	assert_true(loaded->fd >= 0);
	assert_int_equal(counting_loaded(loaded->counting, loaded->fd), 0);
}

static void unload(struct loaded *loaded)
{
	close(loaded->fd);
	counting_end(loaded->counting);
	xdplab_prog_free(loaded->prog);
}

static void send_packet(const struct loaded *loaded, unsigned char first)
{
	const unsigned char packet[64] = { first };
	struct xdplab_run_result result;

	counting_next(loaded->counting);
	assert_int_equal(xdplab_run(loaded->fd, packet, sizeof(packet), NULL, 0,
				    &result, NULL),
			 0);
}

static unsigned int decided_at(const struct loaded *loaded)
{
	const struct source_line *line = counting_decided(loaded->counting);

	return line ? line->line : 0;
}

static void expect_counts(const char *name)
{
	struct wanted wanted[MAX_LINES];
	struct xdplab_coverage *coverage;
	struct loaded loaded;
	size_t wrong = 0;

	read_source(wanted, name);
	load(&loaded, name);
	for (int i = 0; i < NR_PACKETS; i++) {
		send_packet(&loaded, i);
		wrong += check_decision(name, wanted, i, decided_at(&loaded));
	}
	assert_int_equal(coverage_of(&coverage, &loaded.counting, 1), 0);
	wrong += check_lines(name, wanted, coverage);
	xdplab_coverage_free(coverage);
	unload(&loaded);
	assert_int_equal(wrong, 0);
}

static void of_several_ways_out(void **state)
{
	(void)state;
	expect_counts("cov_returns");
}

static void of_inlined_functions_and_one_return(void **state)
{
	(void)state;
	expect_counts("cov_inlined");
}

static void of_a_verdict_on_the_stack(void **state)
{
	(void)state;
	expect_counts("cov_kept");
}

static void of_subprograms_and_callbacks(void **state)
{
	(void)state;
	expect_counts("cov_called");
}

static void of_loops_and_code_without_a_line(void **state)
{
	(void)state;
	expect_counts("cov_loops");
}

/* Of the line with that text. */
static const struct xdplab_coverage_line *
line_of(const struct xdplab_coverage *coverage, const char *text)
{
	for (size_t i = 0; i < xdplab_coverage_count(coverage); i++)
		if (strstr(xdplab_coverage_at(coverage, i)->text, text))
			return xdplab_coverage_at(coverage, i);
	fail_msg("no line has %s", text);
	return NULL;
}

static void of_a_program_in_two_places(void **state)
{
	struct xdplab_coverage *coverage;
	struct loaded loaded[2];

	(void)state;
	for (int i = 0; i < 2; i++) {
		load(&loaded[i], "cov_returns");
		send_packet(&loaded[i], i);
	}
	assert_int_equal(
		coverage_of(&coverage,
			    (struct counting *[]){ loaded[0].counting,
						   loaded[1].counting },
			    2),
		0);
	assert_int_equal(line_of(coverage, "seen++")->hits, 2);
	assert_int_equal(line_of(coverage, "if (first == 1)")->branches, 4);
	assert_int_equal(line_of(coverage, "if (first == 1)")->taken, 2);
	xdplab_coverage_free(coverage);
	for (int i = 0; i < 2; i++)
		unload(&loaded[i]);
}

static void expect_way(const struct xdplab_coverage *coverage, const char *from,
		       const char *to, uint64_t times)
{
	const struct xdplab_coverage_line *line = line_of(coverage, from);
	unsigned int number = line_of(coverage, to)->line;

	for (uint32_t i = 0; i < line->branches; i++)
		if (line->ways[i].to == number && line->ways[i].times == times)
			return;
	fail_msg("%s does not lead to %s %lu times", from, to,
		 (unsigned long)times);
}

static void a_branch_leads_to_a_line(void **state)
{
	struct xdplab_coverage *coverage;
	struct loaded loaded;

	(void)state;
	load(&loaded, "cov_loops");
	for (int i = 0; i < NR_PACKETS; i++)
		send_packet(&loaded, i);
	assert_int_equal(coverage_of(&coverage, &loaded.counting, 1), 0);
	expect_way(coverage, "switch (first)", "mixed[0] += 3", 1);
	expect_way(coverage, "switch (first)", "mixed[2] |= 4", 0);
	expect_way(coverage, "k < (first & 3)", "&inner", 20);
	xdplab_coverage_free(coverage);
	unload(&loaded);
}

/* A number alone would be of a line that has nothing to do with it. */
static void a_branch_into_another_file_leads_to_no_line_of_its_own(void **state)
{
	const struct xdplab_coverage_line *line;
	struct xdplab_coverage *coverage;
	struct loaded loaded;
	unsigned int nr_others = 0;

	(void)state;
	load(&loaded, "cov_files");
	for (int i = 0; i < NR_PACKETS; i++)
		send_packet(&loaded, i);
	assert_int_equal(coverage_of(&coverage, &loaded.counting, 1), 0);
	expect_way(coverage, "if (data[0] > 4)", "&here, 1", 5);
	line = line_of(coverage, "if (data[0] > 4)");
	for (uint32_t i = 0; i < line->branches; i++)
		nr_others += !line->ways[i].to && line->ways[i].times == 3;
	assert_int_equal(nr_others, 1);
	assert_non_null(
		strstr(line_of(coverage, "elsewhere = ")->file, "cov_files.h"));
	xdplab_coverage_free(coverage);
	unload(&loaded);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_several_ways_out),
		cmocka_unit_test(of_inlined_functions_and_one_return),
		cmocka_unit_test(of_a_verdict_on_the_stack),
		cmocka_unit_test(of_subprograms_and_callbacks),
		cmocka_unit_test(of_loops_and_code_without_a_line),
		cmocka_unit_test(of_a_program_in_two_places),
		cmocka_unit_test(a_branch_leads_to_a_line),
		cmocka_unit_test(
			a_branch_into_another_file_leads_to_no_line_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
