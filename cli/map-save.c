// SPDX-License-Identifier: GPL-2.0-only
/*
 * map-save - xdplab map save, load: entries as lines of JSON
 *
 * docs/formats.md describes them.  All of what is loaded is read before any of
 * it is written.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "map.h"
#include "out.h"

#define FORMAT 1
#define HEX    "\"hex "	   /* what bytes of no type begin with */
#define CHUNK  (64u << 10) /* is written at a time */

/* ---- save ---- */

struct saving {
	const struct xdplab_map *map;
	struct xdplab_text text;
};

static void add_hex(struct saving *s, const struct xdplab_type *type,
		    const void *value)
{
	xdplab_text_add(&s->text, "\"");
	xdplab_value_print_hex(type, value, &s->text);
	xdplab_text_add(&s->text, "\"");
}

/* By its type; as its bytes where that would lose some. */
static void add_value(struct saving *s, const struct xdplab_type *type,
		      const void *value)
{
	if (xdplab_value_is_exact(type, value))
		xdplab_value_print(type, value, XDPLAB_FORM_JSON, &s->text);
	else
		add_hex(s, type, value);
}

static int save_entry(const void *key, const void *values, void *arg)
{
	struct saving *s = arg;
	const struct xdplab_type *type = xdplab_map_value_type(s->map);
	unsigned int nr = xdplab_map_nr_values(s->map);

	xdplab_text_add(&s->text, "{\"key\":");
	add_value(s, xdplab_map_key_type(s->map), key);
	xdplab_text_add(&s->text, nr > 1 ? ",\"values\":[" : ",\"value\":");
	for (unsigned int i = 0; i < nr; i++) {
		if (i)
			xdplab_text_add(&s->text, ",");
		add_value(s, type,
			  (const char *)values + i * xdplab_map_stride(s->map));
	}
	xdplab_text_add(&s->text, nr > 1 ? "]}\n" : "}\n");
	return s->text.length < CHUNK ? 0 : map_flush(&s->text);
}

static json_t *type_text(const struct xdplab_type *type)
{
	struct xdplab_text text = { 0 };
	json_t *string;

	xdplab_type_describe(type, &text);
	string = out_string(text.bytes ?: "");
	xdplab_text_free(&text);
	return string;
}

static json_t *header(const struct xdplab_map *map)
{
	const struct xdplab_map_info *info = xdplab_map_info(map);

	return json_pack("{s:i, s:o, s:s, s:I, s:I, s:I, s:i, s:o, s:o}",
			 "xdplab_map", FORMAT, "name", out_string(info->name),
			 "type", xdplab_map_type_name(info->type), "bytes_key",
			 (json_int_t)info->key_size, "bytes_value",
			 (json_int_t)info->value_size, "max_entries",
			 (json_int_t)info->max_entries, "cpus",
			 (int)xdplab_map_nr_values(map), "key_type",
			 type_text(xdplab_map_key_type(map)), "value_type",
			 type_text(xdplab_map_value_type(map)));
}

int map_save(struct args *args)
{
	struct saving s = { 0 };
	struct xdplab_map *map;
	int err, status = map_open(args, &map);
	json_t *head;

	if (status)
		return status;
	err = xdplab_map_can_read(map);
	if (err) {
		xdplab_map_close(map);
		return say_failure(args, err);
	}
	s.map = map;
	head = header(map);
	json_dumpf(head, stdout, JSON_COMPACT | JSON_ENSURE_ASCII);
	putchar('\n');
	json_decref(head);
	err = xdplab_map_read(map, save_entry, &s);
	if (!err)
		err = map_flush(&s.text);
	xdplab_text_free(&s.text);
	xdplab_map_close(map);
	if (err == -EIO)
		return EXIT_FAILED; /* stdout was lost: main() says so */
	return err ? say_failure(args, err) : EXIT_DONE;
}

/* ---- load ---- */

struct loading {
	const struct args *args;
	const struct xdplab_map *map;
	char *keys, *values;
	size_t nr, room;
	char *line;
	size_t number; /* of the line, from 1 */
};

static int wrong(const struct loading *l, const char *at, const char *what)
{
	fprintf(stderr, "xdplab map: line %zu, column %zu: %s\n", l->number,
		(size_t)(at - l->line) + 1, what);
	fputs("  nothing was written\n", stderr);
	return EXIT_FAILED;
}

static bool grow(char **array, size_t size)
{
	char *more = realloc(*array, size + 1);

	if (more)
		*array = more;
	return more;
}

static int make_room(struct loading *l)
{
	size_t room = 2 * l->room + 256;

	if (l->nr < l->room)
		return EXIT_DONE;
	if (!grow(&l->keys, room * xdplab_map_info(l->map)->key_size) ||
	    !grow(&l->values, room * xdplab_map_value_bytes(l->map))) {
		say(l->args, "out of memory");
		return EXIT_FAILED;
	}
	l->room = room;
	return EXIT_DONE;
}

/* Goes past these words, in which blanks do not matter; NULL: others. */
static const char *skip(const char *at, const char *words)
{
	for (; *words; words++) {
		at += strspn(at, " \t");
		if (*at++ != *words)
			return NULL;
	}
	return at;
}

static int read_value(const struct loading *l, const struct xdplab_type *type,
		      void *value, const char **at)
{
	bool hex = !strncmp(*at, HEX, strlen(HEX));
	const char *end = *at;
	int err = xdplab_value_parse(type, value, *at + hex, &end);

	if (!err && hex && *end++ != '"')
		return wrong(l, end - 1, "the end of the bytes is expected");
	*at = end;
	return err ? wrong(l, end, xdplab_error()) : EXIT_DONE;
}

static int read_values(const struct loading *l, char *values, const char **at)
{
	const struct xdplab_type *type = xdplab_map_value_type(l->map);
	unsigned int nr = xdplab_map_nr_values(l->map);
	int status = EXIT_DONE;

	for (unsigned int i = 0; !status && i < nr; i++) {
		const char *next = i ? skip(*at, ",") : *at;

		if (!next)
			return wrong(l, *at,
				     "a value for each CPU is expected");
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
	int status = make_room(l);

	if (status)
		return status;
	if (!at)
		return wrong(l, l->line, "{\"key\": is expected");
	status = read_value(l, xdplab_map_key_type(l->map),
			    l->keys + l->nr * xdplab_map_info(l->map)->key_size,
			    &at);
	if (status)
		return status;
	next = skip(at, many ? ",\"values\":[" : ",\"value\":");
	if (!next)
		return wrong(l, at,
			     many ? ",\"values\":[ is expected"
				  : ",\"value\": is expected");
	memset(l->values + l->nr * bytes, 0, bytes);
	status = read_values(l, l->values + l->nr * bytes, &next);
	if (status)
		return status;
	at = skip(next, many ? "]}" : "}");
	if (!at || at[strspn(at, " \t\r\n")])
		return wrong(l, at ?: next, "the end of the entry is expected");
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

static int check_header(const struct loading *l, const json_t *head)
{
	const struct xdplab_map_info *info = xdplab_map_info(l->map);
	int status = expect_number(l, head, "xdplab_map", FORMAT);

	if (!status)
		status = expect_number(l, head, "bytes_key", info->key_size);
	if (!status)
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

static int read_all(struct loading *l)
{
	int status = EXIT_DONE;
	size_t room = 0;

	while (!status && getline(&l->line, &room, stdin) >= 0) {
		l->number++;
		if (l->number == 1)
			status = read_header(l);
		else if (l->line[strspn(l->line, " \t\r\n")])
			status = read_entry(l);
	}
	if (!status && !l->number) {
		say(l->args, "standard input is empty; `xdplab map save` "
			     "prints what is to be there");
		status = EXIT_FAILED;
	}
	return status;
}

int map_load(struct args *args)
{
	struct loading l = { .args = args };
	struct xdplab_map *map;
	size_t done = 0;
	int err, status = map_open(args, &map);

	if (status)
		return status;
	l.map = map;
	status = read_all(&l);
	if (!status && l.nr) {
		err = xdplab_map_write(map, l.keys, l.values, l.nr, &done);
		if (err) {
			status = say_failure(args, err);
			fprintf(stderr, "  %zu of %zu entries were written\n",
				done, l.nr);
		}
	}
	free(l.line);
	free(l.keys);
	free(l.values);
	xdplab_map_close(map);
	return status;
}
