// SPDX-License-Identifier: GPL-2.0-only
/* test_test_load - what is tested, and what of it is left */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <bpf/bpf.h>

#include "../../lib/internal.h"
#include "../../lib/packet/pcap.h"
#include "../../lib/test/maps.h"
#include "../../lib/test/read.h"
#include "../../lib/test/run.h"
#include <cmocka.h>

#include "run-tests.h"

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
	all_pass("program tests/bpf/stage_tails.o xdp_tails\n"
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
	all_pass("program tests/bpf/count.o prio 1\n"
		 "program tests/bpf/count.o prio 2\n"
		 "test \"counted twice\"\n"
		 "  send eth / bytes(50)\n"
		 "  expect PASS\n"
		 "  expect map shared_counts[0] == 2\n");
	assert_int_not_equal(access("/sys/fs/bpf/shared_counts", F_OK), 0);
}

/* ---- one after the other ---- */

#define COUNTED                                                                \
	"program tests/bpf/stage_tails.o xdp_tails\n"                          \
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
	assert_string_equal(result->error, "preceding test \"wrong\" failed");
	assert_int_equal(result->nr_packets, 0);
	xdplab_test_result_free(result);
	xdplab_tests_free(tests);
}

/* More than the stack has room for. */
static void any_number_of_tests_can_come_after_one_another(void **state)
{
	struct xdplab_text text = { 0 };
	struct xdplab_test_result *result;
	struct xdplab_tests *tests;
	char test[128];

	(void)state;
	xdplab_text_add(&text, "program " OBJECT " xdp_verdicts\n");
	for (int i = 0; i < 50000; i++) {
		snprintf(test, sizeof(test),
			 i ? "test \"%d\" after \"%d\"\n" : "test \"%d\"\n", i,
			 i - 1);
		xdplab_text_add(&text, test);
		xdplab_text_add(&text, "  send eth\n  expect DROP\n");
	}
	tests = load_tests(text.bytes);
	result = run(tests, 49999);
	assert_true(result->passed);
	xdplab_test_result_free(result);
	xdplab_tests_free(tests);
	xdplab_text_free(&text);
}

static uint32_t first_port(const struct xdplab_tests *tests)
{
	const struct test_maps *maps = tests->run->maps;
	uint32_t key = 0, value = 0;

	for (size_t i = 0; i < maps->nr; i++)
		if (!strcmp(maps->at[i].name, "ports"))
			bpf_map_lookup_elem(maps->at[i].map->fd, &key, &value);
	return value;
}

static void a_teardown_is_done_even_if_a_test_was_not(void **state)
{
	struct xdplab_test_result *result;
	struct xdplab_tests *tests;

	(void)state;
	tests = load_tests("program " OBJECT " xdp_verdicts\n"
			   "context timeout 10ms\n"
			   "teardown\n"
			   "  map ports[0] = lo\n"
			   "test \"long\"\n"
			   "  repeat 100000\n"
			   "    send eth / ip / udp(dport=1)\n"
			   "    expect DROP\n");
	result = run(tests, 0);
	assert_string_not_equal(result->error, "");
	assert_int_equal(first_port(tests), 1);
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
	assert_string_equal(result->error, "line 5: timed out after 0.01 s");
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
		xdplab_prog_open(&prog, built("tests/bpf/drop.o"), NULL), 0);
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
	assert_non_null(strstr(mistakes, "is tested in place"));
	xdplab_tests_free(tests);
	tests = read_tests("program on lo\n"
			   "test \"never\"\n"
			   "  send eth / ip / udp\n"
			   "  expect redirect to lo\n");
	assert_int_equal(xdplab_tests_load(tests, NULL), -EINVAL);
	assert_non_null(strstr(mistakes, "is unknown"));
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

static size_t count_instances(void)
{
	int fd = instances();
	DIR *dir = fdopendir(fd);
	size_t nr = 0;

	assert_non_null(dir);
	while (readdir(dir))
		nr++;
	closedir(dir);
	return nr;
}

static void what_is_printed_is_seen_without_an_instance_of_tracefs(void **state)
{
	size_t before = count_instances();
	struct xdplab_tests *tests =
		load_tests("program " OBJECT " xdp_verdicts\n"
			   "test \"silent\"\n"
			   "  send eth / ip / udp\n"
			   "  expect no printk\n");

	(void)state;
	assert_int_equal(count_instances(), before);
	xdplab_tests_free(tests);
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
	tests = read_tests("program tests/bpf/refused_packet_bounds.o\n"
			   "test \"never\"\n"
			   "  send eth / ip / udp\n"
			   "  expect PASS\n");
	assert_int_equal(xdplab_tests_load(tests, NULL), -EACCES);
	assert_non_null(xdplab_error_refusal());
	xdplab_tests_free(tests);
}

#define A_TEST                                                                 \
	"test \"never\"\n"                                                     \
	"  send eth / ip / udp\n"                                              \
	"  expect PASS\n"

/* Of a file that can be read, this is said when it is loaded. */
static void expect_mistake(const char *text, const char *place,
			   const char *mistake)
{
	struct xdplab_tests *tests = read_tests(text);

	assert_int_equal(xdplab_tests_load(tests, NULL), -EINVAL);
	assert_memory_equal(mistakes, place, strlen(place));
	assert_non_null(strstr(mistakes, mistake));
	xdplab_tests_free(tests);
}

static void a_program_that_is_not_there_is_a_mistake(void **state)
{
	(void)state;
	expect_mistake("program " OBJECT " xdp_other\n" A_TEST, "1:34: ",
		       ": no program xdp_other; it contains "
		       "xdp_verdicts (xdp), ");
	expect_mistake("program " OBJECT " xdp_rewite\n" A_TEST, "1:34: ",
		       ": no program xdp_rewite; did you "
		       "mean xdp_rewrite? it contains ");
}

static void what_is_wrong_with_a_file_of_packets_has_its_place(void **state)
{
	(void)state;
	write_capture();
	expect_mistake(REWRITE "  send pcap \"" OBJECT "\"\n"
			       "  expect TX\n",
		       "3:13: ", ": libpcap cannot read it: ");
	expect_mistake(REWRITE "  send pcap \"" CAPTURE
			       "\" filter \"udp prt 1\"\n"
			       "  expect TX\n",
		       "3:48: ", "filter \"udp prt 1\": ");
	unlink(built(CAPTURE));
}

static void a_queue_of_no_interface_is_a_mistake_of_its_line(void **state)
{
	struct xdplab_tests *tests;

	(void)state;
	tests = read_tests("program " OBJECT " xdp_verdicts\n"
			   "context queue 3\n"
			   "test \"never\"\n"
			   "  send eth\n"
			   "  expect DROP\n");
	assert_int_equal(xdplab_tests_load(tests, NULL), -EINVAL);
	assert_non_null(strstr(mistakes, "2:1: queue 3: queues belong to an "
					 "interface"));
	xdplab_tests_free(tests);
}

static void a_program_that_asks_its_device_is_not_run(void **state)
{
	struct xdplab_tests *tests;

	(void)state;
	tests = read_tests("program tests/bpf/stage_meta.o\n"
			   "test \"never\"\n"
			   "  send eth / ip / udp\n"
			   "  expect PASS\n");
	assert_int_equal(xdplab_tests_load(tests, NULL), -EOPNOTSUPP);
	assert_non_null(strstr(xdplab_error(), "uses metadata kfuncs"));
	xdplab_tests_free(tests);
}

static void what_a_loop_repeats_is_told_once(void **state)
{
	struct xdplab_tests *tests;

	(void)state;
	write_capture();
	tests = read_tests("program " OBJECT " xdp_verdicts\n"
			   "test \"never\"\n"
			   "  repeat 5\n"
			   "    send pcap \"" CAPTURE "\" filter \"upd\"\n"
			   "    expect PASS\n"
			   "    send pcap \"" CAPTURE "\" filter \"pord\"\n"
			   "    expect PASS\n");
	assert_int_equal(xdplab_tests_load(tests, NULL), -EINVAL);
	assert_non_null(strstr(xdplab_error(), ": 2 errors"));
	assert_non_null(strstr(mistakes, "4:"));
	assert_non_null(strstr(mistakes, "\n6:"));
	xdplab_tests_free(tests);
	unlink(built(CAPTURE));
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
	assert_string_equal(mistakes,
			    "3:1: 10.9.0.0: cannot add a route to it: Nexthop "
			    "has invalid gateway\n");
	xdplab_tests_free(tests);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			programs_are_a_chain_in_the_order_of_their_prio),
		cmocka_unit_test(programs_that_are_tail_called_run),
		cmocka_unit_test(
			maps_that_are_pinned_by_name_are_shared_and_pinned_nowhere),
		cmocka_unit_test(
			each_test_begins_anew_or_where_another_left_off),
		cmocka_unit_test(
			a_test_that_comes_after_another_needs_it_to_pass),
		cmocka_unit_test(
			any_number_of_tests_can_come_after_one_another),
		cmocka_unit_test(a_teardown_is_done_even_if_a_test_was_not),
		cmocka_unit_test(a_test_does_not_run_longer_than_its_timeout),
		cmocka_unit_test(each_packet_is_told_and_what_they_cover),
		cmocka_unit_test(a_program_that_runs_is_tested_where_it_runs),
		cmocka_unit_test(
			what_is_printed_is_seen_without_an_instance_of_tracefs),
		cmocka_unit_test(the_thread_is_back_where_it_was),
		cmocka_unit_test(a_refusal_is_kept),
		cmocka_unit_test(a_program_that_is_not_there_is_a_mistake),
		cmocka_unit_test(
			what_is_wrong_with_a_file_of_packets_has_its_place),
		cmocka_unit_test(
			a_queue_of_no_interface_is_a_mistake_of_its_line),
		cmocka_unit_test(a_program_that_asks_its_device_is_not_run),
		cmocka_unit_test(what_a_loop_repeats_is_told_once),
		cmocka_unit_test(what_is_wrong_with_a_network_is_a_mistake),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
