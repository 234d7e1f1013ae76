// SPDX-License-Identifier: GPL-2.0-only
/* value - xdplab map: the value of one entry, read and printed */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "map.h"
#include "memory.h"

void *map_memory(size_t size)
{
	return need_memory(calloc(1, size + 1));
}

/* ---- read ---- */

int map_say_type(const struct args *args, int err, const char *what,
		 const struct xdplab_type *type)
{
	struct xdplab_text text = { 0 };
	int status = say_failure(args, err);

	xdplab_type_describe(type, &text);
	fprintf(stderr, "  the %s is: %s\n", what, text.bytes ?: "");
	xdplab_text_free(&text);
	return status;
}

int map_read_value(const struct args *args, const struct xdplab_map *map,
		   const char *text, void *value)
{
	const struct xdplab_type *type = xdplab_map_value_type(map);
	int err = text[0] == '.' ? xdplab_value_assign(type, value, text)
				 : xdplab_map_value_parse(map, value, text);

	return err ? map_say_type(args, err, "value", type) : EXIT_DONE;
}

/* ---- printed ---- */

int map_flush(struct xdplab_text *text)
{
	size_t length = text->length;

	text->length = 0;
	if (text->lost)
		return -ENOMEM;
	return fwrite(text->bytes ?: "", 1, length, stdout) == length ? 0
								      : -EIO;
}

static enum xdplab_form form_of(const struct args *args)
{
	return args_count(args, "json") ? XDPLAB_FORM_JSON : XDPLAB_FORM_TEXT;
}

static void add_cpu(struct xdplab_text *text, const struct xdplab_map *map,
		    const void *values, unsigned int cpu, enum xdplab_form form)
{
	char head[24];

	if (form == XDPLAB_FORM_JSON)
		snprintf(head, sizeof(head), "%s", cpu ? "," : "[");
	else
		snprintf(head, sizeof(head), "%scpu %u: ", cpu ? "\n" : "",
			 cpu);
	xdplab_text_add(text, head);
	xdplab_value_print(xdplab_map_value_type(map),
			   (const char *)values + cpu * xdplab_map_stride(map),
			   form, text);
}

static void add_one(struct xdplab_text *text, const struct xdplab_map *map,
		    const void *value, enum xdplab_form form)
{
	xdplab_value_print(xdplab_map_value_type(map), value, form, text);
	if (form == XDPLAB_FORM_TEXT)
		map_add_refs(text, map, value, form);
}

static void add_all(struct xdplab_text *text, const struct xdplab_map *map,
		    const void *values, enum xdplab_form form)
{
	for (unsigned int i = 0; i < xdplab_map_nr_values(map); i++)
		add_cpu(text, map, values, i, form);
	xdplab_text_add(text, form == XDPLAB_FORM_JSON ? "]" : "");
}

bool map_shows_cpus(const struct args *args, const struct xdplab_map *map)
{
	return xdplab_map_nr_values(map) > 1 &&
	       (args_count(args, "per-cpu") || !xdplab_map_can_sum(map));
}

int map_print_value(const struct args *args, const struct xdplab_map *map,
		    const void *values)
{
	struct xdplab_text text = { 0 };
	void *sum = map_memory(xdplab_map_value_bytes(map));
	bool each = map_shows_cpus(args, map);
	int err;

	if (!each && xdplab_map_nr_values(map) > 1) {
		xdplab_map_sum(map, values, sum);
		values = sum;
	}
	(each ? add_all : add_one)(&text, map, values, form_of(args));
	xdplab_text_add(&text, "\n");
	err = map_flush(&text);
	xdplab_text_free(&text);
	free(sum);
	return err ? EXIT_FAILED : EXIT_DONE;
}
