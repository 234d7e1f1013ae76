// SPDX-License-Identifier: LGPL-2.1-only
/*
 * chain-refused - why a chain was refused, traced to a stage and its source
 *
 * The stage that the verifier was in is tried alone, and so are new ones: one
 * that does not pass by itself is told as if no chain were there.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "chain.h"
#include "code-load.h"

struct refused {
	const struct chain *chain;
	size_t first; /* stage of the chain */
	const struct fuse_stage *stages;
	size_t nr;
	const char *ifname;
	uint32_t ifindex;
};

static const struct stage *stage_at(const struct refused *r, size_t i)
{
	return &r->chain->stages[r->first + i];
}

/* Which stage's main function the instruction is in; .nr if in none. */
static size_t accused(const struct refused *r, const char *log)
{
	struct xdplab_refusal *refusal = NULL;
	size_t i = r->nr, insn;

	if (!log || xdplab_refusal_read(&refusal, log))
		return i;
	insn = refusal->insn;
	if (refusal->insn >= 0)
		for (i = 0; i < r->nr; i++)
			if (insn >= r->stages[i].start &&
			    insn < r->stages[i].end)
				break;
	xdplab_refusal_free(refusal);
	return i;
}

/* Loads a stage alone; a failure is said, and returned. */
static int try_alone(const struct refused *r, size_t i)
{
	const struct stage *stage = stage_at(r, i);
	const struct pin_stage *kept = &stage->kept;
	const struct code_load_opts opts = {
		.name = kept->name,
		.licence = kept->licence,
		.prog_flags = kept->prog_flags,
		.attach_type = kept->attach_type,
		.ifindex = kept->prog_flags & BPF_F_XDP_DEV_BOUND_ONLY
				   ? r->ifindex
				   : 0,
	};
	const char *path =
		stage->prog ? xdplab_prog_path(stage->prog) : kept->path;
	char *log;
	int fd;

	if (!stage->code)
		return 0;
	fd = code_load(stage->code, &opts, &log);
	if (fd < 0)
		return code_refused(fd, path, kept->name, stage->code, log);
	close(fd);
	return 0;
}

static bool holds_refusal(const char *log)
{
	struct xdplab_refusal *refusal = NULL;

	if (!log || xdplab_refusal_read(&refusal, log))
		return false;
	xdplab_refusal_free(refusal);
	return true;
}

static int explain(const struct refused *r, int err, size_t who,
		   const struct code *code, char *log)
{
	char what[256] = "the chain";

	if (who < r->nr)
		snprintf(what, sizeof(what),
			 "the chain in stage %s, which passes alone",
			 stage_at(r, who)->kept.name);
	if (err != -EINVAL || holds_refusal(log))
		return code_refused(err, r->ifname, what, code, log);
	/* The one reason that the kernel has no word for. */
	free(log);
	fail(err, "%s: %s cannot be loaded: %s", r->ifname, what,
	     strerror(-err));
	return advise(err, "maps of programs, for tail calls, devices and "
			   "CPUs, hold such as agree with the chain in "
			   "xdp.frags only");
}

int chain_refused(int err, const struct chain *chain, size_t from,
		  const struct fuse_stage *stages, size_t nr,
		  const struct code *code, const char *ifname, uint32_t ifindex,
		  char *log)
{
	const struct refused r = { .chain = chain,
				   .first = from,
				   .stages = stages,
				   .nr = nr,
				   .ifname = ifname,
				   .ifindex = ifindex };
	size_t who = accused(&r, log);
	int alone = 0;

	if (who < nr)
		alone = try_alone(&r, who);
	for (size_t i = 0; !alone && i < nr; i++)
		if (i != who && stage_at(&r, i)->prog)
			alone = try_alone(&r, i);
	if (!alone)
		return explain(&r, err, who, code, log);
	free(log);
	return alone;
}
