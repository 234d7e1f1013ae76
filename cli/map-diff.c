// SPDX-License-Identifier: GPL-2.0-only
/* map-diff - xdplab map diff: what changed between two that were saved */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "map.h"
#include "out.h"

/* An entry's value by the text of its key, in either file. */
struct diffing {
	const struct args *args;
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

/* ---- read ---- */

static char *key_text(const json_t *entry)
{
	const json_t *key = json_object_get(entry, "key");

	return json_is_string(key)
		       ? strdup(json_string_value(key))
		       : json_dumps(key, JSON_COMPACT | JSON_ENCODE_ANY);
}

static int add_entry(json_t *entries, const json_t *entry)
{
	json_t *value = json_object_get(entry, "value");
	char *key = key_text(entry);
	int err = -1;

	if (!value)
		value = json_object_get(entry, "values");
	if (key && value)
		err = json_object_set(entries, key, value);
	free(key);
	return err;
}

static json_t *read_file(const struct args *args, const char *path)
{
	FILE *file = fopen(path, "re");
	json_t *entries = json_object(), *line;
	size_t number = 0;
	json_error_t error;

	if (!file) {
		say(args, "%s: %s", path, strerror(errno));
		json_decref(entries);
		return NULL;
	}
	while ((line = json_loadf(file, JSON_DISABLE_EOF_CHECK, &error))) {
		int err = number++ ? add_entry(entries, line)
				   : !json_object_get(line, "xdplab_map");

		json_decref(line);
		if (err) {
			say(args, "%s: its value %zu is no %s", path, number,
			    number == 1 ? "head of a saved map" : "entry");
			json_decref(entries);
			fclose(file);
			return NULL;
		}
	}
	if (!feof(file) || !number) {
		say(args, "%s: line %d, column %d: %s", path, error.line,
		    error.column, error.text);
		json_decref(entries);
		entries = NULL;
	}
	fclose(file);
	return entries;
}

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

	if (*field)
		json_object_set_new(row, "field", out_string(field));
	if (before)
		json_object_set_new(row, "before", shown(before));
	if (after)
		json_object_set_new(row, "after", shown(after));
	if (json_is_integer(before) && json_is_integer(after))
		json_object_set_new(row, "change",
				    json_integer(json_integer_value(after) -
						 json_integer_value(before)));
	out_row(d->out, row);
	d->nr++;
}

/* Down to the fields that differ. */
static void compare(struct diffing *d, const char *key, const char *field,
		    const json_t *before, const json_t *after)
{
	const char *name;
	json_t *value;
	char below[512];

	if (json_equal((json_t *)before, (json_t *)after))
		return;
	if (!json_is_object(before) || !json_is_object(after)) {
		tell(d, "~", key, field, before, after);
		return;
	}
	json_object_foreach((json_t *)before, name, value)
	{
		snprintf(below, sizeof(below), "%s.%s", field, name);
		compare(d, key, below, value, json_object_get(after, name));
	}
}

static int compare_all(struct diffing *d)
{
	const char *key;
	json_t *value;

	json_object_foreach(d->before, key, value)
	{
		const json_t *after = json_object_get(d->after, key);

		if (after)
			compare(d, key, "", value, after);
		else
			tell(d, "-", key, "", value, NULL);
	}
	json_object_foreach(d->after, key, value)
	{
		if (!json_object_get(d->before, key))
			tell(d, "+", key, "", NULL, value);
	}
	return out_close(d->out) ? EXIT_FAILED : d->nr ? EXIT_NO : EXIT_DONE;
}

int map_diff(struct args *args)
{
	struct diffing d = { .args = args };
	int status = EXIT_FAILED;

	d.before = read_file(args, map_operand(args, 0));
	d.after = d.before ? read_file(args, map_operand(args, 1)) : NULL;
	if (d.after) {
		d.out = out_open(args_count(args, "json"), OUT_TABLE, columns);
		status = compare_all(&d);
	}
	json_decref(d.before);
	json_decref(d.after);
	return status;
}
