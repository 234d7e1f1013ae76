// SPDX-License-Identifier: LGPL-2.1-only
/* reach - what packets reach in the code of programs */
#include "fuzz.h"

/* How often is distinguished as it is in AFL: 1, 2, 3, 4.., 8.., 16.., 32..,
 * 128.. */
static uint8_t bucket(uint64_t times)
{
	if (times < 4)
		return 1 << (times - 1);
	if (times < 32)
		return times < 8 ? 8 : times < 16 ? 16 : 32;
	return times < 128 ? 64 : 128;
}

/* FNV-1a, of what was reached and how often. */
static uint64_t way_of(const struct fuzz_version *version, uint64_t way)
{
	const struct xdplab_tests *tests = version->tests;

	for (size_t i = 0; i < tests->nr_counted; i++) {
		const uint64_t *now = counting_now(tests->counted[i]);
		size_t nr = counting_blocks(tests->counted[i])->nr_counters;

		for (size_t k = 0; k < nr; k++)
			if (now[k])
				way = (way ^ (k << 8 | bucket(now[k]))) *
				      0x100000001b3;
		way = (way ^ nr) * 0x100000001b3;
	}
	return way;
}

uint64_t fuzz_target_way(const struct fuzz_target *target)
{
	uint64_t way = way_of(&target->now, 0xcbf29ce484222325);
	enum fuzz_difference difference;

	fuzz_target_kind(target, &difference);
	way = (way ^ target->now.io.verdict << 8 ^ difference) * 0x100000001b3;
	return target->old.tests ? way_of(&target->old, way) : way;
}

static bool learn(const struct counting *counting, uint8_t *seen)
{
	const uint64_t *now = counting_now(counting);
	size_t nr = counting_blocks(counting)->nr_counters;
	bool is_new = false;

	for (size_t i = 0; i < nr; i++) {
		uint8_t times;

		if (!now[i])
			continue;
		times = bucket(now[i]);
		is_new |= !(seen[i] & times);
		seen[i] |= times;
	}
	return is_new;
}

static bool learn_version(const struct fuzz_version *version)
{
	bool is_new = false;

	for (size_t i = 0; i < version->tests->nr_counted; i++)
		is_new |= learn(version->tests->counted[i], version->seen[i]);
	return is_new;
}

bool fuzz_target_learn(struct fuzz_target *target)
{
	bool is_new = learn_version(&target->now);

	return target->old.tests ? learn_version(&target->old) | is_new
				 : is_new;
}

void fuzz_target_blocks(const struct fuzz_target *target, size_t *nr,
			size_t *reached)
{
	const struct xdplab_tests *tests = target->now.tests;

	*nr = *reached = 0;
	for (size_t i = 0; i < tests->nr_counted; i++) {
		const struct counting *counting = tests->counted[i];
		const struct blocks *blocks = counting_blocks(counting);

		for (size_t k = 0; k < blocks->nr; k++) {
			uint32_t counter = blocks->at[k].counter;

			*nr += counting_has(counting, counter);
			*reached += !!target->now.seen[i][counter];
		}
	}
}
