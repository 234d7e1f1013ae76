/* SPDX-License-Identifier: LGPL-2.1-only */
/* map.h - what the files about maps know of each other */
#ifndef MAP_H
#define MAP_H

#include <linux/bpf.h>

#include "xdplab.h"

struct btf;

struct xdplab_map {
	int fd;
	char name[BPF_OBJ_NAME_LEN];
	struct xdplab_map_info info; /* its name is the one above */
	unsigned int nr_values;
	size_t stride;
	struct xdplab_type *key, *value;
	struct xdplab_field *fields; /* numbers, of which sums are told */
	size_t nr_fields;
};

/* ---- map.c ---- */

/* What the kernel says of the map `fd`, with its name in `name`; the kernel's
 * error, without fail(). */
int map_info_read(struct xdplab_map_info *info, char *name, int fd);
/* fail() for what was tried with the map; returns err. */
int map_fail(const struct xdplab_map *map, int err, const char *what);

/* ---- map-types.c ---- */

/* Finds out how its keys and values are read, whose types are those of `btf`,
 * NULL for none; -ENOMEM, without fail(). */
int map_types_make(struct xdplab_map *map, const struct btf *btf,
		   uint32_t btf_key_id, uint32_t btf_value_id);

/* ---- map-sum.c ---- */

void map_find_fields(struct xdplab_map *map);

/* ---- map-read.c ---- */

/* The keys that there are, sorted, each once; to be freed. */
int map_keys(const struct xdplab_map *map, void **out, size_t *nr);

#endif
