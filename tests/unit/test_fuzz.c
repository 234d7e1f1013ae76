// SPDX-License-Identifier: GPL-2.0-only
/* test_fuzz - packets that programs do not take well, found */
#include "test-text.h"

#include "../../lib/fuzz/fuzz.h"

#define OBJECT(name) "build/tests/bpf/" name ".o"
#define ABORTED	     OBJECT("fuzz_aborted")
#define OLD	     OBJECT("fuzz_old")
#define NEW	     OBJECT("fuzz_new")

#define FINDINGS_MAX 16

/* All that was told of one run, texts one behind the other. */
struct told {
	struct xdplab_text tests, each[FINDINGS_MAX];
	size_t nr, nr_told;
	enum xdplab_finding_kind kind; /* of the last one */
	unsigned int decided_line;
	struct xdplab_fuzz_state state;
};

static void note_finding(const struct xdplab_finding *finding, void *arg)
{
	struct told *told = arg;

	assert_in_range(finding->number, 1, told->nr + 1);
	assert_true(told->nr < FINDINGS_MAX);
	told->nr_told++;
	if (finding->number > told->nr)
		told->nr++;
	xdplab_text_free(&told->each[finding->number - 1]);
	xdplab_text_add(&told->each[finding->number - 1], finding->test);
	told->kind = finding->kind;
	told->decided_line = finding->decided_line;
}

static struct told fuzz_tests(struct xdplab_tests *tests,
			      struct xdplab_fuzz_opts opts)
{
	struct told told = { 0 };
	int err;

	opts.sz = sizeof(opts);
	opts.found = note_finding;
	opts.arg = &told;
	opts.seed = opts.seed ?: 1;
	err = xdplab_fuzz(tests, &opts, &told.state);
	if (err)
		print_error("%s\n", xdplab_error());
	assert_int_equal(err, 0);
	for (size_t i = 0; i < told.nr; i++) {
		xdplab_text_add(&told.tests, told.each[i].bytes);
		xdplab_text_free(&told.each[i]);
	}
	return told;
}

static struct told fuzz(const char *object, struct xdplab_fuzz_opts opts)
{
	struct xdplab_tests *tests;
	struct told told;

	assert_int_equal(xdplab_tests_of_program(&tests, object, NULL, NULL),
			 0);
	told = fuzz_tests(tests, opts);
	xdplab_tests_free(tests);
	return told;
}

static struct told fuzz_text(const char *text, struct xdplab_fuzz_opts opts)
{
	struct xdplab_tests *tests = NULL;
	struct told told;

	assert_int_equal(
		test_read_text(&tests, "./a.test", text, strlen(text), NULL),
		0);
	told = fuzz_tests(tests, opts);
	xdplab_tests_free(tests);
	return told;
}

static bool has(const struct told *told, const char *text)
{
	return told->tests.bytes && strstr(told->tests.bytes, text);
}

/* How many tests fail of a file that begins with that program. */
static size_t nr_failing(const char *program, const char *tests_text)
{
	struct xdplab_text text = { 0 };
	struct xdplab_tests *tests = NULL;
	size_t nr = 0;

	xdplab_text_add(&text, "program ");
	xdplab_text_add(&text, program);
	xdplab_text_add(&text, "\n");
	xdplab_text_add(&text, tests_text);
	assert_int_equal(test_read_text(&tests, "./a.test", text.bytes,
					text.length, NULL),
			 0);
	assert_int_equal(xdplab_tests_load(tests, NULL), 0);
	for (size_t i = 0; i < xdplab_tests_count(tests); i++) {
		struct xdplab_test_result *result;

		assert_int_equal(xdplab_tests_run(tests, i, &result), 0);
		nr += !result->passed;
		xdplab_test_result_free(result);
	}
	xdplab_tests_free(tests);
	xdplab_text_free(&text);
	return nr;
}

/* ---- what is found ---- */

#define ENOUGH 60000 /* packets */

static void a_bug_behind_three_conditions_is_found(void **state)
{
	struct told told =
		fuzz(ABORTED, (struct xdplab_fuzz_opts){ .runs = ENOUGH });

	(void)state;
	assert_int_equal(told.nr, 1);
	assert_int_equal(told.kind, XDPLAB_FINDING_ABORTED);
	assert_true(told.decided_line > 0);
	assert_int_equal(told.state.findings, 1);
	assert_int_equal(told.state.runs, ENOUGH);
	assert_int_equal(told.state.reached, told.state.blocks);
	xdplab_text_free(&told.tests);
}

static void it_is_not_found_by_chance_alone(void **state)
{
	struct told told =
		fuzz(ABORTED, (struct xdplab_fuzz_opts){ .runs = 4UL * ENOUGH,
							 .unguided = true });

	(void)state;
	assert_int_equal(told.nr, 0);
	assert_true(told.state.reached < told.state.blocks);
}

static void a_packet_that_is_found_is_the_least_that_shows_it(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 3; seed++) {
		struct told told =
			fuzz(ABORTED, (struct xdplab_fuzz_opts){
					      .runs = 300000, .seed = seed });

		assert_true(has(&told,
				"  send eth / ip / tcp(dport=48879, flags=FPU, "
				"options=[option(28, hex 00 00)])\n"
				"  expect PASS or DROP or TX or REDIRECT\n"));
		xdplab_text_free(&told.tests);
	}
}

static void what_two_versions_do_not_do_alike_is_found(void **state)
{
	struct told told = fuzz(NEW, (struct xdplab_fuzz_opts){
					     .runs = 30000, .against = OLD });

	(void)state;
	assert_int_equal(told.kind, XDPLAB_FINDING_DIFFERENT);
	assert_int_equal(told.nr, 2);
	assert_true(has(&told, "  send eth / vlan(id=77)\n"
			       "  expect PASS unchanged\n"));
	assert_true(has(&told, "  send eth / ip(options=["));
	assert_true(has(&told, "  expect TX eth / ip(ttl=63, chksum="));
	assert_true(has(&told, "the verdict is PASS, the other version's is TX "
			       "at fuzz_version.h:"));
	xdplab_text_free(&told.tests);
}

#define NETWORK                                                                \
	"\ninterface left index 70\n"                                          \
	"interface right index 71\n"                                           \
	"setup\n"                                                              \
	"  map ports[0] = left\n"                                              \
	"  map ports[1] = right\n"                                             \
	"  map spares[1] = left\n"                                             \
	"  map cpus[0] = 192\n"                                                \
	"  map cpus[1] = 192\n"

static void where_two_versions_redirect_to_is_compared(void **state)
{
	struct told told = fuzz_text(
		"program " OBJECT("fuzz_to_new") NETWORK A_TEST,
		(struct xdplab_fuzz_opts){ .runs = 30000,
					   .against = OBJECT("fuzz_to_old") });

	(void)state;
	assert_int_equal(told.nr, 5);
	assert_true(has(&told, "the packet is redirected to right, by the "
			       "other version to left at fuzz_to.h:"));
	assert_true(has(&told, "redirected to map ports[1], by the other "
			       "version to map ports[0] at"));
	assert_true(has(&told, "redirected to map cpus[1], by the other "
			       "version to map cpus[0] at"));
	assert_true(has(&told, "redirected to no interface, by the other "
			       "version to left at"));
	assert_true(has(&told, "  send eth(dst=01:00:00:00:00:02)\n"
			       "  expect REDIRECT unchanged\n"
			       "  expect redirect to left\n"));
	assert_true(has(&told, "  expect redirect to map cpus[0]\n"));
	assert_true(has(&told, "  expect redirect to index 99\n"));
	assert_int_equal(
		nr_failing(OBJECT("fuzz_to_new") NETWORK, told.tests.bytes),
		told.nr);
	assert_int_equal(
		nr_failing(OBJECT("fuzz_to_old") NETWORK, told.tests.bytes), 0);
	xdplab_text_free(&told.tests);
}

/* ---- what is one finding ---- */

#define ONE(function) "program " OBJECT("fuzz_one") " " function "\n" A_TEST

static void verdicts_of_one_line_that_are_none_are_one_finding(void **state)
{
	struct told told = fuzz_text(ONE("xdp_no_verdict"),
				     (struct xdplab_fuzz_opts){ .runs = 5000 });

	(void)state;
	assert_int_equal(told.nr, 1);
	xdplab_text_free(&told.tests);
}

static void of_a_finding_the_smallest_packet_is_kept(void **state)
{
	struct told told =
		fuzz_text(ONE("xdp_no_verdict"),
			  (struct xdplab_fuzz_opts){ .runs = 50000 });

	(void)state;
	assert_int_equal(told.nr, 1);
	assert_int_equal(told.state.findings, 1);
	assert_true(told.nr_told > told.nr);
	assert_true(has(&told, "  send eth(dst="));
	xdplab_text_free(&told.tests);
}

static void what_is_longer_by_one_call_is_one_finding(void **state)
{
	struct told told = fuzz_text(
		ONE("xdp_longer"), (struct xdplab_fuzz_opts){ .runs = 30000 });

	(void)state;
	assert_int_equal(told.nr, 1);
	assert_true(has(&told, "if (bpf_xdp_adjust_tail(ctx, 64))\n"));
	xdplab_text_free(&told.tests);
}

static void a_check_that_is_gone_is_one_finding(void **state)
{
	struct told told = fuzz(OLD, (struct xdplab_fuzz_opts){
					     .runs = 30000, .against = NEW });

	(void)state;
	assert_int_equal(told.nr, 2);
	xdplab_text_free(&told.tests);
}

/* The line at which both say TX is the same. */
static void what_differs_in_a_packet_is_told_by_its_field(void **state)
{
	struct told told = fuzz_text(
		"program " OBJECT("fuzz_fields_new") "\n" A_TEST,
		(struct xdplab_fuzz_opts){
			.runs = 30000, .against = OBJECT("fuzz_fields_old") });

	(void)state;
	assert_int_equal(told.nr, 2);
	assert_true(has(&told, "# ip.ttl is 64, not 63 as in the other version "
			       "at fuzz_fields.h:"));
	assert_true(has(&told, "# udp.dport is 5, not 4 as in the other "
			       "version at fuzz_fields.h:"));
	xdplab_text_free(&told.tests);
}

static void what_both_versions_have_is_told_by_the_line_of_the_new(void **state)
{
	struct told told = fuzz(
		OBJECT("fuzz_limit_new"),
		(struct xdplab_fuzz_opts){
			.runs = 30000, .against = OBJECT("fuzz_limit_old") });

	(void)state;
	assert_int_equal(told.nr, 1);
	assert_true(has(&told, "the verdict is DROP"));
	xdplab_text_free(&told.tests);
}

static void the_same_version_does_the_same(void **state)
{
	struct told told = fuzz(OLD, (struct xdplab_fuzz_opts){
					     .runs = 10000, .against = OLD });

	(void)state;
	assert_int_equal(told.nr, 0);
}

static void a_packet_longer_than_a_frame_is_found(void **state)
{
	struct told told = fuzz(OBJECT("fuzz_longer"),
				(struct xdplab_fuzz_opts){ .runs = 30000 });

	(void)state;
	assert_int_equal(told.nr, 1);
	assert_int_equal(told.kind, XDPLAB_FINDING_LONGER);
	assert_true(has(&told, "# 1515 bytes in the output packet, more than a "
			       "frame's 1514"));
	assert_true(has(&told, "  expect length <= 1514\n"));
	xdplab_text_free(&told.tests);
}

static void a_tag_makes_no_frame_too_long(void **state)
{
	struct told told = fuzz(OBJECT("fuzz_tag"),
				(struct xdplab_fuzz_opts){ .runs = 50000 });

	(void)state;
	assert_int_equal(told.nr, 0);
}

static void a_loop_that_goes_round_once_more_is_something_new(void **state)
{
	struct told told = fuzz(OBJECT("fuzz_loop"),
				(struct xdplab_fuzz_opts){ .runs = ENOUGH });

	(void)state;
	assert_int_equal(told.nr, 1);
	xdplab_text_free(&told.tests);
}

static void a_frame_is_as_long_as_its_interface_says(void **state)
{
	struct told told = fuzz_text(
		"program " OBJECT(
			"fuzz_longer") "\n"
				       "interface eth0 mtu 600\n"
				       "context ingress eth0\n" A_TEST,
		(struct xdplab_fuzz_opts){ .runs = 30000 });

	(void)state;
	assert_true(has(&told, "  expect length <= 614\n"));
	xdplab_text_free(&told.tests);
}

static void a_program_without_bugs_has_no_findings(void **state)
{
	static const char *const objects[] = { OBJECT("pass"), OBJECT("drop"),
					       OBJECT("test_lower") };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(objects); i++) {
		struct told told = fuzz(
			objects[i], (struct xdplab_fuzz_opts){ .runs = 10000 });

		assert_int_equal(told.nr, 0);
		assert_int_equal(told.state.lost, 0);
	}
}

static void the_same_seed_finds_the_same(void **state)
{
	const struct xdplab_fuzz_opts opts = { .runs = 20000,
					       .seed = 7,
					       .against = OLD };
	struct told one = fuzz(NEW, opts), other = fuzz(NEW, opts);

	(void)state;
	assert_true(one.nr > 0);
	assert_string_equal(one.tests.bytes, other.tests.bytes);
	assert_int_equal(one.state.kept, other.state.kept);
	xdplab_text_free(&one.tests);
	xdplab_text_free(&other.tests);
}

/* ---- findings are tests ---- */

static void a_finding_fails_until_the_program_is_mended(void **state)
{
	struct told told = fuzz(NEW, (struct xdplab_fuzz_opts){
					     .runs = 30000, .against = OLD });

	(void)state;
	assert_true(told.nr > 1);
	assert_int_equal(nr_failing(NEW, told.tests.bytes), told.nr);
	assert_int_equal(nr_failing(OLD, told.tests.bytes), 0);
	xdplab_text_free(&told.tests);
}

static void expected_packets_get_the_tag_of_the_context_once(void **state)
{
	const char *context = NEW "\ncontext vlan 77\n";
	struct told told = fuzz_text(
		"program " NEW "\ncontext vlan 77\n" A_TEST,
		(struct xdplab_fuzz_opts){ .runs = 5000, .against = OLD });

	(void)state;
	assert_true(told.nr > 0);
	assert_int_equal(nr_failing(context, told.tests.bytes), told.nr);
	assert_int_equal(
		nr_failing(OLD "\ncontext vlan 77\n", told.tests.bytes), 0);
	xdplab_text_free(&told.tests);
}

/* ---- state ---- */

static const char fiftieth[] =
	"program " OBJECT("fuzz_state") " xdp_fiftieth\n" A_TEST;

static void what_no_packet_alone_does_is_found_with_those_before(void **state)
{
	struct told told =
		fuzz_text(fiftieth, (struct xdplab_fuzz_opts){ .runs = 2000 });

	(void)state;
	assert_int_equal(told.nr, 1);
	assert_true(has(&told, "  repeat 49\n"
			       "    send eth\n"
			       "    expect PASS\n"
			       "  send eth\n"
			       "  expect PASS or DROP or TX or REDIRECT\n"));
	assert_int_equal(nr_failing(OBJECT("fuzz_state") " xdp_fiftieth",
				    told.tests.bytes),
			 1);
	xdplab_text_free(&told.tests);
}

static void maps_are_set_back_after_some_packets(void **state)
{
	struct told told = fuzz_text(
		"program " OBJECT("fuzz_state") " xdp_thousandth\n" A_TEST,
		(struct xdplab_fuzz_opts){ .runs = 5000 });

	(void)state;
	assert_int_equal(told.nr, 0);
	assert_int_equal(told.state.lost, 0);
}

static void what_does_not_come_again_is_counted_only(void **state)
{
	struct told told = fuzz_text(
		"program " OBJECT("fuzz_state") " xdp_by_chance\n" A_TEST,
		(struct xdplab_fuzz_opts){ .runs = 60000 });

	(void)state;
	assert_int_equal(told.nr, 0);
	assert_in_range(told.state.lost, 1, 16);
}

static void what_the_setup_puts_into_maps_is_known(void **state)
{
	struct told told = fuzz_text(
		"program " OBJECT(
			"fuzz_state") " xdp_known_port\n"
				      "setup\n"
				      "  map ports[23456] = 1\n" A_TEST,
		(struct xdplab_fuzz_opts){ .runs = 20000 });

	(void)state;
	assert_int_equal(told.nr, 1);
	assert_true(has(&told, "  send eth / ip / udp(dport="));
	xdplab_text_free(&told.tests);
}

/* ---- how it ends ---- */

static bool end_soon(const struct xdplab_fuzz_state *state, void *arg)
{
	(void)arg;
	return state->runs < 1000;
}

static void it_ends_when_that_is_asked_for(void **state)
{
	struct told told = fuzz(OBJECT("pass"),
				(struct xdplab_fuzz_opts){
					.seconds = 600, .progress = end_soon });

	(void)state;
	assert_true(told.state.runs >= 1000);
	assert_true(told.state.seconds < 300);
}

static void it_ends_after_so_many_packets(void **state)
{
	struct told told =
		fuzz(OBJECT("pass"), (struct xdplab_fuzz_opts){ .runs = 3 });

	(void)state;
	assert_int_equal(told.state.runs, 3);
}

static void it_ends_in_time(void **state)
{
	struct told told = fuzz(OBJECT("pass"),
				(struct xdplab_fuzz_opts){ .seconds = 0.2 });

	(void)state;
	assert_true(told.state.seconds >= 0.19);
	assert_true(told.state.seconds < 100);
}

static void a_program_that_runs_already_is_refused(void **state)
{
	const struct xdplab_fuzz_opts opts = { .sz = sizeof(opts), .runs = 1 };
	struct xdplab_fuzz_state got;
	struct xdplab_tests *tests = read_text(HEAD A_TEST);

	(void)state;
	assert_int_equal(xdplab_fuzz(tests, &opts, &got), -EOPNOTSUPP);
	xdplab_tests_free(tests);
}

/* ---- changed packets ---- */

static struct fuzz_packets seeds;

static int add_seed(const uint8_t *bytes, size_t length, void *arg)
{
	struct xdplab_packet *packet;
	int err = xdplab_packet_decode(&packet, bytes, length);

	(void)arg;
	if (!err)
		err = fuzz_packets_add(&seeds, packet);
	xdplab_packet_free(packet);
	return err;
}

/* A packet in the text of the notation. */
static void assert_text(struct xdplab_packet *packet, const char *expected)
{
	struct xdplab_text text = { 0 };

	assert_int_equal(packet_find_layers(packet), 0);
	packet_find_given(packet);
	xdplab_packet_print(packet, &text);
	assert_string_equal(text.bytes, expected);
	xdplab_text_free(&text);
}

static struct xdplab_packet *parse(const char *text)
{
	struct xdplab_packet *packet;

	assert_int_equal(xdplab_packet_parse(&packet, text, NULL, NULL), 0);
	return packet;
}

static void layers_that_come_and_go_leave_a_sound_packet(void **state)
{
	struct xdplab_packet *packet = parse("eth / ip / udp / \"hello\"");
	struct xdplab_packet *from = parse("eth / vlan(id=5) / ip / tcp");

	(void)state;
	assert_true(fuzz_splice(packet, 1, 0, from, 1, 1, 1514));
	assert_text(packet, "eth / vlan(id=5) / ip / udp / \"hello\"");
	assert_true(fuzz_splice(packet, 3, 2, from, 3, 1, 1514));
	assert_text(packet, "eth / vlan(id=5) / ip / tcp");
	assert_true(fuzz_splice(packet, 1, 1, packet, 0, 0, 1514));
	assert_text(packet, "eth / ip / tcp");
	assert_false(fuzz_splice(packet, 1, 0, from, 0, 4, 60));
	assert_text(packet, "eth / ip / tcp");
	xdplab_packet_free(packet);
	xdplab_packet_free(from);
}

static void options_and_lengths_are_counted(void **state)
{
	struct xdplab_packet *packet = parse("eth / ip / tcp / \"hello\"");
	const uint8_t options[] = { 2, 4, 5, 180, 1 };

	(void)state;
	assert_true(fuzz_set_options(packet, 2, options, sizeof(options), 99));
	assert_text(packet, "eth / ip / tcp(options=[mss(1460), nop]) / "
			    "\"hello\"");
	assert_true(fuzz_set_options(packet, 2, NULL, 0, 99));
	fuzz_set_length(packet, packet->bytes.length + 3);
	fuzz_repair(packet, FUZZ_REPAIR_SUMS);
	assert_text(packet, "eth / ip / tcp / hex 68 65 6c 6c 6f 00 00 00");
	fuzz_set_length(packet, packet->bytes.length - 6);
	fuzz_repair(packet, FUZZ_REPAIR_SUMS);
	assert_text(packet, "eth / ip / tcp / \"he\"");
	xdplab_packet_free(packet);
}

static void changed_packets_are_as_long_as_packets_can_be(void **state)
{
	struct fuzz_words words = { 0 };
	struct fuzz_mutator mutator = {
		.chance = 1, .words = &words, .donors = &seeds, .longest = 300
	};
	struct xdplab_tests *tests = read_text(HEAD A_TEST);
	struct xdplab_packet packet = { 0 };

	(void)state;
	assert_int_equal(fuzz_seeds(tests, add_seed, NULL), 0);
	for (size_t i = 0; i < 100000; i++) {
		const struct xdplab_packet *seed = &seeds.at[i % seeds.nr];
		size_t most =
			seed->bytes.length > 300 ? seed->bytes.length : 300;

		assert_int_equal(fuzz_copy(&packet, seed), 0);
		assert_int_equal(fuzz_mutate(&mutator, &packet), 0);
		assert_in_range(packet.bytes.length, FUZZ_SHORTEST, most);
	}
	packet_bytes_free(&packet.bytes);
	free(packet.layers);
	fuzz_packets_free(&seeds);
	xdplab_tests_free(tests);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bug_behind_three_conditions_is_found),
		cmocka_unit_test(it_is_not_found_by_chance_alone),
		cmocka_unit_test(
			a_packet_that_is_found_is_the_least_that_shows_it),
		cmocka_unit_test(what_two_versions_do_not_do_alike_is_found),
		cmocka_unit_test(where_two_versions_redirect_to_is_compared),
		cmocka_unit_test(
			verdicts_of_one_line_that_are_none_are_one_finding),
		cmocka_unit_test(of_a_finding_the_smallest_packet_is_kept),
		cmocka_unit_test(what_is_longer_by_one_call_is_one_finding),
		cmocka_unit_test(what_differs_in_a_packet_is_told_by_its_field),
		cmocka_unit_test(a_check_that_is_gone_is_one_finding),
		cmocka_unit_test(
			what_both_versions_have_is_told_by_the_line_of_the_new),
		cmocka_unit_test(the_same_version_does_the_same),
		cmocka_unit_test(a_packet_longer_than_a_frame_is_found),
		cmocka_unit_test(a_tag_makes_no_frame_too_long),
		cmocka_unit_test(
			a_loop_that_goes_round_once_more_is_something_new),
		cmocka_unit_test(a_frame_is_as_long_as_its_interface_says),
		cmocka_unit_test(a_program_without_bugs_has_no_findings),
		cmocka_unit_test(the_same_seed_finds_the_same),
		cmocka_unit_test(a_finding_fails_until_the_program_is_mended),
		cmocka_unit_test(
			expected_packets_get_the_tag_of_the_context_once),
		cmocka_unit_test(
			what_no_packet_alone_does_is_found_with_those_before),
		cmocka_unit_test(maps_are_set_back_after_some_packets),
		cmocka_unit_test(what_does_not_come_again_is_counted_only),
		cmocka_unit_test(what_the_setup_puts_into_maps_is_known),
		cmocka_unit_test(it_ends_when_that_is_asked_for),
		cmocka_unit_test(it_ends_after_so_many_packets),
		cmocka_unit_test(it_ends_in_time),
		cmocka_unit_test(a_program_that_runs_already_is_refused),
		cmocka_unit_test(layers_that_come_and_go_leave_a_sound_packet),
		cmocka_unit_test(options_and_lengths_are_counted),
		cmocka_unit_test(changed_packets_are_as_long_as_packets_can_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
