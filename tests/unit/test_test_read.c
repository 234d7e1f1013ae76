// SPDX-License-Identifier: GPL-2.0-only
/* test_test_read - files of tests, and what is read of them */
#include <linux/rtnetlink.h>

#include "test-text.h"

/* ---- the file's own lines ---- */

static void programs_are_read_with_their_options(void **state)
{
	struct xdplab_tests *tests;
	char text[512];

	(void)state;
	snprintf(
		text, sizeof(text),
		"program /proc/self/exe\n"
		"program \"/proc/self/exe\" second prio 7 actions PASS,TX\n" A_TEST);
	tests = read_text(text);
	assert_int_equal(tests->nr_programs, 2);
	assert_string_equal(tests->programs[0].path, "/proc/self/exe");
	assert_null(tests->programs[0].function);
	assert_false(tests->programs[0].has_prio);
	assert_string_equal(tests->programs[1].path, "/proc/self/exe");
	assert_string_equal(tests->programs[1].function, "second");
	assert_true(tests->programs[1].has_prio);
	assert_int_equal(tests->programs[1].prio, 7);
	assert_int_equal(tests->programs[1].actions,
			 1 << XDP_PASS | 1 << XDP_TX);
	assert_int_equal(tests->programs[1].place.line, 2);
	xdplab_tests_free(tests);
}

static void what_runs_on_an_interface_can_be_tested(void **state)
{
	struct xdplab_tests *tests = read_text("program on eth0\n" A_TEST);

	(void)state;
	assert_string_equal(tests->programs[0].ifname, "eth0");
	assert_null(tests->programs[0].path);
	xdplab_tests_free(tests);
}

static void a_given_program_takes_the_place_of_the_files(void **state)
{
	static const char *const texts[] = {
		"program no-such f prio 3\n" A_TEST, "program on eth0\n" A_TEST,
		A_TEST
	};
	const struct xdplab_tests_opts opts = { .sz = sizeof(opts),
						.program = "given.o" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct xdplab_tests *tests;

		assert_int_equal(test_read_text(&tests, "a.test", texts[i],
						strlen(texts[i]), &opts),
				 0);
		assert_int_equal(tests->nr_programs, 1);
		assert_string_equal(tests->programs[0].path, "given.o");
		assert_null(tests->programs[0].ifname);
		assert_int_equal(tests->programs[0].prio, i ? 0 : 3);
		xdplab_tests_free(tests);
	}
}

static void globals_are_kept_as_they_are_assigned(void **state)
{
	struct xdplab_tests *tests = read_text(
		HEAD "set rodata limit = 10 # so few\n"
		     "set data.mine conf.a[1] = {.b = 1,\n   .c = 2}\n" A_TEST);

	(void)state;
	assert_int_equal(tests->nr_globals, 2);
	assert_string_equal(tests->globals[0].section, ".rodata");
	assert_string_equal(tests->globals[0].assignment, "limit = 10");
	assert_string_equal(tests->globals[1].section, ".data.mine");
	assert_string_equal(tests->globals[1].assignment,
			    "conf.a[1] = {.b = 1,    .c = 2}");
	assert_int_equal(tests->globals[1].place.column, 15);
	xdplab_tests_free(tests);
}

static void the_network_around_it_is_read(void **state)
{
	struct xdplab_tests *tests = read_text(
		HEAD
		"interface out mac 02:00:00:00:00:05 address 10.0.0.1/24 "
		"address fc00::1/64 mtu 1400 index 7\n"
		"interface in\n"
		"route default via 10.0.0.2\n"
		"route fc00::/8 dev out\n"
		"route 10.9.0.0/16 prohibit\n"
		"neighbour 10.0.0.2 dev out mac 02:00:00:00:00:06\n" A_TEST);

	(void)state;
	assert_int_equal(tests->nr_ifaces, 2);
	assert_string_equal(tests->ifaces[0].mac, "02:00:00:00:00:05");
	assert_int_equal(tests->ifaces[0].nr_addresses, 2);
	assert_string_equal(tests->ifaces[0].addresses[1], "fc00::1/64");
	assert_int_equal(tests->ifaces[0].mtu, 1400);
	assert_int_equal(tests->ifaces[0].index, 7);
	assert_string_equal(tests->ifaces[1].name, "in");
	assert_null(tests->ifaces[1].mac);
	assert_string_equal(tests->routes[0].prefix, "default");
	assert_string_equal(tests->routes[0].via, "10.0.0.2");
	assert_null(tests->routes[0].dev);
	assert_string_equal(tests->routes[1].dev, "out");
	assert_int_equal(tests->routes[1].type, RTN_UNICAST);
	assert_int_equal(tests->routes[2].type, RTN_PROHIBIT);
	assert_string_equal(tests->neighbours[0].address, "10.0.0.2");
	assert_string_equal(tests->neighbours[0].mac, "02:00:00:00:00:06");
	assert_string_equal(tests->neighbours[0].dev, "out");
	xdplab_tests_free(tests);
}

/* ---- context ---- */

static void a_context_keeps_what_it_does_not_name(void **state)
{
	struct xdplab_tests *tests = read_text(
		HEAD "interface in\n"
		     "context ingress in, queue 3, meta hex 01 02 03 04\n"
		     "test \"a\"\n"
		     "  context vlan 5, timeout 200ms\n"
		     "  send eth\n"
		     "  expect PASS\n"
		     "  context ingress lo, timeout 2s\n"
		     "  send eth\n"
		     "  expect PASS\n"
		     "test \"b\"\n"
		     "  context queue 4\n"
		     "  send eth\n"
		     "  expect PASS\n");
	const struct test_step *steps = tests->cases[0].steps.at;
	const struct test_context *first = steps[0].context,
				  *second = steps[3].context,
				  *other = tests->cases[1].steps.at[0].context;

	(void)state;
	assert_string_equal(tests->context.ingress, "in");
	assert_false(tests->context.has_vlan);
	assert_string_equal(first->ingress, "in");
	assert_int_equal(first->queue, 3);
	assert_int_equal(first->meta_length, 4);
	assert_memory_equal(first->meta, "\1\2\3\4", 4);
	assert_int_equal(first->vlan, 5);
	assert_int_equal(first->timeout_ns, 200000000);
	assert_string_equal(second->ingress, "lo");
	assert_int_equal(second->vlan, 5);
	assert_int_equal(second->timeout_ns, 2000000000);
	assert_false(other->has_vlan);
	assert_int_equal(other->queue, 4);
	xdplab_tests_free(tests);
}

/* ---- tests ---- */

static void tests_have_names_lines_and_an_order(void **state)
{
	struct xdplab_tests *tests = read_text(
		HEAD "\ntest \"second\" after \"first \\u4e00\"\n"
		     "\tsend eth\n\texpect DROP\n"
		     "test \"first \\u4e00\"\n  send eth\n  expect DROP\n");

	(void)state;
	assert_int_equal(xdplab_tests_count(tests), 2);
	assert_string_equal(xdplab_tests_at(tests, 0)->name, "second");
	assert_string_equal(xdplab_tests_at(tests, 0)->after, "first 一");
	assert_int_equal(xdplab_tests_at(tests, 0)->line, 3);
	assert_int_equal(tests->cases[0].after, 1);
	assert_true(tests->cases[1].after == SIZE_MAX);
	assert_null(xdplab_tests_at(tests, 1)->after);
	xdplab_tests_free(tests);
}

static void setup_and_teardown_are_lists_of_steps(void **state)
{
	struct xdplab_tests *tests =
		read_text(HEAD "setup\n  clear map a\n  map b[1] = 2\n"
			       "teardown\n  delete map a[3]\n" A_TEST);

	(void)state;
	assert_int_equal(tests->setup.nr, 2);
	assert_int_equal(tests->setup.at[0].what, TEST_MAP_CLEAR);
	assert_int_equal(tests->setup.at[1].what, TEST_MAP_SET);
	assert_int_equal(tests->teardown.nr, 1);
	assert_int_equal(tests->teardown.at[0].what, TEST_MAP_DELETE);
	xdplab_tests_free(tests);
}

static void a_statement_goes_on_where_it_cannot_end(void **state)
{
	struct xdplab_tests *tests = read_text(HEAD "test \"t\"\n"
						    "  send eth /  # and\n"
						    "       ip /\r\n"
						    "       udp,\n"
						    "\n"
						    "    truncated 20\n"
						    "  expect PASS\n");
	const struct test_step *steps = tests->cases[0].steps.at;

	(void)state;
	assert_int_equal(tests->cases[0].steps.nr, 2);
	assert_string_equal(steps[0].text, "send eth / ip / udp, truncated 20");
	xdplab_tests_free(tests);
}

static void a_step_knows_where_and_what_it_is_in_the_file(void **state)
{
	struct xdplab_tests *tests =
		read_text(HEAD "test \"t\"\n"
			       "  send   eth / ip(dst=10.0.0.9,   # to whom\n"
			       "\n"
			       "      ttl=3) / \"a # b\"\n"
			       "  expect PASS \\\n"
			       "     or DROP\n");
	const struct test_step *steps = tests->cases[0].steps.at;

	(void)state;
	assert_string_equal(steps[0].text, "send   eth / ip(dst=10.0.0.9, "
					   "ttl=3) / \"a # b\"");
	assert_string_equal(steps[0].variables, "");
	assert_int_equal(steps[0].place.line, 3);
	assert_int_equal(steps[0].place.column, 3);
	assert_string_equal(steps[1].text, "expect PASS or DROP");
	assert_int_equal(steps[1].place.line, 6);
	xdplab_tests_free(tests);
}

/* ---- what is sent ---- */

static size_t length_of(const struct xdplab_packet *packet)
{
	size_t length;

	xdplab_packet_bytes(packet, &length);
	return length;
}

static void a_packet_is_sent_whole_cut_or_padded(void **state)
{
	struct xdplab_tests *tests = read_text(
		HEAD "test \"t\"\n"
		     "  send eth / ip / tcp(flags=S), truncated 14..54\n"
		     "  expect PASS\n"
		     "  send eth / ip / tcp, truncated 20, padded 60\n"
		     "  expect PASS\n"
		     "  send eth / ip\n"
		     "  expect PASS\n");
	const struct test_step *steps = tests->cases[0].steps.at;

	(void)state;
	assert_int_equal(length_of(steps[0].send.packet), 54);
	assert_int_equal(steps[0].send.from, 14);
	assert_int_equal(steps[0].send.to, 54);
	assert_int_equal(steps[2].send.from, 20);
	assert_int_equal(steps[2].send.to, 20);
	assert_int_equal(steps[2].send.padded, 60);
	assert_int_equal(steps[4].send.to, 0);
	xdplab_tests_free(tests);
}

static void many_steps_have_a_packet_of_the_same_text_once(void **state)
{
	struct xdplab_tests *tests =
		read_text(HEAD "test \"t\"\n"
			       "  repeat 2\n"
			       "    send eth / ip, truncated 20\n"
			       "    expect PASS eth / ip\n");
	const struct test_step *steps = tests->cases[0].steps.at;

	(void)state;
	assert_ptr_equal(steps[0].send.packet, steps[2].send.packet);
	assert_ptr_equal(steps[1].verdict.packet.pattern,
			 steps[3].verdict.packet.pattern);
	assert_int_equal(steps[2].send.to, 20);
	xdplab_tests_free(tests);
}

static void packets_of_a_file_are_sent(void **state)
{
	struct xdplab_tests *tests = read_text(
		HEAD
		"test \"t\"\n"
		"  send pcap \"/proc/self/exe\" filter \"tcp or \\\"x\\\"\", "
		"first 10\n"
		"  expect PASS\n");
	const struct test_send *send = &tests->cases[0].steps.at[0].send;

	(void)state;
	assert_null(send->packet);
	assert_string_equal(send->pcap, "/proc/self/exe");
	assert_string_equal(send->filter, "tcp or \"x\"");
	assert_int_equal(send->first, 10);
	xdplab_tests_free(tests);
}

static void what_is_random_is_so_by_the_seed_and_the_step(void **state)
{
	const char *text = HEAD "test \"t\"\n"
				"  send eth / rand(64)\n  expect PASS\n"
				"  send eth / rand(64)\n  expect PASS\n";
	struct xdplab_tests *one = read_text(text), *other = read_text(text);
	const struct xdplab_packet
		*first = one->cases[0].steps.at[0].send.packet,
		*second = one->cases[0].steps.at[2].send.packet,
		*again = other->cases[0].steps.at[0].send.packet;
	size_t length;

	(void)state;
	assert_memory_equal(xdplab_packet_bytes(first, &length),
			    xdplab_packet_bytes(again, &length), 78);
	assert_memory_not_equal(xdplab_packet_bytes(first, &length),
				xdplab_packet_bytes(second, &length), 78);
	assert_int_equal(xdplab_tests_seed(one), 1);
	xdplab_tests_free(one);
	xdplab_tests_free(other);
	one = read_text(HEAD A_TEST);
	assert_int_equal(xdplab_tests_seed(one), 0);
	xdplab_tests_free(one);
}

/* ---- what is expected ---- */

/* Reads one statement in a test, and hands its step to `check`. */
static void with_step(const char *statement, enum test_what what,
		      void (*check)(const struct test_step *step))
{
	struct xdplab_tests *tests;
	char text[512];

	snprintf(text, sizeof(text), HEAD "interface out\n" A_TEST "  %s\n",
		 statement);
	tests = read_text(text);
	assert_int_equal(tests->cases[0].steps.nr, 3);
	assert_int_equal(tests->cases[0].steps.at[2].what, what);
	if (check)
		check(tests->cases[0].steps.at + 2);
	xdplab_tests_free(tests);
}

static void check_drop_or_pass(const struct test_step *step)
{
	assert_int_equal(step->verdict.mask, 1 << XDP_DROP | 1 << XDP_PASS);
	assert_int_equal(step->verdict.packet.kind, TEST_PACKET_NONE);
}

static void check_unchanged(const struct test_step *step)
{
	assert_int_equal(step->verdict.mask, 1 << XDP_TX);
	assert_int_equal(step->verdict.packet.kind, TEST_PACKET_UNCHANGED);
}

static void check_with(const struct test_step *step)
{
	assert_int_equal(step->verdict.packet.kind, TEST_PACKET_SENT_WITH);
	assert_string_equal(step->verdict.packet.with,
			    "eth.dst=02:00:00:00:00:09");
}

static void check_pattern(const struct test_step *step)
{
	assert_int_equal(step->verdict.packet.kind, TEST_PACKET_PATTERN);
	assert_int_equal(length_of(step->verdict.packet.pattern), 34);
}

static void verdicts_and_packets_are_expected(void **state)
{
	(void)state;
	with_step("expect DROP or XDP_PASS", EXPECT_VERDICT,
		  check_drop_or_pass);
	with_step("expect drop or pass", EXPECT_VERDICT, check_drop_or_pass);
	with_step("expect TX unchanged", EXPECT_VERDICT, check_unchanged);
	with_step("expect TX sent with eth.dst=02:00:00:00:00:09",
		  EXPECT_VERDICT, check_with);
	with_step("expect PASS eth / ip(ttl=_)", EXPECT_VERDICT, check_pattern);
	with_step("expect eth / ip(ttl=_)", EXPECT_PACKET, NULL);
	with_step("expect unchanged", EXPECT_PACKET, NULL);
	with_step("expect sent with eth.dst=02:00:00:00:00:09", EXPECT_PACKET,
		  NULL);
}

static void check_length(const struct test_step *step)
{
	assert_int_equal(step->number.op, TEST_LE);
	assert_int_equal(step->number.value, -4);
	assert_true(step->number.beside_sent);
}

static void check_number(const struct test_step *step)
{
	assert_int_equal(step->number.op, TEST_NE);
	assert_int_equal(step->number.value, 60);
	assert_false(step->number.beside_sent);
}

static void check_field(const struct test_step *step)
{
	assert_string_equal(step->field.name, "ip#2.ttl");
	assert_int_equal(step->field.op, TEST_GE);
}

static void check_meta(const struct test_step *step)
{
	assert_int_equal(step->bytes.length, 2);
	assert_memory_equal(step->bytes.bytes, "\1\377", 2);
}

static void check_count(const struct test_step *step)
{
	assert_int_equal(step->verdict.mask, 1 << XDP_ABORTED);
	assert_int_equal(step->number.op, TEST_LT);
	assert_int_equal(step->number.value, 3);
}

static void parts_of_the_packet_are_expected(void **state)
{
	(void)state;
	with_step("expect length <= sent - 4", EXPECT_LENGTH, check_length);
	with_step("expect length != 60", EXPECT_LENGTH, check_number);
	with_step("expect ip#2.ttl >= 3", EXPECT_FIELD, check_field);
	with_step("expect meta == hex 01 ff", EXPECT_META, check_meta);
	with_step("expect meta length != 60", EXPECT_META_LENGTH, check_number);
	with_step("expect count ABORTED < 3", EXPECT_COUNT, check_count);
}

static void check_iface(const struct test_step *step)
{
	assert_string_equal(step->redirect.ifname, "out");
	assert_null(step->redirect.map.name);
}

static void check_devmap(const struct test_step *step)
{
	assert_null(step->redirect.ifname);
	assert_string_equal(step->redirect.map.name, "ports");
	assert_string_equal(step->redirect.map.key, "4");
}

static void where_it_is_redirected_to_is_expected(void **state)
{
	(void)state;
	with_step("expect redirect to out", EXPECT_REDIRECT, check_iface);
	with_step("expect redirect to map ports[4]", EXPECT_REDIRECT,
		  check_devmap);
}

static void check_record(const struct test_step *step)
{
	assert_string_equal(step->record.ring.name, "events");
	assert_string_equal(step->record.type, "event");
	assert_string_equal(step->record.value, "{ .port = 80 }");
	assert_int_equal(step->record.value_place.column, 35);
}

static void check_bytes(const struct test_step *step)
{
	assert_null(step->record.type);
	assert_string_equal(step->record.value, "hex 01 02");
}

static void check_printk(const struct test_step *step)
{
	assert_string_equal(step->text_wanted, "drop \"x\"");
}

static void what_the_program_says_is_expected(void **state)
{
	(void)state;
	with_step("expect record events as event   { .port = 80 }",
		  EXPECT_RECORD, check_record);
	with_step("expect record events as struct event { .port = 80 }",
		  EXPECT_RECORD, NULL);
	with_step("expect record events hex 01 02", EXPECT_RECORD, check_bytes);
	with_step("expect records events != 60", EXPECT_RECORDS, check_number);
	with_step("expect printk \"drop \\\"x\\\"\"", EXPECT_PRINTK,
		  check_printk);
	with_step("expect no printk", EXPECT_NO_PRINTK, NULL);
	with_step("expect no change", EXPECT_NO_CHANGE, NULL);
}

/* ---- maps and variables ---- */

static void same(const char *got, const char *expected)
{
	if (expected)
		assert_string_equal(got ?: "(none)", expected);
	else
		assert_null(got);
}

static struct xdplab_tests *read_in_test(const char *statement)
{
	char text[512];

	snprintf(text, sizeof(text), IN_TEST("%s"), statement);
	return read_text(text);
}

static void maps_and_variables_are_kept_as_they_are_written(void **state)
{
	static const struct {
		const char *statement;
		const char *name, *key, *path, *value;
		enum test_what what;
		enum test_op op;
	} cases[] = {
		{ "map a[1] = 2", "a", "1", NULL, "2", TEST_MAP_SET, 0 },
		{ "map a[DROP].b.c[2] = {.d = [1, 2]}", "a", "DROP", ".b.c[2]",
		  "{.d = [1, 2]}", TEST_MAP_SET, 0 },
		{ "map a[ {.ip = 10.0.0.1, .name = \"x]\"} ] = 3", "a",
		  "{.ip = 10.0.0.1, .name = \"x]\"}", NULL, "3", TEST_MAP_SET,
		  0 },
		{ "map queue = 5", "queue", NULL, NULL, "5", TEST_MAP_SET, 0 },
		{ "map one:a[1] = 5", "one:a", "1", NULL, "5", TEST_MAP_SET,
		  0 },
		{ "delete map a[10.0.0.0/8]", "a", "10.0.0.0/8", NULL, NULL,
		  TEST_MAP_DELETE, 0 },
		{ "clear map a", "a", NULL, NULL, NULL, TEST_MAP_CLEAR, 0 },
		{ "var conf.limit[3] = 7", "conf", NULL, ".limit[3]", "7",
		  TEST_VAR_SET, 0 },
		{ "var one:x = 7", "one:x", NULL, NULL, "7", TEST_VAR_SET, 0 },
		{ "expect map a[1] == 2", "a", "1", NULL, "2", EXPECT_MAP,
		  TEST_EQ },
		{ "expect map a[1].packets += 2", "a", "1", ".packets", "2",
		  EXPECT_MAP, TEST_PLUS },
		{ "expect map queue == 5", "queue", NULL, NULL, "5", EXPECT_MAP,
		  TEST_EQ },
		{ "expect map a has {.x = 1}", "a", "{.x = 1}", NULL, NULL,
		  EXPECT_MAP_HAS, 0 },
		{ "expect map a lacks 1", "a", "1", NULL, NULL,
		  EXPECT_MAP_LACKS, 0 },
		{ "expect map a unchanged", "a", NULL, NULL, NULL,
		  EXPECT_MAP_UNCHANGED, 0 },
		{ "expect map a empty", "a", NULL, NULL, NULL, EXPECT_MAP_EMPTY,
		  0 },
		{ "expect map a entries > 4", "a", NULL, NULL, NULL,
		  EXPECT_MAP_ENTRIES, 0 },
		{ "expect var x -= 3", "x", NULL, NULL, "3", EXPECT_VAR,
		  TEST_MINUS },
		{ "expect var x.y unchanged", "x", NULL, ".y", NULL,
		  EXPECT_VAR_UNCHANGED, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct xdplab_tests *tests = read_in_test(cases[i].statement);
		const struct test_step *step = tests->cases[0].steps.at + 2;

		assert_int_equal(step->what, cases[i].what);
		same(step->map.name, cases[i].name);
		same(step->map.key, cases[i].key);
		same(step->map.path, cases[i].path);
		same(step->map.value, cases[i].value);
		assert_int_equal(step->map.op, cases[i].op);
		xdplab_tests_free(tests);
	}
}

static void the_places_of_a_maps_parts_are_those_of_the_file(void **state)
{
	struct xdplab_tests *tests =
		read_text(IN_TEST("expect map stats[ DROP ].rx += 1"));
	const struct test_map *map = &tests->cases[0].steps.at[2].map;

	(void)state;
	assert_int_equal(map->name_place.column, 14);
	assert_int_equal(map->key_place.column, 21);
	assert_int_equal(map->path_place.column, 27);
	assert_int_equal(map->value_place.column, 34);
	assert_int_equal(map->value_place.line, 5);
	xdplab_tests_free(tests);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(programs_are_read_with_their_options),
		cmocka_unit_test(what_runs_on_an_interface_can_be_tested),
		cmocka_unit_test(a_given_program_takes_the_place_of_the_files),
		cmocka_unit_test(globals_are_kept_as_they_are_assigned),
		cmocka_unit_test(the_network_around_it_is_read),
		cmocka_unit_test(a_context_keeps_what_it_does_not_name),
		cmocka_unit_test(tests_have_names_lines_and_an_order),
		cmocka_unit_test(setup_and_teardown_are_lists_of_steps),
		cmocka_unit_test(a_statement_goes_on_where_it_cannot_end),
		cmocka_unit_test(a_step_knows_where_and_what_it_is_in_the_file),
		cmocka_unit_test(a_packet_is_sent_whole_cut_or_padded),
		cmocka_unit_test(
			many_steps_have_a_packet_of_the_same_text_once),
		cmocka_unit_test(packets_of_a_file_are_sent),
		cmocka_unit_test(what_is_random_is_so_by_the_seed_and_the_step),
		cmocka_unit_test(verdicts_and_packets_are_expected),
		cmocka_unit_test(parts_of_the_packet_are_expected),
		cmocka_unit_test(where_it_is_redirected_to_is_expected),
		cmocka_unit_test(what_the_program_says_is_expected),
		cmocka_unit_test(
			maps_and_variables_are_kept_as_they_are_written),
		cmocka_unit_test(
			the_places_of_a_maps_parts_are_those_of_the_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
