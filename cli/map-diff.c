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

static const char *string_end(const char *at)
{
	for (at++; *at && *at != '"'; at++)
		at += *at == '\\' && at[1];
	return at + (*at == '"');
}

/* Where what begins there ends: a string, a number, or a single character. */
static const char *token_end(const char *at)
{
	size_t number = strspn(at, "+-.0123456789eE");

	return *at == '"' ? string_end(at) : at + (number ?: 1);
}

/* Whether it is an integer for which jansson, with its 64 bits and a sign, has
 * no room. */
static bool is_large(const char *at, const char *end)
{
	char *read;

	errno = 0;
	strtoll(at, &read, 10);
	return errno == ERANGE && read == end;
}

/* The same line with such integers as strings, to be freed; NULL: no memory. */
static char *quote_large(const char *line)
{
	char *quoted = malloc(3 * strlen(line) + 1), *to = quoted;
	const char *end;

	for (; quoted && *line; line = end) {
		bool large;

		end = token_end(line);
		large = is_large(line, end);
		if (large)
			*to++ = '"';
		to = mempcpy(to, line, end - line);
		if (large)
			*to++ = '"';
	}
	if (quoted)
		*to = '\0';
	return quoted;
}

static json_t *read_line(const char *line, size_t length, json_error_t *error)
{
	json_t *json = json_loadb(line, length, 0, error);
	char *quoted;

	if (json || json_error_code(error) != json_error_numeric_overflow)
		return json;
	quoted = quote_large(line);
	if (quoted)
		json = json_loads(quoted, 0, error);
	free(quoted);
	return json;
}

/* A file as it is read. */
struct source {
	const struct args *args;
	const char *path;
	FILE *file;
	char *line;
	size_t number; /* of the line, from 1 */
};

static bool is_blank(const char *line)
{
	return !line[strspn(line, " \t\r\n")];
}

static int add_line(const struct source *source, size_t length, json_t *entries)
{
	json_error_t error;
	json_t *line;
	int err;

	if (is_blank(source->line) && source->number > 1)
		return 0;
	line = read_line(source->line, length, &error);
	if (!line) {
		say(source->args, "%s: line %zu, column %d: %s", source->path,
		    source->number, error.column, error.text);
		return -1;
	}
	err = source->number > 1 ? add_entry(entries, line)
				 : !json_object_get(line, "xdplab_map");
	json_decref(line);
	if (err)
		say(source->args, "%s: line %zu is no %s", source->path,
		    source->number,
		    source->number > 1 ? "entry" : "head of a saved map");
	return err;
}

static int read_lines(struct source *source, json_t *entries)
{
	size_t room = 0;
	ssize_t length;
	int err = 0;

	while (!err &&
	       (length = getline(&source->line, &room, source->file)) >= 0) {
		source->number++;
		err = add_line(source, length, entries);
	}
	if (err)
		return err;
	if (!feof(source->file))
		say(source->args, "%s: %s", source->path, strerror(errno));
	else if (!source->number)
		say(source->args, "%s: is empty", source->path);
	else
		return 0;
	return -1;
}

static json_t *read_file(const struct args *args, const char *path)
{
	struct source source = { .args = args, .path = path };
	json_t *entries;

	source.file = fopen(path, "re");
	if (!source.file) {
		say(args, "%s: %s", path, strerror(errno));
		return NULL;
	}
	entries = json_object();
	if (read_lines(&source, entries)) {
		json_decref(entries);
		entries = NULL;
	}
	free(source.line);
	fclose(source.file);
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
