// SPDX-License-Identifier: LGPL-2.1-only
/* wrong - what is wrong with a value that was written */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "internal.h"
#include "nearest.h"
#include "parse.h"

/* This many names are compared, and that many said. */
#define COMPARED_MAX 1024
#define SAID_MAX     8

/* Longer words are shown in part. */
#define SHOWN_MAX 48

/* ---- where ---- */

static void spell_path(struct xdplab_text *text, const struct value_parser *p)
{
	for (int i = 0; i < p->nr_steps; i++) {
		const struct value_node *node = p->steps[i].node;

		if (node->name_length) {
			text_char(text, '.');
			text_add(text, p->type->names.bytes + node->name,
				 node->name_length);
			continue;
		}
		text_char(text, '[');
		text_unsigned(text, p->steps[i].index);
		text_char(text, ']');
	}
}

int value_wrong(const struct value_parser *p, int err, const char *fmt, ...)
{
	struct xdplab_text path = { 0 };
	char line[ERROR_LINE_SIZE];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	text_clean(line);
	spell_path(&path, p);
	text_end(&path);
	fail(err, "%s%s%s", path.length ? path.bytes : "",
	     path.length ? ": " : "", line);
	xdplab_text_free(&path);
	return err;
}

/* ---- what was meant ---- */

struct near {
	const char *name;
	size_t length;
	unsigned int distance;
};

struct nearest {
	struct span word;
	struct near *list;
	size_t nr, more;
};

static void compare(const char *name, size_t length, void *arg)
{
	struct nearest *nearest = arg;

	if (nearest->nr == COMPARED_MAX) {
		nearest->more++;
		return;
	}
	nearest->list[nearest->nr++] = (struct near){
		.name = name,
		.length = length,
		.distance = nearest_distance(
			nearest->word.at, nearest->word.length, name, length),
	};
}

/* As they were, among equals. */
static int by_distance(const void *a, const void *b)
{
	const struct near *one = a, *other = b;

	if (one->distance != other->distance)
		return one->distance < other->distance ? -1 : 1;
	return (one->name > other->name) - (one->name < other->name);
}

static void say(struct xdplab_text *text, const struct nearest *nearest)
{
	size_t more = nearest->more;

	for (size_t i = 0; i < nearest->nr; i++) {
		if (i == SAID_MAX) {
			more += nearest->nr - i;
			break;
		}
		text_word(text, i ? ", " : "");
		text_add(text, nearest->list[i].name, nearest->list[i].length);
	}
	if (more) {
		text_word(text, " and ");
		text_unsigned(text, more);
		text_word(text, " more");
	}
}

static void list_names(const struct value_parser *p,
		       const struct value_node *node, struct nearest *nearest)
{
	const struct value_enumerator *names = p->type->enumerators;

	if (node->kind != VALUE_ENUM) {
		value_each_member(p->type, node, compare, nearest);
		return;
	}
	for (uint32_t i = 0; i < node->count; i++)
		compare(p->type->names.bytes + names[node->first + i].name,
			names[node->first + i].name_length, nearest);
}

/* Appends the names that a node knows, those first that are like `word`. */
static void say_nearest(struct xdplab_text *text, const struct value_parser *p,
			const struct value_node *node, struct span word)
{
	struct nearest nearest = { .word = word };

	nearest.list = calloc(COMPARED_MAX, sizeof(*nearest.list));
	if (!nearest.list)
		return;
	list_names(p, node, &nearest);
	qsort(nearest.list, nearest.nr, sizeof(*nearest.list), by_distance);
	say(text, &nearest);
	free(nearest.list);
}

static int shown(struct span word)
{
	return word.length < SHOWN_MAX ? (int)word.length : SHOWN_MAX;
}

int value_no_member(const struct value_parser *p, const struct value_node *node,
		    struct span name)
{
	struct xdplab_text names = { 0 };
	int err;

	say_nearest(&names, p, node, name);
	text_end(&names);
	err = value_wrong(p, -EINVAL, "%.*s: no such field; %s%s", shown(name),
			  name.at,
			  names.length ? "fields are " : "there are none",
			  names.length ? names.bytes : "");
	xdplab_text_free(&names);
	return err;
}

int value_no_enumerator(const struct value_parser *p,
			const struct value_node *node, struct span name)
{
	struct xdplab_text names = { 0 }, type = { 0 };
	int err;

	say_nearest(&names, p, node, name);
	text_end(&names);
	value_spell_node(&type, p->type, node);
	text_end(&type);
	err = value_wrong(
		p, -EINVAL, "\"%.*s\" is not a value of %s; values are %s",
		shown(name), name.at, type.bytes ?: "enum", names.bytes ?: "");
	xdplab_text_free(&names);
	xdplab_text_free(&type);
	return err;
}
