// SPDX-License-Identifier: GPL-2.0-only
/* test_stage - what a stage keeps in bpffs, as far as it takes a device to see */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>

/* First: cmocka has a macro of the name of our fail(). */
#include "../../lib/chain/chain.h"
#include "../../lib/change/change.h"
#include "../../lib/pin/pin.h"
#include <cmocka.h>

static const struct pin_home home = { .cookie = 1, .ifindex = 1 };

/* A generation of one stage, as of a program in hw mode; its id. */
static uint32_t write_direct(const char *path)
{
	const struct stage_opts opts = { .no_counters = true };
	struct xdplab_prog *prog;
	struct stage stage;
	uint32_t id;

	assert_int_equal(xdplab_prog_open(&prog, path, NULL), 0);
	assert_int_equal(xdplab_prog_load(prog, 0), 0);
	id = xdplab_prog_id(prog);
	assert_int_equal(stage_make(&stage, prog, &opts), 0);
	stage.kept.flags |= PIN_STAGE_DIRECT;
	assert_int_equal(stage_write(&stage, &home), 0);
	assert_int_equal(pin_chain_write(&home, id, &stage.kept, 1, -1, -1), 0);
	stage_free(&stage);
	xdplab_prog_free(prog);
	return id;
}

/* A moment after its last user it is gone. */
static bool goes(uint32_t prog_id)
{
	const struct timespec pause = { .tv_nsec = 10000000 };

	for (int i = 0; i < 3000; i++) {
		int fd = bpf_prog_get_fd_by_id(prog_id);

		if (fd == -ENOENT)
			return true;
		close(fd);
		nanosleep(&pause, NULL);
	}
	return false;
}

static void a_program_on_a_device_is_not_held_by_its_state(void **state)
{
	char object[256], path[PATH_MAX];
	uint32_t id;
	int lock;

	(void)state;
	snprintf(object, sizeof(object), "%s/tests/bpf/stage_three.o",
		 getenv("B") ?: "build");
	lock = pin_lock(1000);
	assert_true(lock >= 0);
	id = write_direct(object);
	assert_int_equal(pin_home_path(path, &home, "/stage-%u/maps", id), 0);
	assert_int_equal(access(path, F_OK), 0);

	/* When the device has gone, so has all of it. */
	assert_true(goes(id));
	assert_int_equal(change_sweep(&home, NULL, false, NULL, NULL), 0);
	assert_int_equal(pin_home_path(path, &home, "%s", ""), 0);
	assert_int_equal(access(path, F_OK), -1);
	close(lock);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_program_on_a_device_is_not_held_by_its_state),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
