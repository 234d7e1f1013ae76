// SPDX-License-Identifier: LGPL-2.1-only
/* map-read - maps, variables and values in a test file, as words */
#include <errno.h>

#include "read.h"

static int read_key(struct test_reader *reader, struct test_map *map)
{
	struct span key;
	int err;

	map->key_place = test_place_here(reader);
	key = (struct span){ reader->at, test_length_to(reader->at, "]") };
	reader->at += key.length;
	key = span_trim(key);
	if (!key.length)
		return test_expected(reader, key.at, NULL, "a key");
	err = test_copy(&map->key, key.at, key.length);
	return err ?: test_need(reader, "]");
}

/* NAME, or PROGRAM:NAME where several have one of that name. */
static int need_name(struct test_reader *reader, struct span *name,
		     const char *what)
{
	struct span own;
	int err = test_need_name(reader, name, what);

	if (err || *reader->at != ':')
		return err;
	reader->at++;
	err = test_need_name(reader, &own, what);
	name->length = reader->at - name->at;
	return err;
}

int test_need_map(struct test_reader *reader, struct test_map *map,
		  bool needs_key)
{
	struct span name;
	int err;

	map->name_place = test_place_here(reader);
	err = need_name(reader, &name, "a map name");
	err = err ?: test_copy(&map->name, name.at, name.length);
	if (err)
		return err;
	if (*reader->at == '[') {
		reader->at++;
		return read_key(reader, map);
	}
	return needs_key ? test_expected(reader, reader->at, NULL, "[KEY]") : 0;
}

int test_need_variable(struct test_reader *reader, struct test_map *map)
{
	struct span name;
	int err;

	map->name_place = test_place_here(reader);
	err = need_name(reader, &name, "a variable name");
	err = err ?: test_copy(&map->name, name.at, name.length);
	return err ?: test_take_path(reader, map);
}

int test_take_path(struct test_reader *reader, struct test_map *map)
{
	const char *start = reader->at;

	map->path_place = test_place_at(reader, start);
	test_skip_path(reader);
	return reader->at == start
		       ? 0
		       : test_copy(&map->path, start, reader->at - start);
}

int test_need_value(struct test_reader *reader, struct test_map *map)
{
	map->value_place = test_place_here(reader);
	return test_need_rest(reader, &map->value, "a value");
}
