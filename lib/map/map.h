/* SPDX-License-Identifier: LGPL-2.1-only */
/* map.h - what the files about maps know of each other */
#ifndef MAP_H
#define MAP_H

#include <linux/bpf.h>

#include "xdplab.h"

struct btf;

/* ---- kind.c ---- */

enum map_walk {
	WALK_KEYS,    /* from key to key */
	WALK_INDICES, /* 0 to max_entries - 1, though not all need to be there */
};

/* What a value is, besides its bytes. */
enum map_refers {
	REFERS_NOTHING,
	REFERS_PROG,   /* the id of a program; written as its descriptor */
	REFERS_MAP,    /* of a map, likewise */
	REFERS_DEVICE, /* an ifindex, and perhaps a program */
	REFERS_CPU,    /* the size of its queue, and perhaps a program */
	REFERS_FILE,   /* what only its owner has: a socket, an event */
};

struct map_kind {
	enum map_walk walk;
	enum map_refers refers;
	bool batches;	    /* the kernel reads and writes many at a time */
	bool is_array;	    /* all of its entries are there, always */
	bool per_cpu;	    /* each CPU has a value of its own */
	bool number_key;    /* though it has no indices */
	bool can_swap;	    /* its values can be compared and swapped */
	const char *unread; /* why its entries cannot be read, if so */
};

/* Never NULL; of a type that is not known it says nothing. */
const struct map_kind *map_kind(uint32_t type);

/* ---- map.c ---- */

struct xdplab_map {
	int fd;
	const struct map_kind *kind;
	char name[BPF_OBJ_NAME_LEN];
	struct xdplab_map_info info; /* its name is the one above */
	unsigned int nr_values;
	size_t stride;
	bool has_lock; /* programs guard its values by a bpf_spin_lock */
	struct xdplab_type *key, *value;
	struct xdplab_field *fields; /* numbers that can be summed */
	size_t nr_fields;
};

/* What the kernel says of the map `fd`, with its name in `name`; the kernel's
 * error, without fail(). */
int map_info_read(struct xdplab_map_info *info, char *name, int fd);
/* Open it by an id, for which the caller was given the word `which`; by a pin.
 */
int map_open_id(struct xdplab_map **out, uint32_t id, const char *which);
int map_open_pin(struct xdplab_map **out, const char *path);
/* fail() for what was tried with the map; returns err. */
int map_fail(const struct xdplab_map *map, int err, const char *what);
/* fail() for memory that ran out. */
int map_no_memory(const struct xdplab_map *map);

/* The kernel's ENOTSUPP, which has no name here. */
#define NOT_SUPPORTED 524

/* ---- types.c ---- */

/* Finds out its kind, and how its keys and values are read, whose types are
 * those of `btf`, NULL for none; -ENOMEM, without fail(). */
int map_types_make(struct xdplab_map *map, const struct btf *btf,
		   uint32_t btf_key_id, uint32_t btf_value_id);
/* Whether there are lists or trees in its values, of objects of types of its
 * BTF: for the kernel, no other BTF has these types. */
bool map_holds_objects(const struct xdplab_map *map);

/* ---- refs.c ---- */

/* `raw`, as large as the value, which has ids in it, becomes what the kernel is
 * to be given; *fd, if not negative, is to be closed after that. */
int map_refs_open(const struct xdplab_map *map, const void *value, void *raw,
		  int *fd);

/* ---- sum.c ---- */

void map_find_fields(struct xdplab_map *map);

/* ---- read.c ---- */

/* The keys that there are, sorted, each once; to be freed. */
int map_keys(const struct xdplab_map *map, void **out, size_t *nr);

#endif
