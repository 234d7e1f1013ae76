// SPDX-License-Identifier: LGPL-2.1-only
/*
 * maps-names - the maps and variables that names in a test mean
 *
 * A name that several programs have is distinguished by the program it is in:
 * "xdp_parse:stats".
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "maps.h"
#include "value/parse.h"

/* A name, and the program before it; none is any. */
struct wanted {
	struct span program;
	const char *name;
};

static struct wanted split(const char *name)
{
	const char *colon = strchr(name, ':');

	if (!colon)
		return (struct wanted){ .name = name };
	return (struct wanted){ { name, colon - name }, colon + 1 };
}

static bool is_of(const struct tested_map *map, struct span program)
{
	const char *name = map->program ?: "";

	return !program.at || map->is_shared ||
	       (strlen(name) == program.length &&
		!strncmp(name, program.at, program.length));
}

/* The kernel cuts names of maps: that of a map which is known from there, and
 * those that people have read there. */
static bool is_called(const struct tested_map *map, const char *wanted)
{
	const char *cut = map->prog ? wanted : map->name;
	size_t length = BPF_OBJ_NAME_LEN - 1;

	return !strcmp(map->name, wanted) ||
	       (strlen(cut) == length && !strncmp(map->name, wanted, length));
}

/* ---- what there is ---- */

void test_add_name(const char *name, size_t length, void *arg)
{
	struct test_names *names = arg;
	char **at = reallocarray(names->at, names->nr + 1, sizeof(*at));

	if (!at)
		return;
	names->at = at;
	at[names->nr] = strndup(name, length);
	names->nr += at[names->nr] != NULL;
}

void test_free_names(struct test_names *names)
{
	for (size_t i = 0; i < names->nr; i++)
		free(names->at[i]);
	free(names->at);
}

static bool has_name(const struct test_names *names, const char *name)
{
	for (size_t i = 0; i < names->nr; i++)
		if (!strcmp(names->at[i], name))
			return true;
	return false;
}

static void list_maps(struct test_names *names, const struct test_maps *maps,
		      struct span program)
{
	for (size_t i = 0; i < maps->nr; i++)
		if (!maps->at[i].is_section && is_of(&maps->at[i], program))
			test_add_name(maps->at[i].name,
				      strlen(maps->at[i].name), names);
}

static void list_variables(struct test_names *names,
			   const struct test_maps *maps, struct span program)
{
	for (size_t i = 0; i < maps->nr; i++) {
		const struct xdplab_type *type = maps->at[i].map->value;

		if (maps->at[i].is_section && is_of(&maps->at[i], program) &&
		    value_is_group(type->nodes))
			value_each_member(type, type->nodes, test_add_name,
					  names);
	}
}

static void list_programs(struct test_names *names,
			  const struct test_maps *maps)
{
	for (size_t i = 0; i < maps->nr; i++)
		if (maps->at[i].program)
			test_add_name(maps->at[i].program,
				      strlen(maps->at[i].program), names);
}

#define LISTED_MAX 12

/* "; there are a, b", where none is near. */
static void list_names(struct xdplab_text *list, const struct test_names *names)
{
	for (size_t i = 0; i < names->nr && i < LISTED_MAX; i++) {
		xdplab_text_add(list, i		       ? ", "
				      : names->nr == 1 ? "; there is "
						       : "; there are ");
		xdplab_text_add(list, names->at[i]);
	}
	if (names->nr > LISTED_MAX)
		xdplab_text_add(list, ", ...");
}

/* What it is to be, and what else there is: "map" or "global variable". */
struct sort {
	const char *name;
	void (*list)(struct test_names *names, const struct test_maps *maps,
		     struct span program);
};

static const struct sort a_map = { "map", list_maps };
static const struct sort a_variable = { "global variable", list_variables };

/* Tells one name that is near, or that it is of the other sort, or all. */
static int unknown(struct xdplab_tests *tests, const struct test_maps *maps,
		   const struct test_map *words, const struct sort *sort,
		   const struct sort *other)
{
	struct wanted wanted = split(words->name);
	struct test_names names = { 0 }, others = { 0 };
	struct xdplab_text more = { 0 };
	const char *near;

	sort->list(&names, maps, wanted.program);
	other->list(&others, maps, wanted.program);
	near = nearest_name(wanted.name, (const char *const *)names.at,
			    names.nr);
	if (has_name(&others, wanted.name)) {
		xdplab_text_add(&more, ", but a ");
		xdplab_text_add(&more, other->name);
		near = NULL;
	} else if (!near) {
		list_names(&more, &names);
	}
	test_mistake(tests, words->name_place, near,
		     "no %s \"%s\" in the tested programs%s", sort->name,
		     wanted.name, more.bytes ?: "");
	xdplab_text_free(&more);
	test_free_names(&others);
	test_free_names(&names);
	return -EINVAL;
}

/* Whether the program before a name has a map; mistakes are told. */
static int check_program(const struct test_maps *maps,
			 struct xdplab_tests *tests,
			 const struct test_map *words, struct wanted wanted)
{
	struct test_names names = { 0 };
	char *program;

	for (size_t i = 0; i < maps->nr; i++)
		if (is_of(&maps->at[i], wanted.program))
			return 0;
	list_programs(&names, maps);
	if (!names.nr)
		return test_mistake(tests, words->name_place, NULL,
				    "which program a map is of is only known "
				    "in a chain: write %s",
				    wanted.name);
	program = strndup(wanted.program.at, wanted.program.length);
	test_mistake(tests, words->name_place,
		     nearest_name(program ?: "", (const char *const *)names.at,
				  names.nr),
		     "no program \"%s\" with maps in the tested programs",
		     program ?: "");
	test_free_names(&names);
	free(program);
	return -EINVAL;
}

static int ambiguous(struct xdplab_tests *tests, const struct test_map *words,
		     const struct tested_map *one,
		     const struct tested_map *other)
{
	const char *first, *second;

	if (!one->program || !other->program)
		return test_mistake(tests, words->name_place, NULL,
				    "the program has several named %s",
				    words->name);
	first = one->program;
	second = other->program;
	return test_mistake(tests, words->name_place, NULL,
			    "%s is in %s and in %s: write %s:%s or %s:%s",
			    words->name, first, second, first, words->name,
			    second, words->name);
}

/* The one of which `fits` is true, and of the program before the name. */
static int find(struct test_maps *maps, struct xdplab_tests *tests,
		const struct test_map *words,
		bool (*fits)(const struct tested_map *map, const char *name),
		const char *name, struct tested_map **out)
{
	struct wanted wanted = split(words->name);
	struct tested_map *found = NULL;

	for (size_t i = 0; i < maps->nr; i++) {
		struct tested_map *map = &maps->at[i];

		if (!is_of(map, wanted.program) || !fits(map, name))
			continue;
		if (found)
			return ambiguous(tests, words, found, map);
		found = map;
	}
	*out = found;
	return found ? 0 : check_program(maps, tests, words, wanted);
}

/* ---- maps ---- */

static bool is_map(const struct tested_map *map, const char *name)
{
	return !map->is_section && is_called(map, name);
}

int test_name_map(struct test_maps *maps, struct xdplab_tests *tests,
		  const struct test_map *words, struct tested_map **out)
{
	int err =
		find(maps, tests, words, is_map, split(words->name).name, out);

	return err || *out ? err
			   : unknown(tests, maps, words, &a_map, &a_variable);
}

static size_t count_called(const struct test_maps *maps, const char *words)
{
	struct wanted wanted = split(words);
	size_t nr = 0;

	for (size_t i = 0; i < maps->nr; i++)
		nr += !maps->at[i].is_section &&
		      is_of(&maps->at[i], wanted.program) &&
		      is_called(&maps->at[i], wanted.name);
	return nr;
}

bool test_maps_has(const struct test_maps *maps, const char *words)
{
	return count_called(maps, words) == 1;
}

bool test_maps_name(struct xdplab_text *text, const struct test_maps *maps,
		    uint32_t id)
{
	const struct tested_map *map = test_maps_find_id(maps, id);

	if (!map)
		return false;
	if (map->prog && count_called(maps, map->name) > 1) {
		text_word(text, xdplab_prog_name(map->prog));
		text_char(text, ':');
	}
	text_word(text, map->name);
	return true;
}

/* ---- variables ---- */

/* The name of one that a function has is "function.name": as much of it as is
 * a name counts, and the rest is the way into it. */
bool test_has_variable(const struct xdplab_type *type, const char *path)
{
	struct span name = { path, value_span(path, CHAR_NAME) }, rest;
	struct value_place place = { type->nodes, 0 };
	uint32_t from = 0;

	if (!value_is_group(type->nodes))
		return false;
	while (!value_member(type, &place, name.at, name.length, &from))
		if (!span_split_last(name, '.', &name, &rest))
			return false;
	return true;
}

char *test_variable_path(const struct test_map *words)
{
	struct xdplab_text path = { 0 };

	xdplab_text_add(&path, split(words->name).name);
	if (words->path) {
		if (!strchr(".[", *words->path))
			xdplab_text_add(&path, ".");
		xdplab_text_add(&path, words->path);
	}
	return path.bytes;
}

static bool has_variable(const struct tested_map *map, const char *path)
{
	return map->is_section && test_has_variable(map->map->value, path);
}

int test_name_variable(struct test_maps *maps, struct xdplab_tests *tests,
		       const struct test_map *words, const char *path,
		       struct tested_map **out)
{
	int err = find(maps, tests, words, has_variable, path, out);

	return err || *out ? err
			   : unknown(tests, maps, words, &a_variable, &a_map);
}
