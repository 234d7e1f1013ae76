// SPDX-License-Identifier: LGPL-2.1-only
/*
 * maps-bind - what the words of steps about maps mean
 *
 * Names, keys, fields and values are looked up once, before anything is run, so
 * that all errors are reported then and a step costs no more than what it does.
 */
#include <errno.h>
#include <stdlib.h>

#include "maps.h"

static const struct test_use uses[] = {
	[TEST_MAP_SET] = { .map = true,
			   .key = true,
			   .value = true,
			   .writes = true },
	[TEST_MAP_DELETE] = { .map = true,
			      .key = true,
			      .writes = true,
			      .deletes = true },
	[TEST_MAP_CLEAR] = { .map = true, .writes = true, .reads = true },
	[TEST_VAR_SET] = { .variable = true, .value = true, .writes = true },
	[EXPECT_REDIRECT] = { .map = true, .key = true, .redirects = true },
	[EXPECT_MAP] = { .map = true, .key = true, .value = true },
	[EXPECT_MAP_HAS] = { .map = true, .key = true },
	[EXPECT_MAP_LACKS] = { .map = true, .key = true },
	[EXPECT_MAP_UNCHANGED] = { .map = true, .reads = true },
	[EXPECT_MAP_EMPTY] = { .map = true, .reads = true },
	[EXPECT_MAP_ENTRIES] = { .map = true, .reads = true },
	[EXPECT_VAR] = { .variable = true, .value = true },
	[EXPECT_VAR_UNCHANGED] = { .variable = true },
	[EXPECT_RECORDS] = { .ring = true },
	[EXPECT_RECORD] = { .ring = true },
	[EXPECT_NO_CHANGE] = { .all = true },
};

/* ---- the map ---- */

static int check_writes(struct test_binding *b)
{
	const struct tested_map *map = b->bound->map;

	if (map->map->info.frozen && map->is_section)
		return test_mistake(b->tests, b->words->name_place, NULL,
				    "%s is a constant, use \"set rodata %s = "
				    "...\" to set it before the program is "
				    "loaded",
				    b->words->name, b->words->name);
	if (map->map->info.frozen)
		return test_mistake(b->tests, b->words->name_place, NULL,
				    "map %s is frozen and cannot be written",
				    map->name);
	if (b->use->deletes && map->map->kind->is_array)
		return test_mistake(b->tests, b->words->name_place, NULL,
				    "entries of %s maps cannot be deleted",
				    xdplab_map_type_name(map->map->info.type));
	return 0;
}

static int check_reads(struct test_binding *b)
{
	if (entries_can_read(b->bound->map))
		return 0;
	xdplab_map_can_read(b->bound->map->map);
	return test_wrong_map(b, b->words->name_place);
}

static int check_redirects(struct test_binding *b)
{
	const struct tested_map *map = b->bound->map;

	switch (map->map->info.type) {
	case BPF_MAP_TYPE_DEVMAP:
	case BPF_MAP_TYPE_DEVMAP_HASH:
	case BPF_MAP_TYPE_CPUMAP:
	case BPF_MAP_TYPE_XSKMAP:
		return 0;
	default:
		return test_mistake(b->tests, b->words->name_place, NULL,
				    "maps of type %s cannot be a redirect "
				    "target",
				    xdplab_map_type_name(map->map->info.type));
	}
}

static int check_use(struct test_binding *b)
{
	bool has_values = b->bound->map->map->info.value_size;

	if (b->use->redirects)
		return check_redirects(b);
	if ((b->use->reads || !has_values) && check_reads(b))
		return -EINVAL;
	return b->use->writes ? check_writes(b) : 0;
}

/* ---- a variable ---- */

/* Variables are the one value of their map. */
static int bind_section(struct test_binding *b)
{
	b->bound->key = calloc(1, sizeof(uint32_t));
	return b->bound->key ? 0 : test_no_memory();
}

/* The places of a variable's name and of its path are the file's; only what is
 * after its name can be wrong here. */
static int bind_variable(struct test_binding *b)
{
	const char *colon = strchr(b->words->name, ':');
	char *path = test_variable_path(b->words);
	struct test_place told = b->words->name_place;
	int err;

	if (!path)
		return test_no_memory();
	err = test_name_variable(b->maps, b->tests, b->words, path,
				 &b->bound->map);
	if (!err)
		err = bind_section(b);
	if (colon)
		told.column += colon + 1 - b->words->name;
	if (!err)
		err = test_bind_path(b, path, told);
	free(path);
	return err;
}

/* ---- no change ---- */

/* Where others take the records, nobody can tell that there was none. */
static int bind_all(struct test_binding *b, const struct test_step *step)
{
	for (size_t i = 0; b->maps->elsewhere && i < b->maps->nr; i++)
		if (tested_has_records(&b->maps->at[i]))
			return test_mistake(
				b->tests, step->place, NULL,
				"whether a record was sent by %s is for who "
				"reads it where the program runs: expect "
				"unchanged, and of each map what it is to be",
				b->maps->at[i].name);
	return 0;
}

/* ---- steps ---- */

static struct test_bound *new_bound(struct test_maps *maps)
{
	struct test_bound *bound = calloc(1, sizeof(*bound));

	if (!bound) {
		test_no_memory();
		return NULL;
	}
	bound->next = maps->bounds;
	maps->bounds = bound;
	return bound;
}

/* An error in the key does not hide one in the value. */
static int bind_map(struct test_binding *b)
{
	int err, key = 0;

	err = test_name_map(b->maps, b->tests, b->words, &b->bound->map);
	if (!err)
		err = check_use(b);
	if (err)
		return err;
	if (b->use->key)
		key = test_bind_key(b);
	err = test_bind_path(b, b->words->path ?: "", b->words->path_place);
	if (!err && b->use->value)
		err = test_bind_value(b);
	return key ?: err;
}

static int bind_var(struct test_binding *b)
{
	int err = bind_variable(b);

	if (!err)
		err = check_use(b);
	return err ?: test_bind_value(b);
}

static int bind_words(struct test_binding *b, struct test_step *step)
{
	if (b->use->all)
		return bind_all(b, step);
	b->bound = new_bound(b->maps);
	if (!b->bound)
		return -ENOMEM;
	b->words->bound = b->bound;
	if (b->use->ring)
		return record_bind(b->maps, b->tests, step);
	return b->use->variable ? bind_var(b) : bind_map(b);
}

static struct test_map *words_of(struct test_step *step)
{
	if (step->what == EXPECT_RECORD)
		return &step->record.ring;
	if (step->what != EXPECT_REDIRECT)
		return &step->map;
	return step->redirect.map.name ? &step->redirect.map : NULL;
}

/* What a loop repeats is reported once. */
static bool is_told(const struct test_binding *b, struct test_place place)
{
	for (size_t i = 0; i < b->nr_wrong; i++)
		if (b->wrong[i].line == place.line &&
		    b->wrong[i].column == place.column)
			return true;
	return b->nr_wrong == WRONG_MAX;
}

/* Errors in the file are reported and counted, and are none here. */
static int bind_step(struct test_binding *b, struct test_step *step)
{
	size_t before = b->tests->nr_mistakes;
	int err;

	if (step->what >= ARRAY_SIZE(uses))
		return 0;
	b->use = &uses[step->what];
	b->words = words_of(step);
	if (!(b->use->map || b->use->variable || b->use->ring || b->use->all) ||
	    !b->words || is_told(b, step->place))
		return 0;
	err = bind_words(b, step);
	if (b->tests->nr_mistakes == before)
		return err;
	b->wrong[b->nr_wrong++] = step->place;
	return err == -ENOMEM ? err : 0;
}

static int bind_steps(struct test_binding *b, const struct test_steps *steps)
{
	int err = 0;

	for (size_t i = 0; !err && i < steps->nr; i++)
		err = bind_step(b, &steps->at[i]);
	return err;
}

static int has_mistakes(const struct xdplab_tests *tests)
{
	return fail(-EINVAL, "%s: has errors", tests->path);
}

int test_maps_bind_steps(struct test_maps *maps, struct xdplab_tests *tests,
			 const struct test_steps *steps)
{
	struct test_binding b = { .maps = maps, .tests = tests };
	int err = bind_steps(&b, steps);

	return err || !b.nr_wrong ? err : has_mistakes(tests);
}

int test_maps_bind(struct test_maps *maps, struct xdplab_tests *tests)
{
	struct test_binding b = { .maps = maps, .tests = tests };
	int err = bind_steps(&b, &tests->setup);

	if (!err)
		err = bind_steps(&b, &tests->teardown);
	for (size_t i = 0; !err && i < tests->nr_cases; i++)
		err = bind_steps(&b, &tests->cases[i].steps);
	return err || !b.nr_wrong ? err : has_mistakes(tests);
}
