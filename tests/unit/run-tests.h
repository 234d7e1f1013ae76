/* SPDX-License-Identifier: GPL-2.0-only */
/* run-tests.h - files of packet tests, read from a text and run */
#ifndef RUN_TESTS_H
#define RUN_TESTS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OBJECT "tests/bpf/test_packets.o"

/* A path in the build directory, beside which the file of tests is. */
static inline const char *built(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", getenv("B") ?: "build", name);
	return path;
}

static char mistakes[4096];

static inline void add_mistake(const struct xdplab_mistake *mistake, void *arg)
{
	size_t length = strlen(mistakes);

	(void)arg;
	snprintf(mistakes + length, sizeof(mistakes) - length, "%u:%u: %s\n",
		 mistake->line, mistake->column, mistake->message);
}

static inline struct xdplab_tests *read_tests(const char *text)
{
	const struct xdplab_tests_opts opts = { .sz = sizeof(opts),
						.mistake = add_mistake };
	struct xdplab_tests *tests = NULL;
	int err;

	mistakes[0] = '\0';
	err = test_read_text(&tests, built("unit.test"), text, strlen(text),
			     &opts);
	if (err)
		print_error("%s\n%s", xdplab_error(), mistakes);
	assert_int_equal(err, 0);
	return tests;
}

static inline struct xdplab_tests *load_tests(const char *text)
{
	struct xdplab_tests *tests = read_tests(text);
	int err = xdplab_tests_load(tests, NULL);

	if (err)
		print_error("%s\n%s", xdplab_error(), mistakes);
	assert_int_equal(err, 0);
	return tests;
}

static inline struct xdplab_test_result *run(struct xdplab_tests *tests,
					     size_t index)
{
	struct xdplab_test_result *result = NULL;

	assert_int_equal(xdplab_tests_run(tests, index, &result), 0);
	return result;
}

/* Runs all tests of a file, which are to pass. */
static inline void all_pass(const char *text)
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
static inline void fails_with(const char *text, const char *messages)
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

/* ---- what several tests test ---- */

#define REWRITE "program " OBJECT " xdp_rewrite\ntest \"one hop less\"\n"

/* Five packets to ports 1 to 5, their TTL ten times as much. */
#define CAPTURE "tests/unit/run-tests.pcap"

static inline void write_capture(void)
{
	struct pcap_out *out;
	struct xdplab_packet *packet;
	const void *bytes;
	char text[64];
	size_t length;

	unlink(built(CAPTURE));
	assert_int_equal(pcap_out_open(&out, built(CAPTURE)), 0);
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

#endif
