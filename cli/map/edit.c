// SPDX-License-Identifier: GPL-2.0-only
/* edit - xdplab map get, set, del, clear: entries changed one by one */
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
	int next;     /* the first operand after the key */
};

static size_t stride(const struct editing *e)
{
	return xdplab_map_stride(e->map);
}

static void *value_of(const struct editing *e, unsigned int cpu)
{
	return (char *)e->values + cpu * stride(e);
}

/* ---- an entry ---- */

static int read_key(struct editing *e)
{
	const char *text = map_operand(e->args, 1);
	const struct xdplab_type *type = xdplab_map_key_type(e->map);
	int err;

	e->next = 1;
	if (!xdplab_type_size(type))
		return EXIT_DONE; /* a queue, a stack, a bloom filter */
	if (!text)
		return say_usage(e->args, "missing KEY");
	e->next = 2;
	e->key = map_memory(xdplab_type_size(type));
	err = xdplab_value_parse(type, e->key, text, NULL);
	return err ? map_say_type(e->args, err, "key", type) : EXIT_DONE;
}

/* Opens the map, and calls `fn` for the entry. */
static int edit(struct args *args, int (*fn)(struct editing *e))
{
	struct editing e = { .args = args };
	int status = map_open(args, &e.map);

	if (status)
		return status;
	e.values = map_memory(xdplab_map_value_bytes(e.map));
	status = read_key(&e);
	if (!status)
		status = fn(&e);
	free(e.key);
	free(e.values);
	xdplab_map_close(e.map);
	return status;
}

static int no_more(const struct editing *e)
{
	const char *more = map_operand(e->args, e->next);

	return more ? say_usage(e->args, "%s: unexpected argument", more)
		    : EXIT_DONE;
}

/* Its values are its keys. */
static bool is_bloom(const struct editing *e)
{
	return xdplab_map_info(e->map)->type == BPF_MAP_TYPE_BLOOM_FILTER;
}

/* ---- get ---- */

static int get(struct editing *e)
{
	int err, status = no_more(e);

	if (status)
		return status;
	err = xdplab_map_get(e->map, e->key, e->values);
	return err ? say_failure(e->args, err)
		   : map_print_value(e->args, e->map, e->values);
}

static int get_or_ask(struct editing *e)
{
	return is_bloom(e) ? map_ask(e->args, e->map) : get(e);
}

int map_get(struct args *args)
{
	return edit(args, get_or_ask);
}

/* ---- set ---- */

/* What stands after the key, of which the shell may have made several words,
 * to be freed; NULL: nothing. */
static char *value_text(const struct editing *e)
{
	struct xdplab_text text = { 0 };
	const char *word;

	for (int i = e->next; (word = map_operand(e->args, i)); i++) {
		if (i > e->next)
			xdplab_text_add(&text, " ");
		xdplab_text_add(&text, word);
	}
	return text.bytes;
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
	if (which && !strcmp(which, "all"))
		return EXIT_DONE;
	if (which && !xdplab_map_info(e->map)->per_cpu)
		return say_usage(e->args, "--cpu %s: not a per-CPU map", which);
	if (nr == 1 && !which)
		return EXIT_DONE;
	if (!which)
		return say_usage(e->args, "per-CPU map: use --cpu N or --cpu "
					  "all");
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

static int make_value(const struct editing *e, const char *text)
{
	unsigned int first = 0, last = 0;
	int status = read_cpus(e, &first, &last);

	if (!status && e->key &&
	    (text[0] == '.' || first != 0 ||
	     last + 1 != xdplab_map_nr_values(e->map)))
		status = read_old(e);
	for (unsigned int i = first; !status && i <= last; i++)
		status = map_read_value(e->args, e->map, text, value_of(e, i));
	return status;
}

static int set_to(const struct editing *e, const char *text)
{
	uint64_t flags = args_count(e->args, "new")   ? BPF_NOEXIST
			 : args_count(e->args, "old") ? BPF_EXIST
						      : BPF_ANY;
	int err, status;

	if (!text)
		return say_usage(e->args, "missing VALUE");
	if (args_count(e->args, "new") && args_count(e->args, "old"))
		return say_usage(e->args, "--new and --old are mutually "
					  "exclusive");
	if (args_count(e->args, "cas"))
		return map_set_cas(e->args, e->map, e->key, text);
	status = make_value(e, text);
	if (status)
		return status;
	err = xdplab_map_set(e->map, e->key, e->values, flags);
	return err ? say_failure(e->args, err) : EXIT_DONE;
}

static int set(struct editing *e)
{
	char *text = value_text(e);
	int status = set_to(e, text);

	free(text);
	return status;
}

int map_set(struct args *args)
{
	return edit(args, set);
}

/* ---- del, clear ---- */

static int del(struct editing *e)
{
	/* Why a bloom filter cannot is more than that a word is too many. */
	int err, status = is_bloom(e) ? EXIT_DONE : no_more(e);

	if (status)
		return status;
	err = xdplab_map_del(e->map, e->key);
	return err ? say_failure(e->args, err) : EXIT_DONE;
}

int map_del(struct args *args)
{
	return edit(args, del);
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
