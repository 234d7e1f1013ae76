// SPDX-License-Identifier: LGPL-2.1-only
/*
 * refused - why a chain was refused, traced to a stage and its source
 *
 * The stage that the verifier was in is tried alone, and so are new ones: one
 * that does not pass by itself is reported as if no chain were there.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "chain.h"
#include "prog/code-load.h"
#include "prog/code.h"

struct refused {
	const struct chain *chain;
	size_t first; /* stage of the chain */
	const struct fuse_stage *stages;
	size_t nr;
	const char *ifname;
};

static const struct stage *stage_at(const struct refused *r, size_t i)
{
	return &r->chain->stages[r->first + i];
}

static bool holds(const struct fuse_stage *stage, size_t insn)
{
	return (insn >= stage->start && insn < stage->end) ||
	       (insn >= stage->behind && insn < stage->behind_end);
}

/* Which stage the instruction is of; .nr if of none. */
static size_t accused(const struct refused *r, const char *log)
{
	struct xdplab_refusal *refusal = NULL;
	size_t i = r->nr;

	if (!log || xdplab_refusal_read(&refusal, log))
		return i;
	if (refusal->insn >= 0)
		for (i = 0; i < r->nr; i++)
			if (holds(&r->stages[i], refusal->insn))
				break;
	xdplab_refusal_free(refusal);
	return i;
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
	const struct code nowhere = { 0 }; /* the glue has no source */
	char what[256] = "the chain";

	if (who < r->nr)
		snprintf(what, sizeof(what),
			 "the chain, in stage %s, which passes by itself",
			 stage_at(r, who)->kept.name);
	if (err != -EINVAL || holds_refusal(log))
		return code_refused(err, r->ifname, what,
				    who < r->nr ? code : &nowhere, log);
	/* The one reason that the kernel has no word for. */
	free(log);
	fail(err, "%s: %s cannot be loaded: %s", r->ifname, what,
	     strerror(-err));
	return advise(err, "programs in PROG_ARRAY, DEVMAP and CPUMAP maps "
			   "must match the chain in xdp.frags");
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
				   .ifname = ifname };
	size_t who = accused(&r, log);
	int alone = 0;

	if (who < nr)
		alone = stage_try(stage_at(&r, who), ifindex);
	for (size_t i = 0; !alone && i < nr; i++)
		if (i != who && stage_at(&r, i)->prog)
			alone = stage_try(stage_at(&r, i), ifindex);
	if (!alone)
		return explain(&r, err, who, code, log);
	free(log);
	return alone;
}
