// SPDX-License-Identifier: LGPL-2.1-only
/* load - puts programs on an interface: into the chain there, or a new one */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "change.h"
#include "pin/pin.h"
#include "prog/info.h"
#include "prog/prog.h"

struct loading {
	struct change *change;
	struct xdplab_prog *const *progs;
	size_t nr;
	const struct xdplab_load_opts *opts;
	struct chain chain;
	struct commit_opts commit;
	struct xdplab_change result;
	bool had_frags; /* the chain that runs has */
};

/* ---- what is there ---- */

/* Whether it counts in a map as chains do, or has their slots. */
static bool is_chain(const struct info *info)
{
	bool is = false;

	for (size_t i = 0; !is && i < info->nr_map_ids; i++) {
		struct bpf_map_info map = { 0 };
		__u32 size = sizeof(map);
		int fd = bpf_map_get_fd_by_id(info->map_ids[i]);

		if (fd < 0)
			continue;
		is = !bpf_obj_get_info_by_fd(fd, &map, &size) &&
		     !strncmp(map.name, "xdplab_", strlen("xdplab_"));
		close(fd);
	}
	return is;
}

static int chain_of_others(const struct change *change, enum xdplab_mode mode,
			   const struct info *info)
{
	fail(-EBUSY,
	     "%s: program %s (id %u) in %s mode is an xdplab chain whose state "
	     "is elsewhere",
	     change->ifname, info->name, info->id, xdplab_mode_name(mode));
	return advise(-EBUSY,
		      "use `xdplab sandbox exec NAME ...` or XDPLAB_BPFFS=DIR "
		      "to reach its state; --adopt keeps it as one stage, "
		      "--force replaces it, `xdplab unload %s` removes it",
		      change->ifname);
}

static int occupied(const struct change *change, enum xdplab_mode mode)
{
	uint32_t id = change->state.ids[mode];
	struct info info = { .name = "?" };

	info_read_id(&info, id);
	if (is_chain(&info))
		return chain_of_others(change, mode, &info);
	fail(-EBUSY, "%s: program %s (id %u) is already attached in %s mode",
	     change->ifname, info.name, id, xdplab_mode_name(mode));
	return advise(-EBUSY,
		      "--adopt keeps it as a stage, --force replaces it, "
		      "`xdplab unload %s` removes it",
		      change->ifname);
}

static int adopt(struct loading *l)
{
	struct stage stage;
	int err = stage_adopt(&stage, l->commit.old_id, l->change->ifname);

	if (err)
		return err;
	l->result.adopted_id = stage.kept.id;
	err = chain_insert(&l->chain, &stage);
	stage_free(&stage);
	return err;
}

/* A program that is no chain of ours. */
static int meet_foreign(struct loading *l)
{
	if (OPT(l->opts, adopt) && l->commit.mode != XDPLAB_MODE_HW)
		return adopt(l);
	if (!OPT(l->opts, force))
		return occupied(l->change, l->commit.mode);
	l->result.replaced_id = l->commit.old_id;
	return 0;
}

static int meet(struct loading *l)
{
	const struct change *change = l->change;
	enum xdplab_mode wanted = OPT(l->opts, mode);
	enum xdplab_mode running = change_mode(change, wanted);
	int err;

	l->commit = (struct commit_opts){ .mode = running ?: wanted,
					  .old_id = change->state.ids[running],
					  .link = OPT(l->opts, link),
					  .dry_run = OPT(l->opts, dry_run) };
	if (!running)
		return 0;
	for (size_t i = 0; i < l->nr; i++)
		if (l->commit.old_id == xdplab_prog_id(l->progs[i]))
			return fail(-EALREADY, "%s: %s is already attached",
				    change->ifname,
				    xdplab_prog_name(l->progs[i]));
	err = chain_read(&l->chain, &change->home, l->commit.old_id);
	if (err == -ENOENT || (err == -EUCLEAN && OPT(l->opts, force)))
		err = meet_foreign(l);
	else if (!err)
		l->had_frags = chain_all_have(&l->chain, BPF_F_XDP_HAS_FRAGS);
	if (err)
		return err;
	return change_keeps_mode(change, running, wanted);
}

/* ---- what comes ---- */

/* The stage that a program is another of; NULL if it is the first. */
static const struct stage *twin_of(const struct loading *l,
				   const struct xdplab_prog *prog)
{
	for (size_t i = 0; i < l->chain.nr; i++)
		if (!l->chain.stages[i].fresh &&
		    stage_is_of(&l->chain.stages[i], prog))
			return &l->chain.stages[i];
	return NULL;
}

/* Often it was to be loaded anew, not a second time. */
static void note_twin(const struct loading *l, const struct stage *twin)
{
	note(XDPLAB_LOG_WARN,
	     "%s: %s of the same file is already a stage (id %u) and keeps "
	     "running; use `xdplab chain %s replace` to replace it",
	     l->change->ifname, twin->kept.name, twin->kept.id,
	     l->change->ifname);
}

/* Has it continue with maps of a stage of its name: one that runs, or did. */
static int find_maps(const struct loading *l, struct xdplab_prog *prog,
		     const struct stage *twin)
{
	const struct pin_home *home = &l->change->home;
	char path[PATH_MAX];
	int err;

	if (OPT(l->opts, fresh_maps) || l->change->lock < 0)
		return 0;
	if (twin)
		err = pin_maps_path(path, home, twin->kept.id);
	else
		err = pin_kept_path(path, home, xdplab_prog_name(prog));
	return err ? err : prog_reuse_maps(prog, path);
}

static int add_stage(struct loading *l, struct xdplab_prog *prog)
{
	const struct stage_opts opts = {
		.prio = OPT(l->opts, has_prio) ? &l->opts->prio : NULL,
		.actions = OPT(l->opts, has_actions) ? &l->opts->actions : NULL,
		.no_counters = OPT(l->opts, no_counters),
	};
	const struct stage *twin = twin_of(l, prog);
	struct stage stage;
	bool takes_kept;
	int err;

	for (size_t i = 0; i < l->chain.nr; i++)
		if (l->chain.stages[i].kept.id == xdplab_prog_id(prog))
			return fail(-EALREADY, "%s: %s is already a stage",
				    l->change->ifname, xdplab_prog_name(prog));
	err = find_maps(l, prog, twin);
	takes_kept = OPT(l->opts, fresh_maps) ||
		     (!twin && xdplab_prog_maps_reused(prog));
	if (!err)
		err = stage_make(&stage, prog, &opts);
	if (err)
		return err;
	stage.takes_kept = takes_kept;
	if (twin)
		note_twin(l, twin);
	err = chain_insert(&l->chain, &stage);
	stage_free(&stage);
	return err;
}

/* The device itself runs one program, whole and as it is. */
static int add_direct(struct loading *l)
{
	const struct stage_opts opts = { .no_counters = true };
	struct xdplab_prog *prog = l->progs[0];
	struct stage stage;
	int err = 0;

	if (l->nr > 1 || l->chain.nr)
		return fail(-EOPNOTSUPP,
			    "%s: hw mode only supports one program per device",
			    l->change->ifname);
	if (!xdplab_prog_id(prog))
		err = xdplab_prog_load(prog, l->change->state.ifindex);
	if (!err)
		err = stage_make(&stage, prog, &opts);
	if (err)
		return err;
	stage.kept.flags |= PIN_STAGE_DIRECT;
	err = chain_insert(&l->chain, &stage);
	stage_free(&stage);
	return err;
}

static int add_all(struct loading *l)
{
	int err = 0;

	if (l->commit.mode == XDPLAB_MODE_HW)
		return add_direct(l);
	for (size_t i = 0; !err && i < l->nr; i++)
		err = add_stage(l, l->progs[i]);
	return err;
}

/* ---- load ---- */

static int load(struct loading *l)
{
	int err = meet(l);

	if (!err)
		err = add_all(l);
	if (!err && !OPT(l->opts, force))
		err = chain_keeps_frags(&l->chain, l->had_frags,
					l->change->ifname);
	return err ? err : commit(l->change, &l->chain, &l->commit, &l->result);
}

/* Pins that maps of these programs asked for, of a change that did not come
 * about; the first of them made the directory. */
static void take_back(const struct loading *l, const bool *ours)
{
	for (size_t i = l->nr; i-- > 0;)
		if (ours[i])
			prog_take_back(l->progs[i]);
}

int xdplab_chain_load(const char *ifname, struct xdplab_prog *const progs[],
		      size_t nr, struct xdplab_change *result,
		      const struct xdplab_load_opts *opts)
{
	struct change change;
	struct loading l = {
		.change = &change, .progs = progs, .nr = nr, .opts = opts
	};
	int err = OPTS_DEFECT(opts);
	bool *ours;

	if (err)
		return err;
	if (!nr)
		return fail(-EINVAL, "%s: no program to load", ifname);
	ours = calloc(nr, sizeof(*ours));
	if (!ours)
		return fail(-ENOMEM, "%s: out of memory", ifname);
	for (size_t i = 0; i < nr; i++)
		ours[i] = !xdplab_prog_id(progs[i]);
	err = change_begin(&change, ifname, OPT(opts, timeout_ms));
	if (!err) {
		err = load(&l);
		if (err || OPT(opts, dry_run))
			take_back(&l, ours);
		chain_free(&l.chain);
		change_end(&change, err, NULL, NULL);
	}
	free(ours);
	if (!err && result)
		*result = l.result;
	return err;
}
