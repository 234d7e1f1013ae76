// SPDX-License-Identifier: GPL-2.0-only
/* test_watch_model - what is the same as before, and what is another */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../cli/watch/draw.h"
#include "../../cli/watch/watch.h"

#define PASS (1u << 2)

static struct watch model;

static int begin(void **state)
{
	(void)state;
	model = (struct watch){ 0 };
	return 0;
}

static int end(void **state)
{
	(void)state;
	watch_free(&model);
	return 0;
}

/* ---- what is read ---- */

static struct xdplab_stage a_stage(const char *name, uint32_t id, uint64_t drop,
				   uint64_t pass)
{
	return (struct xdplab_stage){
		.name = name,
		.id = id,
		.actions = PASS,
		.counted = true,
		.packets = { 0, drop, pass, 0, 0 },
		.bytes = { 0, 100 * drop, 100 * pass, 0, 0 },
	};
}

static struct xdplab_attached
a_chain(uint32_t id, const struct xdplab_stage *stages, size_t nr)
{
	return (struct xdplab_attached){
		.mode = XDPLAB_MODE_NATIVE,
		.id = id,
		.name = "xdplab_chain",
		.stages = stages,
		.nr_stages = nr,
	};
}

static struct xdplab_iface an_iface(const char *name,
				    const struct xdplab_attached *attached)
{
	return (struct xdplab_iface){
		.ifindex = 2,
		.ifname = name,
		.attached = attached,
		.nr_attached = attached ? 1 : 0,
	};
}

/* A round at this time, in which there is eth0 with that; NULL: without it. */
static const struct watch_iface *round_at(double at,
					  const struct xdplab_iface *iface)
{
	watch_begin(&model, at, at);
	if (iface)
		watch_see(&model, iface);
	watch_end(&model);
	return model.nr_ifaces ? model.ifaces[0] : NULL;
}

static const struct watch_program *
chain_at(double at, uint32_t id, const struct xdplab_stage *stages, size_t nr)
{
	const struct xdplab_attached attached = a_chain(id, stages, nr);
	const struct xdplab_iface iface = an_iface("eth0", &attached);

	return &round_at(at, &iface)->programs[0];
}

static const struct watch_stage *
stage_at(double at, const char *name, uint32_t id, uint64_t drop, uint64_t pass)
{
	const struct xdplab_stage stage = a_stage(name, id, drop, pass);

	return chain_at(at, 100, &stage, 1)->stages[0];
}

/* ---- rates ---- */

static void a_stage_has_rates_from_the_second_round_on(void **state)
{
	const struct watch_stage *stage = stage_at(10, "s", 1, 5, 5);

	(void)state;
	assert_true(tally_pps(&stage->tally) < 0);
	stage = stage_at(12, "s", 1, 5, 25);
	assert_true(tally_pps(&stage->tally) == 10);
	assert_true(stage->tally.packets[1].rate == 0);
	assert_true(stage->tally.packets[2].rate == 10);
	assert_true(tally_bytes_rate(&stage->tally) == 1000);
	assert_true(stage->mark.renewed_from == 0);
}

static void another_id_at_the_same_place_begins_anew_and_says_so(void **state)
{
	const struct watch_stage *stage;

	(void)state;
	stage_at(1, "s", 12, 0, 1000);
	stage_at(2, "s", 12, 0, 2000);
	stage = stage_at(3, "s", 15, 0, 5000);
	assert_true(tally_pps(&stage->tally) < 0);
	assert_int_equal(stage->mark.renewed_from, 12);
	stage = stage_at(4, "s", 15, 0, 5100);
	assert_true(tally_pps(&stage->tally) == 100);
	assert_int_equal(stage->mark.renewed_from, 12);
	for (int i = 0; i < WATCH_TELL; i++)
		stage = stage_at(5 + i, "s", 15, 0, 5100);
	assert_int_equal(stage->mark.renewed_from, 0);
	/* What was before is in its history still. */
	assert_true(history_rate(&stage->history, WATCH_TELL + 2) == 1000);
	assert_true(history_rate(&stage->history, WATCH_TELL + 1) < 0);
}

static void a_reload_that_took_rounds_is_a_renewal_too(void **state)
{
	const struct xdplab_iface idle = an_iface("eth0", NULL);
	const struct watch_stage *stage;

	(void)state;
	stage_at(1, "s", 12, 0, 0);
	assert_int_equal(round_at(2, &idle)->nr_present, 0);
	round_at(3, &idle);
	stage = stage_at(4, "s", 15, 0, 7);
	assert_int_equal(stage->mark.renewed_from, 12);
	assert_true(tally_pps(&stage->tally) < 0);
}

static void what_was_away_for_a_round_has_no_rate_after_it(void **state)
{
	const struct watch_stage *stage;

	(void)state;
	stage_at(1, "s", 12, 0, 0);
	round_at(2, NULL);
	stage = stage_at(3, "s", 12, 0, 1000);
	assert_true(tally_pps(&stage->tally) < 0);
	assert_int_equal(stage->mark.renewed_from, 0);
}

static void counters_that_were_set_back_are_reset_not_negative(void **state)
{
	const struct watch_stage *stage;

	(void)state;
	stage_at(1, "s", 1, 1000, 1000);
	stage = stage_at(2, "s", 1, 0, 2000);
	assert_int_equal(tally_state(&stage->tally), COUNTER_RESET);
	assert_true(tally_pps(&stage->tally) < 0);
	stage = stage_at(3, "s", 1, 10, 2010);
	assert_true(tally_pps(&stage->tally) == 20);
}

/* ---- chains ---- */

static void a_moved_stage_is_the_same(void **state)
{
	struct xdplab_stage stages[] = { a_stage("a", 1, 0, 0),
					 a_stage("b", 2, 0, 0) };
	const struct watch_program *chain;

	(void)state;
	chain_at(1, 100, stages, 2);
	stages[0] = a_stage("b", 2, 0, 50);
	stages[1] = a_stage("a", 1, 0, 40);
	chain = chain_at(2, 101, stages, 2);
	assert_int_equal(chain->mark.renewed_from, 100);
	assert_string_equal(chain->stages[0]->name, "b");
	assert_true(tally_pps(&chain->stages[0]->tally) == 50);
	assert_string_equal(chain->stages[1]->name, "a");
	assert_true(tally_pps(&chain->stages[1]->tally) == 40);
	assert_int_equal(chain->stages[1]->mark.renewed_from, 0);
}

static void two_stages_of_one_name_are_told_apart(void **state)
{
	struct xdplab_stage stages[] = { a_stage("s", 1, 0, 0),
					 a_stage("s", 2, 0, 0) };
	const struct watch_program *chain;

	(void)state;
	chain_at(1, 100, stages, 2);
	stages[0] = a_stage("s", 1, 0, 10);
	stages[1] = a_stage("s", 3, 0, 99);
	chain = chain_at(2, 101, stages, 2);
	assert_true(tally_pps(&chain->stages[0]->tally) == 10);
	assert_int_equal(chain->stages[0]->mark.renewed_from, 0);
	assert_int_equal(chain->stages[1]->mark.renewed_from, 2);
	assert_true(tally_pps(&chain->stages[1]->tally) < 0);
}

static void a_chain_has_the_verdicts_that_packets_leave_it_with(void **state)
{
	struct xdplab_stage stages[] = { a_stage("a", 1, 0, 0),
					 a_stage("b", 2, 0, 0) };
	const struct watch_program *chain;

	(void)state;
	chain_at(1, 100, stages, 2);
	stages[0] = a_stage("a", 1, 30, 70); /* 70 go on */
	stages[1] = a_stage("b", 2, 20, 50);
	chain = chain_at(2, 100, stages, 2);
	assert_true(program_pps(chain) == 100);
	assert_true(chain->tally.packets[1].rate == 50);
	assert_true(chain->tally.packets[2].rate == 50);
	assert_true(tally_bytes_rate(&chain->tally) == 10000);
	assert_true(chain->tally.bytes[1].rate == 5000);
}

static void a_chain_with_a_new_stage_has_no_rate_in_that_round(void **state)
{
	struct xdplab_stage stages[] = { a_stage("a", 1, 0, 0),
					 a_stage("b", 2, 0, 0) };
	const struct watch_program *chain;

	(void)state;
	chain_at(1, 100, stages, 1);
	stages[0] = a_stage("a", 1, 0, 10);
	chain = chain_at(2, 101, stages, 2);
	assert_true(program_pps(chain) < 0);
	assert_true(tally_pps(&chain->stages[0]->tally) == 10);
	chain = chain_at(3, 101, stages, 2);
	assert_true(program_pps(chain) == 0);
}

static void a_program_that_nobody_counts_has_no_rate(void **state)
{
	struct xdplab_attached attached = { .id = 7, .name = "foreign" };
	const struct xdplab_iface iface = an_iface("eth0", &attached);
	const struct watch_program *program;

	(void)state;
	round_at(1, &iface);
	program = &round_at(2, &iface)->programs[0];
	assert_true(program_pps(program) < 0 && program_ns(program) < 0);
	attached.run_cnt = 50;
	attached.run_time_ns = 5000;
	program = &round_at(3, &iface)->programs[0];
	assert_true(program_pps(program) == 50 && program_ns(program) == 100);
	model.kernel_counts = model.counts_changed = true;
	attached.run_cnt = 60;
	program = &round_at(4, &iface)->programs[0];
	assert_true(program_pps(program) < 0);
	model.counts_changed = false;
	program = &round_at(5, &iface)->programs[0];
	assert_true(program_pps(program) == 0);
}

/* ---- interfaces ---- */

static void an_interface_that_is_gone_stays_and_comes_back(void **state)
{
	const struct xdplab_stage stage = a_stage("s", 1, 0, 0);
	const struct xdplab_attached attached = a_chain(100, &stage, 1);
	struct xdplab_iface iface = an_iface("eth0", &attached);
	const struct watch_iface *seen;

	(void)state;
	round_at(1, &iface);
	seen = round_at(2, NULL);
	assert_int_equal(seen->absent, 1);
	assert_int_equal(seen->nr_present, 0);
	iface.ifindex = 9;
	seen = round_at(3, &iface);
	assert_int_equal(model.nr_ifaces, 1);
	assert_int_equal(seen->absent, 0);
	assert_int_equal(seen->ifindex, 9);
	assert_int_equal(seen->nr_present, 1);
}

static void only_a_named_interface_stays_for_good(void **state)
{
	const struct xdplab_stage stage = a_stage("s", 1, 0, 0);
	const struct xdplab_attached attached = a_chain(100, &stage, 1);
	const struct xdplab_iface iface = an_iface("eth0", &attached);

	(void)state;
	round_at(0, &iface);
	for (int i = 0; i <= WATCH_KEEP; i++)
		round_at(1 + i, NULL);
	assert_int_equal(model.nr_ifaces, 0);
	watch_name(&model, "eth0");
	for (int i = 0; i <= 2 * WATCH_KEEP; i++)
		round_at(200 + i, NULL);
	assert_int_equal(model.nr_ifaces, 1);
}

static void idle_interfaces_have_no_line_unless_they_are_named(void **state)
{
	const struct xdplab_iface idle = an_iface("eth0", NULL);
	const struct xdplab_attached attached = { .id = 7, .name = "x" };
	const struct xdplab_iface other = an_iface("eth1", &attached);

	(void)state;
	assert_null(round_at(1, &idle));
	watch_name(&model, "eth0");
	assert_non_null(round_at(2, &idle));
	round_at(3, &other); /* others have not been asked for */
	assert_int_equal(model.nr_ifaces, 1);
}

/* ---- what is shown of it ---- */

static void lines_are_sorted_with_stages_behind_their_chain(void **state)
{
	struct xdplab_stage slow[] = { a_stage("a", 1, 0, 0),
				       a_stage("b", 2, 0, 0) };
	struct xdplab_stage fast[] = { a_stage("c", 3, 0, 0),
				       a_stage("d", 4, 0, 0) };
	const struct xdplab_attached chains[] = { a_chain(100, slow, 2),
						  a_chain(101, fast, 2) };
	const struct xdplab_iface ifaces[] = { an_iface("eth0", &chains[0]),
					       an_iface("eth1", &chains[1]) };
	struct watch_lines lines = { 0 };
	char order[64] = "";

	(void)state;
	for (int i = 0; i < 2; i++) {
		watch_begin(&model, i, i);
		slow[0].packets[2] += 10;
		fast[0].packets[2] += 20;
		fast[1].packets[2] += 20;
		watch_see(&model, &ifaces[0]);
		watch_see(&model, &ifaces[1]);
		watch_end(&model);
	}
	watch_lines_programs(&lines, &model, false);
	watch_lines_sort(&lines, WATCH_BY_PACKETS);
	for (size_t i = 0; i < lines.nr; i++)
		snprintf(order + strlen(order), sizeof(order) - strlen(order),
			 "%s ",
			 lines.lines[i].stage ? lines.lines[i].stage->name
					      : lines.lines[i].iface->name);
	assert_string_equal(order, "eth1 c d eth0 a b ");
	watch_lines_free(&lines);
}

static void a_graph_shows_the_last_rounds_from_zero_on(void **state)
{
	struct history history = { 0 };
	char text[3 * DRAW_GRAPH + 1];

	(void)state;
	draw_graph(&history, false, text);
	assert_string_equal(text, "                ");
	history_add(&history, 0);
	history_add(&history, 700);
	history_add(&history, -1);
	history_add(&history, 100);
	history_add(&history, 1);
	draw_graph(&history, false, text);
	assert_string_equal(text, "           _# ..");
	draw_graph(&history, true, text);
	assert_string_equal(text, "           \u2581\u2588 \u2582\u2582");
	for (int i = 0; i < 3 * WATCH_HISTORY; i++)
		history_add(&history, 5);
	draw_graph(&history, false, text);
	assert_string_equal(text, "################");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_stage_has_rates_from_the_second_round_on),
		TEST(another_id_at_the_same_place_begins_anew_and_says_so),
		TEST(a_reload_that_took_rounds_is_a_renewal_too),
		TEST(what_was_away_for_a_round_has_no_rate_after_it),
		TEST(counters_that_were_set_back_are_reset_not_negative),
		TEST(a_moved_stage_is_the_same),
		TEST(two_stages_of_one_name_are_told_apart),
		TEST(a_chain_has_the_verdicts_that_packets_leave_it_with),
		TEST(a_chain_with_a_new_stage_has_no_rate_in_that_round),
		TEST(a_program_that_nobody_counts_has_no_rate),
		TEST(an_interface_that_is_gone_stays_and_comes_back),
		TEST(only_a_named_interface_stays_for_good),
		TEST(idle_interfaces_have_no_line_unless_they_are_named),
		TEST(lines_are_sorted_with_stages_behind_their_chain),
		TEST(a_graph_shows_the_last_rounds_from_zero_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
