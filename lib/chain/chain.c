// SPDX-License-Identifier: LGPL-2.1-only
/*
 * chain - the stages of a chain in their order
 *
 * The order is a list's, and always one of rising priorities.  Of equals a new
 * stage comes after those whose names sort before its own, as libxdp has it;
 * moving a stage by hand may order equals otherwise.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chain.h"
#include "pin/pin.h"
#include "prog/prog.h"

/* ---- read ---- */

int chain_read(struct chain *chain, const struct pin_home *home,
	       uint32_t prog_id)
{
	struct chain read = { .prog_id = prog_id };
	struct pin_stage *kept;
	int err;

	err = pin_chain_read(&kept, &read.nr, home, prog_id);
	if (err)
		return err;
	read.room = read.nr;
	read.stages = calloc(read.nr, sizeof(*read.stages));
	for (size_t i = 0; read.stages && i < read.nr; i++)
		read.stages[i] =
			(struct stage){ .kept = kept[i], .prog_fd = -1 };
	free(kept);
	if (!read.stages)
		return fail(-ENOMEM, "chain: out of memory");
	*chain = read;
	return 0;
}

int chain_revive(struct chain *chain, const struct pin_home *home)
{
	int err = 0;

	for (size_t i = 0; !err && i < chain->nr; i++)
		err = stage_revive(&chain->stages[i], home);
	return err;
}

void chain_free(struct chain *chain)
{
	for (size_t i = 0; i < chain->nr; i++)
		stage_free(&chain->stages[i]);
	free(chain->stages);
	*chain = (struct chain){ 0 };
}

/* ---- find ---- */

static bool is_id(uint32_t id, const char *text)
{
	uint64_t number;

	return pin_read_number(text, UINT32_MAX, &number) && number == id;
}

static bool is_called(const struct chain *chain, size_t i, const char *name)
{
	const struct pin_stage *kept = &chain->stages[i].kept;

	return !strcmp(name, kept->name) || is_id(kept->id, name) ||
	       (chain->nr == 1 && is_id(chain->prog_id, name));
}

static void list_names(const struct chain *chain, char *text, size_t size)
{
	size_t length = 0;

	text[0] = '\0';
	for (size_t i = 0; i < chain->nr && length < size; i++)
		length += snprintf(text + length, size - length, "%s%s (%u)",
				   i ? ", " : "", chain->stages[i].kept.name,
				   chain->stages[i].kept.id);
}

int chain_find(const struct chain *chain, const char *ifname, const char *name,
	       size_t *index)
{
	size_t found = chain->nr;
	char list[512];

	list_names(chain, list, sizeof(list));
	for (size_t i = 0; i < chain->nr; i++) {
		if (!is_called(chain, i, name))
			continue;
		if (found < chain->nr) {
			fail(-ENOTUNIQ, "%s: several stages are named %s",
			     ifname, name);
			return advise(-ENOTUNIQ, "select one by id: %s", list);
		}
		found = i;
	}
	if (found == chain->nr) {
		fail(-ENOENT, "%s: no such stage: %s", ifname, name);
		return advise(-ENOENT, "stages: %s", list);
	}
	*index = found;
	return 0;
}

/* ---- change ---- */

int chain_put(struct chain *chain, struct stage *stage, size_t place)
{
	struct stage *stages = chain->stages;

	if (chain->nr == PIN_STAGES_MAX)
		return fail(-ENOSPC, "chain: more than %d stages",
			    PIN_STAGES_MAX);
	if (chain->nr == chain->room) {
		stages = reallocarray(stages, 2 * chain->room + 8,
				      sizeof(*stages));
		if (!stages)
			return fail(-ENOMEM, "chain: out of memory");
		chain->stages = stages;
		chain->room = 2 * chain->room + 8;
	}
	memmove(&stages[place + 1], &stages[place],
		(chain->nr - place) * sizeof(*stages));
	stages[place] = *stage;
	*stage = (struct stage){ .prog_fd = -1 };
	chain->nr++;
	return 0;
}

/* Of equal priorities the name decides; of equal names what is there comes
 * first, and of two new ones the shorter. */
static bool comes_before(const struct stage *one, const struct stage *other)
{
	int names = strcmp(one->kept.name, other->kept.name);

	if (one->kept.prio != other->kept.prio)
		return one->kept.prio < other->kept.prio;
	if (names)
		return names < 0;
	return one->prog && other->prog &&
	       one->code->nr_insns < other->code->nr_insns;
}

int chain_insert(struct chain *chain, struct stage *stage)
{
	size_t place = 0;

	while (place < chain->nr && !comes_before(stage, &chain->stages[place]))
		place++;
	return chain_put(chain, stage, place);
}

struct stage chain_take(struct chain *chain, size_t index)
{
	struct stage taken = chain->stages[index];

	chain->nr--;
	memmove(&chain->stages[index], &chain->stages[index + 1],
		(chain->nr - index) * sizeof(taken));
	return taken;
}

void chain_remove(struct chain *chain, size_t index)
{
	struct stage taken = chain_take(chain, index);

	stage_free(&taken);
}

/* ---- look ---- */

bool chain_all_have(const struct chain *chain, uint32_t prog_flag)
{
	for (size_t i = 0; i < chain->nr; i++)
		if (!(chain->stages[i].kept.prog_flags & prog_flag))
			return false;
	return true;
}

bool chain_any_has(const struct chain *chain, uint32_t prog_flag)
{
	for (size_t i = 0; i < chain->nr; i++)
		if (chain->stages[i].kept.prog_flags & prog_flag)
			return true;
	return false;
}

int chain_keeps_frags(const struct chain *chain, bool had_frags,
		      const char *ifname)
{
	size_t i = 0;

	if (!had_frags || chain_all_have(chain, BPF_F_XDP_HAS_FRAGS))
		return 0;
	while (chain->stages[i].kept.prog_flags & BPF_F_XDP_HAS_FRAGS)
		i++;
	fail(-EXDEV,
	     "%s: %s is not an xdp.frags program, but the running chain "
	     "supports multi-buffer packets",
	     ifname, chain->stages[i].kept.name);
	return advise(-EXDEV, "use SEC(\"xdp.frags\") if it can handle "
			      "multi-buffer packets; --force drops their "
			      "support, which is fine for an MTU below about "
			      "3500");
}
