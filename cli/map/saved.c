// SPDX-License-Identifier: GPL-2.0-only
/* saved - xdplab map: a saved map, read as JSON */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "saved.h"

static char *key_text(const json_t *entry)
{
	const json_t *key = json_object_get(entry, "key");

	return json_is_string(key)
		       ? strdup(json_string_value(key))
		       : json_dumps(key, JSON_COMPACT | JSON_ENCODE_ANY);
}

static int add_entry(json_t *entries, const json_t *entry)
{
	bool has_value = json_object_get(entry, "value") ||
			 json_object_get(entry, "values");
	char *key = key_text(entry);
	int err = -1;

	if (key && has_value)
		err = json_object_set(entries, key, (json_t *)entry);
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
		say(source->args, "%s: line %zu is not a valid %s",
		    source->path, source->number,
		    source->number > 1 ? "entry" : "header of a saved map");
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

json_t *map_saved_read(const struct args *args, const char *path)
{
	bool is_stdin = !strcmp(path, "-");
	struct source source = { .args = args,
				 .path = is_stdin ? "standard input" : path };
	json_t *entries;

	source.file = is_stdin ? stdin : fopen(path, "re");
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
	if (!is_stdin)
		fclose(source.file);
	return entries;
}
