// SPDX-License-Identifier: GPL-2.0-only
/* test_pcap_out - files of packets that are written, and files without libpcap */
#include <dlfcn.h>
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

/* First: cmocka has a macro of the name of our fail(). */
#include "../../lib/internal.h"
#include "../../lib/packet/pcap.h"
#include <cmocka.h>

#include "captures.h"

/* ---- without libpcap ---- */

static bool is_installed = true;

/* What lib/pcap.c calls. */
void *dlopen(const char *file, int mode)
{
	void *(*real)(const char *, int) =
		(void *(*)(const char *, int))dlsym(RTLD_NEXT, "dlopen");

	return is_installed ? real(file, mode) : NULL;
}

static int open_both(void)
{
	struct pcap_out *to = UNTOUCHED;
	struct pcap_in *in = UNTOUCHED;

	is_installed = false;
	return pcap_in_open(&in, path, NULL) == -ENOPKG &&
	       pcap_out_open(&to, path) == -ENOPKG && in == UNTOUCHED &&
	       to == UNTOUCHED && access(path, F_OK) &&
	       strstr(xdplab_error(), "libpcap") &&
	       !strcmp(xdplab_remedy(), "apt-get install libpcap0.8");
}

/* In a process of its own, as it is looked for only once. */
static void without_libpcap_the_package_is_named(void **state)
{
	int status = 1;
	pid_t pid = fork();

	(void)state;
	if (!pid)
		_exit(!open_both());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* ---- writing ---- */

static void add_hex(struct pcap_out *to, const char *hex)
{
	uint8_t bytes[1024];
	size_t length = from_hex(bytes, hex);

	assert_int_equal(pcap_out_add(to, bytes, length), 0);
}

static void what_is_written_is_read_again(void **state)
{
	struct pcap_out *to = NULL;
	struct pcap_in *in = NULL;
	struct stat st;

	(void)state;
	umask(022);
	assert_int_equal(pcap_out_open(&to, path), 0);
	add_hex(to, DNS);
	add_hex(to, "");
	add_hex(to, WEB);
	assert_int_equal(pcap_out_close(to), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode, S_IFREG | 0644);
	assert_int_equal(pcap_in_open(&in, path, NULL), 0);
	assert_next(in, DNS);
	assert_next(in, "");
	assert_next(in, WEB);
	assert_end(in);
	pcap_in_close(in);
}

static void of_the_file_that_was_there_nothing_is_left(void **state)
{
	struct pcap_out *to = NULL;
	struct stat st;

	(void)state;
	write_hex(LITTLE LITTLE_ DNS LITTLE_ DNS LITTLE_ DNS);
	assert_int_equal(pcap_out_open(&to, path), 0);
	assert_int_equal(pcap_out_close(to), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_size, 24);
}

static void nothing_is_written_through_a_symbolic_link(void **state)
{
	struct pcap_out *to = UNTOUCHED;
	char target[600];

	(void)state;
	snprintf(target, sizeof(target), "%s.target", path);
	assert_int_equal(symlink(target, path), 0);
	assert_int_equal(pcap_out_open(&to, path), -ELOOP);
	assert_non_null(strstr(xdplab_error(), ": is a symbolic link"));
	assert_ptr_equal(to, UNTOUCHED);
	assert_int_equal(access(target, F_OK), -1);
}

static void only_plain_files_are_written_over(void **state)
{
	struct pcap_out *to = UNTOUCHED;

	(void)state;
	assert_int_equal(pcap_out_open(&to, "/dev/null"), -EINVAL);
	assert_string_equal(xdplab_error(), "/dev/null: not a regular file");
	assert_int_equal(pcap_out_open(&to, "/"), -EISDIR);
	assert_int_equal(pcap_out_open(&to, "/nowhere/x"), -ENOENT);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_true(pcap_out_open(&to, path) < 0);
	assert_ptr_equal(to, UNTOUCHED);
}

/* A limit of the process stands for that of the disk. */
static void what_could_not_be_written_is_told_at_the_end(void **state)
{
	struct rlimit before, tight = { .rlim_cur = 100 };
	struct pcap_out *to = NULL;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &before);
	tight.rlim_max = before.rlim_max;
	assert_int_equal(pcap_out_open(&to, path), 0);
	add_hex(to, DNS);
	add_hex(to, WEB);
	setrlimit(RLIMIT_FSIZE, &tight);
	assert_int_equal(pcap_out_close(to), -EFBIG);
	setrlimit(RLIMIT_FSIZE, &before);
	assert_non_null(strstr(xdplab_error(), "File too large"));
}

static void what_could_not_be_written_is_told_on_the_way(void **state)
{
	struct rlimit before, tight = { .rlim_cur = 100 };
	static const uint8_t frame[60000];
	struct pcap_out *to = NULL;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &before);
	tight.rlim_max = before.rlim_max;
	assert_int_equal(pcap_out_open(&to, path), 0);
	setrlimit(RLIMIT_FSIZE, &tight);
	assert_int_equal(pcap_out_add(to, frame, sizeof(frame)), -EFBIG);
	assert_int_equal(pcap_out_add(to, frame, sizeof(frame)), -EFBIG);
	setrlimit(RLIMIT_FSIZE, &before);
	assert_int_equal(pcap_out_close(to), -EFBIG);
}

static void none_is_closed_as_well(void **state)
{
	(void)state;
	pcap_in_close(NULL);
	assert_int_equal(pcap_out_close(NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(without_libpcap_the_package_is_named),
		TEST(what_is_written_is_read_again),
		TEST(of_the_file_that_was_there_nothing_is_left),
		TEST(nothing_is_written_through_a_symbolic_link),
		TEST(only_plain_files_are_written_over),
		TEST(what_could_not_be_written_is_told_at_the_end),
		TEST(what_could_not_be_written_is_told_on_the_way),
		TEST(none_is_closed_as_well),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
