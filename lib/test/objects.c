// SPDX-License-Identifier: LGPL-2.1-only
/*
 * objects - the programs of a file of tests, loaded, and loaded anew
 *
 * As they would be on an interface: one program as it is, several as a chain.
 * But nothing is attached, and what is pinned is so where nobody else sees it:
 * all of it goes with the process.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

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

/* Its file is read once, as another may be there the next time. */
static int open_program(struct xdplab_prog **prog, struct test_object *object,
			const struct test_program *program,
			const char *pin_path)
{
	struct xdplab_prog_opts opts = { .sz = sizeof(opts),
					 .name = program->function,
					 .pin_path = pin_path };
	int err = 0;

	if (!object->bytes)
		err = prog_read(&object->bytes, &object->size, program->path);
	if (err)
		return err;
	err = prog_open_bytes(prog, program->path, object->bytes, object->size,
			      &opts);
	if (err != -ENOENT || !opts.name || !program->is_given)
		return err;
	opts.name = NULL;
	return prog_open_bytes(prog, program->path, object->bytes, object->size,
			       &opts);
}

static int make_room(struct test_run *run, size_t nr)
{
	if (!run->objects)
		run->objects = calloc(nr, sizeof(*run->objects));
	run->progs = calloc(nr, sizeof(struct xdplab_prog *));
	if (!run->objects || !run->progs)
		return fail(-ENOMEM, "tests: out of memory");
	run->nr_progs = nr;
	return 0;
}

/* All of them, so that every error is reported. */
static int open_programs(struct test_run *run, struct xdplab_tests *tests)
{
	char path[sizeof("/proc/self/fd/2147483647")];
	int err = make_room(run, tests->nr_programs), failed;

	if (err)
		return err;
	run->bpffs = hidden_bpffs();
	if (run->bpffs < 0)
		return run->bpffs;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", run->bpffs);
	for (size_t i = 0; i < run->nr_progs; i++) {
		const struct test_program *program = &tests->programs[i];

		failed = open_program(&run->progs[i], &run->objects[i], program,
				      path);
		if (failed)
			err = test_told(tests,
					failed == -ENOENT && program->function
						? program->function_place
						: program->place);
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
			    "%s: %s uses metadata kfuncs, but test packets "
			    "come from no device",
			    kept->path, kept->name);
	}
	return 0;
}

/* Where a packet is redirected to, only a program tells that was made to; what
 * it covers is shown by it as well, but can be gone without. */
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

static int open_chain(struct test_run *run, struct xdplab_tests *tests)
{
	int err = open_programs(run, tests);

	for (size_t i = 0; !err && i < run->nr_progs; i++)
		err = add_stage(run, &tests->programs[i], run->progs[i]);
	return err ?: check_bound(&run->chain);
}

int test_objects_load(struct test_run *run, struct xdplab_tests *tests,
		      bool coverage)
{
	int err = open_chain(run, tests);

	return err ?: build(run, tests, coverage);
}

/* ---- and no more ---- */

static void unload(struct test_run *run)
{
	test_maps_close(run->maps);
	run->maps = NULL;
	test_built_close(&run->plain);
	test_built_close(&run->counting);
	chain_free(&run->chain);
	for (size_t i = 0; run->progs && i < run->nr_progs; i++)
		xdplab_prog_free(run->progs[i]);
	free(run->progs);
	run->progs = NULL;
	if (run->bpffs >= 0)
		close(run->bpffs);
	run->bpffs = -1;
}

void test_objects_close(struct test_run *run)
{
	unload(run);
	for (size_t i = 0; run->objects && i < run->nr_progs; i++)
		free(run->objects[i].bytes);
	free(run->objects);
}

/* ---- anew ---- */

void test_objects_tell_counted(struct xdplab_tests *tests)
{
	const struct test_run *run = tests->run;

	if (!run->coverage)
		return;
	tests->counted = run->counting.counted;
	tests->nr_counted = run->counting.nr_counted;
}

/* Programs that tell what they do are put into the slots of those that do not, by
 * setting maps back. */
static int use_callees(struct test_run *run)
{
	int err;

	if (!run->now->nr_callees)
		return 0;
	test_callees_use(run->now, run->maps, true);
	err = test_maps_reset(run->maps);
	return err > 0 ? 0 : err; /* what cannot be is new */
}

/* Of steps that are run; those of a test are bound when it is. */
static int open_maps(struct test_run *run, struct xdplab_tests *tests)
{
	int err = test_maps_open(&run->maps, run->progs, run->nr_progs,
				 run->now->prog.prog_fd);

	if (!err)
		err = test_maps_bind_steps(run->maps, tests, &tests->setup);
	if (!err)
		err = test_maps_bind_steps(run->maps, tests, &tests->teardown);
	return err ?: use_callees(run);
}

int test_objects_load_anew(struct xdplab_tests *tests)
{
	struct test_run *run = tests->run;
	struct test_built before = run->counting;
	bool has_plain = run->plain.prog.prog_fd >= 0;
	int err;

	run->counting = TEST_BUILT_NONE;
	unload(run);
	run->nr_loads++;
	err = open_chain(run, tests);
	if (!err && has_plain)
		err = test_build(&run->plain, &run->chain, tests->path, false);
	if (!err && before.nr_counted)
		err = test_build(&run->counting, &run->chain, tests->path,
				 true);
	if (!err)
		err = open_maps(run, tests);
	for (size_t i = 0; !err && i < before.nr_counted; i++)
		counting_add(run->counting.counted[i], before.counted[i]);
	test_objects_tell_counted(tests);
	test_built_close(&before);
	run->lost = err;
	return err;
}
