// SPDX-License-Identifier: LGPL-2.1-only
/*
 * chain-build - makes the programs that a chain is
 *
 * Mostly it is one.  What is too large for one, by the number of its maps or for
 * the verifier, is cut into groups: each is fused by itself, and the last stage
 * of one goes on with the next by a tail call.  Programs that are tail-called,
 * these and the stages that cannot be fused, are in one prog_array: a stage has
 * the slot of its index, a group that of its first stage behind them.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>

#include "chain.h"
#include "code-load.h"
#include "licence.h"

#define MAPS_MAX       64     /* MAX_USED_MAPS */
#define TAIL_CALLS_MAX 33     /* MAX_TAIL_CALL_CNT, for one packet */
#define COST_MAX       900000 /* of the verifier's million instructions */

struct group {
	size_t first, nr;
	int fd; /* -1: not loaded yet */
};

struct building {
	struct chain *chain;
	struct counts *counts;
	const char *ifname;
	struct code_load_opts load; /* what all programs have in common */

	struct fuse_stage *stages; /* as many as the chain has */
	struct group *groups;	   /* room for as many */
	size_t nr_groups;
	int slots_fd;
};

/* ---- what holds for all stages together ---- */

/* What an adopted stage's licence is does not matter: it stays a program of its
 * own, and one that goes with all stands for it. */
static int combine_licences(struct building *b)
{
	const struct chain *chain = b->chain;
	const char **licences = calloc(chain->nr, sizeof(*licences));
	size_t one = 0, other = 0;

	if (!licences)
		return fail(-ENOMEM, "chain: out of memory");
	for (size_t i = 0; i < chain->nr; i++)
		licences[i] = stage_is_adopted(&chain->stages[i])
				      ? "MIT"
				      : chain->stages[i].kept.licence;
	b->load.licence = licence_combine(licences, chain->nr, &one, &other);
	free(licences);
	if (b->load.licence)
		return 0;
	fail(-EXDEV,
	     "%s: the licence of %s, \"%s\", cannot be combined with that of "
	     "%s, \"%s\"",
	     b->ifname, chain->stages[one].kept.name,
	     chain->stages[one].kept.licence, chain->stages[other].kept.name,
	     chain->stages[other].kept.licence);
	return advise(-EXDEV,
		      "a chain is one program: put one of them on another "
		      "interface, or change what its SEC(\"license\") says");
}

/* A prog_array wants all its programs alike, and an adopted one is as it is. */
static int agree_with_adopted(struct building *b, const struct pin_stage *kept)
{
	bool frags = b->load.prog_flags & BPF_F_XDP_HAS_FRAGS;

	b->load.attach_type = kept->attach_type;
	if (frags == !!(kept->prog_flags & BPF_F_XDP_HAS_FRAGS))
		return 0;
	for (size_t i = 0; i < b->chain->nr; i++) {
		const struct pin_stage *other = &b->chain->stages[i].kept;

		if (other->prog_flags & BPF_F_XDP_HAS_FRAGS)
			continue;
		fail(-EOPNOTSUPP,
		     "%s: %s is not for packets in several buffers, and %s, "
		     "which was adopted, is",
		     b->ifname, other->name, kept->name);
		break;
	}
	return advise(-EOPNOTSUPP,
		      "write SEC(\"xdp.frags\") before the one, or "
		      "load the other from its file");
}

static int agree(struct building *b)
{
	const struct chain *chain = b->chain;
	int err = combine_licences(b);

	b->load.attach_type = BPF_XDP;
	if (chain_all_have(chain, BPF_F_XDP_HAS_FRAGS))
		b->load.prog_flags |= BPF_F_XDP_HAS_FRAGS;
	if (chain_any_has(chain, BPF_F_XDP_DEV_BOUND_ONLY))
		b->load.prog_flags |= BPF_F_XDP_DEV_BOUND_ONLY;
	else
		b->load.ifindex = 0;
	for (size_t i = 0; !err && i < chain->nr; i++)
		if (stage_is_adopted(&chain->stages[i]))
			err = agree_with_adopted(b, &chain->stages[i].kept);
	return err;
}

/* ---- groups ---- */

/* Whether a map of the stage is one of a stage in the group already. */
static bool shares_map(const struct chain *chain, const struct group *group,
		       uint32_t id)
{
	for (size_t i = group->first; i < group->first + group->nr; i++) {
		const struct code_maps *maps = &chain->stages[i].maps;

		for (size_t k = 0; k < maps->nr; k++)
			if (maps->ids[k] == id)
				return true;
	}
	return false;
}

/* How many more maps the group has with the stage. */
static size_t more_maps(const struct chain *chain, const struct group *group,
			const struct stage *stage)
{
	size_t more = 0;

	for (size_t k = 0; k < stage->maps.nr; k++)
		more += !shares_map(chain, group, stage->maps.ids[k]);
	return more;
}

/* Cuts by what is known: the number of maps, and what the verifier said of
 * stages that it has seen before. */
static void cut(struct building *b)
{
	const struct chain *chain = b->chain;
	size_t room = MAPS_MAX - b->counts->nr - 1, maps = 0, last = 0;
	uint64_t cost = 0;

	b->groups[0] = (struct group){ .fd = -1 };
	for (size_t i = 0; i < chain->nr; i++) {
		const struct stage *stage = &chain->stages[i];
		size_t more = more_maps(chain, &b->groups[last], stage);

		if (b->groups[last].nr &&
		    (maps + more > room ||
		     cost + stage->kept.cost > COST_MAX)) {
			b->groups[++last] =
				(struct group){ .first = i, .fd = -1 };
			maps = cost = 0;
			more = stage->maps.nr;
		}
		b->groups[last].nr++;
		maps += more;
		cost += stage->kept.cost;
	}
	b->nr_groups = last + 1;
}

static void split(struct building *b, size_t index)
{
	struct group *group = &b->groups[index];

	memmove(group + 2, group + 1,
		(b->nr_groups - index - 1) * sizeof(*group));
	group[1] = (struct group){ .first = group->first + group->nr / 2,
				   .nr = group->nr - group->nr / 2,
				   .fd = -1 };
	group->nr /= 2;
	b->nr_groups++;
}

/* ---- slots ---- */

static uint32_t group_slot(const struct building *b, const struct group *group)
{
	return b->chain->nr + group->first;
}

static int need_slots(struct building *b)
{
	if (b->slots_fd >= 0)
		return 0;
	b->slots_fd = bpf_map_create(BPF_MAP_TYPE_PROG_ARRAY, "xdplab_slots",
				     sizeof(uint32_t), sizeof(uint32_t),
				     2 * b->chain->nr, NULL);
	if (b->slots_fd >= 0)
		return 0;
	return fail(b->slots_fd, "%s: chain: %s", b->ifname,
		    strerror(-b->slots_fd));
}

static int put_into_slot(const struct building *b, uint32_t slot, int fd,
			 const char *name)
{
	int err = bpf_map_update_elem(b->slots_fd, &slot, &fd, 0);

	if (!err)
		return 0;
	fail(err, "%s: %s cannot be tail-called: %s", b->ifname, name,
	     strerror(-err));
	return advise(err, "programs that are bound to a device or extended by "
			   "others cannot");
}

/* A stage that cannot be fused becomes a program of its own. */
static int load_alone(struct building *b, size_t index)
{
	const struct stage *stage = &b->chain->stages[index];
	struct code_load_opts opts = b->load;
	int fd, err;

	opts.name = stage->kept.name;
	fd = code_load(stage->code, &opts, NULL);
	if (fd < 0)
		return chain_refused(fd, b->chain, index, &b->stages[index], 1,
				     stage->code, b->ifname, b->load.ifindex,
				     NULL);
	err = put_into_slot(b, index, fd, stage->kept.name);
	close(fd);
	return err;
}

static int fill_slots(struct building *b, const struct group *group)
{
	int err = 0;

	for (size_t i = group->first; !err && i < group->first + group->nr;
	     i++) {
		const struct stage *stage = &b->chain->stages[i];

		if (b->stages[i].how != XDPLAB_STAGE_TAIL_CALLED)
			continue;
		b->stages[i].slot = i;
		err = need_slots(b);
		if (!err)
			err = stage_is_adopted(stage)
				      ? put_into_slot(b, i, stage->prog_fd,
						      stage->kept.name)
				      : load_alone(b, i);
	}
	return err;
}

/* ---- one group ---- */

/* What the verifier took for stages of which it is not known yet. */
static void learn_cost(struct building *b, const struct group *group)
{
	struct bpf_prog_info info = { 0 };
	__u32 size = sizeof(info);
	uint64_t known = 0;
	size_t unknown = 0;
	uint32_t share;

	if (bpf_obj_get_info_by_fd(group->fd, &info, &size))
		return;
	for (size_t i = group->first; i < group->first + group->nr; i++) {
		known += b->chain->stages[i].kept.cost;
		unknown += !b->chain->stages[i].kept.cost;
	}
	if (!unknown)
		return;
	share = info.verified_insns > known
			? (info.verified_insns - known) / unknown
			: 0;
	for (size_t i = group->first; i < group->first + group->nr; i++)
		if (!b->chain->stages[i].kept.cost)
			b->chain->stages[i].kept.cost = share ?: 1;
}

static int load_fused(struct building *b, struct group *group,
		      const struct code *code)
{
	struct code_load_opts opts = b->load;
	char *log = NULL;

	opts.name = b->chain->nr == 1 ? b->chain->stages[0].kept.name
				      : "xdplab_chain";
	group->fd = code_load(code, &opts, NULL);
	if (group->fd == -E2BIG && group->nr > 1)
		return -E2BIG; /* no failure yet: it is split */
	if (group->fd < 0)
		group->fd = code_load(code, &opts, &log);
	if (group->fd >= 0)
		return 0;
	return chain_refused(group->fd, b->chain, group->first,
			     &b->stages[group->first], group->nr, code,
			     b->ifname, b->load.ifindex, log);
}

static int fuse_group(struct building *b, struct group *group,
		      const struct fuse_opts *opts)
{
	struct code code = { 0 };
	int err = fuse(&code, &b->stages[group->first], group->nr, opts);

	if (!err)
		err = load_fused(b, group, &code);
	btf__free(code.btf);
	code_free(&code);
	return err;
}

static int load_group(struct building *b, size_t index)
{
	struct group *group = &b->groups[index];
	struct fuse_opts opts = {
		.counts = { .map_fds = b->counts->fds,
			    .rows = b->counts->rows,
			    .row_size = b->counts->row_size },
		.goes_on = index + 1 < b->nr_groups,
	};
	int err = fuse_plan(&b->stages[group->first], group->nr);

	if (!err)
		err = fill_slots(b, group);
	if (!err && opts.goes_on) {
		opts.next = group_slot(b, group + 1);
		err = need_slots(b);
	}
	opts.slots_fd = b->slots_fd;
	if (!err)
		err = fuse_group(b, group, &opts);
	if (!err)
		learn_cost(b, group);
	return err; /* NOLINT: the group stays the building's */
}

/* ---- all of it ---- */

static int check_tail_calls(const struct building *b)
{
	size_t nr = b->nr_groups - 1;

	for (size_t i = 0; i < b->chain->nr; i++)
		nr += b->stages[i].how == XDPLAB_STAGE_TAIL_CALLED;
	if (nr <= TAIL_CALLS_MAX)
		return 0;
	fail(-ENOSPC,
	     "%s: the chain would make %zu tail calls, and the kernel allows "
	     "%d for a packet",
	     b->ifname, nr, TAIL_CALLS_MAX);
	return advise(-ENOSPC, "stages with less stack or fewer maps can be "
			       "fused; `xdplab status -v` tells how each is "
			       "run");
}

static int load_groups(struct building *b)
{
	int err = 0;

	for (size_t i = 0; !err && i < b->nr_groups; i++) {
		err = load_group(b, i);
		if (err == -E2BIG && b->groups[i].nr > 1) {
			split(b, i--);
			err = 0;
		}
	}
	for (size_t i = 1; !err && i < b->nr_groups; i++)
		err = put_into_slot(b, group_slot(b, &b->groups[i]),
				    b->groups[i].fd, "a group of stages");
	return err ? err : check_tail_calls(b);
}

/* What became of each stage, to be kept with it. */
static void tell_stages(const struct building *b)
{
	for (size_t g = 0; g < b->nr_groups; g++) {
		const struct group *group = &b->groups[g];

		for (size_t i = group->first; i < group->first + group->nr;
		     i++) {
			struct pin_stage *kept = &b->chain->stages[i].kept;

			kept->how = b->stages[i].how;
			kept->why = b->stages[i].why;
			kept->group = g;
		}
	}
}

static int hand_over(struct built *built, struct building *b)
{
	struct bpf_prog_info info = { 0 };
	__u32 size = sizeof(info);
	int err = bpf_obj_get_info_by_fd(b->groups[0].fd, &info, &size);

	if (err)
		return fail(err, "%s: chain: %s", b->ifname, strerror(-err));
	tell_stages(b);
	*built = (struct built){ .prog_fd = b->groups[0].fd,
				 .slots_fd = b->slots_fd,
				 .prog_id = info.id,
				 .nr_groups = b->nr_groups };
	b->groups[0].fd = -1;
	b->slots_fd = -1;
	return 0;
}

static void describe_stages(struct building *b)
{
	for (size_t i = 0; i < b->chain->nr; i++) {
		const struct stage *stage = &b->chain->stages[i];

		b->stages[i] = (struct fuse_stage){
			.code = stage->code,
			.name = stage->kept.name,
			.actions = stage->kept.actions,
			.counter = stage->kept.counter,
		};
	}
}

int chain_build(struct built *built, struct chain *chain, struct counts *counts,
		const char *ifname, uint32_t ifindex)
{
	struct building b = { .chain = chain,
			      .counts = counts,
			      .ifname = ifname,
			      .load = { .ifindex = ifindex },
			      .slots_fd = -1 };
	int err;

	b.stages = calloc(chain->nr, sizeof(*b.stages));
	b.groups = calloc(chain->nr, sizeof(*b.groups));
	if (!b.stages || !b.groups) {
		err = fail(-ENOMEM, "chain: out of memory");
		goto out;
	}
	err = agree(&b);
	if (err)
		goto out;
	describe_stages(&b);
	cut(&b);
	err = load_groups(&b);
	if (!err)
		err = hand_over(built, &b);
out:
	for (size_t i = 0; i < b.nr_groups; i++)
		if (b.groups[i].fd >= 0)
			close(b.groups[i].fd);
	if (b.slots_fd >= 0)
		close(b.slots_fd);
	free(b.groups);
	free(b.stages);
	return err;
}

void built_close(struct built *built)
{
	if (built->prog_fd >= 0)
		close(built->prog_fd);
	if (built->slots_fd >= 0)
		close(built->slots_fd);
	*built = (struct built){ .prog_fd = -1, .slots_fd = -1 };
}
