// SPDX-License-Identifier: LGPL-2.1-only
/*
 * cut - cuts a chain that is too large for one program into groups
 *
 * By what is known before: how many maps there are, and what the verifier took
 * for stages that it has seen.  What it refuses as too large is split later.
 */
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>

#include "chain.h"
#include "prog/code-pack.h"

#define COST_MAX 900000 /* of the verifier's million instructions */

/* Whether a map of the stage is one of a stage in the group already. */
static bool shares_map(const struct chain *chain,
		       const struct chain_group *group, uint32_t id)
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
static size_t more_maps(const struct chain *chain,
			const struct chain_group *group,
			const struct stage *stage)
{
	size_t more = 0;

	if (fuse_maps_too_many(stage->maps.nr))
		return 0; /* it becomes a program of its own */
	for (size_t k = 0; k < stage->maps.nr; k++)
		more += !shares_map(chain, group, stage->maps.ids[k]);
	return more;
}

size_t chain_cut(struct chain_group *groups, const struct chain *chain,
		 size_t nr_counts)
{
	size_t room = FUSE_MAPS_MAX - nr_counts - 1, maps = 0, last = 0;
	uint64_t cost = 0;

	groups[0] = (struct chain_group){ .fd = -1 };
	for (size_t i = 0; i < chain->nr; i++) {
		const struct stage *stage = &chain->stages[i];
		size_t more = more_maps(chain, &groups[last], stage);

		if (groups[last].nr && (maps + more > room ||
					cost + stage->kept.cost > COST_MAX)) {
			groups[++last] =
				(struct chain_group){ .first = i, .fd = -1 };
			maps = cost = 0;
			more = more_maps(chain, &groups[last], stage);
		}
		groups[last].nr++;
		maps += more;
		cost += stage->kept.cost;
	}
	return last + 1;
}

void chain_split(struct chain_group *groups, size_t nr, size_t index)
{
	struct chain_group *group = &groups[index];

	memmove(group + 2, group + 1, (nr - index - 1) * sizeof(*group));
	group[1] = (struct chain_group){ .first = group->first + group->nr / 2,
					 .nr = group->nr - group->nr / 2,
					 .fd = -1 };
	group->nr /= 2;
}

/* Shares what the verifier took, less what is known, among those of which it is
 * not: the cost grows linearly with the stages. */
void chain_learn(struct chain *chain, const struct chain_group *group)
{
	struct bpf_prog_info info = { 0 };
	__u32 size = sizeof(info);
	struct stage *stages = &chain->stages[group->first];
	uint64_t known = 0;
	size_t unknown = 0;
	uint32_t share = 0;

	if (bpf_obj_get_info_by_fd(group->fd, &info, &size))
		return;
	for (size_t i = 0; i < group->nr; i++) {
		known += stages[i].kept.cost;
		unknown += !stages[i].kept.cost;
	}
	if (unknown && info.verified_insns > known)
		share = (info.verified_insns - known) / unknown;
	for (size_t i = 0; i < group->nr; i++)
		if (!stages[i].kept.cost)
			stages[i].kept.cost = share ?: 1;
}
