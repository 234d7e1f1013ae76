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
	{ 'k', "only", "SUBSTRING", "Run only tests whose names contain it",
	  NULL },
	{ 'l', "list", NULL, "Tell which tests there are, and run none", NULL },
	{ 0, "program", "FILE", "Test this object in place of the file's",
	  "@file" },
	{ 0, "seed", "N", "Of random fields: the same seed, the same packets",
	  NULL },
	{ 'J', "jobs", "N", "Run so many tests at a time (1)", NULL },
	{ 0, "timeout", "SECONDS",
	  "How long a test that is stuck may take (60)", NULL },
	{ 'x', "exitfirst", NULL, "End at the first test that fails", NULL },
	{ 'w', "watch", NULL, "Run them again when a file has changed", NULL },
	{ 0, "build", "COMMAND",
	  "With --watch: this command of the shell makes the objects", NULL },
	{ 0, "tap", NULL, "Print TAP, the Test Anything Protocol", NULL },
	{ 0, "junit", "FILE", "Write JUnit's XML, too; -: print it", "@file" },
	{ 'o', "out", "FILE", "Write the packets that come out to a pcap file",
	  "@file" },
	{ 0, "save", "DIR",
	  "Where packets of failed tests are saved (xdplab-failed)", "@file" },
	{ 0, "record", "IFACE",
	  "Write down what its program does to packets, as a FILE of tests",
	  "@iface" },
	{ 0, "count", "N", "With --record: end after so many packets (100)",
	  NULL },
	{ 0, "fuzz", "SECONDS",
	  "Look for packets that a PROGRAM, or a FILE's, does not take well",
	  NULL },
	{ 0, "against", "OBJECT",
	  "With --fuzz: another version, which is to do the same", "@file" },
	{ 'n', "prog-name", "NAME",
	  "With --fuzz: of a PROGRAM's functions this one", NULL },
	{ 0, "runs", "N", "With --fuzz: end after so many packets", NULL },
	{ 0, "keep", "FILE",
	  "With --fuzz: where findings are written (NAME.fuzz.test)", "@file" },
	{ 0, "cov", NULL, "Tell which lines the tests do not reach", NULL },
	{ 0, "cov-html", "FILE", "Write the source in colours, as HTML",
	  "@file" },
	{ 0, "cov-lcov", "FILE", "Write what is reached, for lcov", "@file" },
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
		return say_usage(args, "--json, --tap and --junit -: only one "
				       "of them can be printed");
	if (args_count(args, "watch") && args_count(args, "list"))
		return say_usage(args, "--watch and --list: there is nothing "
				       "to run again");
	if (args_count(args, "build") && !args_count(args, "watch"))
		return say_usage(args, "--build goes with --watch");
	if (args_count(args, "count") && !args_count(args, "record"))
		return say_usage(args, "--count goes with --record");
	if (args_count(args, "against") || args_count(args, "runs") ||
	    args_count(args, "keep") || args_count(args, "prog-name"))
		return say_usage(args, "--against, --runs, --keep and "
				       "--prog-name go with --fuzz");
	if (asked->out && asked->jobs > 1)
		return say_usage(args, "--out and --jobs: packets are written "
				       "one after the other");
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
		"A FILE of tests says which program it is about, which packets "
		"it is given, and what is expected of it: xdplab-test(5) "
		"describes it. Of a directory, all files *.test in it are run; "
		"FILE:LINE is the test that begins at that line. Programs run "
		"in the kernel, on packets that come from nowhere and go "
		"nowhere; interfaces of a file are in a namespace of its own, "
		"and nothing of the host is touched.\n"
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
		"Mistakes in a file are told with their line and column, and "
		"then none of it is run. A test that fails shows what was "
		"expected and what came, the packet as it was sent and as it "
		"came out, where the program decided, if that is known, and the "
		"command that runs it alone again; the packets are saved in "
		"DIR, to be looked at by tcpdump or Wireshark. A test that "
		"crashes or takes too long has failed, and the others go on.\n"
		"\n"
		"The exit status is 3 if a test has failed, and 2 if there are "
		"mistakes in a file. Where --json, --tap or --junit - is "
		"printed, --cov is told on standard error. Branches are those of "
		"the object: a function that the compiler has put into several "
		"places has its own in each.\n"
		"\n"
		"--watch looks at the directories of the files and of the "
		"objects. Without --build, a new object runs the tests again; "
		"with it, a source, *.c or *.h, or a Makefile does, and COMMAND, "
		"which a shell runs, makes the objects first.\n"
		"\n"
		"--record writes down what the program of an interface does to "
		"the packets that come there, with what is in its maps, until "
		"there are --count, --timeout is over, or Ctrl-C: a regression "
		"test, which is printed where no FILE is named. The program "
		"runs inside another meanwhile, which is swapped in and out "
		"without losing a packet.\n"
		"\n"
		"--fuzz changes packets, those that the tests of a FILE send and "
		"usual ones, for so many seconds, and goes on with each that "
		"reaches something new in the program's code. It looks for the "
		"verdict ABORTED, for packets that come out longer than a frame "
		"of their interface, and, with --against, for verdicts, packets "
		"and places to redirect them to that are not those of another "
		"version. What goes wrong in the same manner for the same line is "
		"one finding: the smallest packet that shows it, as a test in "
		"NAME.fuzz.test "
		"that fails until the program is mended. Maps are set back after "
		"some packets, and what is found must come again from there. In "
		"the place of a FILE there can be an object, PROGRAM. The exit "
		"status is 3 if anything was found. The same --seed and --runs "
		"find the same.\n"
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
