// SPDX-License-Identifier: LGPL-2.1-only
/* globals - constants and first values of a program's variables, set before
 * it is loaded */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "prog.h"
#include "test/maps.h"
#include "value/parse.h"

/* A section of variables, as it will begin. */
struct section {
	struct xdplab_type *type;
	void *bytes;
	const struct btf *btf;
};

/* ".rodata", and ".rodata.tables" besides. */
static bool is_section(const struct bpf_map *map, const char *wanted)
{
	const char *name = strchr(bpf_map__name(map), '.');
	size_t length = strlen(wanted);

	return bpf_map__is_internal(map) && name &&
	       !strncmp(name, wanted, length) &&
	       (!name[length] || name[length] == '.');
}

/* 1 if it has no variables. */
static int open_section(struct section *section, const struct bpf_map *map,
			const struct btf *btf)
{
	const char *name = strchr(bpf_map__name(map), '.');
	int id = btf__find_by_name_kind(btf, name, BTF_KIND_DATASEC);
	size_t size = 0;

	/* It can be written to until it is loaded, whatever libbpf's types say
	 * of that. */
	section->bytes = (void *)bpf_map__initial_value((void *)map, &size);
	section->btf = btf;
	if (!section->bytes || id <= 0)
		return 1;
	return value_type_make(&section->type, btf, id, size);
}

/* ---- one variable ---- */

struct setting {
	struct xdplab_tests *tests;
	const struct test_global *global;
	struct test_names names; /* that there are */
	bool found;
};

static struct test_place behind(const struct setting *s, const char *at)
{
	struct test_place place = s->global->place;

	if (at > s->global->assignment)
		place.column += at - s->global->assignment;
	return place;
}

static int wrong(const struct setting *s, const char *at)
{
	return test_mistake(s->tests, behind(s, at), NULL, "%s",
			    xdplab_error());
}

static int set_value(const struct setting *s, const struct section *section,
		     struct value_place place, const char *text)
{
	const char *at = text;
	size_t size = test_node_size(place.node);
	unsigned char *to = (unsigned char *)section->bytes + place.offset;
	unsigned char *value = malloc(size + 1);
	int err;

	if (!value)
		return test_no_memory();
	/* All of it is set; but a bit-field has neighbours. */
	memset(value, 0, size);
	if (place.node->bits)
		memcpy(value, to, size);
	err = test_parse(section->type, place.node, section->btf, value, text,
			 &at);
	if (!err)
		memcpy(to, value, size);
	free(value);
	return err ? wrong(s, at) : 0;
}

static int set_in(struct setting *s, const struct section *section)
{
	struct value_place place;
	const char *at;

	s->found = true;
	if (test_find_place(section->type, s->global->assignment, &place, &at))
		return wrong(s, at);
	at += value_span(at, CHAR_BLANK);
	if (*at != '=')
		return test_mistake(s->tests, behind(s, at), NULL,
				    "expected = and a value");
	at++;
	at += value_span(at, CHAR_BLANK);
	return set_value(s, section, place, at);
}

static int try_section(struct setting *s, const struct bpf_map *map,
		       const struct btf *btf)
{
	struct section section = { 0 };
	int err = open_section(&section, map, btf);

	if (!err && test_has_variable(section.type, s->global->assignment))
		err = set_in(s, &section);
	else if (!err && value_is_group(section.type->nodes))
		value_each_member(section.type, section.type->nodes,
				  test_add_name, &s->names);
	value_type_free(section.type);
	return err < 0 ? err : 0;
}

static int try_object(struct setting *s, const struct xdplab_prog *prog)
{
	struct bpf_object *object = prog_object(prog);
	const struct bpf_map *map;
	int err = 0;

	bpf_object__for_each_map (map, object) {
		if (is_section(map, s->global->section))
			err = try_section(s, map, bpf_object__btf(object));
		if (err)
			return err;
	}
	return 0;
}

/* The section in which there is a variable of that name, or NULL. */
static const char *find_section(const struct setting *s,
				const struct xdplab_prog *prog)
{
	struct bpf_object *object = prog_object(prog);
	const struct bpf_map *map;

	bpf_object__for_each_map (map, object) {
		struct section section = { 0 };
		bool has;

		if (!bpf_map__is_internal(map) ||
		    open_section(&section, map, bpf_object__btf(object)))
			continue;
		has = test_has_variable(section.type, s->global->assignment);
		value_type_free(section.type);
		if (has)
			return strchr(bpf_map__name(map), '.');
	}
	return NULL;
}

static int is_elsewhere(const struct setting *s, const char *section)
{
	const char *name = s->global->assignment;

	return test_mistake(s->tests, s->global->place, NULL,
			    "%.*s is a variable in %s, not in %s: set %s %.*s "
			    "= ...",
			    (int)value_span(name, CHAR_NAME), name, section,
			    s->global->section, section + 1,
			    (int)value_span(name, CHAR_NAME), name);
}

static int not_found(struct setting *s)
{
	const char *text = s->global->assignment;
	int length = (int)value_span(text, CHAR_NAME);
	char *name = strndup(text, length);
	const char *near =
		name ? nearest_name(name, (const char *const *)s->names.at,
				    s->names.nr)
		     : NULL;

	test_mistake(s->tests, s->global->place, near,
		     "no variable \"%.*s\" in %s of the program", length, text,
		     s->global->section);
	free(name);
	return -EINVAL;
}

static int set_global(struct xdplab_tests *tests,
		      const struct test_global *global,
		      struct xdplab_prog *const progs[], size_t nr)
{
	struct setting s = { .tests = tests, .global = global };
	const char *elsewhere = NULL;
	int err = 0;

	for (size_t i = 0; !err && i < nr; i++)
		err = try_object(&s, progs[i]);
	for (size_t i = 0; !err && !s.found && !elsewhere && i < nr; i++)
		elsewhere = find_section(&s, progs[i]);
	if (!err && !s.found)
		err = elsewhere ? is_elsewhere(&s, elsewhere) : not_found(&s);
	test_free_names(&s.names);
	return err;
}

int test_globals_set(struct xdplab_tests *tests,
		     struct xdplab_prog *const progs[], size_t nr)
{
	int err = 0;

	for (size_t i = 0; err != -ENOMEM && i < tests->nr_globals; i++) {
		int one = set_global(tests, &tests->globals[i], progs, nr);

		if (one)
			err = one;
	}
	return err;
}
