// SPDX-License-Identifier: GPL-2.0-only
/* test_test_callees - what tested programs tail-call: put into slots and set back */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include "../../lib/internal.h"
#include "../../lib/packet/pcap.h"
#include "../../lib/test/read.h"
#include <cmocka.h>

#include "run-tests.h"

/* Frames of even length pass, odd ones are dropped: `tails` begins so. */
#define TAILS "program tests/bpf/stage_tails.o xdp_tails\n"
#define EVEN  "  send eth / \"even\"\n"
#define ODD   "  send eth / \"odd\"\n"

/* What it calls is in no slot at first. */
#define AWAY "program tests/bpf/tail_away.o xdp_tail_away\n"

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
		   "tails[0] is xdp_tail_odd, and not xdp_tail_even\n");
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
			"3: the object of map nexts has no XDP program "
			"xdp_awya\n"
			"4: the object of map nexts has no XDP program nexts\n"
			"5: the object of map nexts has no XDP program "
			"xdp_at_port\n"
			"6: xdp_frags is in section xdp.frags, and "
			"xdp_tail_away is not: a prog_array wants programs "
			"that are alike in that\n"
			"7: xdp_away: no such interface\n");
}

static void programs_of_old_objects_can_be_called(void **state)
{
	(void)state;
	all_pass(AWAY "test \"it drops\"\n"
		      "  map nexts[0] = xdp_old_drop\n"
		      "  send eth\n"
		      "  expect DROP\n");
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
