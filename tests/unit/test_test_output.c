// SPDX-License-Identifier: GPL-2.0-only
/* test_test_output - what `xdplab test` prints, of results made by hand */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../../cli/test/test.h"
#include "../../cli/xml.h"
/* First: cmocka has a macro of the name of our fail(). */
#include "../../lib/test/test.h"
#include <cmocka.h>

/* ---- a file of two tests, and what became of them ---- */

static struct test_case cases[] = {
	{ .shown = { .name = "echoes are dropped", .line = 3 } },
	{ .shown = { .name = "it's \"<low>\" & #1", .line = 7 } },
};
static struct xdplab_tests tests = {
	.cases = cases, .nr_cases = 2, .seed = 7, .is_random = true
};
static struct test_file file = { .path = "a b.test", .tests = &tests };

static const struct cmd cmd = { .name = "test", .flags = CMD_NETNS };
static const struct args args = { .cmd = &cmd };
static struct test_asked asked = { .args = &args };

static const struct xdplab_test_result passed = {
	.passed = true,
	.error = "",
	.nr_packets = 12,
	.ns = 1500000,
};

static const struct xdplab_test_row rows[] = {
	{ "ip.ttl", "63", "63", false },
	{ "udp.sport", "53", "53", false },
	{ "udp.dport", "1999", "2000", true },
};

static const struct xdplab_test_failure failures[] = {
	{ 9, "expect PASS eth / ip(ttl=63) / udp(dport=1999)",
	  "udp.dport is 2000, not 1999", rows, 3 },
	{ 10, "expect map hits[0] += 1", "it changed by 0", NULL, 0 },
};

static const struct xdplab_test_result failed = {
	.error = "",
	.nr_packets = 1,
	.ns = 2000,
	.failures = failures,
	.nr_failures = 2,
	.variables = "p=17",
	.decided_file = "low.bpf.c",
	.decided_line = 42,
	.decided_text = "\treturn XDP_PASS;",
};

static const struct test_sum sum = { .passed = 1, .failed = 1, .seconds = 0.5 };

/* What the form prints of both. */
static char *printed(const struct test_output *output, bool verbose)
{
	json_t *good = test_row(&asked, &file, 0, &passed, "");
	json_t *bad = test_row(&asked, &file, 1, &failed, "failed/a.pcap");
	struct test_writer writer = { .output = output, .verbose = verbose };
	char *text;
	size_t size;

	writer.file = open_memstream(&text, &size);
	output->begin(&writer, 2);
	output->test(&writer, good);
	output->test(&writer, bad);
	if (output->file)
		output->file(&writer, file.path, &sum);
	output->end(&writer, &sum);
	fclose(writer.file);
	json_decref(good);
	json_decref(bad);
	return text;
}

static void assert_printed(const struct test_output *output, bool verbose,
			   const char *wanted)
{
	char *text = printed(output, verbose);

	assert_string_equal(text, wanted);
	free(text);
}

/* ---- forms ---- */

#define AGAIN "xdplab test 'a b.test':7 --seed 7"

#define FAILURE                                                                \
	"FAIL  a b.test:7: it's \"<low>\" & #1\n"                              \
	"      a b.test:9: expect PASS eth / ip(ttl=63) / udp(dport=1999)\n"   \
	"      udp.dport is 2000, not 1999\n"                                  \
	"                   expected  got\n"                                   \
	"        udp.sport  53        53\n"                                    \
	"      * udp.dport  1999      2000\n"                                  \
	"      a b.test:10: expect map hits[0] += 1\n"                         \
	"      it changed by 0\n"                                              \
	"      with      p=17\n"                                               \
	"      decided   low.bpf.c:42: return XDP_PASS;\n"                     \
	"      packets   failed/a.pcap\n"                                      \
	"      again     " AGAIN "\n\n"

static void plain_text_tells_failures_and_sums(void **state)
{
	(void)state;
	assert_printed(&test_plain, false,
		       FAILURE "FAIL  a b.test: 1 passed, 1 failed\n"
			       "1 passed, 1 failed in 0.50 s\n");
}

static void plain_text_tells_each_test_if_verbose(void **state)
{
	(void)state;
	assert_printed(&test_plain, true,
		       "ok    a b.test:3: echoes are dropped\n" FAILURE
		       "FAIL  a b.test: 1 passed, 1 failed\n"
		       "1 passed, 1 failed in 0.50 s\n");
}

static void tap_has_a_diagnosis(void **state)
{
	(void)state;
	assert_printed(
		&test_tap, false,
		"TAP version 13\n"
		"1..2\n"
		"ok 1 - a b.test: echoes are dropped\n"
		"not ok 2 - a b.test: it's \"<low>\" & \\#1\n"
		"  ---\n"
		"  message: \"udp.dport is 2000, not 1999\"\n"
		"  file: \"a b.test\"\n"
		"  line: 7\n"
		"  name: \"it's \\\"<low>\\\" & #1\"\n"
		"  packets: 1\n"
		"  ns: 2000\n"
		"  failures: [{\"line\": 9, \"expectation\": \"expect PASS eth "
		"/ ip(ttl=63) / udp(dport=1999)\", \"message\": \"udp.dport is "
		"2000, not 1999\", \"rows\": [{\"what\": \"ip.ttl\", "
		"\"expected\": \"63\", \"got\": \"63\", \"differs\": false}, {\"what\": \"udp.sport\", \"expected\": \"53\", \"got\": \"53\", \"differs\": false}, "
		"{\"what\": \"udp.dport\", \"expected\": \"1999\", \"got\": "
		"\"2000\", \"differs\": true}]}, {\"line\": 10, "
		"\"expectation\": \"expect map hits[0] += 1\", \"message\": "
		"\"it changed by 0\"}]\n"
		"  variables: \"p=17\"\n"
		"  decided_file: \"low.bpf.c\"\n"
		"  decided_line: 42\n"
		"  decided_text: \"return XDP_PASS;\"\n"
		"  capture: \"failed/a.pcap\"\n"
		"  seed: 7\n"
		"  again: \"xdplab test 'a b.test':7 --seed 7\"\n"
		"  ...\n");
}

static void junit_is_escaped(void **state)
{
	(void)state;
	assert_printed(
		&test_junit, false,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<testsuites>\n"
		"<testsuite name=\"a b.test\" tests=\"2\" failures=\"1\" "
		"errors=\"0\" time=\"0.500000\">\n"
		"<testcase name=\"echoes are dropped\" classname=\"a b.test\" "
		"file=\"a b.test\" line=\"3\" time=\"0.001500\"/>\n"
		"<testcase name=\"it's &quot;&lt;low&gt;&quot; &amp; #1\" "
		"classname=\"a b.test\" file=\"a b.test\" line=\"7\" "
		"time=\"0.000002\">\n"
		"<failure message=\"udp.dport is 2000, not 1999\">"
		"a b.test:9: expect PASS eth / ip(ttl=63) / udp(dport=1999)\n"
		"udp.dport is 2000, not 1999\n"
		"             expected  got\n"
		"  udp.sport  53        53\n"
		"* udp.dport  1999      2000\n"
		"a b.test:10: expect map hits[0] += 1\n"
		"it changed by 0\n"
		"with      p=17\n"
		"decided   low.bpf.c:42: return XDP_PASS;\n"
		"packets   failed/a.pcap\n"
		"again     xdplab test 'a b.test':7 --seed 7\n"
		"</failure>\n"
		"</testcase>\n"
		"</testsuite>\n"
		"</testsuites>\n");
}

static void xml_has_no_forbidden_characters(void **state)
{
	static const char text[] = "a\x01\x1b[31m\tb\xef\xbf\xbf\xff\xc3\xa9";
	char *got;
	size_t size;
	FILE *memory = open_memstream(&got, &size);

	(void)state;
	xml_line(memory, text, strlen(text));
	fclose(memory);
	assert_string_equal(got, "a??[31m\tb??\xc3\xa9");
	free(got);
}

static void tests_that_did_not_run_are_told_to_machines(void **state)
{
	json_t *row = test_row_not_run(&file, 0, "a.o: no such file");
	struct test_writer writer = { 0 };
	char *text;
	size_t size;

	(void)state;
	writer.file = open_memstream(&text, &size);
	test_plain.test(&writer, row);
	test_tap.test(&writer, row);
	fclose(writer.file);
	assert_string_equal(text, "not ok 2 - a b.test: echoes are dropped\n"
				  "  ---\n"
				  "  message: \"a.o: no such file\"\n"
				  "  file: \"a b.test\"\n"
				  "  line: 3\n"
				  "  name: \"echoes are dropped\"\n"
				  "  error: \"a.o: no such file\"\n"
				  "  ...\n");
	json_decref(row);
	free(text);
}

/* ---- the line that runs a test again ---- */

/* What a shell makes of the word. */
static void assert_comes_back(const char *word)
{
	struct xdplab_text line = { 0 };
	char got[256] = "";
	FILE *shell;

	xdplab_text_add(&line, "exec bash -c \"printf %s \\\"\\$1\\\"\" x ");
	test_again_word(&line, word);
	/* NOLINTNEXTLINE(cert-env33-c): it is what is tested */
	shell = popen(line.bytes, "r");
	assert_non_null(shell);
	got[fread(got, 1, sizeof(got) - 1, shell)] = '\0';
	assert_int_equal(pclose(shell), 0);
	assert_string_equal(got, word);
	xdplab_text_free(&line);
}

static void words_come_back_from_a_shell(void **state)
{
	(void)state;
	assert_comes_back("plain-1.2_x/y:z");
	assert_comes_back("two words");
	assert_comes_back("it's $HOME `id` \"quoted\" \\ !");
	assert_comes_back("caf\xc3\xa9");
	assert_comes_back("");
}

static void words_that_command_a_terminal_are_numbers(void **state)
{
	struct xdplab_text line = { 0 };

	(void)state;
	test_again_word(&line, "a\n'\x1b");
	assert_string_equal(line.bytes, "$'\\x61\\x0a\\x27\\x1b'");
	xdplab_text_free(&line);
}

static void a_seed_is_told_where_there_is_one(void **state)
{
	struct xdplab_text line = { 0 };

	(void)state;
	tests.is_random = false;
	test_again(&line, &asked, &file, &cases[0].shown);
	tests.is_random = true;
	assert_string_equal(line.bytes, "xdplab test 'a b.test':3");
	xdplab_text_free(&line);
}

static void of_several_tests_of_a_line_one_is_named(void **state)
{
	struct xdplab_text line = { 0 };

	(void)state;
	cases[0].shown.line = 7;
	test_again(&line, &asked, &file, &cases[1].shown);
	cases[0].shown.line = 3;
	assert_string_equal(line.bytes, "xdplab test 'a b.test':7 -k 'it'\\''s "
					"\"<low>\" & #1' --seed 7");
	xdplab_text_free(&line);
}

/* ---- mistakes ---- */

static const char *said(const struct xdplab_mistake *mistake)
{
	static char text[4096];
	int fd = memfd_create("stderr", MFD_CLOEXEC), saved = dup(2);
	json_t *mistakes = json_array();
	ssize_t length;

	dup2(fd, 2);
	test_say_mistake(mistake, mistakes);
	dup2(saved, 2);
	close(saved);
	length = pread(fd, text, sizeof(text) - 1, 0);
	close(fd);
	assert_int_equal(json_array_size(mistakes), 1);
	json_decref(mistakes);
	text[length > 0 ? length : 0] = '\0';
	return text;
}

static void mistakes_have_a_caret_and_a_hint(void **state)
{
	const struct xdplab_mistake mistake = {
		"a.test", 4,
		13,	  "there is no field dprt",
		"dport",  "  send eth/u(dprt=1)",
	};

	(void)state;
	assert_string_equal(said(&mistake),
			    "a.test:4:13: there is no field dprt; did you mean "
			    "dport?\n"
			    "    send eth/u(dprt=1)\n"
			    "              ^\n");
}

static void a_caret_stands_right_behind_tabs_and_wide_characters(void **state)
{
	const struct xdplab_mistake mistake = {
		"a.test", 1, 9, "wrong", "", "\ta\t\xe4\xb8\xad\x1b x",
	};

	(void)state;
	assert_string_equal(said(&mistake), "a.test:1:9: wrong\n"
					    "  \ta\t\xe4\xb8\xad? x\n"
					    "  \t \t    ^\n");
}

static void of_a_long_line_a_part_is_shown(void **state)
{
	char source[5001], wanted[512];
	const struct xdplab_mistake mistake = {
		"a.test", 1, 3001, "wrong", "", source,
	};

	(void)state;
	memset(source, 'x', 5000);
	source[3000] = '!';
	source[5000] = '\0';
	snprintf(wanted, sizeof(wanted), "  %.100s!%.59s\n  %100s^\n", source,
		 source, "");
	assert_string_equal(strchr(said(&mistake), '\n') + 1, wanted);
}

static void a_column_behind_the_end_is_the_end(void **state)
{
	const struct xdplab_mistake mistake = {
		"a.test", 1, 99, "wrong", "", "ab",
	};

	(void)state;
	assert_string_equal(said(&mistake), "a.test:1:99: wrong\n"
					    "  ab\n"
					    "    ^\n");
}

int main(void)
{
	const struct CMUnitTest list[] = {
		cmocka_unit_test(plain_text_tells_failures_and_sums),
		cmocka_unit_test(plain_text_tells_each_test_if_verbose),
		cmocka_unit_test(tap_has_a_diagnosis),
		cmocka_unit_test(junit_is_escaped),
		cmocka_unit_test(xml_has_no_forbidden_characters),
		cmocka_unit_test(tests_that_did_not_run_are_told_to_machines),
		cmocka_unit_test(words_come_back_from_a_shell),
		cmocka_unit_test(words_that_command_a_terminal_are_numbers),
		cmocka_unit_test(a_seed_is_told_where_there_is_one),
		cmocka_unit_test(of_several_tests_of_a_line_one_is_named),
		cmocka_unit_test(mistakes_have_a_caret_and_a_hint),
		cmocka_unit_test(
			a_caret_stands_right_behind_tabs_and_wide_characters),
		cmocka_unit_test(of_a_long_line_a_part_is_shown),
		cmocka_unit_test(a_column_behind_the_end_is_the_end),
	};

	return cmocka_run_group_tests(list, NULL, NULL);
}
