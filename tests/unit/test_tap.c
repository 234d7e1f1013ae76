// SPDX-License-Identifier: GPL-2.0-only
/* test_tap - each packet of a chain is told as it came and as it left */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <linux/bpf.h>

/* First: cmocka has a macro of the name of our fail(). */
#include "../../lib/internal.h"
#include "../../lib/net/attach.h"
#include <cmocka.h>

static const char *object(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/tests/bpf/%s.o",
		 getenv("B") ?: "build", name);
	return path;
}

static struct xdplab_prog *load_on_lo(const char *name)
{
	const struct xdplab_load_opts opts = { .sz = sizeof(opts),
					       .mode = XDPLAB_MODE_SKB };
	struct xdplab_prog *prog;

	assert_int_equal(xdplab_prog_open(&prog, object(name), NULL), 0);
	assert_int_equal(xdplab_chain_load("lo", &prog, 1, NULL, &opts), 0);
	return prog;
}

static uint32_t running(void)
{
	struct attach_state state;

	assert_int_equal(attach_read(&state, "lo"), 0);
	return state.ids[XDPLAB_MODE_SKB];
}

/* What runs on lo gets a packet; its verdict. */
static uint32_t send_packet(const void *packet, size_t length)
{
	struct xdplab_run_result result;
	unsigned char out[4096];
	int fd = bpf_prog_get_fd_by_id(running());

	assert_true(fd >= 0);
	assert_int_equal(
		xdplab_run(fd, packet, length, out, sizeof(out), &result, NULL),
		0);
	close(fd);
	return result.verdict;
}

/* ---- what was told ---- */

struct told {
	size_t nr;
	uint32_t verdict, ifindex;
	unsigned char came[4096], left[4096];
	size_t came_length, left_length;
};

static int note_packet(const struct xdplab_tapped *tapped, void *arg)
{
	struct told *told = arg;

	told->nr++;
	told->verdict = tapped->verdict;
	told->ifindex = tapped->ifindex;
	told->came_length = tapped->came_length;
	told->left_length = tapped->left_length;
	memcpy(told->came, tapped->came, tapped->came_length);
	memcpy(told->left, tapped->left, tapped->left_length);
	return 0;
}

static struct told read_told(struct xdplab_tap *tap)
{
	static struct told told;

	memset(&told, 0, sizeof(told));
	assert_int_equal(xdplab_tap_read(tap, 100, note_packet, &told), 0);
	return told;
}

static struct xdplab_tap *open_tap(void)
{
	struct xdplab_tap *tap = NULL;
	int err = xdplab_tap_open(&tap, "lo");

	if (err)
		print_error("%s\n", xdplab_error());
	assert_int_equal(err, 0);
	return tap;
}

/* ---- tests ---- */

static const unsigned char packet[61] = { 2, 0, 0, 0, 0, 1, 2, 0,
					  0, 0, 0, 2, 8, 0, 77 };

static void a_dropped_packet_is_told(void **state)
{
	struct xdplab_prog *prog = load_on_lo("drop");
	uint32_t before = running();
	struct xdplab_tap *tap = open_tap();
	struct told told;

	(void)state;
	assert_int_not_equal(running(), before);
	assert_int_equal(send_packet(packet, sizeof(packet)), XDP_DROP);
	told = read_told(tap);
	assert_int_equal(told.nr, 1);
	assert_int_equal(told.verdict, XDP_DROP);
	assert_int_equal(told.ifindex, 1);
	assert_int_equal(told.came_length, sizeof(packet));
	assert_memory_equal(told.came, packet, sizeof(packet));
	assert_memory_equal(told.left, packet, sizeof(packet));
	assert_int_equal(xdplab_tap_close(tap), 0);
	xdplab_prog_free(prog);
}

static void a_packet_is_told_as_it_left(void **state)
{
	struct xdplab_prog *prog = load_on_lo("grow_head");
	struct xdplab_tap *tap = open_tap();
	struct told told;

	(void)state;
	send_packet(packet, sizeof(packet));
	told = read_told(tap);
	assert_int_equal(told.nr, 1);
	assert_int_equal(told.came_length, sizeof(packet));
	assert_memory_equal(told.came, packet, sizeof(packet));
	assert_int_equal(told.verdict, XDP_TX);
	assert_int_equal(told.left_length, sizeof(packet) + 4);
	assert_memory_equal(told.left + 4, packet, sizeof(packet));
	assert_int_equal(xdplab_tap_close(tap), 0);
	xdplab_prog_free(prog);
}

static void the_chain_runs_on_without_its_tap(void **state)
{
	struct xdplab_prog *prog = load_on_lo("drop");
	struct xdplab_tap *tap = open_tap();
	uint32_t tapped = running();

	(void)state;
	assert_int_equal(xdplab_tap_close(tap), 0);
	assert_int_not_equal(running(), tapped);
	assert_int_equal(send_packet(packet, sizeof(packet)), XDP_DROP);
	xdplab_prog_free(prog);
}

static void the_chain_shows_itself_under_its_tap(void **state)
{
	struct xdplab_prog *prog = load_on_lo("drop");
	struct xdplab_tap *tap = open_tap();
	const struct xdplab_attached *attached;
	struct xdplab_status *status;

	(void)state;
	send_packet(packet, sizeof(packet));
	assert_int_equal(xdplab_status_read(&status, "lo"), 0);
	attached = xdplab_status_iface(status, 0)->attached;
	assert_string_equal(attached->name, "xdplab_tap");
	assert_int_equal(attached->nr_stages, 1);
	assert_int_equal(attached->stages[0].packets[XDP_DROP], 1);
	xdplab_status_free(status);
	assert_int_equal(xdplab_tap_close(tap), 0);
	xdplab_prog_free(prog);
}

/* Its prog_array is pinned: else it would be empty when its maker has gone. */
static void a_tap_that_is_left_behind_lets_packets_through(void **state)
{
	struct xdplab_prog *prog = load_on_lo("pass");
	pid_t child = fork();
	int status;

	(void)state;
	if (!child) {
		struct xdplab_tap *tap;

		_exit(!!xdplab_tap_open(&tap, "lo"));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	sleep(1); /* what a process held goes when the kernel gets to it */
	assert_int_equal(send_packet(packet, sizeof(packet)), XDP_PASS);
	assert_int_equal(xdplab_tap_close(open_tap()), 0);
	xdplab_prog_free(prog);
}

static void a_change_ends_the_tap(void **state)
{
	struct xdplab_prog *first = load_on_lo("drop"), *second;
	struct xdplab_tap *tap = open_tap();
	struct told told;
	uint32_t changed;

	(void)state;
	second = load_on_lo("pass");
	changed = running();
	assert_int_equal(xdplab_tap_read(tap, 10, note_packet, &told), -EPIPE);
	assert_int_equal(xdplab_tap_close(tap), 0);
	assert_int_equal(running(), changed);
	xdplab_prog_free(first);
	xdplab_prog_free(second);
}

static void a_foreign_program_is_given_back(void **state)
{
	struct xdplab_prog *prog;
	struct xdplab_tap *tap;

	(void)state;
	assert_int_equal(xdplab_prog_open(&prog, object("drop"), NULL), 0);
	assert_int_equal(xdplab_prog_load(prog, 0), 0);
	assert_int_equal(
		attach_set(1, XDPLAB_MODE_SKB, xdplab_prog_fd(prog), -1), 0);
	tap = open_tap();
	assert_int_not_equal(running(), xdplab_prog_id(prog));
	assert_int_equal(send_packet(packet, sizeof(packet)), XDP_DROP);
	assert_int_equal(read_told(tap).nr, 1);
	assert_int_equal(xdplab_tap_close(tap), 0);
	assert_int_equal(running(), xdplab_prog_id(prog));
	xdplab_prog_free(prog);
}

static void without_a_program_there_is_nothing_to_tap(void **state)
{
	struct xdplab_tap *tap;

	(void)state;
	assert_int_equal(xdplab_tap_open(&tap, "lo"), -ENOENT);
}

static int empty_lo(void **state)
{
	const struct xdplab_unload_opts opts = { .sz = sizeof(opts),
						 .all = true };

	(void)state;
	if (running())
		return xdplab_chain_unload("lo", NULL, &opts);
	return 0;
}

#define TEST(name) cmocka_unit_test_teardown(name, empty_lo)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_dropped_packet_is_told),
		TEST(a_packet_is_told_as_it_left),
		TEST(the_chain_runs_on_without_its_tap),
		TEST(the_chain_shows_itself_under_its_tap),
		TEST(a_tap_that_is_left_behind_lets_packets_through),
		TEST(a_change_ends_the_tap),
		TEST(a_foreign_program_is_given_back),
		TEST(without_a_program_there_is_nothing_to_tap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
