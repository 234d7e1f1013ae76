// SPDX-License-Identifier: GPL-2.0-only
/*
 * watch - runs the tests again when what is tested has changed
 *
 * Directories are watched, since most editors and compilers put a new file in
 * place of the old one.  What counts in them is test files, and objects; or,
 * where a command builds the objects, the sources instead.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

#define QUIET 0.1 /* seconds without a change: whoever is writing has ended */

struct watching {
	const struct test_asked *asked;
	const char *build; /* NULL: objects come from elsewhere */
	int fd;
};

/* ---- what counts ---- */

static bool ends_with(const char *name, const char *end)
{
	size_t length = strlen(name), of_end = strlen(end);

	return length > of_end && !strcmp(name + length - of_end, end);
}

static bool counts(const struct watching *watching, const char *name)
{
	if (test_is_file_name(name))
		return true;
	if (!watching->build)
		return ends_with(name, ".o");
	return ends_with(name, ".c") || ends_with(name, ".h") ||
	       !strcmp(name, "Makefile");
}

static void watch_directory(const struct watching *watching, const char *path)
{
	inotify_add_watch(watching->fd, path,
			  IN_CLOSE_WRITE | IN_MOVED_TO | IN_ONLYDIR);
}

static void watch_directory_of(const struct watching *watching,
			       const char *path)
{
	const char *slash = strrchr(path, '/');
	char *directory = need_memory(slash ? strndup(path, slash - path + 1)
					    : strdup("."));

	watch_directory(watching, directory);
	free(directory);
}

/* Files that cannot be read now may be so after the next change. */
static void watch_operands(const struct watching *watching)
{
	const struct args *args = watching->asked->args;

	for (int i = 0; i < args->nr_operands; i++) {
		const char *path = args_operand(args, i);
		struct stat st;

		if (!stat(path, &st) && S_ISDIR(st.st_mode))
			watch_directory(watching, path);
		else
			watch_directory_of(watching, path);
	}
}

static void watch_programs(const struct watching *watching,
			   const struct xdplab_tests *tests)
{
	for (size_t i = 0; i < xdplab_tests_nr_programs(tests); i++)
		if (xdplab_tests_program(tests, i))
			watch_directory_of(watching,
					   xdplab_tests_program(tests, i));
}

/* ---- waiting ---- */

/* Reads the changes that have come; whether one of them counts. */
static bool read_changes(const struct watching *watching)
{
	char buffer[16384] __attribute__((aligned(8)));
	ssize_t length = read(watching->fd, buffer, sizeof(buffer));
	const struct inotify_event *event;
	bool found = false;

	for (ssize_t at = 0; at < length; at += sizeof(*event) + event->len) {
		event = (const struct inotify_event *)&buffer[at];
		found |= event->mask & IN_Q_OVERFLOW ||
			 (event->len && counts(watching, event->name));
	}
	return found;
}

static bool wait_some(const struct watching *watching, double seconds)
{
	struct pollfd fd = { watching->fd, POLLIN, 0 };

	return test_wait(&fd, 1, seconds) > 0;
}

/* false: a signal has come. */
static bool wait_for_change(const struct watching *watching)
{
	bool changed = false;

	say(watching->asked->args, "waiting for changes; Ctrl-C to quit");
	while (!test_signal() && (!changed || wait_some(watching, QUIET)))
		if (wait_some(watching, -1))
			changed |= read_changes(watching);
	return !test_signal();
}

/* ---- building ---- */

/* What it prints goes where failures go: stdout is for results. */
static void be_shell(const char *command)
{
	test_signals_release();
	dup2(STDERR_FILENO, STDOUT_FILENO);
	execl("/bin/sh", "sh", "-c", command, NULL);
	perror("/bin/sh");
	_exit(127);
}

/* Until it ends, or is ended because a signal has come. */
static int wait_for_shell(pid_t pid)
{
	struct pollfd fd = { (int)syscall(SYS_pidfd_open, pid, 0), POLLIN, 0 };
	int status = -1;

	while (!test_signal() && test_wait(&fd, 1, -1) <= 0)
		;
	if (test_signal())
		kill(pid, SIGTERM);
	waitpid(pid, &status, 0);
	close(fd.fd);
	return status;
}

static bool build(const struct watching *watching)
{
	pid_t pid;

	if (!watching->build)
		return true;
	fflush(NULL);
	pid = fork();
	if (!pid)
		be_shell(watching->build);
	if (pid > 0 && !wait_for_shell(pid))
		return true;
	if (!test_signal())
		say(watching->asked->args, "%s: failed", watching->build);
	return false;
}

/* ---- round after round ---- */

static void clear_screen(void)
{
	const char *term = getenv("TERM");

	if (isatty(STDOUT_FILENO) && term && strcmp(term, "dumb"))
		fputs("\033[H\033[2J", stdout);
}

static void do_round(const struct watching *watching, test_run_fn run)
{
	struct test_files files = { 0 };

	test_files_read(&files, watching->asked);
	for (size_t i = 0; i < files.nr; i++)
		if (files.at[i].tests)
			watch_programs(watching, files.at[i].tests);
	run(watching->asked, &files);
	test_files_free(&files);
}

int test_watch(const struct test_asked *asked, const char *command,
	       test_run_fn run)
{
	struct watching watching = { asked, command,
				     inotify_init1(IN_CLOEXEC) };

	if (watching.fd < 0) {
		perror("xdplab test: inotify");
		return EXIT_FAILED;
	}
	test_signals_hold();
	watch_operands(&watching);
	do {
		clear_screen();
		if (build(&watching))
			do_round(&watching, run);
	} while (wait_for_change(&watching));
	test_signals_release();
	close(watching.fd);
	return EXIT_DONE;
}
