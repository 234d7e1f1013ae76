// SPDX-License-Identifier: GPL-2.0-only
/* cmd-test - xdplab test: packet tests for XDP programs */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>

#include "cov/cov.h"
#include "test/fuzz.h"
#include "test/record.h"
#include "test/test.h"

static const struct option_spec options[] = {
	{ 'k', "only", "SUBSTRING",
	  "Only run tests whose name contains SUBSTRING", NULL },
	{ 'l', "list", NULL, "List the tests, run none", NULL },
	{ 0, "program", "FILE", "Test FILE instead of the test file's program",
	  "@file" },
	{ 0, "seed", "N", "Seed for random fields", NULL },
	{ 'J', "jobs", "N", "Run N tests in parallel (default 1)", NULL },
	{ 0, "timeout", "SECONDS", "Kill a test after SECONDS (default 60)",
	  NULL },
	{ 'x', "exitfirst", NULL, "Stop after the first failing test", NULL },
	{ 'w', "watch", NULL, "Rerun the tests when a file changes", NULL },
	{ 0, "build", "COMMAND",
	  "--watch: shell command that builds the objects", NULL },
	{ 0, "tap", NULL, "Print TAP (Test Anything Protocol)", NULL },
	{ 0, "junit", "FILE", "Write JUnit XML to FILE, - is stdout", "@file" },
	{ 'o', "out", "FILE", "Write output packets to a pcap file", "@file" },
	{ 0, "save", "DIR",
	  "Save packets of failing tests in DIR (default xdplab-failed)",
	  "@file" },
	{ 0, "record", "IFACE",
	  "Record IFACE's packets and verdicts as tests in FILE", "@iface" },
	{ 0, "count", "N", "--record: stop after N packets (default 100)",
	  NULL },
	{ 0, "fuzz", "SECONDS", "Fuzz for SECONDS", NULL },
	{ 0, "against", "OBJECT", "--fuzz: report differences from OBJECT",
	  "@file" },
	{ 'n', "prog-name", "NAME",
	  "--fuzz: select the program by function name", NULL },
	{ 0, "runs", "N", "--fuzz: stop after N packets", NULL },
	{ 0, "keep", "FILE",
	  "--fuzz: write findings to FILE (default NAME.fuzz.test)", "@file" },
	{ 0, "cov", NULL, "Print lines that no test reaches", NULL },
	{ 0, "cov-html", "FILE", "Write coverage as HTML", "@file" },
	{ 0, "cov-lcov", "FILE", "Write coverage in lcov format", "@file" },
	{ 0 },
};

/* ---- what is asked for ---- */

static int read_asked(struct test_asked *asked)
{
	const struct args *args = asked->args;
	int status;

	asked->only = args_value(args, "only");
	asked->program = args_value(args, "program");
	asked->save = args_value(args, "save") ?: "xdplab-failed";
	asked->junit = args_value(args, "junit");
	asked->out = args_value(args, "out");
	asked->cov_html = args_value(args, "cov-html");
	asked->cov_lcov = args_value(args, "cov-lcov");
	asked->exit_first = args_count(args, "exitfirst");
	asked->coverage =
		args_count(args, "cov") || asked->cov_html || asked->cov_lcov;
	asked->jobs = 1;
	asked->timeout = 60;
	status = args_number(args, "seed", 1, UINT64_MAX, &asked->seed);
	if (!status)
		status = args_number(args, "jobs", 1, 256, &asked->jobs);
	if (!status)
		status = args_seconds(args, "timeout", 0.1, 86400,
				      &asked->timeout);
	return status;
}

static bool prints_junit(const struct test_asked *asked)
{
	return asked->junit && !strcmp(asked->junit, "-");
}

/* To a file. */
static bool writes_junit(const struct test_asked *asked)
{
	return asked->junit && !prints_junit(asked);
}

static int check_asked(const struct test_asked *asked)
{
	const struct args *args = asked->args;

	if (!!args_count(args, "json") + !!args_count(args, "tap") +
		    prints_junit(asked) >
	    1)
		return say_usage(args, "--json, --tap and --junit - are "
				       "mutually exclusive");
	if (args_count(args, "watch") && args_count(args, "list"))
		return say_usage(args, "--watch and --list are mutually "
				       "exclusive");
	if (args_count(args, "build") && !args_count(args, "watch"))
		return say_usage(args, "--build requires --watch");
	if (args_count(args, "count") && !args_count(args, "record"))
		return say_usage(args, "--count requires --record");
	if (args_count(args, "against") || args_count(args, "runs") ||
	    args_count(args, "keep") || args_count(args, "prog-name"))
		return say_usage(args, "--against, --runs, --keep and "
				       "--prog-name require --fuzz");
	if (asked->out && asked->jobs > 1)
		return say_usage(args,
				 "--out and --jobs are mutually exclusive");
	return EXIT_DONE;
}

/* ---- files that are written ---- */

/* An exit status. */
static int close_file(const struct test_asked *asked, FILE *file,
		      const char *path)
{
	int lost = ferror(file);

	if (!fclose(file) && !lost)
		return EXIT_DONE;
	say(asked->args, "%s: %s", path, strerror(errno ?: EIO));
	return EXIT_FAILED;
}

static FILE *open_file(const struct test_asked *asked, const char *path)
{
	FILE *file = fopen(path, "we");

	if (!file)
		say(asked->args, "%s: %s", path, strerror(errno));
	return file;
}

static int write_cov(const struct test_asked *asked, const struct cov *cov,
		     const char *path,
		     void (*write)(const struct cov *cov, FILE *file))
{
	FILE *file;

	if (!path)
		return EXIT_DONE;
	file = open_file(asked, path);
	if (!file)
		return EXIT_FAILED;
	write(cov, file);
	return close_file(asked, file, path);
}

static int write_cov_html(const struct test_asked *asked, const struct cov *cov)
{
	char path[4096];
	struct stat st;

	if (!asked->cov_html || stat(asked->cov_html, &st) ||
	    !S_ISDIR(st.st_mode))
		return write_cov(asked, cov, asked->cov_html, cov_html);
	snprintf(path, sizeof(path), "%s/index.html", asked->cov_html);
	return write_cov(asked, cov, path, cov_html);
}

/* ---- forms of results ---- */

static const struct test_output *stdout_form(const struct test_asked *asked)
{
	if (args_count(asked->args, "json"))
		return &test_json;
	if (args_count(asked->args, "tap"))
		return &test_tap;
	return prints_junit(asked) ? &test_junit : &test_plain;
}

static void add_writer(struct test_writers *writers,
		       const struct test_output *output, FILE *file,
		       bool verbose)
{
	writers->at[writers->nr++] = (struct test_writer){
		.output = output,
		.file = file,
		.verbose = verbose,
	};
}

static void add_writers(struct test_writers *writers,
			const struct test_asked *asked, FILE *junit)
{
	add_writer(writers, stdout_form(asked), stdout,
		   args_count(asked->args, "verbose"));
	if (junit)
		add_writer(writers, &test_junit, junit, false);
}

/* Where there is a form for machines on stdout, what is for people goes
 * elsewhere. */
static int tell_cov(const struct test_asked *asked, struct cov *cov)
{
	bool plain = stdout_form(asked) == &test_plain;
	int status;

	cov_sort(cov);
	if (cov->nr && args_count(asked->args, "cov"))
		cov_text(cov, plain ? stdout : stderr);
	status = write_cov(asked, cov, asked->cov_lcov, cov_lcov);
	return write_cov_html(asked, cov) ?: status;
}

/* ---- running them ---- */

static int run_with(const struct test_asked *asked,
		    const struct test_files *files, FILE *junit,
		    struct xdplab_capture *capture)
{
	struct test_writers writers = { 0 };
	struct cov cov = { 0 };
	int status, lost = EXIT_DONE;

	add_writers(&writers, asked, junit);
	status = test_jobs(asked, files, &writers, capture, &cov);
	/* If there is none, workers have said why. */
	if (asked->coverage && cov.nr)
		lost = tell_cov(asked, &cov);
	else if (asked->coverage && !status)
		lost = EXIT_FAILED;
	cov_free(&cov);
	return lost ? lost : status;
}

/* Where a form for machines is asked for, it says so, too. */
static int tell_wrong(const struct test_asked *asked,
		      const struct test_files *files, int status)
{
	struct test_writers writers = { 0 };
	FILE *junit = NULL;

	if (writes_junit(asked))
		junit = open_file(asked, asked->junit);
	add_writers(&writers, asked, junit);
	test_writers_wrong(&writers, files);
	if (junit)
		close_file(asked, junit, asked->junit);
	return status;
}

/* An exit status. */
static int open_capture(struct xdplab_capture **capture,
			const struct test_asked *asked,
			const struct test_files *files)
{
	int err = 0;

	if (asked->out)
		err = xdplab_capture_open(capture, asked->out);
	if (!err && *capture)
		err = xdplab_capture_flush(*capture);
	if (!err)
		return EXIT_DONE;
	test_keep_error(files->wrong, "", xdplab_error());
	return say_failure(asked->args, err);
}

static int run(const struct test_asked *asked, const struct test_files *files)
{
	struct xdplab_capture *capture = NULL;
	FILE *junit = NULL;
	int status = files->status, lost = EXIT_DONE;

	if (!status)
		status = open_capture(&capture, asked, files);
	if (status) {
		xdplab_capture_close(capture);
		return tell_wrong(asked, files, status);
	}
	if (writes_junit(asked) && !(junit = open_file(asked, asked->junit)))
		status = EXIT_FAILED;
	if (!status)
		status = run_with(asked, files, junit, capture);
	if (junit)
		lost = close_file(asked, junit, asked->junit);
	if (xdplab_capture_close(capture))
		lost = say_failure(asked->args, -EIO);
	return lost ? lost : status;
}

/* Who has started us is to know of a signal that has ended it. */
static int run_once(const struct test_asked *asked,
		    const struct test_files *files)
{
	int status;

	test_signals_hold();
	status = run(asked, files);
	test_signals_release();
	if (test_signal()) {
		fflush(NULL);
		raise(test_signal());
	}
	return status;
}

static int read_and_run(const struct test_asked *asked)
{
	bool lists = args_count(asked->args, "list");
	struct test_files files = { 0 };
	int status;

	test_files_read(&files, asked);
	if (!files.status && lists)
		status = test_list(asked, &files);
	else
		status = run_once(asked, &files);
	test_files_free(&files);
	return status;
}

static int test(struct args *args)
{
	struct test_asked asked = { .args = args };
	const char *ifname = args_value(args, "record");
	int status =
		ifname ? args_operands(args, 0, 1) : args_operands(args, 1, -1);

	if (!status && ifname)
		return test_record(args, ifname);
	if (!status && args_value(args, "fuzz"))
		return test_fuzz(args);
	if (!status)
		status = read_asked(&asked);
	if (!status)
		status = check_asked(&asked);
	if (!status && args_count(args, "watch"))
		return test_watch(&asked, args_value(args, "build"), run);
	return status ? status : read_and_run(&asked);
}

const struct cmd cmd_test = {
	.name = "test",
	.operands = "FILE...",
	.summary = "Run packet tests of XDP programs",
	.detail =
		"A test FILE names a program, the packets to send to it, and "
		"the expected results: see xdplab-test(5). For a directory, "
		"all *.test files in it are run; FILE:LINE is the test that "
		"begins at that line. Programs run in the kernel by "
		"BPF_PROG_TEST_RUN; interfaces that a file declares are in a "
		"private namespace, and the host is not affected.\n"
		"\n"
		"  program xdp_parser.bpf.o\n"
		"\n"
		"  test \"the destination port is lowered by one\"\n"
		"    send   eth / ip(dst=10.0.0.2) / udp(dport=2000) / "
		"\"hello\"\n"
		"    expect PASS eth / ip(dst=10.0.0.2) / udp(dport=1999) / "
		"\"hello\"\n"
		"\n"
		"  test \"every truncation of a SYN is safe\"\n"
		"    send   eth / ip / tcp(flags=S), truncated 14..54\n"
		"    expect PASS or DROP\n"
		"\n"
		"Errors in a file are reported with line and column, and then "
		"no test of it is run. A failing test shows what was expected "
		"and what came, the packet before and after, where the program "
		"decided, if known, and the command that runs this test alone; "
		"the packets are saved in DIR for tcpdump or Wireshark. A test "
		"that crashes or times out fails, and the others still run.\n"
		"\n"
		"The exit status is 3 if a test failed, and 2 if a file has "
		"errors. If --json, --tap or --junit - is printed, --cov goes "
		"to standard error. Branches are those of the object code: a "
		"function that was inlined several times has branches for each "
		"copy.\n"
		"\n"
		"--watch watches the directories of the files and of the "
		"objects. Without --build, a new object reruns the tests; with "
		"it, a changed source (*.c, *.h, Makefile) does, after the "
		"shell command COMMAND has built the objects.\n"
		"\n"
		"--record records the packets that the program of an interface "
		"receives, what it does to them, and its maps, until --count, "
		"--timeout or Ctrl-C. The result is a regression test, printed "
		"if there is no FILE. Meanwhile the program runs inside "
		"another one, which is swapped in and out without losing a "
		"packet.\n"
		"\n"
		"--fuzz mutates packets, starting from those that the tests of "
		"a FILE send and from common ones, and keeps those that reach "
		"new code in the program. It reports the verdict ABORTED, "
		"packets that come out longer than a frame of their interface "
		"and, with --against, verdicts, packets and redirect targets "
		"that differ from another version's. What goes wrong in the "
		"same way at the same line is one finding; it is minimized and "
		"written to NAME.fuzz.test, as a test that fails until the "
		"program is fixed. Maps are reset at intervals, and a finding must be "
		"reproducible from there. Instead of a FILE, an object PROGRAM "
		"can be given. The exit status is 3 if anything was found. "
		"Equal --seed and --runs find the same.\n"
		"\n"
		"Examples:\n"
		"  xdplab test parser.test\n"
		"  xdplab test parser.test:12\n"
		"  xdplab test -k truncation -v tests/\n"
		"  xdplab test --watch --build make parser.test\n"
		"  xdplab test --jobs 4 --junit results.xml tests/\n"
		"  xdplab test --cov --cov-html coverage.html parser.test\n"
		"  xdplab test --record veth0 --count 20 veth0.test\n"
		"  xdplab test --fuzz 60 --against old.bpf.o parser.test",
	.flags = CMD_JSON | CMD_NETNS,
	.options = options,
	.words = "@file",
	.exec = test,
};
