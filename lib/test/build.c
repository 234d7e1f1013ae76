// SPDX-License-Identifier: LGPL-2.1-only
/*
 * build - the programs of a test file, in the kernel
 *
 * As they are; or made to count what is reached, and to write down where they
 * redirect to, where somebody asks for that.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "prog/code.h"
#include "run.h"

/* ---- made to tell what they do ---- */

static int make_seen(struct test_built *built)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_MMAPABLE);
	void *memory;

	built->seen_fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "redirect_seen",
					sizeof(uint32_t), sizeof(*built->seen),
					1, &opts);
	if (built->seen_fd < 0)
		return fail(built->seen_fd, "tests: a map: %s",
			    strerror(-built->seen_fd));
	memory = mmap(NULL, sizeof(*built->seen), PROT_READ | PROT_WRITE,
		      MAP_SHARED, built->seen_fd, 0);
	if (memory == MAP_FAILED)
		return fail(-errno, "tests: a map: %s", strerror(errno));
	built->seen = memory;
	return 0;
}

static int begin_counting(struct test_built *built, const struct chain *chain)
{
	int err = make_seen(built);

	if (err)
		return err;
	built->counted = calloc(chain->nr, sizeof(struct counting *));
	if (!built->counted)
		return fail(-ENOMEM, "tests: out of memory");
	for (size_t i = 0; !err && i < chain->nr; i++) {
		const struct stage *stage = &chain->stages[i];

		err = counting_begin(&built->counted[i], stage->code,
				     stage->kept.name, built->seen_fd);
		built->nr_counted += !err;
	}
	built->nr_stages = built->nr_counted;
	return err;
}

/* A program that is one of several in the kernel is not looked into. */
static int tell_loaded(const struct test_built *built,
		       const struct chain *chain)
{
	int err = 0;

	for (size_t i = 0; !err && i < built->nr_counted; i++)
		if (built->prog.nr_groups <= 1 &&
		    chain->stages[i].kept.how != XDPLAB_STAGE_TAIL_CALLED)
			err = counting_loaded(built->counted[i],
					      built->prog.prog_fd);
	return err;
}

/* ---- loaded ---- */

static int load(struct built *prog, struct chain *chain, const char *path)
{
	struct counts none = { 0 };
	int fd;

	if (chain->nr > 1)
		return chain_build(prog, chain, &none, path, 0);
	fd = stage_load_alone(&chain->stages[0], 0);
	if (fd < 0)
		return fd;
	prog->prog_fd = fd;
	return 0;
}

/* The stages' own code is put back whether that is loaded or not. */
static int load_counting(struct test_built *built, struct chain *chain,
			 const char *path)
{
	int err;

	for (size_t i = 0; i < chain->nr; i++)
		chain->stages[i].code = counting_code(built->counted[i]);
	err = load(&built->prog, chain, path);
	for (size_t i = 0; i < chain->nr; i++)
		chain->stages[i].code = counting_original(built->counted[i]);
	if (!err)
		err = tell_loaded(built, chain);
	return err ? err : test_callees_count(built, chain);
}

int test_build(struct test_built *out, struct chain *chain, const char *path,
	       bool counting)
{
	struct test_built built = TEST_BUILT_NONE;
	int err;

	if (counting) {
		err = begin_counting(&built, chain);
		if (!err)
			err = load_counting(&built, chain, path);
	} else {
		err = load(&built.prog, chain, path);
	}
	if (err)
		test_built_close(&built);
	else
		*out = built;
	return err;
}

void test_built_close(struct test_built *built)
{
	built_close(&built->prog);
	test_callees_close(built);
	for (size_t i = 0; i < built->nr_counted; i++)
		counting_end(built->counted[i]);
	free(built->counted);
	if (built->seen)
		munmap(built->seen, sizeof(*built->seen));
	if (built->seen_fd >= 0)
		close(built->seen_fd);
	*built = TEST_BUILT_NONE;
}

/* ---- what a packet did ---- */

void test_built_next(const struct test_built *built)
{
	for (size_t i = 0; i < built->nr_counted; i++)
		counting_next(built->counted[i]);
	if (built->seen)
		memset(built->seen, 0, sizeof(*built->seen));
}

/* What a stage tail-called has decided if the packet did not come to the end of
 * the stage's own code. */
static const struct source_line *decided_in(const struct test_built *built,
					    size_t stage)
{
	const struct source_line *line =
		counting_decided(built->counted[stage]);

	for (size_t i = 0; !line && i < built->nr_callees; i++)
		if (built->callees[i].stage == stage)
			line = counting_decided(built->callees[i].counting);
	return line;
}

const struct source_line *test_built_decided(const struct test_built *built)
{
	const struct source_line *line = NULL;

	/* That of the last of the chain's programs that was run. */
	for (size_t i = built->nr_stages; !line && i-- > 0;)
		line = decided_in(built, i);
	return line;
}
