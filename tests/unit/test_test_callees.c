// SPDX-License-Identifier: GPL-2.0-only
/* test_test_callees - what tested programs tail-call: put into slots, set back,
 * and counted */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include "../../lib/internal.h"
#include "../../lib/packet/pcap.h"
#include "../../lib/test/read.h"
#include <cmocka.h>

#include "hand-counted.h"
#include "run-tests.h"

/* Frames of even length pass, odd ones are dropped: `tails` begins so. */
#define TAILS "program tests/bpf/stage_tails.o xdp_tails\n"
#define EVEN  "  send eth / \"even\"\n"
#define ODD   "  send eth / \"odd\"\n"

/* What it calls is in no slot at first. */
#define AWAY "program tests/bpf/tail_away.o xdp_tail_away\n"

/* ---- slots ---- */

static void slots_begin_as_the_object_says(void **state)
{
	(void)state;
	all_pass(TAILS "test \"as it begins\"\n" EVEN "  expect PASS\n" ODD
		       "  expect DROP\n"
		       "  expect map tails unchanged\n"
		       "  expect map tails[0] == xdp_tail_even\n"
		       "  expect map tails[1] != xdp_tail_even\n");
}

static void steps_put_programs_into_slots_by_their_names(void **state)
{
	(void)state;
	all_pass(TAILS "test \"the other way round\"\n"
		       "  map tails[0] = xdp_tail_odd\n"
		       "  map tails[1] = xdp_tail_even\n" EVEN
		       "  expect DROP\n" ODD "  expect PASS\n"
		       "test \"each in turn\"\n"
		       "  for f in [xdp_tail_odd, xdp_tail_even]\n"
		       "    map tails[0] = $f\n"
		       "    send eth\n"
		       "    expect map tails[0] == $f\n");
}

static void slots_are_set_back_for_each_test(void **state)
{
	(void)state;
	all_pass(TAILS "setup\n  map tails[0] = xdp_tail_odd\n"
		       "test \"first\"\n" EVEN "  expect DROP\n"
		       "  map tails[0] = xdp_tail_even\n"
		       "  delete map tails[1]\n" EVEN "  expect PASS\n" ODD
		       "  expect ABORTED\n"
		       "test \"second\"\n" EVEN "  expect DROP\n" ODD
		       "  expect DROP\n"
		       "test \"third\" after \"first\"\n" EVEN
		       "  expect PASS\n" ODD "  expect ABORTED\n");
}

static void a_program_can_call_itself(void **state)
{
	(void)state;
	/* Until the kernel allows no more. */
	all_pass(TAILS "test \"33 times\"\n"
		       "  map tails[0] = xdp_tails\n" EVEN "  expect ABORTED\n"
		       "  expect map packets[0] == 34\n");
}

static void each_stage_of_a_chain_has_slots_of_its_own(void **state)
{
	(void)state;
	all_pass("program tests/bpf/stage_tails.o xdp_tails prio 1\n"
		 "program tests/bpf/stage_tails.o xdp_tail_even prio 2\n"
		 "test \"only those of the first are called\"\n"
		 "  map xdp_tails:tails[1] = xdp_tail_even\n"
		 "  map xdp_tail_even:tails[0] = xdp_tail_odd\n" EVEN
		 "  expect PASS\n"
		 "  expect map xdp_tail_even:packets[1] == 1\n" ODD
		 "  expect PASS\n"
		 "  expect map xdp_tails:packets[1] == 2\n");
}

static void another_program_in_a_slot_is_told_by_its_name(void **state)
{
	(void)state;
	fails_with(TAILS "test \"wrong\"\n"
			 "  map tails[0] = xdp_tail_odd\n" EVEN
			 "  expect map tails[0] == xdp_tail_even\n",
		   "tails[0] is xdp_tail_odd, not xdp_tail_even\n");
}

static void expect_mistakes(const char *text, const char *told)
{
	struct xdplab_tests *tests = read_tests(text);

	assert_true(xdplab_tests_load(tests, NULL) < 0);
	assert_string_equal(mistakes, told);
	xdplab_tests_free(tests);
}

static void what_cannot_be_in_a_slot_is_a_mistake(void **state)
{
	(void)state;
	expect_mistakes(AWAY "test \"wrong\"\n"
			     "  map nexts[0] = xdp_awya\n"
			     "  map nexts[0] = nexts\n"
			     "  map nexts[0] = xdp_at_port\n"
			     "  map nexts[0] = xdp_frags\n"
			     "  map ports[0] = xdp_away\n" ODD
			     "  expect DROP\n",
			"3:18: the object of map nexts has no XDP program "
			"xdp_awya\n"
			"4:18: the object of map nexts has no XDP program "
			"nexts\n"
			"5:18: the object of map nexts has no XDP program "
			"xdp_at_port\n"
			"6:18: xdp_frags is in section xdp.frags, but "
			"xdp_tail_away is not: programs in a prog_array must "
			"agree\n"
			"7:18: xdp_away: no such interface\n");
}

static void programs_of_old_objects_can_be_called(void **state)
{
	(void)state;
	all_pass(AWAY "test \"it drops\"\n"
		      "  map nexts[0] = xdp_old_drop\n"
		      "  send eth\n"
		      "  expect DROP\n");
}

/* ---- what they reach ---- */

#define CALLING                                                                \
	"program tests/bpf/cov_tails.o xdp_cov_tails\n"                        \
	"setup\n"                                                              \
	"  map nexts[1] = xdp_cov_odd\n"                                       \
	"  map nexts[2] = xdp_cov_tails\n"

/* A test for each packet, which fails, so that it tells where that was
 * decided. */
static struct xdplab_tests *load_calling(bool coverage)
{
	const struct xdplab_tests_load_opts opts = { .sz = sizeof(opts),
						     .coverage = coverage };
	char text[2048] = CALLING;
	struct xdplab_tests *tests;

	for (int i = 0; i < NR_PACKETS; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			 "test \"%d\"\n"
			 "  send eth(dst=0%d:00:00:00:00:00)\n"
			 "  expect ABORTED\n",
			 i, i);
	tests = read_tests(text);
	assert_int_equal(xdplab_tests_load(tests, &opts), 0);
	return tests;
}

static size_t check_decisions(const struct wanted *wanted,
			      struct xdplab_tests *tests)
{
	size_t wrong = 0;

	for (int i = 0; i < NR_PACKETS; i++) {
		struct xdplab_test_result *result = run(tests, i);

		assert_string_equal(result->error, "");
		wrong += check_decision("cov_tails", wanted, i,
					result->decided_line);
		xdplab_test_result_free(result);
	}
	return wrong;
}

static void what_is_called_is_counted(void **state)
{
	struct xdplab_tests *tests = load_calling(true);
	struct xdplab_coverage *coverage;
	struct wanted wanted[MAX_LINES];
	size_t wrong;

	(void)state;
	read_source(wanted, "cov_tails");
	wrong = check_decisions(wanted, tests);
	assert_int_equal(xdplab_coverage_read(&coverage, tests), 0);
	wrong += check_lines("cov_tails", wanted, coverage);
	xdplab_coverage_free(coverage);
	xdplab_tests_free(tests);
	assert_int_equal(wrong, 0);
}

/* Then it is run once more, by programs that count. */
static void what_is_called_decides(void **state)
{
	struct xdplab_tests *tests = load_calling(false);
	struct wanted wanted[MAX_LINES];

	(void)state;
	read_source(wanted, "cov_tails");
	assert_int_equal(check_decisions(wanted, tests), 0);
	xdplab_tests_free(tests);
}

/* What the first stage calls passes, and the second drops; or the first calls
 * itself until it may no more, and the second is not run. */
static void of_a_chain_the_last_that_ran_decides(void **state)
{
	static const char *const chain =
		TAILS "program tests/bpf/stage_tails.o xdp_tail_odd prio 99\n"
		      "test \"wrong\"\n";
	static const char *const sent[] = {
		EVEN "  expect PASS\n",
		"  map xdp_tails:tails[0] = xdp_tails\n" EVEN "  expect PASS\n",
	};
	static const char *const decided[] = { "XDP_DROP", "XDP_ABORTED" };

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct xdplab_test_result *result;
		struct xdplab_tests *tests;
		char text[512];

		snprintf(text, sizeof(text), "%s%s", chain, sent[i]);
		tests = load_tests(text);
		result = run(tests, 0);
		assert_non_null(strstr(result->decided_text, decided[i]));
		xdplab_test_result_free(result);
		xdplab_tests_free(tests);
	}
}

static void what_was_run_once_more_leaves_no_slot_changed(void **state)
{
	struct xdplab_tests *tests =
		load_tests(TAILS "test \"wrong\"\n" EVEN "  expect DROP\n"
				 "test \"right\"\n" EVEN "  expect PASS\n"
				 "  expect map tails[0] == xdp_tail_even\n"
				 "  expect map tails unchanged\n");
	struct xdplab_test_result *result = run(tests, 0);

	(void)state;
	assert_non_null(strstr(result->decided_text, "XDP_PASS"));
	xdplab_test_result_free(result);
	result = run(tests, 1);
	assert_true(result->passed);
	xdplab_test_result_free(result);
	xdplab_tests_free(tests);
}

static void where_what_is_called_redirects_to_is_seen(void **state)
{
	(void)state;
	all_pass(AWAY "interface away\n"
		      "test \"it is sent away\"\n"
		      "  map nexts[0] = xdp_away\n"
		      "  map ports[0] = away\n"
		      "  send eth\n"
		      "  expect redirect to away\n"
		      "  expect redirect to map ports[0]\n"
		      "  expect map nexts[0] == xdp_away\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slots_begin_as_the_object_says),
		cmocka_unit_test(steps_put_programs_into_slots_by_their_names),
		cmocka_unit_test(slots_are_set_back_for_each_test),
		cmocka_unit_test(a_program_can_call_itself),
		cmocka_unit_test(each_stage_of_a_chain_has_slots_of_its_own),
		cmocka_unit_test(another_program_in_a_slot_is_told_by_its_name),
		cmocka_unit_test(what_cannot_be_in_a_slot_is_a_mistake),
		cmocka_unit_test(programs_of_old_objects_can_be_called),
		cmocka_unit_test(what_is_called_is_counted),
		cmocka_unit_test(what_is_called_decides),
		cmocka_unit_test(of_a_chain_the_last_that_ran_decides),
		cmocka_unit_test(what_was_run_once_more_leaves_no_slot_changed),
		cmocka_unit_test(where_what_is_called_redirects_to_is_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
