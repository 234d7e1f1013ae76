// SPDX-License-Identifier: GPL-2.0-only
/* show - xdplab map show: all entries, by their types */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "map.h"
#include "out.h"
#include "progress.h"

#define CHUNK (64u << 10) /* is written at a time */

struct showing {
	const struct xdplab_map *map;
	const struct xdplab_type *key, *value;
	enum xdplab_form form;
	bool per_cpu; /* the value of each CPU, and not the sum */
	void *sum;
	struct xdplab_text text;
	size_t nr;
	struct progress progress;
};

static void add(struct showing *s, const char *text)
{
	xdplab_text_add(&s->text, text);
}

/* ---- one entry ---- */

static const void *nth(const struct showing *s, const void *values,
		       unsigned int cpu)
{
	return (const char *)values + cpu * xdplab_map_stride(s->map);
}

static void add_cpu(struct showing *s, const void *key, const void *values,
		    unsigned int cpu)
{
	char head[32];

	if (s->form == XDPLAB_FORM_JSON) {
		snprintf(head, sizeof(head),
			 "%s{\"cpu\":%u,\"value\":", cpu ? "," : "", cpu);
		add(s, head);
		xdplab_value_print(s->value, nth(s, values, cpu), s->form,
				   &s->text);
		add(s, "}");
		return;
	}
	xdplab_value_print(s->key, key, s->form, &s->text);
	snprintf(head, sizeof(head), " cpu %u: ", cpu);
	add(s, head);
	xdplab_value_print(s->value, nth(s, values, cpu), s->form, &s->text);
	add(s, "\n");
}

static void add_json(struct showing *s, const void *key, const void *values)
{
	add(s, s->nr ? ",\n{\"key\":" : "[{\"key\":");
	xdplab_value_print(s->key, key, s->form, &s->text);
	if (!s->per_cpu) {
		add(s, ",\"value\":");
		xdplab_value_print(s->value, values, s->form, &s->text);
		map_add_refs(&s->text, s->map, values, s->form);
	} else {
		add(s, ",\"values\":[");
		for (unsigned int i = 0; i < xdplab_map_nr_values(s->map); i++)
			add_cpu(s, key, values, i);
		add(s, "]");
	}
	add(s, "}");
}

static void add_text(struct showing *s, const void *key, const void *values)
{
	if (!s->per_cpu) {
		xdplab_value_print(s->key, key, s->form, &s->text);
		add(s, ": ");
		xdplab_value_print(s->value, values, s->form, &s->text);
		map_add_refs(&s->text, s->map, values, s->form);
		add(s, "\n");
		return;
	}
	for (unsigned int i = 0; i < xdplab_map_nr_values(s->map); i++)
		add_cpu(s, key, values, i);
}

static int show_entry(const void *key, const void *values, void *arg)
{
	struct showing *s = arg;

	if (!s->per_cpu && xdplab_map_nr_values(s->map) > 1) {
		xdplab_map_sum(s->map, values, s->sum);
		values = s->sum;
	}
	if (s->form == XDPLAB_FORM_JSON)
		add_json(s, key, values);
	else
		add_text(s, key, values);
	s->nr++;
	if (s->text.length < CHUNK)
		return 0;
	progress_tell(&s->progress, s->nr, 0);
	return map_flush(&s->text);
}

/* ---- all of them ---- */

static int show_all(struct args *args, struct showing *s)
{
	int err;

	progress_begin(&s->progress, true);
	s->progress.what = "entries shown";
	err = xdplab_map_read(s->map, show_entry, s);
	progress_end(&s->progress);
	if (s->form == XDPLAB_FORM_JSON && !err)
		add(s, s->nr ? "]\n" : "[]\n");
	if (!err)
		err = map_flush(&s->text);
	if (err == -EIO)
		return EXIT_FAILED; /* stdout was lost: main() says so */
	return err ? say_failure(args, err) : EXIT_DONE;
}

int map_show(struct args *args)
{
	struct showing s = { .form = args_count(args, "json")
					     ? XDPLAB_FORM_JSON
					     : XDPLAB_FORM_TEXT };
	struct xdplab_map *map;
	int status = map_open(args, &map);

	if (status)
		return status;
	if (map_has_head(map)) {
		status = map_show_head(args, map);
		xdplab_map_close(map);
		return status;
	}
	s.map = map;
	s.key = xdplab_map_key_type(map);
	s.value = xdplab_map_value_type(map);
	s.per_cpu = map_shows_cpus(args, map);
	s.sum = map_memory(xdplab_map_value_bytes(map));
	status = show_all(args, &s);
	xdplab_text_free(&s.text);
	free(s.sum);
	xdplab_map_close(map);
	return status;
}
