// SPDX-License-Identifier: GPL-2.0-only
/*
 * load - xdplab map load: entries from lines of JSON
 *
 * docs/formats.md describes them.  All of what is loaded is read before any of
 * it is written.
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "map.h"
#include "memory.h"
#include "out.h"
#include "progress.h"

#define LINES	4096	    /* are read until that is reported again */
#define WRITTEN (64u << 10) /* entries until that is reported again */

static volatile sig_atomic_t interrupted;

static void interrupt(int signal)
{
	(void)signal;
	interrupted = true;
}

/* ---- read ---- */

struct loading {
	const struct args *args;
	const struct xdplab_map *map;
	char *keys, *values;
	size_t nr, room;
	char *line;
	size_t number; /* of the line, from 1 */
	struct progress progress;
};

static int wrong(const struct loading *l, const char *at, const char *what)
{
	say(l->args, "line %zu, column %zu: %s", l->number,
	    (size_t)(at - l->line) + 1, what);
	fputs("  nothing was written\n", stderr);
	return EXIT_FAILED;
}

static void make_room(struct loading *l)
{
	if (l->nr < l->room)
		return;
	l->room = 2 * l->room + 256;
	l->keys = need_memory(reallocarray(l->keys, l->room,
					   xdplab_map_info(l->map)->key_size));
	l->values = need_memory(reallocarray(l->values, l->room,
					     xdplab_map_value_bytes(l->map)));
}

/* Goes past these words, in which blanks do not matter; NULL: others. */
static const char *skip(const char *at, const char *words)
{
	for (; *words; words++) {
		while (*at == ' ' || *at == '\t')
			at++;
		if (*at++ != *words)
			return NULL;
	}
	return at;
}

static int read_value(const struct loading *l, const struct xdplab_type *type,
		      void *value, const char **at)
{
	const char *start = *at + strspn(*at, " \t"), *end = start;
	bool hex = !strncmp(start, MAP_HEX, strlen(MAP_HEX));
	int err = xdplab_value_parse(type, value, start + hex, &end);

	if (!err && hex && *end++ != '"')
		return wrong(l, end - 1, "expected the end of the bytes");
	*at = end;
	return err ? wrong(l, end, xdplab_error()) : EXIT_DONE;
}

static int read_key(const struct loading *l, const char **at)
{
	void *key = l->keys + l->nr * xdplab_map_info(l->map)->key_size;
	const char *start = *at;
	int status = read_value(l, xdplab_map_key_type(l->map), key, at);

	if (!status && xdplab_map_check_key(l->map, key))
		return wrong(l, start, xdplab_error());
	return status;
}

static int read_values(const struct loading *l, char *values, const char **at)
{
	const struct xdplab_type *type = xdplab_map_value_type(l->map);
	unsigned int nr = xdplab_map_nr_values(l->map);
	int status = EXIT_DONE;

	for (unsigned int i = 0; !status && i < nr; i++) {
		const char *next = i ? skip(*at, ",") : *at;

		if (!next)
			return wrong(l, *at, "expected a value for each CPU");
		*at = next;
		status = read_value(l, type,
				    values + i * xdplab_map_stride(l->map), at);
	}
	return status;
}

static int read_entry(struct loading *l)
{
	bool many = xdplab_map_nr_values(l->map) > 1;
	size_t bytes = xdplab_map_value_bytes(l->map);
	const char *at = skip(l->line, "{\"key\":"), *next;
	int status;

	make_room(l);
	if (!at)
		return wrong(l, l->line, "expected {\"key\":");
	status = read_key(l, &at);
	if (status)
		return status;
	next = skip(at, many ? ",\"values\":[" : ",\"value\":");
	if (!next)
		return wrong(l, at,
			     many ? "expected ,\"values\":["
				  : "expected ,\"value\":");
	memset(l->values + l->nr * bytes, 0, bytes);
	status = read_values(l, l->values + l->nr * bytes, &next);
	if (status)
		return status;
	at = skip(next, many ? "]}" : "}");
	if (!at || at[strspn(at, " \t\r\n")])
		return wrong(l, at ?: next, "expected the end of the entry");
	l->nr++;
	return EXIT_DONE;
}

static int expect_number(const struct loading *l, const json_t *head,
			 const char *key, uint32_t wanted)
{
	json_int_t number = json_integer_value(json_object_get(head, key));
	char what[96];

	if (number == (json_int_t)wanted)
		return EXIT_DONE;
	snprintf(what, sizeof(what),
		 "%s is %" JSON_INTEGER_FORMAT ", and %" PRIu32 " in the map",
		 key, number, wanted);
	return wrong(l, l->line, what);
}

/* Members are shown by their names: a struct may have got others since. */
static bool has_members(const struct xdplab_type *type)
{
	struct xdplab_text text = { 0 };
	bool has;

	xdplab_type_describe(type, &text);
	has = !text.lost && strchr(text.bytes, '{');
	xdplab_text_free(&text);
	return has;
}

static int check_header(const struct loading *l, const json_t *head)
{
	const struct xdplab_map_info *info = xdplab_map_info(l->map);
	int status;

	if (!json_object_get(head, "xdplab_map"))
		return wrong(l, l->line,
			     "missing the first line, which describes the map, "
			     "as printed by `xdplab map save`");
	status = expect_number(l, head, "xdplab_map", MAP_FORMAT);
	if (!status)
		status = expect_number(l, head, "bytes_key", info->key_size);
	if (!status && !has_members(xdplab_map_value_type(l->map)))
		status =
			expect_number(l, head, "bytes_value", info->value_size);
	if (!status)
		status = expect_number(l, head, "cpus",
				       xdplab_map_nr_values(l->map));
	return status;
}

static int read_header(const struct loading *l)
{
	json_error_t error;
	json_t *head = json_loads(l->line, JSON_REJECT_DUPLICATES, &error);
	int status;

	if (!head)
		return wrong(
			l, l->line + (error.column > 0 ? error.column - 1 : 0),
			error.text);
	status = check_header(l, head);
	json_decref(head);
	return status;
}

static int read_line(struct loading *l, size_t length)
{
	if (strlen(l->line) != length)
		return wrong(l, l->line + strlen(l->line),
			     "contains a NUL byte");
	if (l->number == 1)
		return read_header(l);
	return l->line[strspn(l->line, " \t\r\n")] ? read_entry(l) : EXIT_DONE;
}

/* Why there are no more lines; only at the end of them all is known. */
static int read_end(const struct loading *l, int err)
{
	if (interrupted)
		say(l->args, "interrupted; nothing was written");
	else if (!feof(stdin))
		say(l->args, "standard input: %s; nothing was written",
		    strerror(err));
	else if (!l->number)
		say(l->args, "standard input is empty; expected the output of "
			     "`xdplab map save`");
	else
		return EXIT_DONE;
	return EXIT_FAILED;
}

static int read_all(struct loading *l)
{
	int status = EXIT_DONE;
	size_t room = 0;

	while (!status && !interrupted) {
		ssize_t length = getline(&l->line, &room, stdin);

		if (length < 0)
			return read_end(l, errno);
		if (l->number++ % LINES == 0)
			progress_tell(&l->progress, l->nr, 0);
		status = read_line(l, length);
	}
	return status ? status : read_end(l, 0);
}

/* ---- write ---- */

static int write_some(struct loading *l, size_t *done)
{
	size_t nr = l->nr - *done < WRITTEN ? l->nr - *done : WRITTEN, some = 0;
	const char *keys = l->keys + *done * xdplab_map_info(l->map)->key_size;
	const char *values = l->values + *done * xdplab_map_value_bytes(l->map);
	int err = xdplab_map_write(l->map, keys, values, nr, &some);

	*done += some;
	progress_tell(&l->progress, *done, l->nr);
	return err;
}

static int write_all(struct loading *l)
{
	size_t done = 0;
	int status = EXIT_DONE, err = 0;

	l->progress.what = "entries written";
	while (!err && done < l->nr && !interrupted)
		err = write_some(l, &done);
	progress_end(&l->progress);
	if (err)
		status = say_failure(l->args, err);
	else if (done < l->nr)
		say(l->args, "interrupted");
	if (done < l->nr)
		fprintf(stderr, "  %zu of %zu entries were written\n", done,
			l->nr);
	return done < l->nr && !err ? EXIT_FAILED : status;
}

static int load(struct loading *l)
{
	int status;

	/* Reads are to end by it, and so it restarts none. */
	sigaction(SIGINT, &(struct sigaction){ .sa_handler = interrupt }, NULL);
	progress_begin(&l->progress, false);
	l->progress.what = "entries read";
	status = read_all(l);
	progress_end(&l->progress);
	return status ? status : write_all(l);
}

int map_load(struct args *args)
{
	struct loading l = { .args = args };
	struct xdplab_map *map;
	int status = map_open_entries(args, &map);

	if (status)
		return status;
	l.map = map;
	status = load(&l);
	free(l.line);
	free(l.keys);
	free(l.values);
	xdplab_map_close(map);
	return status;
}
