// SPDX-License-Identifier: LGPL-2.1-only
/* maps-bind-entry - what the words for keys, fields and values mean */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/libbpf.h>

#include "maps.h"
#include "nearest.h"
#include "prog/info.h"
#include "prog/prog.h"
#include "value/parse.h"

int test_no_memory(void)
{
	return fail(-ENOMEM, "tests: out of memory");
}

static struct test_place behind(struct test_place place, const char *start,
				const char *at)
{
	if (at > start)
		place.column += at - start;
	return place;
}

/* What was said of the words last is the error. */
static int wrong(struct test_binding *b, struct test_place place)
{
	return test_mistake(b->tests, place, NULL, "%s", xdplab_error());
}

/* The same of a value. */
static int wrong_value(struct test_binding *b, const struct value_node *node,
		       struct test_place place, const char *text)
{
	char near[VALUE_NAME_MAX + 1];

	test_near_word(near, sizeof(near), node, b->bound->map->btf, text);
	return test_mistake(b->tests, place, near, "%s", xdplab_error());
}

int test_wrong_map(struct test_binding *b, struct test_place place)
{
	const char *behind = strstr(xdplab_error(), "): ");

	return test_mistake(b->tests, place, NULL, "%s: %s",
			    b->bound->map->name,
			    behind ? behind + strlen("): ") : xdplab_error());
}

/* ---- the key ---- */

/* What is looked for in a bloom filter is a value. */
static const struct xdplab_type *key_type(const struct tested_map *map)
{
	return tested_is(map, BPF_MAP_TYPE_BLOOM_FILTER) ? map->map->value
							 : map->map->key;
}

static int parse_key(struct test_binding *b)
{
	const struct tested_map *map = b->bound->map;
	const struct xdplab_type *type = key_type(map);
	const char *text = b->words->key, *at = text;
	int err;

	err = test_parse(type, type->nodes, map->btf, b->bound->key, text, &at);
	if (err)
		return wrong_value(b, type->nodes,
				   behind(b->words->key_place, text, at), text);
	if (map->map->info.key_size)
		err = xdplab_map_check_key(map->map, b->bound->key);
	return err ? test_wrong_map(b, b->words->key_place) : 0;
}

int test_bind_key(struct test_binding *b)
{
	const struct tested_map *map = b->bound->map;
	size_t size = key_type(map)->size;

	if (!size && !b->words->key)
		return 0;
	if (!size)
		return test_mistake(b->tests, b->words->key_place, NULL,
				    "a %s has no keys",
				    xdplab_map_type_name(map->map->info.type));
	if (!b->words->key)
		return test_mistake(b->tests, b->words->name_place, NULL,
				    "missing key: %s[KEY]", b->words->name);
	b->bound->key = calloc(1, size);
	return b->bound->key ? parse_key(b) : test_no_memory();
}

/* ---- the field ---- */

static bool is_number(const struct value_node *node)
{
	size_t size = node->size;

	if (node->kind == VALUE_BYTES)
		return size == 1 || size == 2 || size == 4 || size == 8;
	return (node->kind == VALUE_INT || node->kind == VALUE_BOOL ||
		node->kind == VALUE_ENUM) &&
	       node->look <= LOOK_HEX;
}

static void set_place(struct test_bound *bound, struct value_place place)
{
	const struct value_node *node = place.node;

	bound->node = node;
	bound->offset = place.offset;
	bound->size = test_node_size(node);
	bound->is_number = is_number(node);
	bound->field = (struct xdplab_field){
		.offset = node->shift,
		.bits = value_bits(node),
		.is_signed = node->is_signed,
		.big_endian = node->big_endian,
	};
}

int test_bind_path(struct test_binding *b, const char *path,
		   struct test_place told)
{
	struct value_place place;
	const char *at;

	if (test_find_place(b->bound->map->map->value, path, &place, &at) ||
	    (*at && fail(-EINVAL, "unexpected \"%s\" in a path", at)))
		return wrong(b, behind(told, path, at));
	set_place(b->bound, place);
	return 0;
}

/* ---- the value ---- */

static int make_room(struct test_bound *bound)
{
	bound->wanted = calloc(1, bound->size + 1);
	bound->mask = calloc(1, bound->size + 1);
	bound->before = calloc(1, bound->size + 1);
	return bound->wanted && bound->mask && bound->before ? 0
							     : test_no_memory();
}

/* One of the maps that are tested, before others of that name. */
static bool parse_own_map(struct test_binding *b, const char *text)
{
	for (size_t i = 0; i < b->maps->nr; i++) {
		const struct tested_map *map = &b->maps->at[i];

		if (map->is_section || strcmp(map->name, text) != 0)
			continue;
		memcpy(b->bound->wanted, &map->map->info.id, sizeof(uint32_t));
		return true;
	}
	return false;
}

/* What goes into a prog_array is a program of the same object; but one that
 * runs elsewhere has an id or a pin. */
static bool names_program(const struct tested_map *map, const char *text)
{
	return map->prog && tested_is(map, BPF_MAP_TYPE_PROG_ARRAY) &&
	       value_span(text, CHAR_NAME) == strlen(text) &&
	       !strchr("0123456789", *text);
}

static int no_program(struct test_binding *b, const char *text)
{
	const struct tested_map *map = b->bound->map;
	struct test_names names = { 0 };
	struct bpf_program *program;

	bpf_object__for_each_program (program, prog_object(map->prog))
		if (prog_is_xdp(program))
			test_add_name(bpf_program__name(program),
				      strlen(bpf_program__name(program)),
				      &names);
	test_mistake(
		b->tests, b->words->value_place,
		nearest_name(text, (const char *const *)names.at, names.nr),
		"the object of map %s has no XDP program %s", map->name, text);
	test_free_names(&names);
	return -EINVAL;
}

/* Of what the kernel wants alike, the one thing in which they can differ. */
static int check_frags(struct test_binding *b, const struct prog_callee *callee)
{
	const struct xdplab_prog *prog = b->bound->map->prog;
	uint32_t has = prog_flags(prog) & BPF_F_XDP_HAS_FRAGS;
	const char *with = xdplab_prog_name(prog), *without = callee->name;

	if (has == callee->prog_flags)
		return 0;
	return test_mistake(b->tests, b->words->value_place, NULL,
			    "%s is in section xdp.frags, but %s is not: "
			    "programs in a prog_array must agree",
			    has ? with : without, has ? without : with);
}

/* Those that steps name were loaded, to be put there. */
static int parse_program(struct test_binding *b, const char *text)
{
	const struct xdplab_prog *prog = b->bound->map->prog;
	struct prog_callee callee;
	struct info info;
	size_t i = 0;
	int err;

	do
		if (!prog_callee(prog, i++, &callee))
			return no_program(b, text);
	while (strcmp(callee.name, text) != 0);
	if (check_frags(b, &callee))
		return -EINVAL;
	err = info_read(&info, callee.fd, text);
	if (err)
		return fail(err, "%s: %s", text, strerror(-err));
	memcpy(b->bound->wanted, &info.id, sizeof(info.id));
	return 0;
}

/* All of a value that stands for a map, a program or a device. */
static int parse_reference(struct test_binding *b)
{
	const struct xdplab_map *map = b->bound->map->map;
	const char *text = b->words->value;
	int err = 0;

	memset(b->bound->mask, 0xff, b->bound->size);
	if (names_program(b->bound->map, text))
		return parse_program(b, text);
	if (map->kind->refers != REFERS_MAP || !parse_own_map(b, text))
		err = xdplab_map_value_parse(map, b->bound->wanted, text);
	return err ? wrong(b, b->words->value_place) : 0;
}

int test_need_compared(struct xdplab_tests *tests,
		       const struct test_bound *bound, struct test_place place)
{
	for (size_t i = 0; i < bound->size; i++)
		if (bound->mask[i])
			return 0;
	return test_mistake(tests, place, NULL,
			    "any value is like this one: name the fields that "
			    "are to be compared");
}

static int parse_value(struct test_binding *b)
{
	struct test_bound *bound = b->bound;
	const char *text = b->words->value, *at = text;
	int err;

	err = test_parse_masked(bound->map->map->value, bound->node,
				bound->map->btf, bound->wanted, bound->mask,
				text, &at);
	/* What is set is set as a whole: what is not named of it is zero. */
	if (b->use->writes && bound->node->kind >= VALUE_ARRAY)
		memset(bound->mask, 0xff, bound->size);
	if (err)
		return wrong_value(b, bound->node,
				   behind(b->words->value_place, text, at),
				   text);
	return b->use->writes ? 0
			      : test_need_compared(b->tests, bound,
						   b->words->value_place);
}

static int check_op(struct test_binding *b)
{
	enum test_op op = b->words->op;

	if (b->use->writes || b->bound->is_number || op == TEST_EQ ||
	    op == TEST_NE)
		return 0;
	return test_mistake(b->tests, b->words->value_place, NULL,
			    "%s requires a number", test_op_text(op));
}

int test_bind_value(struct test_binding *b)
{
	struct test_bound *bound = b->bound;
	bool is_reference = bound->map->map->kind->refers != REFERS_NOTHING &&
			    bound->node == bound->map->map->value->nodes;
	int err = make_room(bound);

	if (err || !b->words->value)
		return err;
	err = check_op(b);
	return err ?: is_reference ? parse_reference(b) : parse_value(b);
}
