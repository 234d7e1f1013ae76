// SPDX-License-Identifier: GPL-2.0-only
/* diff - xdplab map diff: what changed between two that were saved */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "saved.h"

/* An entry by the text of its key, in either file. */
struct diffing {
	json_t *before, *after;
	struct out *out;
	size_t nr;
};

static const struct out_column columns[] = {
	{ .key = "what", .head = "" },
	{ .key = "key", .head = "Key" },
	{ .key = "field", .head = "Field" },
	{ .key = "before", .head = "Before", .right = true },
	{ .key = "after", .head = "After", .right = true },
	{ .key = "change", .head = "Change", .right = true },
	{ 0 },
};

/* ---- compare ---- */

static json_t *shown(const json_t *value)
{
	char *text;
	json_t *string;

	if (json_is_string(value) || json_is_number(value))
		return json_copy((json_t *)value);
	text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
	string = out_string(text ?: "");
	free(text);
	return string;
}

static void tell(struct diffing *d, const char *what, const char *key,
		 const char *field, const json_t *before, const json_t *after)
{
	json_t *row =
		json_pack("{s:s, s:o}", "what", what, "key", out_string(key));
	json_int_t change;

	if (*field)
		json_object_set_new(row, "field", out_string(field));
	if (before)
		json_object_set_new(row, "before", shown(before));
	if (after)
		json_object_set_new(row, "after", shown(after));
	if (json_is_integer(before) && json_is_integer(after) &&
	    !__builtin_sub_overflow(json_integer_value(after),
				    json_integer_value(before), &change))
		json_object_set_new(row, "change", json_integer(change));
	out_row(d->out, row);
	d->nr++;
}

static void compare(struct diffing *d, const char *key, const char *field,
		    const json_t *before, const json_t *after);

static void compare_field(struct diffing *d, const char *key, const char *field,
			  const char *name, const json_t *before,
			  const json_t *after)
{
	char below[512];

	snprintf(below, sizeof(below), "%s.%s", field, name);
	compare(d, key, below, before, after);
}

/* Down to the fields that differ, of which either may lack some: its type may
 * be another, and a line need not have those that are zero. */
static void compare(struct diffing *d, const char *key, const char *field,
		    const json_t *before, const json_t *after)
{
	const char *name;
	json_t *value;

	if (json_equal((json_t *)before, (json_t *)after))
		return;
	if (!json_is_object(before) || !json_is_object(after)) {
		tell(d, "~", key, field, before, after);
		return;
	}
	json_object_foreach((json_t *)before, name, value)
	{
		compare_field(d, key, field, name, value,
			      json_object_get(after, name));
	}
	json_object_foreach((json_t *)after, name, value)
	{
		if (!json_object_get(before, name))
			compare_field(d, key, field, name, NULL, value);
	}
}

static void compare_cpus(struct diffing *d, const char *key, const char *field,
			 const json_t *before, const json_t *after);

static void compare_column(struct diffing *d, const char *key,
			   const char *field, const char *name,
			   const json_t *before, const json_t *after)
{
	json_t *old = map_saved_column(before, name);
	json_t *new = map_saved_column(after, name);
	char below[512];

	snprintf(below, sizeof(below), "%s.%s", field, name);
	compare_cpus(d, key, below, old, new);
	json_decref(old);
	json_decref(new);
}

static void compare_columns(struct diffing *d, const char *key,
			    const char *field, const json_t *before,
			    const json_t *after)
{
	json_t *names = json_object(), *value;
	const char *name;

	map_saved_names(names, before);
	map_saved_names(names, after);
	json_object_foreach(names, name, value)
	{
		compare_column(d, key, field, name, before, after);
	}
	json_decref(names);
}

/* By their sums, as they are shown; but what only went from one CPU to another
 * is a difference, too. */
static void compare_cpus(struct diffing *d, const char *key, const char *field,
			 const json_t *before, const json_t *after)
{
	json_t *old, *new;

	if (json_equal((json_t *)before, (json_t *)after))
		return;
	if (map_saved_are_objects(before) && map_saved_are_objects(after)) {
		compare_columns(d, key, field, before, after);
		return;
	}
	old = map_saved_sum(before);
	new = map_saved_sum(after);
	if (json_equal(old, new))
		tell(d, "~", key, field, before, after);
	else
		tell(d, "~", key, field, old, new);
	json_decref(old);
	json_decref(new);
}

/* To be given back: the sum of all CPUs, where each has one. */
static json_t *value_of(const json_t *entry)
{
	json_t *value = json_object_get(entry, "value");

	return value ? json_incref(value)
		     : map_saved_sum(json_object_get(entry, "values"));
}

static void tell_one(struct diffing *d, const char *what, const char *key,
		     const json_t *entry)
{
	json_t *value = value_of(entry);

	tell(d, what, key, "", *what == '-' ? value : NULL,
	     *what == '+' ? value : NULL);
	json_decref(value);
}

static void compare_entries(struct diffing *d, const char *key,
			    const json_t *before, const json_t *after)
{
	const json_t *cpus_before = json_object_get(before, "values");
	const json_t *cpus_after = json_object_get(after, "values");
	json_t *old, *new;

	if (cpus_before && cpus_after) {
		compare_cpus(d, key, "", cpus_before, cpus_after);
		return;
	}
	old = value_of(before);
	new = value_of(after);
	compare(d, key, "", old, new);
	json_decref(old);
	json_decref(new);
}

static int compare_all(struct diffing *d)
{
	const char *key;
	json_t *value;

	json_object_foreach(d->before, key, value)
	{
		const json_t *after = json_object_get(d->after, key);

		if (after)
			compare_entries(d, key, value, after);
		else
			tell_one(d, "-", key, value);
	}
	json_object_foreach(d->after, key, value)
	{
		if (!json_object_get(d->before, key))
			tell_one(d, "+", key, value);
	}
	return out_close(d->out) ? EXIT_FAILED : d->nr ? EXIT_NO : EXIT_DONE;
}

int map_diff(struct args *args)
{
	struct diffing d = { 0 };
	int status = EXIT_FAILED;

	if (!strcmp(map_operand(args, 0), "-") &&
	    !strcmp(map_operand(args, 1), "-"))
		return say_usage(args, "only one FILE can be standard input");
	d.before = map_saved_read(args, map_operand(args, 0));
	d.after = d.before ? map_saved_read(args, map_operand(args, 1)) : NULL;
	if (d.after) {
		d.out = out_open(args_count(args, "json"), OUT_TABLE, columns);
		status = compare_all(&d);
	}
	json_decref(d.before);
	json_decref(d.after);
	return status;
}
