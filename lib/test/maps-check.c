// SPDX-License-Identifier: LGPL-2.1-only
/* maps-check - whether what is expected of maps holds */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "maps.h"

/* ---- an entry ---- */

static int has_entry(const struct test_bound *bound)
{
	struct tested_map *map = bound->map;
	int err = tested_is(map, BPF_MAP_TYPE_BLOOM_FILTER)
			  ? xdplab_map_get(map->map, NULL, bound->key)
			  : tested_get(map, bound->key);

	return err == -ENOENT ? 0 : err ?: 1;
}

static int check_has(const struct test_step *step, struct test_failure *failure)
{
	const struct test_bound *bound = step->map.bound;
	bool wanted = step->what == EXPECT_MAP_HAS;
	struct xdplab_text what = { 0 };
	int has = has_entry(bound), nr;

	if (has < 0 || has == wanted)
		return has < 0 ? has : 1;
	test_spell(&what, &step->map);
	test_failure_say(failure, wanted ? "%s: no such entry" : "%s: exists",
			 what.bytes ?: "");
	test_failure_row(failure, what.bytes ?: "",
			 wanted ? "present" : "absent",
			 wanted ? "absent" : "present", true);
	xdplab_text_free(&what);
	nr = test_tell_changes(bound->map, bound->key, failure);
	if (!nr && wanted)
		nr = test_tell_nearest(bound->map, bound->key, failure);
	return nr < 0 ? nr : 0;
}

/* ---- all entries ---- */

static int check_entries(const struct test_step *step,
			 struct test_failure *failure)
{
	struct tested_map *map = step->map.bound->map;
	bool empty = step->what == EXPECT_MAP_EMPTY;
	enum test_op op = empty ? TEST_EQ : step->number.op;
	int64_t expected = empty ? 0 : step->number.value;
	char wanted[32], got[24];
	int err = entries_read(&map->now, map);

	if (err)
		return err;
	if (test_compare(op, (int64_t)tested_before(map)->nr,
			 (int64_t)map->now.nr, expected))
		return 1;
	test_failure_say(failure, "%s has %zu %s", step->map.name, map->now.nr,
			 map->now.nr == 1 ? "entry" : "entries");
	snprintf(wanted, sizeof(wanted), "%s %" PRId64, test_op_text(op),
		 expected);
	snprintf(got, sizeof(got), "%zu", map->now.nr);
	test_failure_row(failure, step->map.name, wanted, got, true);
	err = test_tell_changes(map, NULL, failure);
	return err < 0 ? err : 0;
}

static int check_unchanged(const struct test_step *step,
			   struct test_failure *failure)
{
	int nr = test_tell_unexpected(step->map.bound->map, failure);

	if (nr <= 0)
		return nr ?: 1;
	test_failure_say(failure, "%s has changed", step->map.name);
	return 0;
}

/* ---- everything ---- */

static int tell_records(struct tested_map *map, struct test_failure *failure)
{
	char got[40];
	int err = records_take(map);
	size_t nr = records_count(map);

	if (err || !nr)
		return err;
	snprintf(got, sizeof(got), "%zu %s", nr,
		 nr == 1 ? "record" : "records");
	test_failure_row(failure, map->name, "no record", got, true);
	return 1;
}

static int check_no_change(struct test_maps *maps, struct test_failure *failure)
{
	size_t changed = 0;
	const char *name = NULL;

	for (size_t i = 0; i < maps->nr; i++) {
		struct tested_map *map = &maps->at[i];
		int nr = map->records ? tell_records(map, failure)
				      : test_tell_unexpected(map, failure);

		if (nr < 0)
			return nr;
		changed += nr > 0;
		name = nr > 0 ? map->name : name;
	}
	if (changed)
		test_failure_say(failure,
				 changed == 1 ? "%s has changed"
					      : "%s and %zu more have changed",
				 name, changed - 1);
	return !changed;
}

int test_maps_check(struct test_maps *maps, const struct test_step *step,
		    struct test_failure *failure)
{
	switch (step->what) {
	case EXPECT_MAP:
	case EXPECT_VAR:
		return test_check_value(&step->map, failure);
	case EXPECT_VAR_UNCHANGED:
		return test_check_unchanged(&step->map, failure);
	case EXPECT_MAP_HAS:
	case EXPECT_MAP_LACKS:
		return check_has(step, failure);
	case EXPECT_MAP_EMPTY:
	case EXPECT_MAP_ENTRIES:
		return check_entries(step, failure);
	case EXPECT_MAP_UNCHANGED:
		return check_unchanged(step, failure);
	case EXPECT_RECORDS:
		return records_check(step, failure);
	case EXPECT_RECORD:
		return record_check(step, failure);
	default:
		return check_no_change(maps, failure);
	}
}
