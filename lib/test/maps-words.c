// SPDX-License-Identifier: LGPL-2.1-only
/* maps-words - fields and values of maps, in the words of tests */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <bpf/btf.h>

#include "maps.h"
#include "value/parse.h"

/* ---- fields ---- */

int test_find_place(const struct xdplab_type *type, const char *path,
		    struct value_place *place, const char **at)
{
	struct value_parser p = { .type = type, .at = path };
	uint32_t from = 0;
	int err;

	*place = (struct value_place){ type->nodes, 0 };
	err = *path ? value_walk(&p, place, &from) : 0;
	*at = p.at;
	return err;
}

size_t test_node_size(const struct value_node *node)
{
	return node->bits ? (node->shift + node->bits + 7U) / 8 : node->size;
}

void test_print(const struct tested_map *map, const struct value_node *node,
		const unsigned char *value, struct xdplab_text *text)
{
	struct xdplab_map_ref refs[XDPLAB_MAP_REFS_MAX];
	bool is_id = node == map->map->value->nodes &&
		     node->size == sizeof(uint32_t);

	if (is_id && xdplab_map_refs(map->map, value, refs))
		xdplab_text_add(text, refs->name);
	else
		value_print_at(map->map->value, node, value, text);
}

/* ---- words for numbers ---- */

static int64_t enumerator_value(const struct btf_type *type, int i)
{
	if (btf_is_enum64(type))
		return (int64_t)btf_enum64_value(btf_enum64(type) + i);
	if (btf_kflag(type))
		return btf_enum(type)[i].val;
	return (uint32_t)btf_enum(type)[i].val;
}

static const char *enumerator_name(const struct btf *btf,
				   const struct btf_type *type, int i)
{
	uint32_t name = btf_is_enum64(type) ? btf_enum64(type)[i].name_off
					    : btf_enum(type)[i].name_off;

	return btf__name_by_offset(btf, name) ?: "";
}

static bool find_enumerator(const struct btf *btf, const char *word,
			    int64_t *number)
{
	for (uint32_t id = 1; btf && id < btf__type_cnt(btf); id++) {
		const struct btf_type *type = btf__type_by_id(btf, id);

		if (!btf_is_any_enum(type))
			continue;
		for (int i = 0; i < btf_vlen(type); i++) {
			if (strcmp(enumerator_name(btf, type, i), word) != 0)
				continue;
			*number = enumerator_value(type, i);
			return true;
		}
	}
	return false;
}

static bool find_verdict(const char *word, int64_t *number)
{
	uint32_t mask = 0;

	if (strchr(word, ',') || xdplab_actions_parse(&mask, word) || !mask)
		return false;
	*number = __builtin_ctz(mask);
	return true;
}

static bool takes_integer(const struct value_node *node)
{
	return (node->kind == VALUE_BYTES && node->size <= sizeof(uint64_t)) ||
	       (node->kind == VALUE_INT && node->look <= LOOK_HEX);
}

/* A name alone that is an integer, in decimal; what the program has called so
 * comes before what XDP has. */
static bool read_word(char *line, size_t size, const char *text,
		      const struct btf *btf)
{
	struct span trimmed = span_trim((struct span){ text, strlen(text) });
	char word[VALUE_NAME_MAX + 1];
	int64_t number;

	if (!trimmed.length || trimmed.length >= sizeof(word) ||
	    value_span(trimmed.at, CHAR_NAME) != trimmed.length ||
	    strchr("0123456789.", *trimmed.at))
		return false;
	memcpy(word, trimmed.at, trimmed.length);
	word[trimmed.length] = '\0';
	if (!find_enumerator(btf, word, &number) &&
	    !find_verdict(word, &number))
		return false;
	snprintf(line, size, "%" PRId64, number);
	return true;
}

/* ---- the word that was meant ---- */

static void list_enumerators(struct test_names *names, const struct btf *btf)
{
	for (uint32_t id = 1; btf && id < btf__type_cnt(btf); id++) {
		const struct btf_type *type = btf__type_by_id(btf, id);

		for (int i = 0; btf_is_any_enum(type) && i < btf_vlen(type);
		     i++) {
			const char *name = enumerator_name(btf, type, i);

			test_add_name(name, strlen(name), names);
		}
	}
}

static void list_verdicts(struct test_names *names)
{
	const char *name;

	for (uint32_t i = 0; (name = xdplab_verdict_name(i)); i++)
		test_add_name(name, strlen(name), names);
}

void test_near_word(char *near, size_t size, const struct value_node *node,
		    const struct btf *btf, const char *text)
{
	struct test_names names = { 0 };
	const char *found = NULL;

	if (takes_integer(node)) {
		list_enumerators(&names, btf);
		list_verdicts(&names);
		found = nearest_name(text, (const char *const *)names.at,
				     names.nr);
	}
	snprintf(near, size, "%s", found ?: "");
	test_free_names(&names);
}

/* ---- values ---- */

int test_parse(const struct xdplab_type *type, const struct value_node *node,
	       const struct btf *btf, void *value, const char *text,
	       const char **at)
{
	char number[24];
	int err;

	if (!takes_integer(node) ||
	    !read_word(number, sizeof(number), text, btf))
		return value_parse_at(type, node, value, text, at);
	err = value_parse_at(type, node, value, number, at);
	*at = text;
	return err;
}

int test_parse_masked(const struct xdplab_type *type,
		      const struct value_node *node, const struct btf *btf,
		      void *value, void *mask, const char *text,
		      const char **at)
{
	size_t size = test_node_size(node);
	unsigned char *ones = mask, *zeros = value;
	int err;

	/* Bits that were named are the same, whatever was there before. */
	memset(zeros, 0, size);
	memset(ones, 0xff, size);
	err = test_parse(type, node, btf, zeros, text, at);
	if (!err)
		err = test_parse(type, node, btf, ones, text, at);
	for (size_t i = 0; i < size; i++)
		ones[i] = ~(ones[i] ^ zeros[i]);
	return err;
}
