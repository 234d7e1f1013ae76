// SPDX-License-Identifier: LGPL-2.1-only
/*
 * build - makes the programs that a chain is
 *
 * Mostly it is one.  What is too large for one, by the number of its maps or
 * for the verifier, is cut into groups: each is fused by itself, and the last
 * stage of one continues with the next by a tail call.  Programs that are
 * tail-called, these and the stages that cannot be fused, are in one
 * prog_array: a stage has the slot of its index, a group that of its first
 * stage after them.
 */
#include <errno.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>

#include "chain.h"
#include "pin/pin.h"
#include "prog/code-load.h"
#include "prog/code.h"
#include "prog/licence.h"
#include "prog/prog.h"

struct building {
	struct chain *chain;
	struct counts *counts;
	const char *ifname;
	uint32_t ifindex;
	struct code_load_opts load; /* what all programs have in common */

	struct fuse_stage *stages;  /* as many as the chain has */
	struct chain_group *groups; /* room for as many */
	size_t nr_groups;
	int slots_fd;
};

/* ---- slots ---- */

static uint32_t group_slot(const struct building *b,
			   const struct chain_group *group)
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
	return advise(err, "device-bound and extended programs cannot be "
			   "tail-called");
}

/* A stage that cannot be fused becomes a program of its own. */
static int load_alone(struct building *b, size_t index)
{
	const struct stage *stage = &b->chain->stages[index];
	struct code_load_opts opts = b->load;
	int fd, err;

	opts.name = stage->kept.name;
	fd = stage_load(stage, &opts, NULL);
	if (fd < 0)
		return chain_refused(fd, b->chain, index, &b->stages[index], 1,
				     stage->code, b->ifname, b->ifindex, NULL);
	err = put_into_slot(b, index, fd, stage->kept.name);
	close(fd);
	return err;
}

static int fill_slots(struct building *b, const struct chain_group *group)
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

/* The verifier's limits: of instructions, and of jumps that wait to be looked
 * into, for which kernels have had several words. */
static bool too_large(int err)
{
	return err == -E2BIG || err == -EFAULT || err == -ENOMEM;
}

static int load_fused(struct building *b, struct chain_group *group,
		      const struct code *code)
{
	struct code_load_opts opts = b->load;
	char *log = NULL;

	opts.name = b->chain->nr == 1 ? b->chain->stages[0].kept.name
				      : "xdplab_chain";
	group->fd = code_load(code, &opts, NULL);
	if (too_large(group->fd) && group->nr > 1)
		return -E2BIG; /* no failure yet: it is split */
	if (group->fd < 0)
		group->fd = code_load(code, &opts, &log);
	if (group->fd >= 0)
		return 0;
	return chain_refused(group->fd, b->chain, group->first,
			     &b->stages[group->first], group->nr, code,
			     b->ifname, b->ifindex, log);
}

static int fuse_group(struct building *b, struct chain_group *group,
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

/* Without CAP_PERFMON a program may not tell how far apart two pointers are. */
static bool may_subtract_pointers(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3
	};
	struct __user_cap_data_struct data[2];
	uint64_t caps;

	if (syscall(SYS_capget, &header, data))
		return true;
	caps = data[0].effective | (uint64_t)data[1].effective << 32;
	return caps & (1ULL << CAP_PERFMON | 1ULL << CAP_SYS_ADMIN);
}

static int load_group(struct building *b, size_t index)
{
	struct chain_group *group = &b->groups[index];
	struct fuse_opts opts = {
		.counts = { .map_fds = b->counts->fds,
			    .rows = b->counts->rows,
			    .row_size = b->counts->row_size },
		.ask_length = b->load.prog_flags & BPF_F_XDP_HAS_FRAGS ||
			      !may_subtract_pointers(),
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
		chain_learn(b->chain, group);
	return err; /* NOLINT: the group stays the building's */
}

/* ---- all of it ---- */

static size_t count_tail_calls(const struct building *b)
{
	size_t nr = b->nr_groups - 1;

	for (size_t i = 0; i < b->chain->nr; i++)
		nr += b->stages[i].how == XDPLAB_STAGE_TAIL_CALLED;
	return nr;
}

static int check_tail_calls(const struct building *b)
{
	size_t nr = count_tail_calls(b);

	if (nr <= TAIL_CALLS_MAX)
		return 0;
	fail(-ENOSPC,
	     "%s: the chain needs %zu tail calls, the kernel allows %d per "
	     "packet",
	     b->ifname, nr, TAIL_CALLS_MAX);
	return advise(-ENOSPC,
		      "stages with less stack or fewer maps can be "
		      "fused; `xdplab status -v` shows how each is run");
}

static int load_groups(struct building *b)
{
	int err = 0;

	for (size_t i = 0; !err && i < b->nr_groups; i++) {
		err = load_group(b, i);
		if (err == -E2BIG && b->groups[i].nr > 1) {
			chain_split(b->groups, b->nr_groups++, i--);
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
		const struct chain_group *group = &b->groups[g];

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
				 .tap_fd = -1,
				 .prog_id = info.id,
				 .prog_flags = b->load.prog_flags,
				 .attach_type = b->load.attach_type,
				 .nr_groups = b->nr_groups,
				 .nr_tail_calls = count_tail_calls(b) };
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
			.nr_maps = stage->maps.nr,
			.actions = stage->kept.actions,
			.counter = stage->kept.counter,
		};
	}
}

/* Under the GPL of others a stage could call what its own licence does not let
 * it, and when they have gone the chain could not be made any more. */
static int check_licences(const struct building *b)
{
	int err = 0;

	for (size_t i = 0; !err && i < b->chain->nr; i++) {
		const struct stage *stage = &b->chain->stages[i];

		if (stage->fresh && stage->code &&
		    strcmp(stage->kept.licence, b->load.licence) &&
		    licence_is_gpl(b->load.licence) &&
		    !licence_is_gpl(stage->kept.licence))
			err = stage_try(stage, b->ifindex);
	}
	return err;
}

int chain_build(struct built *built, struct chain *chain, struct counts *counts,
		const char *ifname, uint32_t ifindex)
{
	struct building b = { .chain = chain,
			      .counts = counts,
			      .ifname = ifname,
			      .ifindex = ifindex,
			      .slots_fd = -1 };
	int err;

	b.stages = calloc(chain->nr, sizeof(*b.stages));
	b.groups = calloc(chain->nr, sizeof(*b.groups));
	if (!b.stages || !b.groups) {
		err = fail(-ENOMEM, "chain: out of memory");
		goto out;
	}
	err = chain_agree(&b.load, chain, ifname, ifindex);
	if (!err)
		err = check_licences(&b);
	if (err)
		goto out;
	describe_stages(&b);
	b.nr_groups = chain_cut(b.groups, chain, counts->nr);
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
	if (built->tap_fd >= 0)
		close(built->tap_fd);
	*built = BUILT_NONE;
}
