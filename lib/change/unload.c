// SPDX-License-Identifier: LGPL-2.1-only
/* unload - takes stages out of a chain, and programs off an interface */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "net/attach.h"
#include "pin/pin.h"
#include "prog/info.h"

struct unloading {
	struct change *change;
	const struct xdplab_unload_opts *opts;
	struct chain chains[NR_MODES]; /* empty for a foreign program */
	struct info infos[NR_MODES];   /* of what is attached */

	/* What was chosen, and the last of it. */
	unsigned int nr;
	enum xdplab_mode mode;
	size_t stage;
	bool whole; /* the whole of what runs in that mode */

	struct attach_state before;
	/* Whose maps have been kept. */
	char (*kept)[sizeof(((struct pin_stage *)0)->name)];
	size_t nr_kept;
};

/* ---- what is there ---- */

static bool considered(const struct unloading *u, enum xdplab_mode mode)
{
	enum xdplab_mode only = OPT(u->opts, mode);

	return u->change->state.ids[mode] && (!only || only == mode);
}

static int read_chains(struct unloading *u)
{
	int err = 0;

	for (int mode = 0; mode < NR_MODES; mode++) {
		uint32_t id = u->change->state.ids[mode];

		if (!considered(u, mode))
			continue;
		err = chain_read(&u->chains[mode], &u->change->home, id);
		if (err && err != -ENOENT &&
		    (!OPT(u->opts, all) || OPT(u->opts, keep_maps)))
			return err;
		info_read_id(&u->infos[mode], id);
	}
	return 0;
}

/* ---- what is meant ---- */

static void choose(struct unloading *u, enum xdplab_mode mode, size_t stage,
		   bool whole)
{
	u->nr++;
	u->mode = mode;
	u->stage = stage;
	u->whole = whole;
}

static bool is_meant(const struct unloading *u, uint32_t id, const char *name)
{
	const char *meant = OPT(u->opts, name);

	if (OPT(u->opts, id))
		return id == OPT(u->opts, id);
	return !meant || !strcmp(name, meant);
}

/* A chain is meant by the id of its program, its stages by theirs. */
static void choose_in(struct unloading *u, enum xdplab_mode mode)
{
	const struct chain *chain = &u->chains[mode];
	uint32_t id = u->change->state.ids[mode];

	if (!chain->nr || (OPT(u->opts, id) && OPT(u->opts, id) == id)) {
		if (is_meant(u, id, u->infos[mode].name))
			choose(u, mode, 0, true);
		return;
	}
	for (size_t i = 0; i < chain->nr; i++)
		if (is_meant(u, chain->stages[i].kept.id,
			     chain->stages[i].kept.name))
			choose(u, mode, i, false);
}

static int none_chosen(const struct change *change,
		       const struct xdplab_unload_opts *opts)
{
	if (OPT(opts, id))
		fail(-ENOENT, "%s: program %u is not attached", change->ifname,
		     OPT(opts, id));
	else if (OPT(opts, name))
		fail(-ENOENT, "%s: program %s is not attached", change->ifname,
		     OPT(opts, name));
	else if (OPT(opts, mode))
		fail(-ENOENT, "%s: no XDP program is attached in %s mode",
		     change->ifname, xdplab_mode_name(OPT(opts, mode)));
	else
		return fail(-ENOENT, "%s: no XDP program is attached",
			    change->ifname);
	return advise(-ENOENT, "see `xdplab status %s`", change->ifname);
}

static int several_chosen(const struct unloading *u)
{
	const char *ifname = u->change->ifname;

	if (OPT(u->opts, name)) {
		fail(-ENOTUNIQ, "%s: %u programs are named %s", ifname, u->nr,
		     OPT(u->opts, name));
		return advise(-ENOTUNIQ,
			      "select one with --id, see `xdplab status %s`",
			      ifname);
	}
	fail(-ENOTUNIQ, "%s: %u programs are attached", ifname, u->nr);
	return advise(-ENOTUNIQ, "select one with --id, --prog-name or --mode, "
				 "or use --all");
}

/* ---- their maps ---- */

/* A later stage of that name continues with them; while another runs there,
 * which of both is meant would not be known. */
static int keep_maps(struct unloading *u, const struct chain *chain,
		     const struct stage *stage)
{
	const char *name = stage->kept.name;
	void *more = reallocarray(u->kept, u->nr_kept + 1, sizeof(*u->kept));
	size_t nr = 0;

	if (!more)
		return fail(-ENOMEM, "maps: out of memory");
	u->kept = more;
	for (size_t i = 0; i < chain->nr; i++)
		nr += !strcmp(chain->stages[i].kept.name, name);
	if (nr == 1) {
		snprintf(u->kept[u->nr_kept++], sizeof(*u->kept), "%s", name);
		return pin_kept_write(&u->change->home, name, stage->kept.id);
	}
	fail(-ENOTUNIQ, "%s: cannot keep maps: %zu stages are named %s",
	     u->change->ifname, nr, name);
	return advise(-ENOTUNIQ, "use unload without --keep-maps; maps that "
				 "both use stay with the other");
}

/* What is no chain, as far as can be seen here, has its maps elsewhere, and
 * they may go with it. */
static int cannot_keep(const struct unloading *u, enum xdplab_mode mode)
{
	const struct info *info = &u->infos[mode];

	fail(-ENOENT,
	     "%s: cannot keep maps: program %s (id %u) has no state here",
	     u->change->ifname, info->name, u->change->state.ids[mode]);
	return advise(-ENOENT, "pin them with `bpftool map pin id ID PATH`, "
			       "and use unload without --keep-maps");
}

/* Before the stages go, because their maps may go with them.  Kept ones that
 * are left of a change which was killed are not wanted either. */
static int leave_maps(struct unloading *u, enum xdplab_mode mode)
{
	const struct chain *chain = &u->chains[mode];
	bool all = OPT(u->opts, all) || u->whole;
	int err = 0;

	if (OPT(u->opts, keep_maps) && !chain->nr)
		return cannot_keep(u, mode);
	for (size_t i = 0; !err && i < chain->nr; i++) {
		const struct stage *stage = &chain->stages[i];

		if ((!all && i != u->stage) || stage_is_adopted(stage))
			continue;
		if (!OPT(u->opts, keep_maps))
			pin_kept_remove_copies(&u->change->home,
					       stage->kept.name,
					       stage->kept.id);
		else
			err = keep_maps(u, chain, stage);
	}
	return err;
}

/* ---- unload ---- */

static int unload_all(struct unloading *u, struct xdplab_change *result)
{
	bool any = false;
	int err = 0;

	change_hold_signals(u->change);
	for (int mode = 0; !err && mode < NR_MODES; mode++) {
		if (!considered(u, mode))
			continue;
		any = true;
		result->mode = mode;
		result->nr_removed += u->chains[mode].nr ?: 1;
		err = leave_maps(u, mode);
		if (!err)
			err = swap_detach(u->change, mode);
	}
	return any ? err : none_chosen(u->change, u->opts);
}

static int unload_chosen(struct unloading *u, struct xdplab_change *result)
{
	struct chain *chain = &u->chains[u->mode];
	const struct commit_opts opts = {
		.mode = u->mode,
		.old_id = u->change->state.ids[u->mode],
	};
	int err = leave_maps(u, u->mode);

	if (err)
		return err;
	if (u->whole)
		result->nr_removed = chain->nr ?: 1;
	else
		result->nr_removed = 1;
	while (u->whole && chain->nr)
		chain_remove(chain, 0);
	if (chain->nr)
		chain_remove(chain, u->stage);
	return commit(u->change, chain, &opts, result);
}

static int unload(struct unloading *u, struct xdplab_change *result)
{
	int err = read_chains(u);

	if (err)
		return err;
	if (OPT(u->opts, all))
		return unload_all(u, result);
	for (int mode = 0; mode < NR_MODES; mode++)
		if (considered(u, mode))
			choose_in(u, mode);
	if (!u->nr)
		return none_chosen(u->change, u->opts);
	return u->nr > 1 ? several_chosen(u) : unload_chosen(u, result);
}

/* Where nothing has gone after all, maps are not kept either. */
static void take_back(const struct unloading *u)
{
	struct attach_state now = { .ifindex = u->before.ifindex };
	struct error kept;

	error_keep(&kept);
	if (!attach_reread(&now) &&
	    !memcmp(now.ids, u->before.ids, sizeof(now.ids)))
		for (size_t i = 0; i < u->nr_kept; i++)
			pin_kept_remove(&u->change->home, u->kept[i]);
	error_restore(&kept);
}

int xdplab_chain_unload(const char *ifname, struct xdplab_change *result,
			const struct xdplab_unload_opts *opts)
{
	struct change change;
	struct unloading u = { .change = &change, .opts = opts };
	struct xdplab_change done = { 0 };
	int err = OPTS_DEFECT(opts);

	if (!err)
		err = change_begin(&change, ifname, OPT(opts, timeout_ms));
	if (err)
		return err;
	u.before = change.state;
	err = unload(&u, &done);
	if (err && u.nr_kept)
		take_back(&u);
	free(u.kept);
	for (int mode = 0; mode < NR_MODES; mode++)
		chain_free(&u.chains[mode]);
	change_end(&change, err, NULL, NULL);
	if (!err && result)
		*result = done;
	return err;
}
