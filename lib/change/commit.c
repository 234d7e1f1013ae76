// SPDX-License-Identifier: LGPL-2.1-only
/*
 * commit - makes an interface run the chain that it is to have
 *
 * Build, publish, swap.  Whatever fails on the way, what ran before runs on;
 * and what was pinned for a generation that never ran is swept when the change
 * ends.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "change.h"
#include "pin/pin.h"

struct commit {
	struct change *change;
	struct chain *chain;
	const struct commit_opts *opts;
	struct counts counts;
	struct built built;
	struct swap swap;
};

/* ---- counters ---- */

struct counters {
	bool used[COUNTERS_MAX];
	uint32_t next; /* after the highest that is */
};

static void use(struct counters *counters, uint32_t counter)
{
	if (counter >= COUNTERS_MAX)
		return; /* none */
	counters->used[counter] = true;
	if (counter >= counters->next)
		counters->next = counter + 1;
}

/* Past the highest in use, so that one just released is not reused at once;
 * else the lowest that is free, else a new one. */
static uint32_t pick_counter(const struct counters *counters, uint32_t room)
{
	uint32_t counter = 0;

	if (counters->next < room)
		return counters->next;
	while (counter < COUNTERS_MAX && counters->used[counter])
		counter++;
	return counter;
}

/* Those of the program that runs are its own to the end, also where its stage
 * is not in the chain any more.  None runs, or one is replaced that cannot be
 * read: then the chain's are all that count. */
static int find_used(struct counters *counters, const struct commit *c)
{
	struct pin_stage *stages;
	size_t nr;
	int err;

	for (size_t i = 0; i < c->chain->nr; i++)
		if (c->chain->stages[i].kept.counter < counts_room(&c->counts))
			use(counters, c->chain->stages[i].kept.counter);
	err = pin_chain_read(&stages, &nr, &c->change->home, c->opts->old_id);
	if (err)
		return err == -ENOENT || err == -EUCLEAN ? 0 : err;
	for (size_t i = 0; i < nr; i++)
		use(counters, stages[i].counter);
	free(stages);
	return 0;
}

static int take_counters(struct commit *c)
{
	struct counters counters = { .next = 0 };
	uint32_t room = counts_room(&c->counts);
	int err = find_used(&counters, c);

	for (size_t i = 0; !err && i < c->chain->nr; i++) {
		struct pin_stage *kept = &c->chain->stages[i].kept;

		if (kept->counter == FUSE_UNCOUNTED || kept->counter < room)
			continue; /* it wants none, or has one */
		kept->counter =
			pick_counter(&counters, counts_room(&c->counts));
		use(&counters, kept->counter);
		err = counts_take(&c->counts, kept->counter);
	}
	return err;
}

/* ---- build ---- */

/* A program on the device itself is the whole of its chain. */
static int build_direct(struct commit *c)
{
	const struct stage *stage = &c->chain->stages[0];

	c->built.prog_fd = fcntl(stage->prog_fd, F_DUPFD_CLOEXEC, 3);
	c->built.prog_id = stage->kept.id;
	return c->built.prog_fd < 0 ? fail(-errno, "%s: %s", c->change->ifname,
					   strerror(errno))
				    : 0;
}

static bool is_direct(const struct chain *chain)
{
	return chain->nr && chain->stages[0].kept.flags & PIN_STAGE_DIRECT;
}

static void note_groups(const struct commit *c, size_t before)
{
	if (c->built.nr_groups > 1 && c->built.nr_groups != before)
		note(XDPLAB_LOG_WARN,
		     "%s: the chain is too large for one program and was split "
		     "into %zu",
		     c->change->ifname, c->built.nr_groups);
}

static size_t count_groups(const struct chain *chain)
{
	size_t nr = 0;

	for (size_t i = 0; i < chain->nr; i++)
		if (chain->stages[i].kept.group >= nr)
			nr = chain->stages[i].kept.group + 1;
	return nr;
}

static bool has_slots(const struct built *built)
{
	return built->slots_fd >= 0 || built->tap_fd >= 0;
}

static int build(struct commit *c)
{
	const struct change *change = c->change;
	size_t before = count_groups(c->chain);
	int err;

	if (is_direct(c->chain))
		return build_direct(c);
	err = counts_open(&c->counts, &change->home);
	if (!err)
		err = chain_revive(c->chain, &change->home);
	if (!err)
		err = take_counters(c);
	if (!err)
		err = chain_build(&c->built, c->chain, &c->counts,
				  change->ifname, change->state.ifindex);
	if (!err)
		note_groups(c, before);
	if (!err && c->opts->tap)
		err = tap_build(&c->built, c->opts->tap, change->ifname);
	if (err || !has_slots(&c->built) || change->lock >= 0)
		return err;
	fail(-EOPNOTSUPP, "%s: a chain of several programs must be pinned",
	     change->ifname);
	return advise(-EOPNOTSUPP, "mount -t bpf bpf /sys/fs/bpf");
}

/* ---- publish and swap ---- */

static int write_chain(const struct commit *c)
{
	const struct chain *chain = c->chain;
	struct pin_stage *kept = calloc(chain->nr, sizeof(*kept));
	int err;

	if (!kept)
		return fail(-ENOMEM, "chain: out of memory");
	for (size_t i = 0; i < chain->nr; i++)
		kept[i] = chain->stages[i].kept;
	err = pin_chain_write(&c->change->home, c->built.prog_id, kept,
			      chain->nr, c->built.slots_fd, c->built.tap_fd);
	free(kept);
	return err;
}

/* A link must be pinned, and so must what has been; all else need not be. */
static int leave_unpinned(const struct commit *c)
{
	const char *root;

	for (size_t i = 0; i < c->chain->nr; i++) {
		if (c->chain->stages[i].fresh)
			continue;
		fail(-EROFS,
		     "%s: bpffs, which has the chain's state, is not writable",
		     c->change->ifname);
		return advise(-EROFS, "mount -o remount,rw /sys/fs/bpf");
	}
	return c->opts->link ? pin_root(&root) : 0;
}

static int publish(struct commit *c)
{
	const struct pin_home *home = &c->change->home;
	int err = 0;

	if (c->change->lock < 0)
		return leave_unpinned(c);
	for (size_t i = 0; !err && i < c->chain->nr; i++)
		if (c->chain->stages[i].fresh)
			err = stage_write(&c->chain->stages[i], home);
	if (!err)
		err = counts_write(&c->counts, home);
	return err ? err : write_chain(c);
}

/* What was kept for a stage is not waited for any more. */
static void drop_kept(const struct commit *c)
{
	for (size_t i = 0; i < c->chain->nr; i++)
		if (c->chain->stages[i].takes_kept)
			pin_kept_remove(&c->change->home,
					c->chain->stages[i].kept.name);
}

static int publish_and_swap(struct commit *c)
{
	int err = publish(c);

	c->swap.fd = c->built.prog_fd;
	c->swap.id = c->built.prog_id;
	if (!err)
		err = swap_do(&c->swap);
	if (!err && c->change->lock < 0)
		note(XDPLAB_LOG_WARN,
		     "no bpffs is mounted, the state of %s is not kept; mount "
		     "-t bpf bpf /sys/fs/bpf",
		     c->chain->stages[0].kept.name);
	else if (!err)
		drop_kept(c);
	return err;
}

/* ---- the chain that is left ---- */

static int run_chain(struct commit *c)
{
	int err = build(c);

	if (err)
		return err;
	change_hold_signals(c->change);
	return c->opts->dry_run ? 0 : publish_and_swap(c);
}

/* An adopted program that is left alone is as it was before. */
static int give_back(struct commit *c)
{
	struct stage *stage = &c->chain->stages[0];
	int err = stage_revive(stage, &c->change->home);

	if (err)
		return err;
	c->built.prog_id = stage->kept.id;
	c->swap.fd = stage->prog_fd;
	c->swap.id = stage->kept.id;
	change_hold_signals(c->change);
	if (c->opts->dry_run || c->opts->old_id == stage->kept.id)
		return 0;
	return swap_do(&c->swap);
}

static int take_off(struct commit *c)
{
	change_hold_signals(c->change);
	return c->opts->dry_run ? 0 : swap_detach(c->change, c->swap.mode);
}

int commit(struct change *change, struct chain *chain,
	   const struct commit_opts *opts, struct xdplab_change *result)
{
	struct commit c = { .change = change,
			    .chain = chain,
			    .opts = opts,
			    .built = BUILT_NONE,
			    .swap = { .change = change,
				      .mode = opts->mode,
				      .old_id = opts->old_id,
				      .link = opts->link } };
	bool alone = chain->nr == 1 && !opts->tap &&
		     stage_is_adopted(&chain->stages[0]);
	int err;

	if (!chain->nr)
		err = take_off(&c);
	else if (alone)
		err = give_back(&c);
	else
		err = run_chain(&c);
	if (!err) {
		result->mode = c.swap.mode;
		result->prog_id = c.built.prog_id;
		result->nr_stages = alone ? 0 : chain->nr;
		result->published = change->lock >= 0 && !opts->dry_run;
	}
	built_close(&c.built);
	counts_close(&c.counts);
	return err;
}
