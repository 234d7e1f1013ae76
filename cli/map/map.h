/* SPDX-License-Identifier: GPL-2.0-only */
/* map.h - what the files of `xdplab map` know of each other */
#ifndef CLI_MAP_H
#define CLI_MAP_H

#include <xdplab.h>

#include "cmd.h"

/* The version of what is saved, docs/formats.md. */
#define MAP_FORMAT 1
/* What bytes of no type, and those that come back in no other way, begin with.
 */
#define MAP_HEX "\"hex "

/* Each returns an exit status; operands are those after the verb. */
int map_list(struct args *args);
int map_show(struct args *args);
int map_get(struct args *args);
int map_set(struct args *args);
int map_del(struct args *args);
int map_clear(struct args *args);
int map_save(struct args *args);
int map_load(struct args *args);
int map_diff(struct args *args);

/* Sets the entry to that if it is as --cas says; else EXIT_NO. */
int map_set_cas(const struct args *args, const struct xdplab_map *map,
		const void *key, const char *text);
/* Appends the names of what the ids in a value stand for, if they do: as " (a,
 * b)", or as members of an object. */
void map_add_refs(struct xdplab_text *text, const struct xdplab_map *map,
		  const void *value, enum xdplab_form form);

/* ---- open.c ---- */

/* The operand at `index` after the verb, or NULL. */
const char *map_operand(const struct args *args, int index);
/* Opens the map that the first of them names; EXIT_DONE to go on. */
int map_open(const struct args *args, struct xdplab_map **map);
/* The same of a map whose entries can be read, and so saved and loaded. */
int map_open_entries(const struct args *args, struct xdplab_map **map);

/* ---- value.c ---- */

/* Memory for a key or a value, zeroed; it never fails. */
void *map_memory(size_t size);
/* say_failure() for text that is no such key or value, with the type. */
int map_say_type(const struct args *args, int err, const char *what,
		 const struct xdplab_type *type);
/* Reads a value, or fields of one, `.limit=100`, whose others stay. */
int map_read_value(const struct args *args, const struct xdplab_map *map,
		   const char *text, void *value);
/* Whether values of CPUs are shown one by one, and not their sum: bytes of
 * which nothing is known cannot be added up. */
bool map_shows_cpus(const struct args *args, const struct xdplab_map *map);
/* Prints the value of an entry, on a line of its own. */
int map_print_value(const struct args *args, const struct xdplab_map *map,
		    const void *values);
/* Prints the text so far, and goes on with an empty one.  -ENOMEM if a part was
 * lost, -EIO if stdout was. */
int map_flush(struct xdplab_text *text);

/* ---- head.c ---- */

/* Whether it has no entries, but something that can be shown of it. */
bool map_has_head(const struct xdplab_map *map);
/* Shows that: the next value, or how full it is. */
int map_show_head(const struct args *args, const struct xdplab_map *map);
/* Tells whether a bloom filter may hold the value that is the second operand;
 * EXIT_NO: it does not. */
int map_ask(const struct args *args, const struct xdplab_map *map);

#endif
