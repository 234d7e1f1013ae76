// SPDX-License-Identifier: GPL-2.0-only
/* test_test_anew - tests of programs whose maps cannot be set back */
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include "../../lib/internal.h"
#include "../../lib/packet/pcap.h"
#include "../../lib/test/read.h"
#include <cmocka.h>

#include "run-tests.h"

static void expect_passed(struct xdplab_tests *tests, size_t index)
{
	struct xdplab_test_result *result = run(tests, index);

	assert_string_equal(result->error, "");
	assert_true(result->passed);
	xdplab_test_result_free(result);
}

static void a_bloom_filter_is_new_for_each_test(void **state)
{
	(void)state;
	all_pass("program tests/bpf/test_bloom.o\n"
		 "set rodata limit = 5\n"
		 "setup\n"
		 "  map counters[1] = 7\n"
		 "teardown\n"
		 "  map counters[1] = 8\n"
		 "test \"first\"\n"
		 "  send eth\n"
		 "  expect PASS\n"
		 "  expect var total += 5\n"
		 "  send eth\n"
		 "  expect DROP\n"
		 "test \"second\"\n"
		 "  map counters[2] = 9\n"
		 "  send eth\n"
		 "  expect PASS\n"
		 "  expect var total == 5\n"
		 "  expect map counters[1] == 7\n"
		 "  expect map counters[2] == 9\n"
		 "test \"third\" after \"second\"\n"
		 "  send eth\n"
		 "  expect DROP\n"
		 "  expect map counters[1] == 8\n"
		 "test \"fourth\"\n"
		 "  send eth\n"
		 "  expect PASS\n"
		 "  expect map counters[2] == 0\n");
}

static void so_it_is_in_a_chain_and_where_packets_are_redirected(void **state)
{
	(void)state;
	all_pass("program tests/bpf/test_bloom.o prio 1\n"
		 "program " OBJECT " xdp_send prio 2\n"
		 "test \"first\"\n"
		 "  send eth / ip / udp(dport=1)\n"
		 "  expect REDIRECT\n"
		 "  expect redirect to lo\n"
		 "  send eth / ip / udp(dport=1)\n"
		 "  expect DROP\n"
		 "test \"second\"\n"
		 "  send eth / ip / udp(dport=1)\n"
		 "  expect redirect to lo\n");
}

/* The test that fails is run once more by a program that counts. */
static void so_it_is_after_a_failure(void **state)
{
	struct xdplab_test_result *result;
	struct xdplab_tests *tests;

	(void)state;
	tests = load_tests("program tests/bpf/test_bloom.o\n"
			   "test \"wrong\"\n"
			   "  send eth\n"
			   "  expect DROP\n"
			   "test \"right\"\n"
			   "  send eth\n"
			   "  expect PASS\n");
	for (int i = 0; i < 2; i++) {
		result = run(tests, 0);
		assert_false(result->passed);
		assert_non_null(strstr(result->decided_text, "total"));
		xdplab_test_result_free(result);
		expect_passed(tests, 1);
	}
	xdplab_tests_free(tests);
}

static uint64_t most_often(struct xdplab_tests *tests)
{
	struct xdplab_coverage *coverage;
	uint64_t most = 0;

	assert_int_equal(xdplab_coverage_read(&coverage, tests), 0);
	for (size_t i = 0; i < xdplab_coverage_count(coverage); i++)
		if (xdplab_coverage_at(coverage, i)->hits > most)
			most = xdplab_coverage_at(coverage, i)->hits;
	xdplab_coverage_free(coverage);
	return most;
}

static uint64_t all_hits(struct xdplab_tests *tests)
{
	struct xdplab_coverage *coverage;
	uint64_t hits = 0;

	assert_int_equal(xdplab_coverage_read(&coverage, tests), 0);
	for (size_t i = 0; i < xdplab_coverage_count(coverage); i++)
		hits += xdplab_coverage_at(coverage, i)->hits;
	xdplab_coverage_free(coverage);
	return hits;
}

static void what_was_counted_before_a_map_was_made_anew_is_kept(void **state)
{
	const struct xdplab_tests_load_opts opts = { .sz = sizeof(opts),
						     .coverage = true };
	struct xdplab_tests *tests;

	(void)state;
	tests = read_tests("program tests/bpf/test_bloom.o\n"
			   "test \"once\"\n"
			   "  repeat 3\n"
			   "    send eth\n"
			   "    expect PASS or DROP\n");
	assert_int_equal(xdplab_tests_load(tests, &opts), 0);
	for (int i = 0; i < 4; i++)
		xdplab_test_result_free(run(tests, 0));
	assert_int_equal(most_often(tests), 12);
	xdplab_tests_free(tests);
}

/* What is tail-called sits in slots of maps that are made anew, too. */
static void programs_that_are_tail_called_are_counted_anew(void **state)
{
	const struct xdplab_tests_load_opts opts = { .sz = sizeof(opts),
						     .coverage = true };
	struct xdplab_tests *tests;
	uint64_t before;

	(void)state;
	tests = read_tests("program tests/bpf/test_bloom.o prio 1\n"
			   "program tests/bpf/stage_tails.o xdp_tails prio 2\n"
			   "test \"even and odd\"\n"
			   "  send eth / bytes(20)\n"
			   "  expect PASS\n"
			   "  send eth / bytes(21)\n"
			   "  expect DROP\n"
			   "  send eth / bytes(22)\n"
			   "  expect PASS\n");
	assert_int_equal(xdplab_tests_load(tests, &opts), 0);
	expect_passed(tests, 0);
	before = all_hits(tests);
	for (int i = 0; i < 3; i++)
		expect_passed(tests, 0);
	assert_int_equal(all_hits(tests), 4 * before);
	xdplab_tests_free(tests);
}

#define ANEW "tests/unit/anew.o"

/* An object where the file of tests finds it by that name. */
static void put_at_anew(const char *object)
{
	char target[256];

	assert_non_null(realpath(built(object), target));
	unlink(built(ANEW));
	assert_int_equal(symlink(target, built(ANEW)), 0);
}

static void what_is_loaded_anew_is_what_was_read_first(void **state)
{
	struct xdplab_tests *tests;

	(void)state;
	put_at_anew("tests/bpf/test_bloom.o");
	tests = load_tests("program " ANEW "\n"
			   "test \"first\"\n"
			   "  send eth\n"
			   "  expect PASS\n");
	expect_passed(tests, 0);
	put_at_anew("tests/bpf/drop.o");
	expect_passed(tests, 0);
	unlink(built(ANEW));
	xdplab_tests_free(tests);
}

static void go_to_cpu(int cpu)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	sched_setaffinity(0, sizeof(one), &one);
}

/* What it gives up depends on where it was filled before: one that was filled on
 * another CPU has no room for as many. */
static void an_lru_map_is_as_new_for_each_test(void **state)
{
	struct xdplab_tests *tests;
	cpu_set_t all;

	(void)state;
	sched_getaffinity(0, sizeof(all), &all);
	tests = load_tests("program tests/bpf/test_maps.o\n"
			   "test \"filled\"\n"
			   "  for i in 1..60\n"
			   "    map recent[$i] = 1\n"
			   "  send eth\n"
			   "  expect map recent entries == 60\n");
	for (int i = 0; i < 2 * CPU_COUNT(&all); i++) {
		go_to_cpu(i % CPU_COUNT(&all));
		sched_setaffinity(0, sizeof(all), &all);
		expect_passed(tests, 0);
	}
	xdplab_tests_free(tests);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bloom_filter_is_new_for_each_test),
		cmocka_unit_test(
			so_it_is_in_a_chain_and_where_packets_are_redirected),
		cmocka_unit_test(so_it_is_after_a_failure),
		cmocka_unit_test(
			what_was_counted_before_a_map_was_made_anew_is_kept),
		cmocka_unit_test(
			programs_that_are_tail_called_are_counted_anew),
		cmocka_unit_test(what_is_loaded_anew_is_what_was_read_first),
		cmocka_unit_test(an_lru_map_is_as_new_for_each_test),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
