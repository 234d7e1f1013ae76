/* SPDX-License-Identifier: GPL-2.0-only */
/* saved.h - saved maps as JSON, docs/formats.md */
#ifndef CLI_MAP_SAVED_H
#define CLI_MAP_SAVED_H

#include "map.h"
#include "out.h"

/* ---- saved.c ---- */

/* Its entries, by the text of their keys; `-` is standard input.  NULL if it
 * cannot be read, which it says. */
json_t *map_saved_read(const struct args *args, const char *path);

/* ---- saved-cpus.c ---- */

/* Whether the value of each CPU is an object. */
bool map_saved_are_objects(const json_t *values);
/* Adds the members that any of the objects has. */
void map_saved_names(json_t *names, const json_t *values);
/* A member of each CPU's object; null where it has none. */
json_t *map_saved_column(const json_t *values, const char *name);
/*
 * The values of all CPUs as one, field by field.  What are no numbers is what it
 * is if that is the same for all; else it stays the array that it is, as do
 * numbers that are too large for a sum.
 */
json_t *map_saved_sum(const json_t *values);

#endif
