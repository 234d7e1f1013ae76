// SPDX-License-Identifier: LGPL-2.1-only
/* edit - changes the stages of a chain that runs: order, actions, program */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "change.h"
#include "pin/pin.h"
#include "prog/prog.h"

struct editing {
	struct change change;
	const struct xdplab_edit_opts *opts;
	struct chain chain;
	size_t stage; /* the one that is changed */

	/* What is to be done with it. */
	int (*edit)(struct editing *e);
	const char *other;
	bool after;
	uint32_t number;
	struct xdplab_prog *prog;
};

/* ---- the edits ---- */

static int move(struct editing *e)
{
	struct stage taken;
	size_t place;
	int err = chain_find(&e->chain, e->change.ifname, e->other, &place);

	if (err)
		return err;
	if (place == e->stage)
		return fail(-EINVAL, "%s: cannot move %s relative to itself",
			    e->change.ifname, e->other);
	e->chain.stages[e->stage].kept.prio = e->chain.stages[place].kept.prio;
	taken = chain_take(&e->chain, e->stage);
	place = place - (place > e->stage) + e->after;
	return chain_put(&e->chain, &taken, place);
}

static int set_prio(struct editing *e)
{
	struct stage taken = chain_take(&e->chain, e->stage);

	taken.kept.prio = e->number;
	return chain_insert(&e->chain, &taken);
}

static int set_actions(struct editing *e)
{
	e->chain.stages[e->stage].kept.actions = e->number;
	return 0;
}

/* Those of the stage in whose place it comes. */
static int find_maps(struct editing *e)
{
	const struct stage *stage = &e->chain.stages[e->stage];
	char path[PATH_MAX];
	int err;

	if (OPT(e->opts, fresh_maps) || stage_is_adopted(stage))
		return 0;
	err = pin_maps_path(path, &e->change.home, stage->kept.id);
	return err ? err : prog_reuse_maps(e->prog, path);
}

static int replace(struct editing *e)
{
	struct pin_stage *kept = &e->chain.stages[e->stage].kept;
	const struct stage_opts opts = {
		.prio = &kept->prio,
		.actions = &kept->actions,
		.no_counters = kept->counter == FUSE_UNCOUNTED,
	};
	struct stage stage;
	int err = find_maps(e);

	if (!err)
		err = stage_make(&stage, e->prog, &opts);
	if (err)
		return err;
	chain_remove(&e->chain, e->stage);
	return chain_put(&e->chain, &stage, e->stage);
}

/* ---- their frame ---- */

static int no_chain(const struct change *change, enum xdplab_mode mode)
{
	if (!mode) {
		fail(-ENOENT, "%s: no XDP program is attached", change->ifname);
		return advise(-ENOENT, "`xdplab load` makes a chain");
	}
	fail(-ENOENT, "%s: the program is not an xdplab chain", change->ifname);
	return advise(-ENOENT, "`xdplab load --adopt` makes it a stage of a "
			       "new chain");
}

static int edit(struct editing *e, const char *stage,
		struct xdplab_change *result)
{
	const struct change *change = &e->change;
	enum xdplab_mode wanted = OPT(e->opts, mode);
	enum xdplab_mode running =
		change_mode(change, wanted)
			?: change_mode(change, XDPLAB_MODE_AUTO);
	const struct commit_opts opts = {
		.mode = running,
		.old_id = change->state.ids[running],
		.dry_run = OPT(e->opts, dry_run),
	};
	bool had_frags;
	int err = -ENOENT;

	if (running)
		err = change_keeps_mode(change, running, wanted);
	if (!err)
		err = chain_read(&e->chain, &change->home, opts.old_id);
	if (err == -ENOENT)
		return no_chain(change, running);
	if (!err)
		err = chain_find(&e->chain, change->ifname, stage, &e->stage);
	if (err)
		return err;
	if (opts.mode == XDPLAB_MODE_HW)
		return fail(-EOPNOTSUPP,
			    "%s: hw mode only supports one program per device",
			    change->ifname);
	had_frags = chain_all_have(&e->chain, BPF_F_XDP_HAS_FRAGS);
	err = e->edit(e);
	if (!err && !OPT(e->opts, force))
		err = chain_keeps_frags(&e->chain, had_frags, change->ifname);
	return err ? err : commit(&e->change, &e->chain, &opts, result);
}

static int run(struct editing *e, const char *ifname, const char *stage,
	       struct xdplab_change *result)
{
	struct xdplab_change done = { 0 };
	int err = OPTS_DEFECT(e->opts);

	if (!err)
		err = change_begin(&e->change, ifname,
				   OPT(e->opts, timeout_ms));
	if (err)
		return err;
	err = edit(e, stage, &done);
	chain_free(&e->chain);
	change_end(&e->change, err, NULL, NULL);
	if (!err && result)
		*result = done;
	return err;
}

int xdplab_chain_move(const char *ifname, const char *stage, bool after,
		      const char *other, struct xdplab_change *change,
		      const struct xdplab_edit_opts *opts)
{
	struct editing e = {
		.opts = opts, .edit = move, .other = other, .after = after
	};

	return run(&e, ifname, stage, change);
}

int xdplab_chain_set_prio(const char *ifname, const char *stage, uint32_t prio,
			  struct xdplab_change *change,
			  const struct xdplab_edit_opts *opts)
{
	struct editing e = { .opts = opts, .edit = set_prio, .number = prio };

	return run(&e, ifname, stage, change);
}

int xdplab_chain_set_actions(const char *ifname, const char *stage,
			     uint32_t actions, struct xdplab_change *change,
			     const struct xdplab_edit_opts *opts)
{
	struct editing e = { .opts = opts,
			     .edit = set_actions,
			     .number = actions };

	return run(&e, ifname, stage, change);
}

int xdplab_chain_replace(const char *ifname, const char *stage,
			 struct xdplab_prog *prog, struct xdplab_change *change,
			 const struct xdplab_edit_opts *opts)
{
	struct editing e = { .opts = opts, .edit = replace, .prog = prog };
	bool ours = !xdplab_prog_id(prog);
	int err = run(&e, ifname, stage, change);

	if (ours && (err || OPT(opts, dry_run)))
		prog_take_back(prog);
	return err;
}
