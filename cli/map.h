/* SPDX-License-Identifier: GPL-2.0-only */
/* map.h - what the files of `xdplab map` know of each other */
#ifndef CLI_MAP_H
#define CLI_MAP_H

#include <xdplab.h>

#include "cmd.h"

/* Each returns an exit status; operands are those behind the verb. */
int map_list(struct args *args);
int map_show(struct args *args);
int map_get(struct args *args);
int map_set(struct args *args);
int map_del(struct args *args);
int map_clear(struct args *args);
int map_save(struct args *args);
int map_load(struct args *args);
int map_diff(struct args *args);

/* The operand at `index` behind the verb, or NULL. */
const char *map_operand(const struct args *args, int index);
/* Opens the map that the first of them names; EXIT_DONE to go on. */
int map_open(const struct args *args, struct xdplab_map **map);
/* Prints the text so far, and goes on with an empty one.  -ENOMEM if a part was
 * lost, -EIO if stdout was. */
int map_flush(struct xdplab_text *text);
/* Memory for a key or a value, zeroed; it never fails. */
void *map_memory(size_t size);
/* say_failure() for text that is no such key or value, with the type. */
int map_say_type(const struct args *args, int err, const char *what,
		 const struct xdplab_type *type);
/* Appends the names of what the ids in a value stand for, if they do: as " (a,
 * b)", or as members of an object. */
void map_add_refs(struct xdplab_text *text, const struct xdplab_map *map,
		  const void *value, enum xdplab_form form);

/* ---- map-head.c ---- */

/* Whether it has no entries, but something that can be shown of it. */
bool map_has_head(const struct xdplab_map *map);
/* Shows that: the next value, or how full it is. */
int map_show_head(const struct args *args, const struct xdplab_map *map);
/* Tells whether a bloom filter may hold the value that is the second operand;
 * EXIT_NO: it does not. */
int map_ask(const struct args *args, const struct xdplab_map *map);

#endif
