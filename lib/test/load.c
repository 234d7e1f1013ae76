// SPDX-License-Identifier: LGPL-2.1-only
/* load - loads what a file of tests is about, and what is around it */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "net/attach.h"
#include "pin/pin.h"
#include "prog/prog.h"
#include "run.h"

/* ---- a program that runs already ---- */

static int check_offloaded(int fd, const char *ifname)
{
	struct bpf_prog_info info = { 0 };
	__u32 size = sizeof(info);
	int err = bpf_obj_get_info_by_fd(fd, &info, &size);

	if (err)
		return fail(err, "%s: %s", ifname, strerror(-err));
	if (!info.ifindex)
		return 0;
	return fail(-EOPNOTSUPP,
		    "%s: program %s (id %u) is device-bound, and cannot run "
		    "elsewhere",
		    ifname, info.name, info.id);
}

static int take_running(struct test_run *run, struct xdplab_tests *tests)
{
	const struct test_program *program = &tests->programs[0];
	struct attach_state state;
	uint32_t id;
	int fd;

	if (attach_read(&state, program->ifname))
		return test_told(tests, program->place);
	id = state.ids[XDPLAB_MODE_NATIVE] ?: state.ids[XDPLAB_MODE_SKB];
	id = id ?: state.ids[XDPLAB_MODE_HW];
	if (!id)
		return test_mistake(tests, program->place, NULL,
				    "no XDP program is attached to %s",
				    program->ifname);
	run->has_frags = true; /* that it has not, nobody tells */
	run->plain.prog.prog_fd = fd = bpf_prog_get_fd_by_id(id);
	if (fd < 0)
		return fail(fd, "%s: program %u: %s", program->ifname, id,
			    strerror(-fd));
	return check_offloaded(fd, program->ifname);
}

/* It is one, alone, and sees the network that it runs in. */
static int check_alone(struct xdplab_tests *tests)
{
	if (tests->nr_programs > 1)
		return test_mistake(tests, tests->programs[1].place, NULL,
				    "an attached program is tested alone");
	if (tests->nr_ifaces)
		return test_mistake(tests, tests->ifaces[0].place, NULL,
				    "an attached program is tested in place, "
				    "and interfaces cannot be created there");
	return 0;
}

/* ---- all of it ---- */

static bool is_running(const struct xdplab_tests *tests)
{
	for (size_t i = 0; i < tests->nr_programs; i++)
		if (tests->programs[i].ifname)
			return true;
	return false;
}

static int load_tested(struct test_run *run, struct xdplab_tests *tests,
		       bool coverage)
{
	int err;

	if (is_running(tests)) {
		err = check_alone(tests);
		return err ? err : take_running(run, tests);
	}
	err = test_net_enter(&run->net, tests);
	return err ? err : test_objects_load(run, tests, coverage);
}

static int load(struct test_run *run, struct xdplab_tests *tests, bool coverage)
{
	int err, failed;

	err = load_tested(run, tests, coverage);
	if (!err)
		err = test_maps_open(&run->maps, run->progs, run->nr_progs,
				     run->now->prog.prog_fd);
	if (err)
		return err;
	err = test_maps_bind(run->maps, tests);
	failed = test_ready(run, tests);
	if (err || failed)
		return err ?: failed;
	test_callees_use(run->now, run->maps, true);
	if (test_has_step(tests, EXPECT_PRINTK, EXPECT_NO_PRINTK))
		err = test_printk_open(&run->printk);
	return err;
}

void test_run_free(struct test_run *run)
{
	if (!run)
		return;
	test_printk_close(run->printk);
	test_objects_close(run);
	for (size_t i = 0; i < run->nr_made; i++)
		xdplab_packet_free(run->made[i]);
	free(run->made);
	test_net_leave(&run->net);
	free(run);
}

int xdplab_tests_load(struct xdplab_tests *tests,
		      const struct xdplab_tests_load_opts *opts)
{
	int err = OPTS_DEFECT(opts);
	struct error why;
	struct test_run *run;

	if (err)
		return err;
	if (tests->run)
		return fail(-EALREADY, "%s: already loaded", tests->path);
	run = calloc(1, sizeof(*run));
	if (!run)
		return fail(-ENOMEM, "%s: out of memory", tests->path);
	run->net = TEST_NET_NONE;
	run->bpffs = run->cpu = -1;
	run->plain = run->counting = TEST_BUILT_NONE;
	run->now = &run->plain;
	run->last = SIZE_MAX;
	run->packet = OPT(opts, packet);
	run->packet_arg = OPT(opts, arg);
	err = load(run, tests, OPT(opts, coverage));
	if (!err) {
		tests->run = run;
		run->coverage = OPT(opts, coverage);
		test_objects_tell_counted(tests);
		return 0;
	}
	error_keep(&why);
	test_run_free(run);
	error_restore(&why);
	if (tests->nr_mistakes && tests->mistake)
		fail(err, "%s: %zu error%s", tests->path, tests->nr_mistakes,
		     tests->nr_mistakes > 1 ? "s" : "");
	return err;
}

void xdplab_tests_free(struct xdplab_tests *tests)
{
	if (!tests)
		return;
	test_run_free(tests->run);
	test_free(tests);
}
