// SPDX-License-Identifier: GPL-2.0-only
/* test_test_run - what is expected of packets comes true, or is told */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include "../../lib/internal.h"
#include "../../lib/packet/pcap.h"
#include "../../lib/test/read.h"
#include <cmocka.h>

#include "run-tests.h"

/* ---- verdicts and packets ---- */

static void the_verdict_that_is_expected_comes(void **state)
{
	(void)state;
	all_pass("program " OBJECT " xdp_verdicts\n"
		 "test \"each port is a verdict\"\n"
		 "  send eth / ip / udp(dport=0)\n"
		 "  expect XDP_ABORTED unchanged\n"
		 "  send eth / ip / udp(dport=1)\n"
		 "  expect DROP\n"
		 "  send eth / ip / udp(dport=2)\n"
		 "  expect PASS or TX unchanged\n"
		 "  send eth / ip / udp(dport=3)\n"
		 "  expect TX\n"
		 "  send eth / ip / udp(dport=4)\n"
		 "  expect REDIRECT\n");
}

static void another_verdict_is_told(void **state)
{
	(void)state;
	fails_with("program " OBJECT " xdp_verdicts\n"
		   "test \"wrong\"\n"
		   "  send eth / ip / udp(dport=1)\n"
		   "  expect PASS or TX unchanged\n",
		   "the verdict is DROP, not PASS or TX\n");
}

static void a_test_ends_with_the_first_send_that_fails(void **state)
{
	struct xdplab_test_result *result;
	struct xdplab_tests *tests;

	(void)state;
	tests = load_tests("program " OBJECT " xdp_verdicts\n"
			   "test \"wrong\"\n"
			   "  for p in 0..4\n"
			   "    send eth / ip / udp(dport=$p)\n"
			   "    expect ABORTED or DROP\n");
	result = run(tests, 0);
	assert_int_equal(result->nr_packets, 3);
	assert_int_equal(result->nr_failures, 1);
	assert_int_equal(result->failures[0].line, 5);
	assert_string_equal(result->failures[0].expectation,
			    "expect ABORTED or DROP");
	assert_true(result->has_packet);
	assert_int_equal(result->packet.number, 2);
	assert_int_equal(result->packet.verdict, 2);
	assert_int_equal(result->packet.sent_length, 42);
	assert_string_equal(result->variables, "p=2");
	xdplab_test_result_free(result);
	xdplab_tests_free(tests);
}

static void a_failure_tells_where_its_verdict_was_decided(void **state)
{
	struct xdplab_test_result *result;
	struct xdplab_tests *tests;

	(void)state;
	tests = load_tests("program " OBJECT " xdp_verdicts\n"
			   "test \"wrong\"\n"
			   "  send eth / ip / udp(dport=80)\n"
			   "  expect DROP\n");
	result = run(tests, 0);
	assert_non_null(strstr(result->decided_file, "test_packets.bpf.c"));
	assert_non_null(strstr(result->decided_text, "> XDP_REDIRECT"));
	assert_true(result->decided_line > 0);
	xdplab_test_result_free(result);
	xdplab_tests_free(tests);
}

#define BY_CHANCE                                                              \
	"program tests/bpf/test_chance.o\n"                                    \
	"test \"by chance\"\n"                                                 \
	"  send eth\n"                                                         \
	"  expect PASS\n"

/* It runs once more to see where, and may decide otherwise then. */
static void what_comes_otherwise_again_is_not_told(void **state)
{
	struct xdplab_tests *tests = load_tests(BY_CHANCE);

	(void)state;
	for (int i = 0; i < 40; i++) {
		struct xdplab_test_result *result = run(tests, 0);
		const char *told = result->decided_text;

		assert_true(!*told ||
			    !!strstr(told, "& 1") ==
				    (result->packet.verdict == XDP_DROP));
		xdplab_test_result_free(result);
	}
	xdplab_tests_free(tests);
}

static void a_packet_can_be_expected_as_it_was_sent_but_for_fields(void **state)
{
	(void)state;
	all_pass(REWRITE
		 "  send eth / ip(ttl=64) / udp / \"hello\"\n"
		 "  expect TX sent with ip.ttl=63\n"
		 "  expect ip.ttl == 63\n"
		 "  expect ip.ttl < 64\n"
		 "  send eth / ip(ttl=64) / udp / \"hello\", truncated 42..47\n"
		 "  expect TX sent with ip.ttl=63\n"
		 "  send eth / ip(ttl=64) / udp / \"hello\", padded 60\n"
		 "  expect TX sent with ip.ttl=63\n"
		 "  expect length == 60\n"
		 "  expect length == sent\n");
}

static void a_packet_can_be_expected_by_a_pattern(void **state)
{
	(void)state;
	all_pass(REWRITE
		 "  send eth / ip(ttl=64) / udp(dport=7) / \"hello\"\n"
		 "  expect TX eth / ip(ttl=63) / udp(dport=7) / "
		 "\"hello\"\n"
		 "  expect TX eth(_) / ip(ttl=0x30/0xf0) / udp(_) / _\n");
}

static void the_first_field_that_differs_is_told(void **state)
{
	(void)state;
	fails_with(REWRITE "  send eth / ip(ttl=64) / udp(dport=2000)\n"
			   "  expect TX eth / ip(ttl=63) / udp(dport=1999)\n",
		   "udp.dport is 2000, not 1999\n");
	fails_with(REWRITE "  send eth / ip(ttl=64) / udp(dport=2000)\n"
			   "  expect TX unchanged\n",
		   "ip.ttl is 63, not 64\n");
	fails_with(REWRITE "  send eth / ip(ttl=64) / udp / \"hello\"\n"
			   "  expect ip.ttl > 63\n",
		   "ip.ttl is 63, not > 63\n");
}

static void a_checksum_that_cannot_be_known_must_be_right(void **state)
{
	(void)state;
	all_pass(REWRITE "  send eth / ip(ttl=64) / udp(dport=7) / \"hello\"\n"
			 "  expect TX eth / ip(ttl=_, src=_) / udp(dport=7) / "
			 "\"hello\"\n");
	fails_with(REWRITE
		   "  send eth / ip(ttl=64) / udp(chksum=0x1234) / \"hello\"\n"
		   "  expect TX eth / ip(ttl=63, src=_) / udp / \"hello\"\n",
		   "udp.chksum is 0x1234, not right\n");
	all_pass(REWRITE "  send eth / ip(ttl=64) / udp(dport=7)\n"
			 "  expect TX sent with ip.ttl=_\n");
}

#define TRANSLATE "program " OBJECT " xdp_translate\ntest \"translate\"\n"

static void so_it_must_in_what_is_cut_or_padded(void **state)
{
	(void)state;
	all_pass(REWRITE
		 "  send eth / ip / udp / \"hello\", truncated 42..47\n"
		 "  expect TX sent with ip.ttl=_\n"
		 "  send eth / ip / udp / \"hello\", truncated 44, padded 60\n"
		 "  expect TX sent with ip.ttl=_\n"
		 "  send eth / ip / udp / \"hello\", padded 60\n"
		 "  expect TX sent with ip.ttl=_\n");
	all_pass(TRANSLATE "  send eth / ip / udp, truncated 14..41\n"
			   "  expect PASS sent with ip.src=_\n");
	fails_with(TRANSLATE "  send eth / ip / udp / \"hello\", truncated 44\n"
			     "  expect TX sent with ip.src=_\n",
		   "udp.chksum is 0xa3ca, not right\n");
	fails_with(TRANSLATE "  send eth / ip / udp / \"hello\", padded 60\n"
			     "  expect TX sent with ip.src=_\n",
		   "udp.chksum is 0xa3ca, not right\n");
}

static void both_packets_are_told_side_by_side(void **state)
{
	const struct xdplab_test_failure *failure;
	struct xdplab_test_result *result;
	struct xdplab_tests *tests;
	size_t nr_differ = 0;

	(void)state;
	tests = load_tests(
		REWRITE "  send eth / ip(ttl=64) / udp(dport=2000)\n"
			"  expect TX eth(_) / ip(ttl=63) / udp(dport=1999)\n");
	result = run(tests, 0);
	failure = &result->failures[0];
	for (size_t i = 0; i < failure->nr_rows; i++) {
		const struct xdplab_test_row *row = &failure->rows[i];

		if (!strcmp(row->what, "eth.src"))
			assert_string_equal(row->expected, "_");
		if (!strcmp(row->what, "ip.ttl"))
			assert_string_equal(row->got, "63");
		if (!row->differs)
			continue;
		assert_true(!strcmp(row->what, "udp.dport") ||
			    !strcmp(row->what, "udp.chksum"));
		nr_differ++;
	}
	assert_int_equal(nr_differ, 2);
	xdplab_test_result_free(result);
	xdplab_tests_free(tests);
}

/* ---- lengths ---- */

static void
the_length_can_be_expected_beside_that_of_what_was_sent(void **state)
{
	(void)state;
	all_pass("program " OBJECT " xdp_cut\n"
		 "test \"four bytes less\"\n"
		 "  send eth / ip / udp / bytes(9000)\n"
		 "  expect PASS\n"
		 "  expect length == sent - 4\n"
		 "  expect length == 9038\n");
	fails_with("program " OBJECT " xdp_cut\n"
		   "test \"four bytes less\"\n"
		   "  send eth / ip / udp / bytes(18)\n"
		   "  expect length >= sent\n",
		   "the packet's length is 56, not >= 60\n");
}

static void a_packet_of_several_buffers_needs_a_program_for_them(void **state)
{
	struct xdplab_test_result *result;
	struct xdplab_tests *tests;

	(void)state;
	tests = load_tests("program " OBJECT " xdp_verdicts\n"
			   "test \"large\"\n"
			   "  send eth / ip / udp / bytes(9000)\n"
			   "  expect PASS\n");
	result = run(tests, 0);
	assert_false(result->passed);
	assert_non_null(strstr(result->error, "needs multi-buffer support"));
	xdplab_test_result_free(result);
	xdplab_tests_free(tests);
}

/* ---- the context ---- */

static void a_packet_comes_in_where_the_context_says(void **state)
{
	(void)state;
	all_pass("program " OBJECT " xdp_meta\n"
		 "interface left index 70\n"
		 "interface right index 71\n"
		 "test \"where from\"\n"
		 "  send eth / ip / udp\n"
		 "  expect PASS unchanged\n"
		 "  expect meta == hex 01 00 00 00 00 00 00 00\n"
		 "  context ingress right, queue 3\n"
		 "  send eth / ip / udp\n"
		 "  expect meta == hex 47 00 00 00 03 00 00 00\n"
		 "  context meta hex 01 02 03 04\n"
		 "  send eth / ip / udp\n"
		 "  expect PASS unchanged\n"
		 "  expect meta length == 12\n");
}

static void metadata_that_is_another_is_a_change(void **state)
{
	(void)state;
	fails_with("program " OBJECT " xdp_meta\n"
		   "test \"it is new\"\n"
		   "  send eth / ip / udp\n"
		   "  expect no change\n",
		   "meta is 01 00 00 00 00 00 00 00, not none\n");
	all_pass("program " OBJECT " xdp_verdicts\n"
		 "context meta hex 01 02 03 04\n"
		 "test \"it is as it was\"\n"
		 "  send eth / ip / udp(dport=1)\n"
		 "  expect no change\n"
		 "  expect meta == hex 01 02 03 04\n");
}

static void sent_and_expected_packets_get_the_tag_of_the_context(void **state)
{
	(void)state;
	all_pass("program " OBJECT " xdp_meta\n"
		 "context vlan 5\n"
		 "test \"tagged\"\n"
		 "  send eth / ip / udp\n"
		 "  expect PASS unchanged\n"
		 "  expect PASS eth / ip / udp\n"
		 "  expect vlan.id == 5\n"
		 "  expect length == 46\n"
		 "  expect PASS sent with ip.ttl=64\n");
}

/* ---- where to ---- */

static void a_redirect_can_be_expected(void **state)
{
	static const char text[] = "program " OBJECT " xdp_send\n"
				   "set rodata out_ifindex = 70\n"
				   "interface left index 70\n"
				   "interface right index 71\n"
				   "test \"to an interface\"\n"
				   "  send eth / ip / udp(dport=1)\n"
				   "  expect REDIRECT unchanged\n"
				   "  expect redirect to %s\n";
	char wanted[512], other[512];

	(void)state;
	snprintf(wanted, sizeof(wanted), text, "left");
	snprintf(other, sizeof(other), text, "right");
	all_pass(wanted);
	fails_with(other, "the packet is redirected to left, not right\n");
}

static void a_redirect_may_lead_to_no_interface(void **state)
{
#define TO_PORT                                                                \
	"program " OBJECT " xdp_send\n"                                        \
	"set rodata out_ifindex = 70\n"                                        \
	"test \"to none\"\n"                                                   \
	"  send eth / ip / udp(dport=1)\n"
	(void)state;
	all_pass(TO_PORT "  expect redirect to index 70\n");
	fails_with(TO_PORT "  expect redirect to index 71\n",
		   "the packet is redirected to interface 70, which "
		   "does not exist, not index 71\n");
	fails_with(TO_PORT "  expect redirect to index 0\n",
		   "the packet is redirected to interface 70, which "
		   "does not exist, not index 0\n");
	all_pass("program " OBJECT " xdp_verdicts\n"
		 "test \"REDIRECT without a word of where to\"\n"
		 "  send eth / ip / udp(dport=4)\n"
		 "  expect redirect to index 0\n");
}

#define TO_ENTRY                                                               \
	"program " OBJECT " xdp_send\n"                                        \
	"interface left index 70\n"                                            \
	"interface right index 71\n"                                           \
	"setup\n"                                                              \
	"  map ports[1] = right\n"                                             \
	"test \"to an entry\"\n"

static void a_redirect_to_an_entry_of_a_map_can_be_expected(void **state)
{
	(void)state;
	all_pass(TO_ENTRY "  send eth / ip / udp(dport=3)\n"
			  "  expect REDIRECT\n"
			  "  expect redirect to map ports[1]\n"
			  "  expect redirect to right\n");
	fails_with(TO_ENTRY "  send eth / ip / udp(dport=3)\n"
			    "  expect redirect to map ports[2]\n",
		   "the packet is redirected to map ports[1], not map "
		   "ports[2]\n");
	fails_with(TO_ENTRY "  send eth / ip / udp(dport=3)\n"
			    "  expect redirect to left\n",
		   "the packet is redirected to map ports[1], not left\n");
	fails_with(TO_ENTRY "  send eth / ip / udp(dport=4)\n"
			    "  expect redirect to map ports[2]\n",
		   "the verdict is PASS, not REDIRECT\n");
}

static void what_routes_and_neighbours_say_is_followed(void **state)
{
	(void)state;
	all_pass("program " OBJECT " xdp_route\n"
		 "interface left address 10.1.0.1/24\n"
		 "interface right address 10.2.0.1/24 mac 02:00:00:00:00:09\n"
		 "route 10.9.0.0/16 via 10.2.0.7\n"
		 "neighbour 10.2.0.7 mac 02:00:00:00:00:07 dev right\n"
		 "context ingress left\n"
		 "test \"by the router\"\n"
		 "  send eth / ip(src=10.1.0.5, dst=10.9.1.2) / udp\n"
		 "  expect REDIRECT sent with eth.src=02:00:00:00:00:09, "
		 "eth.dst=02:00:00:00:00:07\n"
		 "  expect redirect to right\n"
		 "  send eth / ip(src=10.1.0.5, dst=192.0.2.1) / udp\n"
		 "  expect DROP\n");
}

static void a_route_to_nowhere_is_found_as_what_it_is(void **state)
{
	(void)state;
	all_pass(
		"program " OBJECT " xdp_route\n"
		"interface left address 10.1.0.1/24\n"
		"route 10.7.0.0/16 blackhole\n"
		"route 10.8.0.0/16 unreachable\n"
		"route default prohibit\n"
		"context ingress left\n"
		"test \"BPF_FIB_LKUP_RET_BLACKHOLE, _UNREACHABLE, _PROHIBIT\"\n"
		"  send eth / ip(src=10.1.0.5, dst=10.7.0.1) / udp\n"
		"  expect var route_result == 1\n"
		"  send eth / ip(src=10.1.0.5, dst=10.8.0.1) / udp\n"
		"  expect var route_result == 2\n"
		"  send eth / ip(src=10.1.0.5, dst=10.9.0.1) / udp\n"
		"  expect var route_result == 3\n");
}

/* ---- packets of a file ---- */

static void packets_of_a_file_are_sent(void **state)
{
	(void)state;
	write_capture();
	all_pass(REWRITE "  send pcap \"" CAPTURE "\"\n"
			 "  expect TX sent with eth.dst=02:00:00:00:00:02, "
			 "ip.ttl=_\n"
			 "  expect count TX == 5\n");
	all_pass(REWRITE "  send pcap \"" CAPTURE "\" filter \"udp port 3\"\n"
			 "  expect TX sent with ip.ttl=29\n"
			 "  expect count TX == 1\n"
			 "  send pcap \"" CAPTURE "\", first 2\n"
			 "  expect ip.ttl < 20\n"
			 "  expect count TX == 2\n");
	unlink(built(CAPTURE));
}

static void of_no_packet_nothing_comes_true(void **state)
{
	struct xdplab_test_result *result;
	struct xdplab_tests *tests;

	(void)state;
	write_capture();
	tests = load_tests(REWRITE "  send pcap \"" CAPTURE
				   "\" filter \"udp port 9\"\n"
				   "  expect DROP\n");
	result = run(tests, 0);
	assert_false(result->passed);
	assert_non_null(strstr(result->error,
			       "no packets match the filter \"udp port 9\""));
	xdplab_test_result_free(result);
	xdplab_tests_free(tests);
	unlink(built(CAPTURE));
}

/* ---- of all packets ---- */

/* Nobody asks for what is told of them. */
static void a_ring_buffer_has_room_for_any_number_of_packets(void **state)
{
	(void)state;
	all_pass("program tests/bpf/test_ring.o\n"
		 "test \"a thousand\"\n"
		 "  send eth / bytes(1000), truncated 14..1014\n"
		 "  expect PASS\n");
}

static void packets_of_a_send_are_counted_by_verdict(void **state)
{
	(void)state;
	all_pass("program " OBJECT " xdp_verdicts\n"
		 "test \"too short for UDP\"\n"
		 "  send eth / ip / udp(dport=80), truncated 14..42\n"
		 "  expect count DROP == 28\n"
		 "  expect count PASS == 1\n");
	fails_with("program " OBJECT " xdp_verdicts\n"
		   "test \"too short for UDP\"\n"
		   "  send eth / ip / udp(dport=80), truncated 14..42\n"
		   "  expect count DROP or PASS < 20\n",
		   "the number of packets with DROP or PASS is 29, not < 20\n");
}

static void what_is_printed_can_be_expected(void **state)
{
	(void)state;
	all_pass("program " OBJECT " xdp_verdicts\n"
		 "test \"it prints\"\n"
		 "  send eth / ip / udp(dport=80)\n"
		 "  expect no printk\n"
		 "  send eth / ip / udp(dport=9999)\n"
		 "  expect printk \"port 9999\"\n"
		 "  expect PASS\n");
	all_pass("program " OBJECT " xdp_verdicts\n"
		 "test \"it prints much\"\n"
		 "  for i in 1..20\n"
		 "    send eth / ip / udp(dport=9999) / bytes(1400), "
		 "truncated 42..1442\n"
		 "    expect printk \"port 9999\"\n");
	fails_with("program " OBJECT " xdp_verdicts\n"
		   "test \"it prints\"\n"
		   "  send eth / ip / udp(dport=80)\n"
		   "  expect printk \"port\"\n",
		   "nothing was printed, expected \"port\"\n");
	fails_with("program " OBJECT " xdp_verdicts\n"
		   "test \"it prints\"\n"
		   "  send eth / ip / udp(dport=9999)\n"
		   "  expect no printk\n",
		   "something was printed\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_verdict_that_is_expected_comes),
		cmocka_unit_test(another_verdict_is_told),
		cmocka_unit_test(a_test_ends_with_the_first_send_that_fails),
		cmocka_unit_test(a_failure_tells_where_its_verdict_was_decided),
		cmocka_unit_test(what_comes_otherwise_again_is_not_told),
		cmocka_unit_test(
			a_packet_can_be_expected_as_it_was_sent_but_for_fields),
		cmocka_unit_test(a_packet_can_be_expected_by_a_pattern),
		cmocka_unit_test(the_first_field_that_differs_is_told),
		cmocka_unit_test(a_checksum_that_cannot_be_known_must_be_right),
		cmocka_unit_test(so_it_must_in_what_is_cut_or_padded),
		cmocka_unit_test(both_packets_are_told_side_by_side),
		cmocka_unit_test(
			the_length_can_be_expected_beside_that_of_what_was_sent),
		cmocka_unit_test(
			a_packet_of_several_buffers_needs_a_program_for_them),
		cmocka_unit_test(a_packet_comes_in_where_the_context_says),
		cmocka_unit_test(metadata_that_is_another_is_a_change),
		cmocka_unit_test(
			sent_and_expected_packets_get_the_tag_of_the_context),
		cmocka_unit_test(a_redirect_can_be_expected),
		cmocka_unit_test(a_redirect_may_lead_to_no_interface),
		cmocka_unit_test(
			a_redirect_to_an_entry_of_a_map_can_be_expected),
		cmocka_unit_test(what_routes_and_neighbours_say_is_followed),
		cmocka_unit_test(a_route_to_nowhere_is_found_as_what_it_is),
		cmocka_unit_test(packets_of_a_file_are_sent),
		cmocka_unit_test(
			a_ring_buffer_has_room_for_any_number_of_packets),
		cmocka_unit_test(of_no_packet_nothing_comes_true),
		cmocka_unit_test(packets_of_a_send_are_counted_by_verdict),
		cmocka_unit_test(what_is_printed_can_be_expected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
