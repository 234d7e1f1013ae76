// SPDX-License-Identifier: LGPL-2.1-only
/*
 * load - loads what a file of tests is about
 *
 * As it would be on an interface: one program as it is, several as a chain.  But
 * nothing is attached, and what is pinned is so where nobody else sees it: all
 * of it goes with the process.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "net/attach.h"
#include "pin/pin.h"
#include "prog/prog.h"
#include "run.h"

/* ---- programs of files ---- */

/* A bpffs that is mounted nowhere, in which maps that ask to be pinned are
 * shared by the programs of the file, as they would be elsewhere. */
static int hidden_bpffs(void)
{
	int fs = fsopen("bpf", FSOPEN_CLOEXEC), fd = -1, err = 0;

	if (fs >= 0 && !fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
		fd = fsmount(fs, FSMOUNT_CLOEXEC, 0);
	if (fd < 0)
		err = fail(-errno, "bpffs: %s", strerror(errno));
	if (fs >= 0)
		close(fs);
	return err ? err : fd;
}

static int open_program(struct xdplab_prog **prog, struct xdplab_tests *tests,
			const struct test_program *program,
			const char *pin_path)
{
	struct xdplab_prog_opts opts = { .sz = sizeof(opts),
					 .name = program->function,
					 .pin_path = pin_path };
	int err = xdplab_prog_open(prog, program->path, &opts);

	if (err == -ENOENT && opts.name && program->is_given) {
		opts.name = NULL;
		err = xdplab_prog_open(prog, program->path, &opts);
	}
	return err ? test_told(tests, program->place) : 0;
}

/* All of them, so that every mistake is told. */
static int open_programs(struct test_run *run, struct xdplab_tests *tests)
{
	char path[sizeof("/proc/self/fd/2147483647")];
	int err = 0, failed;

	run->progs = calloc(tests->nr_programs, sizeof(struct xdplab_prog *));
	if (!run->progs)
		return fail(-ENOMEM, "tests: out of memory");
	run->nr_progs = tests->nr_programs;
	run->bpffs = hidden_bpffs();
	if (run->bpffs < 0)
		return run->bpffs;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", run->bpffs);
	for (size_t i = 0; i < run->nr_progs; i++) {
		failed = open_program(&run->progs[i], tests,
				      &tests->programs[i], path);
		err = err ?: failed;
	}
	if (!err)
		err = test_globals_set(tests, run->progs, run->nr_progs);
	if (err)
		return err;
	test_maps_prepare(run->progs, run->nr_progs);
	test_callees_want(run, tests);
	return 0;
}

static int add_stage(struct test_run *run, const struct test_program *program,
		     struct xdplab_prog *prog)
{
	const struct stage_opts opts = {
		.prio = program->has_prio ? &program->prio : NULL,
		.actions = program->has_actions ? &program->actions : NULL,
		.no_counters = true,
	};
	struct stage stage;
	int err = stage_make(&stage, prog, &opts);

	if (err)
		return err;
	err = chain_insert(&run->chain, &stage);
	stage_free(&stage);
	return err;
}

/* Such a program may only run on its device. */
static int check_bound(const struct chain *chain)
{
	for (size_t i = 0; i < chain->nr; i++) {
		const struct pin_stage *kept = &chain->stages[i].kept;

		if (!(kept->prog_flags & BPF_F_XDP_DEV_BOUND_ONLY))
			continue;
		return fail(-EOPNOTSUPP,
			    "%s: %s asks the device about its packets, and "
			    "packets of tests come from none",
			    kept->path, kept->name);
	}
	return 0;
}

/* Where a packet is redirected to, only a program tells that was made to; what
 * it covers is told by it as well, but can be gone without. */
static int build(struct test_run *run, struct xdplab_tests *tests,
		 bool coverage)
{
	bool redirects = test_has_step(tests, EXPECT_REDIRECT, EXPECT_REDIRECT);
	int err;

	run->has_frags = chain_all_have(&run->chain, BPF_F_XDP_HAS_FRAGS);
	if (redirects || coverage) {
		err = test_build(&run->counting, &run->chain, tests->path,
				 true);
		if (!err)
			run->now = &run->counting;
		if (!err || redirects)
			return err;
		note(XDPLAB_LOG_WARN, "%s", xdplab_error());
	}
	return test_build(&run->plain, &run->chain, tests->path, false);
}

static int load_programs(struct test_run *run, struct xdplab_tests *tests,
			 bool coverage)
{
	int err = open_programs(run, tests);

	for (size_t i = 0; !err && i < run->nr_progs; i++)
		err = add_stage(run, &tests->programs[i], run->progs[i]);
	if (!err)
		err = check_bound(&run->chain);
	return err ? err : build(run, tests, coverage);
}

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
		    "%s: program %s (id %u) is bound to the device, and runs "
		    "nowhere else",
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
				    "no XDP program runs on %s",
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
				    "a program that runs is tested alone");
	if (tests->nr_ifaces)
		return test_mistake(tests, tests->ifaces[0].place, NULL,
				    "a program that runs is tested where it "
				    "runs, and no interface is made there");
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
	return err ? err : load_programs(run, tests, coverage);
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
	test_maps_close(run->maps);
	test_built_close(&run->plain);
	test_built_close(&run->counting);
	chain_free(&run->chain);
	for (size_t i = 0; i < run->nr_progs; i++)
		xdplab_prog_free(run->progs[i]);
	free(run->progs);
	for (size_t i = 0; i < run->nr_made; i++)
		xdplab_packet_free(run->made[i]);
	free(run->made);
	if (run->bpffs >= 0)
		close(run->bpffs);
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
		return fail(-EALREADY, "%s: is loaded already", tests->path);
	run = calloc(1, sizeof(*run));
	if (!run)
		return fail(-ENOMEM, "%s: out of memory", tests->path);
	run->net = TEST_NET_NONE;
	run->bpffs = -1;
	run->plain = run->counting = TEST_BUILT_NONE;
	run->now = &run->plain;
	run->last = SIZE_MAX;
	run->packet = OPT(opts, packet);
	run->packet_arg = OPT(opts, arg);
	err = load(run, tests, OPT(opts, coverage));
	if (!err) {
		tests->run = run;
		if (OPT(opts, coverage)) {
			tests->counted = run->counting.counted;
			tests->nr_counted = run->counting.nr_counted;
		}
		return 0;
	}
	error_keep(&why);
	test_run_free(run);
	error_restore(&why);
	if (tests->nr_mistakes && tests->mistake)
		fail(err, "%s: %zu mistake%s", tests->path, tests->nr_mistakes,
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
