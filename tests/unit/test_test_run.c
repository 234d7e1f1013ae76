// SPDX-License-Identifier: GPL-2.0-only
/* test_test_run - files of packet tests, run */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../lib/internal.h"
#include "../../lib/pcap.h"
#include <cmocka.h>

#define OBJECT "build/tests/bpf/test_packets.o"

/* ---- a file of tests ---- */

static char mistakes[4096];

static void add_mistake(const struct xdplab_mistake *mistake, void *arg)
{
	size_t length = strlen(mistakes);

	(void)arg;
	snprintf(mistakes + length, sizeof(mistakes) - length, "%u: %s\n",
		 mistake->line, mistake->message);
}

static struct xdplab_tests *read_tests(const char *text)
{
	const struct xdplab_tests_opts opts = { .sz = sizeof(opts),
						.mistake = add_mistake };
	char path[] = "./test-run-XXXXXX";
	struct xdplab_tests *tests = NULL;
	int fd = mkstemp(path), err;

	mistakes[0] = '\0';
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	err = xdplab_tests_read(&tests, path, &opts);
	unlink(path);
	if (err)
		print_error("%s\n%s", xdplab_error(), mistakes);
	assert_int_equal(err, 0);
	return tests;
}

static struct xdplab_tests *load_tests(const char *text)
{
	struct xdplab_tests *tests = read_tests(text);
	int err = xdplab_tests_load(tests, NULL);

	if (err)
		print_error("%s\n%s", xdplab_error(), mistakes);
	assert_int_equal(err, 0);
	return tests;
}

static struct xdplab_test_result *run(struct xdplab_tests *tests, size_t index)
{
	struct xdplab_test_result *result = NULL;

	assert_int_equal(xdplab_tests_run(tests, index, &result), 0);
	return result;
}

/* Runs all tests of a file, which are to pass. */
static void all_pass(const char *text)
{
	struct xdplab_tests *tests = load_tests(text);

	for (size_t i = 0; i < xdplab_tests_count(tests); i++) {
		struct xdplab_test_result *result = run(tests, i);

		if (!result->passed)
			print_error("%s:\n", xdplab_tests_at(tests, i)->name);
		if (*result->error)
			print_error("%s\n", result->error);
		for (size_t k = 0; k < result->nr_failures; k++)
			print_error("line %u: %s\n", result->failures[k].line,
				    result->failures[k].message);
		assert_true(result->passed);
		xdplab_test_result_free(result);
	}
	xdplab_tests_free(tests);
}

/* Runs the only test of a file, whose failures are to be these lines. */
static void fails_with(const char *text, const char *messages)
{
	struct xdplab_tests *tests = load_tests(text);
	struct xdplab_test_result *result = run(tests, 0);
	char said[4096] = "";

	assert_false(result->passed);
	assert_string_equal(result->error, "");
	for (size_t i = 0; i < result->nr_failures; i++)
		snprintf(said + strlen(said), sizeof(said) - strlen(said),
			 "%s\n", result->failures[i].message);
	assert_string_equal(said, messages);
	xdplab_test_result_free(result);
	xdplab_tests_free(tests);
}

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

#define REWRITE "program " OBJECT " xdp_rewrite\ntest \"one hop less\"\n"

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
	assert_non_null(strstr(result->error, "comes in several buffers"));
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

#define TO_ENTRY                                                               \
	"program " OBJECT " xdp_send\n"                                        \
	"interface left index 70\n"                                            \
	"interface right index 71\n"                                           \
	"setup\n"                                                              \
	"  map ports[1] = 71\n"                                                \
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

/* ---- packets of a file ---- */

static void write_capture(const char *path)
{
	struct pcap_out *out;
	struct xdplab_packet *packet;
	const void *bytes;
	char text[64];
	size_t length;

	unlink(path);
	assert_int_equal(pcap_out_open(&out, path), 0);
	for (int port = 1; port <= 5; port++) {
		snprintf(text, sizeof(text), "eth / ip(ttl=%d) / udp(dport=%d)",
			 10 * port, port);
		assert_int_equal(xdplab_packet_parse(&packet, text, NULL, NULL),
				 0);
		bytes = xdplab_packet_bytes(packet, &length);
		assert_int_equal(pcap_out_add(out, bytes, length), 0);
		xdplab_packet_free(packet);
	}
	assert_int_equal(pcap_out_close(out), 0);
}

static void packets_of_a_file_are_sent(void **state)
{
	(void)state;
	write_capture("test-run.pcap");
	all_pass(REWRITE "  send pcap \"test-run.pcap\"\n"
			 "  expect TX sent with eth.dst=02:00:00:00:00:02, "
			 "ip.ttl=_\n"
			 "  expect count TX == 5\n");
	all_pass(REWRITE "  send pcap \"test-run.pcap\" filter \"udp port 3\"\n"
			 "  expect TX sent with ip.ttl=29\n"
			 "  expect count TX == 1\n"
			 "  send pcap \"test-run.pcap\", first 2\n"
			 "  expect ip.ttl < 20\n"
			 "  expect count TX == 2\n");
	unlink("test-run.pcap");
}

/* ---- of all packets ---- */

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
	fails_with("program " OBJECT " xdp_verdicts\n"
		   "test \"it prints\"\n"
		   "  send eth / ip / udp(dport=80)\n"
		   "  expect printk \"port\"\n",
		   "it printed nothing, not \"port\"\n");
	fails_with("program " OBJECT " xdp_verdicts\n"
		   "test \"it prints\"\n"
		   "  send eth / ip / udp(dport=9999)\n"
		   "  expect no printk\n",
		   "it printed something\n");
}

/* ---- chains ---- */

static void programs_are_a_chain_in_the_order_of_their_prio(void **state)
{
	(void)state;
	all_pass("program " OBJECT " xdp_verdicts prio 20\n"
		 "program " OBJECT " xdp_rewrite prio 10 actions TX\n"
		 "test \"rewritten, and then judged\"\n"
		 "  send eth / ip(ttl=9) / udp(dport=1)\n"
		 "  expect DROP sent with ip.ttl=8\n"
		 "  send eth / ip(ttl=1) / udp(dport=3)\n"
		 "  expect DROP unchanged\n");
}

static void programs_that_are_tail_called_run(void **state)
{
	(void)state;
	all_pass("program build/tests/bpf/stage_tails.o xdp_tails\n"
		 "test \"even and odd\"\n"
		 "  send eth / bytes(20)\n"
		 "  expect PASS\n"
		 "  send eth / bytes(21)\n"
		 "  expect DROP\n");
}

static void
maps_that_are_pinned_by_name_are_shared_and_pinned_nowhere(void **state)
{
	(void)state;
	all_pass("program build/tests/bpf/count.o prio 1\n"
		 "program build/tests/bpf/count.o prio 2\n"
		 "test \"counted twice\"\n"
		 "  send eth / bytes(50)\n"
		 "  expect PASS\n"
		 "  expect map shared_counts[0] == 2\n");
	assert_int_not_equal(access("/sys/fs/bpf/shared_counts", F_OK), 0);
}

/* ---- one after the other ---- */

#define COUNTED                                                                \
	"program build/tests/bpf/stage_tails.o xdp_tails\n"                    \
	"setup\n"                                                              \
	"  map packets[0] = 10\n"                                              \
	"teardown\n"                                                           \
	"  map packets[1] = 7\n"                                               \
	"test \"first\"\n"                                                     \
	"  send eth / bytes(20)\n"                                             \
	"  expect map packets[0] == 11\n"                                      \
	"  expect map packets[0] += 1\n"                                       \
	"test \"from the beginning\"\n"                                        \
	"  send eth / bytes(21)\n"                                             \
	"  expect map packets[0] == 11\n"                                      \
	"  expect map packets[1] == 0\n"                                       \
	"test \"goes on\" after \"first\"\n"                                   \
	"  send eth / bytes(21)\n"                                             \
	"  expect map packets[0] == 12\n"                                      \
	"  expect map packets[1] == 7\n"

static void each_test_begins_anew_or_where_another_left_off(void **state)
{
	struct xdplab_test_result *result;
	struct xdplab_tests *tests;

	(void)state;
	all_pass(COUNTED);
	tests = load_tests(COUNTED);
	for (size_t i = xdplab_tests_count(tests); i-- > 0;) {
		result = run(tests, i);
		assert_true(result->passed);
		xdplab_test_result_free(result);
	}
	xdplab_tests_free(tests);
}

static void a_test_that_comes_after_another_needs_it_to_pass(void **state)
{
	struct xdplab_test_result *result;
	struct xdplab_tests *tests;

	(void)state;
	tests = load_tests("program " OBJECT " xdp_verdicts\n"
			   "test \"wrong\"\n"
			   "  send eth / ip / udp(dport=1)\n"
			   "  expect PASS\n"
			   "test \"next\" after \"wrong\"\n"
			   "  send eth / ip / udp(dport=1)\n"
			   "  expect DROP\n");
	result = run(tests, 1);
	assert_false(result->passed);
	assert_string_equal(result->error,
			    "test \"wrong\", after which it comes, failed");
	assert_int_equal(result->nr_packets, 0);
	xdplab_test_result_free(result);
	xdplab_tests_free(tests);
}

static void a_test_does_not_run_longer_than_its_timeout(void **state)
{
	struct xdplab_test_result *result;
	struct xdplab_tests *tests;

	(void)state;
	tests = load_tests("program " OBJECT " xdp_verdicts\n"
			   "context timeout 10ms\n"
			   "test \"long\"\n"
			   "  repeat 100000\n"
			   "    send eth / ip / udp(dport=1)\n"
			   "    expect DROP\n");
	result = run(tests, 0);
	assert_false(result->passed);
	assert_string_equal(result->error,
			    "line 5: it took longer than 0.01 s, its timeout");
	xdplab_test_result_free(result);
	xdplab_tests_free(tests);
}

/* ---- what is told ---- */

static void add_packet(const struct xdplab_test_packet *packet, void *arg)
{
	size_t *nr = arg;

	assert_int_equal(packet->number, *nr);
	assert_int_equal(packet->verdict, XDP_TX);
	assert_int_equal(packet->sent_length, packet->got_length);
	assert_memory_not_equal(packet->sent, packet->got, packet->got_length);
	(*nr)++;
}

static void each_packet_is_told_and_what_they_cover(void **state)
{
	size_t nr = 0, reached = 0;
	const struct xdplab_tests_load_opts opts = { .sz = sizeof(opts),
						     .coverage = true,
						     .packet = add_packet,
						     .arg = &nr };
	struct xdplab_coverage *coverage;
	struct xdplab_test_result *result;
	struct xdplab_tests *tests;

	(void)state;
	tests = read_tests(REWRITE "  repeat 3\n"
				   "    send eth / ip / udp\n"
				   "    expect TX\n");
	assert_int_equal(xdplab_tests_load(tests, &opts), 0);
	result = run(tests, 0);
	assert_true(result->passed);
	assert_int_equal(nr, 3);
	assert_int_equal(xdplab_coverage_read(&coverage, tests), 0);
	for (size_t i = 0; i < xdplab_coverage_count(coverage); i++)
		reached += xdplab_coverage_at(coverage, i)->hits == 3;
	assert_true(reached > 0);
	xdplab_coverage_free(coverage);
	xdplab_test_result_free(result);
	xdplab_tests_free(tests);
}

/* ---- a program that runs ---- */

static void a_program_that_runs_is_tested_where_it_runs(void **state)
{
	const struct xdplab_load_opts opts = { .sz = sizeof(opts),
					       .mode = XDPLAB_MODE_SKB };
	int home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	struct xdplab_tests *tests;
	struct xdplab_prog *prog;

	(void)state;
	assert_int_equal(unshare(CLONE_NEWNET), 0);
	assert_int_equal(
		xdplab_prog_open(&prog, "build/tests/bpf/drop.o", NULL), 0);
	assert_int_equal(xdplab_chain_load("lo", &prog, 1, NULL, &opts), 0);
	xdplab_prog_free(prog);
	all_pass("program on lo\n"
		 "test \"it drops\"\n"
		 "  send eth / ip / udp\n"
		 "  expect DROP unchanged\n");
	tests = read_tests("program on lo\n"
			   "interface left\n"
			   "test \"never\"\n"
			   "  send eth / ip / udp\n"
			   "  expect redirect to lo\n");
	assert_int_equal(xdplab_tests_load(tests, NULL), -EINVAL);
	assert_non_null(strstr(mistakes, "is tested where it runs"));
	xdplab_tests_free(tests);
	tests = read_tests("program on lo\n"
			   "test \"never\"\n"
			   "  send eth / ip / udp\n"
			   "  expect redirect to lo\n");
	assert_int_equal(xdplab_tests_load(tests, NULL), -EINVAL);
	assert_non_null(strstr(mistakes, "cannot be seen"));
	xdplab_tests_free(tests);
	assert_int_equal(xdplab_chain_unload("lo", NULL, NULL), 0);
	assert_int_equal(setns(home, CLONE_NEWNET), 0);
	close(home);
}

/* ---- what is left ---- */

static int instances(void)
{
	int fs = fsopen("tracefs", FSOPEN_CLOEXEC), mounted, fd;

	assert_true(fs >= 0);
	assert_int_equal(fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0), 0);
	mounted = fsmount(fs, FSMOUNT_CLOEXEC, 0);
	fd = openat(mounted, "instances", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(fd >= 0);
	close(mounted);
	close(fs);
	return fd;
}

/* No process has a number as high as this one. */
#define OF_THE_DEAD "xdplab-2000000000"

static void what_a_killed_process_left_in_tracefs_is_removed(void **state)
{
	int fd = instances();

	(void)state;
	mkdirat(fd, OF_THE_DEAD, 0700);
	assert_int_equal(faccessat(fd, OF_THE_DEAD, F_OK, 0), 0);
	all_pass("program " OBJECT " xdp_verdicts\n"
		 "test \"silent\"\n"
		 "  send eth / ip / udp\n"
		 "  expect no printk\n");
	assert_int_not_equal(faccessat(fd, OF_THE_DEAD, F_OK, 0), 0);
	close(fd);
}

static ino_t namespace(void)
{
	struct stat st;

	assert_int_equal(stat("/proc/thread-self/ns/net", &st), 0);
	return st.st_ino;
}

static void the_thread_is_back_where_it_was(void **state)
{
	ino_t before = namespace();
	struct xdplab_tests *tests;

	(void)state;
	tests = load_tests("program " OBJECT " xdp_verdicts\n"
			   "interface left\n"
			   "test \"none\"\n"
			   "  send eth / ip / udp(dport=1)\n"
			   "  expect DROP\n");
	assert_int_not_equal(namespace(), before);
	assert_int_not_equal(if_nametoindex("left"), 0);
	xdplab_tests_free(tests);
	assert_int_equal(namespace(), before);
	assert_int_equal(if_nametoindex("left"), 0);
}

/* ---- what cannot be run ---- */

static void a_refusal_is_kept(void **state)
{
	struct xdplab_tests *tests;

	(void)state;
	tests = read_tests("program build/tests/bpf/refused_packet_bounds.o\n"
			   "test \"never\"\n"
			   "  send eth / ip / udp\n"
			   "  expect PASS\n");
	assert_int_equal(xdplab_tests_load(tests, NULL), -EACCES);
	assert_non_null(xdplab_error_refusal());
	xdplab_tests_free(tests);
}

static void a_program_that_is_not_there_is_a_mistake(void **state)
{
	struct xdplab_tests *tests;

	(void)state;
	tests = read_tests("program " OBJECT " xdp_other\n"
			   "test \"never\"\n"
			   "  send eth / ip / udp\n"
			   "  expect PASS\n");
	assert_int_equal(xdplab_tests_load(tests, NULL), -EINVAL);
	assert_non_null(strstr(mistakes, "1: "));
	assert_non_null(strstr(mistakes, "no program xdp_other"));
	xdplab_tests_free(tests);
}

static void a_program_that_asks_its_device_is_not_run(void **state)
{
	struct xdplab_tests *tests;

	(void)state;
	tests = read_tests("program build/tests/bpf/stage_meta.o\n"
			   "test \"never\"\n"
			   "  send eth / ip / udp\n"
			   "  expect PASS\n");
	assert_int_equal(xdplab_tests_load(tests, NULL), -EOPNOTSUPP);
	assert_non_null(strstr(xdplab_error(), "asks the device"));
	xdplab_tests_free(tests);
}

static void what_a_loop_repeats_is_told_once(void **state)
{
	struct xdplab_tests *tests;

	(void)state;
	write_capture("test-run.pcap");
	tests = read_tests("program " OBJECT " xdp_verdicts\n"
			   "test \"never\"\n"
			   "  repeat 5\n"
			   "    send pcap \"test-run.pcap\" filter \"upd\"\n"
			   "    expect PASS\n"
			   "    send pcap \"test-run.pcap\" filter \"pord\"\n"
			   "    expect PASS\n");
	assert_int_equal(xdplab_tests_load(tests, NULL), -EINVAL);
	assert_non_null(strstr(xdplab_error(), ": 2 mistakes"));
	assert_non_null(strstr(mistakes, "4: "));
	assert_non_null(strstr(mistakes, "\n6: "));
	xdplab_tests_free(tests);
	unlink("test-run.pcap");
}

static void what_is_wrong_with_a_network_is_a_mistake(void **state)
{
	struct xdplab_tests *tests;

	(void)state;
	tests = read_tests("program " OBJECT " xdp_verdicts\n"
			   "interface left address 10.0.0.1/24\n"
			   "route 10.9.0.0/16 via 192.0.2.1\n"
			   "test \"never\"\n"
			   "  send eth / ip / udp\n"
			   "  expect PASS\n");
	assert_int_equal(xdplab_tests_load(tests, NULL), -EINVAL);
	assert_string_equal(mistakes, "3: 10.9.0.0: cannot make a route to it: "
				      "Nexthop has invalid gateway\n");
	xdplab_tests_free(tests);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_verdict_that_is_expected_comes),
		cmocka_unit_test(another_verdict_is_told),
		cmocka_unit_test(a_test_ends_with_the_first_send_that_fails),
		cmocka_unit_test(a_failure_tells_where_its_verdict_was_decided),
		cmocka_unit_test(
			a_packet_can_be_expected_as_it_was_sent_but_for_fields),
		cmocka_unit_test(a_packet_can_be_expected_by_a_pattern),
		cmocka_unit_test(the_first_field_that_differs_is_told),
		cmocka_unit_test(both_packets_are_told_side_by_side),
		cmocka_unit_test(
			the_length_can_be_expected_beside_that_of_what_was_sent),
		cmocka_unit_test(
			a_packet_of_several_buffers_needs_a_program_for_them),
		cmocka_unit_test(a_packet_comes_in_where_the_context_says),
		cmocka_unit_test(
			sent_and_expected_packets_get_the_tag_of_the_context),
		cmocka_unit_test(a_redirect_can_be_expected),
		cmocka_unit_test(what_routes_and_neighbours_say_is_followed),
		cmocka_unit_test(packets_of_a_send_are_counted_by_verdict),
		cmocka_unit_test(what_is_printed_can_be_expected),
		cmocka_unit_test(
			programs_are_a_chain_in_the_order_of_their_prio),
		cmocka_unit_test(programs_that_are_tail_called_run),
		cmocka_unit_test(
			a_test_that_comes_after_another_needs_it_to_pass),
		cmocka_unit_test(a_test_does_not_run_longer_than_its_timeout),
		cmocka_unit_test(the_thread_is_back_where_it_was),
		cmocka_unit_test(a_refusal_is_kept),
		cmocka_unit_test(a_program_that_is_not_there_is_a_mistake),
		cmocka_unit_test(
			a_redirect_to_an_entry_of_a_map_can_be_expected),
		cmocka_unit_test(packets_of_a_file_are_sent),
		cmocka_unit_test(
			maps_that_are_pinned_by_name_are_shared_and_pinned_nowhere),
		cmocka_unit_test(
			each_test_begins_anew_or_where_another_left_off),
		cmocka_unit_test(each_packet_is_told_and_what_they_cover),
		cmocka_unit_test(a_program_that_runs_is_tested_where_it_runs),
		cmocka_unit_test(
			what_a_killed_process_left_in_tracefs_is_removed),
		cmocka_unit_test(a_program_that_asks_its_device_is_not_run),
		cmocka_unit_test(what_a_loop_repeats_is_told_once),
		cmocka_unit_test(what_is_wrong_with_a_network_is_a_mistake),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
