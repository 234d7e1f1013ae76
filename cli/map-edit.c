// SPDX-License-Identifier: GPL-2.0-only
/* map-edit - xdplab map get, set, del, clear: entries changed one by one */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/bpf.h>

#include "map.h"
#include "out.h"

/* What is asked for, read from the command line. */
struct editing {
	struct args *args;
	struct xdplab_map *map;
	void *key;    /* NULL: the map has none */
	void *values; /* of all CPUs */
	int next;     /* the first operand behind the key */
};

static size_t stride(const struct editing *e)
{
	return xdplab_map_stride(e->map);
}

static void *value_of(const struct editing *e, unsigned int cpu)
{
	return (char *)e->values + cpu * stride(e);
}

/* ---- begin and end ---- */

static int read_key(struct editing *e)
{
	const char *text = map_operand(e->args, 1);
	const struct xdplab_type *type = xdplab_map_key_type(e->map);
	int err;

	e->next = 1;
	if (!xdplab_type_size(type))
		return EXIT_DONE; /* a queue, a stack, a bloom filter */
	if (!text)
		return say_usage(e->args, "which entry? MAP needs a KEY");
	e->next = 2;
	e->key = map_memory(xdplab_type_size(type));
	err = xdplab_value_parse(type, e->key, text, NULL);
	return err ? map_say_type(e->args, err, "key", type) : EXIT_DONE;
}

static int begin(struct editing *e, struct args *args)
{
	int status;

	*e = (struct editing){ .args = args };
	status = map_open(args, &e->map);
	if (status)
		return status;
	e->values = map_memory(xdplab_map_value_bytes(e->map));
	return read_key(e);
}

static int end(struct editing *e, int status)
{
	free(e->key);
	free(e->values);
	xdplab_map_close(e->map);
	return status;
}

static int no_more(const struct editing *e)
{
	const char *more = map_operand(e->args, e->next);

	return more ? say_usage(e->args, "%s: one argument too many", more)
		    : EXIT_DONE;
}

/* ---- get ---- */

static int print_value(const struct editing *e)
{
	const struct xdplab_type *type = xdplab_map_value_type(e->map);
	enum xdplab_form form = args_count(e->args, "json") ? XDPLAB_FORM_JSON
							    : XDPLAB_FORM_TEXT;
	struct xdplab_text text = { 0 };
	const void *value = e->values;
	int lost;

	if (xdplab_map_nr_values(e->map) > 1 && xdplab_map_can_sum(e->map) &&
	    !args_count(e->args, "per-cpu")) {
		xdplab_map_sum(e->map, e->values, e->values);
	} else if (xdplab_map_nr_values(e->map) > 1) {
		for (unsigned int i = 0; i < xdplab_map_nr_values(e->map);
		     i++) {
			char head[24];

			snprintf(head, sizeof(head),
				 "%scpu %u: ", i ? "\n" : "", i);
			if (form == XDPLAB_FORM_JSON)
				snprintf(head, sizeof(head), "%s",
					 i ? "," : "[");
			xdplab_text_add(&text, head);
			xdplab_value_print(type, value_of(e, i), form, &text);
		}
		if (form == XDPLAB_FORM_JSON)
			xdplab_text_add(&text, "]");
		value = NULL;
	}
	if (value)
		xdplab_value_print(type, value, form, &text);
	if (form == XDPLAB_FORM_TEXT)
		map_add_refs(&text, e->map, e->values, form);
	lost = text.lost || puts(text.bytes ?: "") < 0;
	xdplab_text_free(&text);
	return lost ? EXIT_FAILED : EXIT_DONE;
}

static bool is_bloom(const struct editing *e)
{
	return xdplab_map_info(e->map)->type == BPF_MAP_TYPE_BLOOM_FILTER;
}

int map_get(struct args *args)
{
	struct editing e;
	int err, status = begin(&e, args);

	if (!status && is_bloom(&e))
		return end(&e, map_ask(args, e.map));
	if (!status)
		status = no_more(&e);
	if (status)
		return end(&e, status);
	err = xdplab_map_get(e.map, e.key, e.values);
	return end(&e, err ? say_failure(args, err) : print_value(&e));
}

/* ---- set ---- */

/* ".a=1 .b=2", in one value's bytes. */
static int assign(const struct editing *e, void *value)
{
	const struct xdplab_type *type = xdplab_map_value_type(e->map);
	const char *text;

	for (int i = e->next; (text = map_operand(e->args, i)); i++) {
		int err = xdplab_value_assign(type, value, text);

		if (err)
			return map_say_type(e->args, err, "value", type);
	}
	return EXIT_DONE;
}

/* A value as a whole, of which the shell may have made several words. */
static int parse(const struct editing *e, void *value)
{
	const struct xdplab_type *type = xdplab_map_value_type(e->map);
	struct xdplab_text text = { 0 };
	const char *word;
	int err;

	for (int i = e->next; (word = map_operand(e->args, i)); i++) {
		if (i > e->next)
			xdplab_text_add(&text, " ");
		xdplab_text_add(&text, word);
	}
	err = text.lost ? -ENOMEM
			: xdplab_map_value_parse(e->map, value, text.bytes);
	xdplab_text_free(&text);
	return err ? map_say_type(e->args, err, "value", type) : EXIT_DONE;
}

/* The CPUs whose values are meant, first..last. */
static int read_cpus(const struct editing *e, unsigned int *first,
		     unsigned int *last)
{
	const char *which = args_value(e->args, "cpu");
	unsigned int nr = xdplab_map_nr_values(e->map);
	uint64_t cpu = 0;
	int status;

	*first = 0;
	*last = nr - 1;
	if (nr == 1 || (which && !strcmp(which, "all")))
		return EXIT_DONE;
	if (!which)
		return say_usage(e->args, "each CPU has a value of its own in "
					  "that map: --cpu N, or --cpu all");
	status = args_number(e->args, "cpu", 0, nr - 1, &cpu);
	*first = *last = cpu;
	return status;
}

/* What stays of the entry: fields that are not named, CPUs that are not. */
static int read_old(const struct editing *e)
{
	int err = xdplab_map_get(e->map, e->key, e->values);

	if (err == -ENOENT) {
		memset(e->values, 0, xdplab_map_value_bytes(e->map));
		return EXIT_DONE;
	}
	return err ? say_failure(e->args, err) : EXIT_DONE;
}

static int make_value(const struct editing *e)
{
	const char *text = map_operand(e->args, e->next);
	bool by_field = text && text[0] == '.';
	unsigned int first = 0, last = 0;
	int status = text ? read_cpus(e, &first, &last)
			  : say_usage(e->args, "what value? set needs one");

	if (!status && e->key &&
	    (by_field || first != 0 ||
	     last + 1 != xdplab_map_nr_values(e->map)))
		status = read_old(e);
	for (unsigned int i = first; !status && i <= last; i++)
		status = by_field ? assign(e, value_of(e, i))
				  : parse(e, value_of(e, i));
	return status;
}

int map_set(struct args *args)
{
	uint64_t flags = args_count(args, "new")   ? BPF_NOEXIST
			 : args_count(args, "old") ? BPF_EXIST
						   : BPF_ANY;
	struct editing e;
	int err, status = begin(&e, args);

	if (!status)
		status = make_value(&e);
	if (status)
		return end(&e, status);
	err = xdplab_map_set(e.map, e.key, e.values, flags);
	return end(&e, err ? say_failure(args, err) : EXIT_DONE);
}

/* ---- del, clear ---- */

int map_del(struct args *args)
{
	struct editing e;
	int err, status = begin(&e, args);

	if (!status)
		status = no_more(&e);
	if (status)
		return end(&e, status);
	err = xdplab_map_del(e.map, e.key);
	return end(&e, err ? say_failure(args, err) : EXIT_DONE);
}

int map_clear(struct args *args)
{
	struct xdplab_map *map;
	int err, status = map_open(args, &map);

	if (status)
		return status;
	err = xdplab_map_clear(map);
	xdplab_map_close(map);
	return err ? say_failure(args, err) : EXIT_DONE;
}
