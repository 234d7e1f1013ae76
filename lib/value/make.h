/* SPDX-License-Identifier: LGPL-2.1-only */
/* make.h - what the compiler of types is made of */
#ifndef VALUE_MAKE_H
#define VALUE_MAKE_H

#include <linux/btf.h>
#include <bpf/btf.h>

#include "value.h"

/* Of larger ones only the bytes are shown. */
#define VALUE_BYTES_MAX (1U << 30)

/* A declaration tag that says how to show a type, or a member of it. */
struct value_tag {
	uint32_t type;
	int32_t member; /* -1: all of it */
	const char *word;
};

/* The compiler: functions return false when a type is none for the value, or
 * when .no_memory. */
struct value_maker {
	const struct btf *btf;
	struct xdplab_type *type;
	size_t room_nodes, room_enumerators;
	size_t spent; /* of what a type may have of nodes and names */
	struct value_tag *tags;
	size_t nr_tags;
	bool no_memory;
};

/* The BTF that a node is made of. */
struct value_source {
	uint32_t id;
	int depth;
	uint64_t room; /* for an array without a length */
	struct value_hints hints;
	const char *alias; /* its typedef, or NULL */
};

/* ---- make.c ---- */

/* Counts what hostile BTF may make us do. */
bool value_spend(struct value_maker *m, uint32_t nr);
bool value_is_name(const char *name);
/* Where the name is kept from now on. */
uint32_t value_keep_name(struct value_maker *m, const char *name);
/* Takes `nr` nodes that follow each other, and counts them. */
bool value_add_nodes(struct value_maker *m, uint32_t nr, uint32_t *first);

/* ---- type.c ---- */

bool value_make_node(struct value_maker *m, uint32_t at,
		     struct value_source *source);

/* ---- group.c ---- */

bool value_make_group(struct value_maker *m, uint32_t at,
		      const struct btf_type *type,
		      const struct value_source *source);
/* The variables of a data section of `size` bytes. */
bool value_make_section(struct value_maker *m, uint32_t at,
			const struct btf_type *type, uint64_t size);

/* ---- enum.c ---- */

bool value_make_enum(struct value_maker *m, uint32_t at,
		     const struct btf_type *type);

/* ---- tags.c ---- */

bool value_read_tags(struct value_maker *m);
/* That of a type or of one of its members, or "". */
const char *value_tag(const struct value_maker *m, uint32_t type,
		      int32_t member);

/* ---- seal.c ---- */

/* Finds out which of the finished nodes are dense. */
bool value_seal(struct value_maker *m);

#endif
