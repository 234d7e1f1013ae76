// SPDX-License-Identifier: LGPL-2.1-only
/*
 * layout - whether a map that is there is laid out as a program wants it
 *
 * Of two maps, field by field where BTF tells the fields of both: values of the
 * same size whose fields have changed places would be read wrongly, and nobody
 * would see it.  A field may change its type's name, not its name or its place.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "internal.h"
#include "layout.h"
#include "map.h"
#include "value/value.h"

/* ---- rows ---- */

static void add_row(struct layout *layout, const char *what, const char *there,
		    const char *wanted, bool differs)
{
	struct xdplab_layout_row *rows = reallocarray(
		layout->rows, layout->nr + 1, sizeof(*layout->rows));

	layout->differs |= differs;
	if (!rows) {
		layout->lost = true;
		return;
	}
	layout->rows = rows;
	rows += layout->nr++;
	rows->what = strdup(what);
	rows->there = strdup(there);
	rows->wanted = strdup(wanted);
	rows->differs = differs;
	layout->lost |= !rows->what || !rows->there || !rows->wanted;
}

static void add_entries(struct layout *layout, uint32_t there, uint32_t wanted)
{
	char old[16], new[16];

	snprintf(old, sizeof(old), "%u", there);
	snprintf(new, sizeof(new), "%u", wanted);
	add_row(layout, "entries", old, new, there != wanted);
}

static void add_flags(struct layout *layout, uint32_t there, uint32_t wanted)
{
	char old[16], new[16];

	snprintf(old, sizeof(old), "0x%x", there);
	snprintf(new, sizeof(new), "0x%x", wanted);
	add_row(layout, "flags", old, new, there != wanted);
}

/* ---- fields ---- */

/* What has no members that would be compared instead. */
struct leaf {
	char *path;
	const struct value_node *node;
	uint64_t offset; /* in bytes */
	bool seen;
};

struct leaves {
	const struct xdplab_type *type;
	struct leaf *leaves;
	size_t nr;
	struct xdplab_text path;
	bool lost;
};

static void add_leaf(struct leaves *leaves, const struct value_node *node,
		     uint64_t offset)
{
	struct leaf *more =
		reallocarray(leaves->leaves, leaves->nr + 1, sizeof(*more));
	char *path = strdup(leaves->path.bytes ?: "");

	if (more)
		leaves->leaves = more;
	if (more && path)
		more[leaves->nr++] = (struct leaf){ .path = path,
						    .node = node,
						    .offset = offset };
	else
		free(path);
	leaves->lost |= !more || !path || leaves->path.lost;
}

static void find_leaves(struct leaves *leaves, const struct value_node *node,
			uint64_t offset);

static void find_members(struct leaves *leaves, const struct value_node *node,
			 uint64_t offset)
{
	size_t length = leaves->path.length;

	for (uint32_t i = 0; i < node->count; i++) {
		const struct value_node *member =
			leaves->type->nodes + node->first + i;

		if (member->name_length) {
			text_char(&leaves->path, '.');
			text_add(&leaves->path,
				 leaves->type->names.bytes + member->name,
				 member->name_length);
			text_end(&leaves->path);
		}
		find_leaves(leaves, member, offset + member->offset);
		leaves->path.length = length;
		text_end(&leaves->path);
	}
}

/* All elements of an array are as its first. */
static void find_leaves(struct leaves *leaves, const struct value_node *node,
			uint64_t offset)
{
	const struct value_node *element = leaves->type->nodes + node->first;
	size_t length = leaves->path.length;

	if (node->look == LOOK_PLAIN && value_is_group(node)) {
		find_members(leaves, node, offset);
		return;
	}
	add_leaf(leaves, node, offset);
	if (node->look != LOOK_PLAIN || node->kind != VALUE_ARRAY ||
	    !value_is_group(element))
		return;
	text_word(&leaves->path, "[]");
	text_end(&leaves->path);
	find_leaves(leaves, element, offset);
	leaves->path.length = length;
}

static void leaves_free(struct leaves *leaves)
{
	for (size_t i = 0; i < leaves->nr; i++)
		free(leaves->leaves[i].path);
	free(leaves->leaves);
	xdplab_text_free(&leaves->path);
}

static struct leaf *find_leaf(const struct leaves *leaves, const char *path)
{
	for (size_t i = 0; i < leaves->nr; i++)
		if (!leaves->leaves[i].seen &&
		    !strcmp(leaves->leaves[i].path, path))
			return &leaves->leaves[i];
	return NULL;
}

/* Enums and booleans are the integers that they are kept as. */
static bool is_integer(const struct value_node *node)
{
	return node->kind == VALUE_INT || node->kind == VALUE_ENUM ||
	       node->kind == VALUE_BOOL;
}

static bool same_kind(const struct value_node *a, const struct value_node *b)
{
	return a->size == b->size && value_bits(a) == value_bits(b) &&
	       a->shift == b->shift && a->big_endian == b->big_endian &&
	       (a->kind == b->kind || (is_integer(a) && is_integer(b)));
}

/* Of arrays, also how far apart their elements are, and what those are; members
 * of elements are leaves themselves. */
static bool same_place(const struct leaves *there, const struct leaf *old,
		       const struct leaves *wanted, const struct leaf *new)
{
	const struct value_node *a = old->node, *b = new->node;

	if (old->offset != new->offset || !same_kind(a, b))
		return false;
	while (a->kind == VALUE_ARRAY && b->kind == VALUE_ARRAY) {
		a = there->type->nodes + a->first;
		b = wanted->type->nodes + b->first;
		if (value_is_group(a) && value_is_group(b))
			return a->size == b->size;
		if (!same_kind(a, b))
			return false;
	}
	return true;
}

/* One of both may be NULL. */
static void add_leaf_row(struct layout *layout, const char *path,
			 const struct leaves *there, const struct leaf *old,
			 const struct leaves *wanted, const struct leaf *new)
{
	struct xdplab_text texts[2] = { { 0 }, { 0 } }, what = { 0 };
	const struct leaves *sides[] = { there, wanted };
	const struct leaf *leaf[] = { old, new };

	text_word(&what, "  ");
	text_word(&what, path);
	text_end(&what);
	for (int i = 0; i < 2; i++) {
		if (leaf[i]) {
			value_spell_node(&texts[i], sides[i]->type,
					 leaf[i]->node);
			text_word(&texts[i], ", byte ");
			text_unsigned(&texts[i], leaf[i]->offset);
		} else {
			text_word(&texts[i], "-");
		}
		text_end(&texts[i]);
		layout->lost |= texts[i].lost;
	}
	if (!what.lost && !layout->lost)
		add_row(layout, what.bytes, texts[0].bytes, texts[1].bytes,
			!old || !new || !same_place(there, old, wanted, new));
	xdplab_text_free(&what);
	xdplab_text_free(&texts[0]);
	xdplab_text_free(&texts[1]);
}

/* Those that are there in their order, with what becomes of them, and after
 * them those that are new. */
static void add_leaves(struct layout *layout, struct leaves *there,
		       struct leaves *wanted)
{
	for (size_t i = 0; i < there->nr; i++) {
		const struct leaf *old = &there->leaves[i];
		struct leaf *new = find_leaf(wanted, old->path);

		if (new)
			new->seen = true;
		add_leaf_row(layout, old->path, there, old, wanted, new);
	}
	for (size_t i = 0; i < wanted->nr; i++)
		if (!wanted->leaves[i].seen)
			add_leaf_row(layout, wanted->leaves[i].path, there,
				     NULL, wanted, &wanted->leaves[i]);
}

/* ---- keys and values ---- */

static void add_size(struct layout *layout, const char *what,
		     const struct xdplab_type *there,
		     const struct xdplab_type *wanted)
{
	const struct xdplab_type *types[] = { there, wanted };
	struct xdplab_text texts[2] = { { 0 }, { 0 } };

	for (int i = 0; i < 2; i++) {
		if (types[i]->nodes->kind != VALUE_BYTES) {
			value_spell_node(&texts[i], types[i], types[i]->nodes);
			text_word(&texts[i], ", ");
		}
		text_unsigned(&texts[i], types[i]->size);
		text_word(&texts[i], types[i]->size == 1 ? " byte" : " bytes");
		text_end(&texts[i]);
		layout->lost |= texts[i].lost;
	}
	if (!layout->lost)
		add_row(layout, what, texts[0].bytes, texts[1].bytes,
			there->size != wanted->size);
	xdplab_text_free(&texts[0]);
	xdplab_text_free(&texts[1]);
}

/* What is no struct, or is seen as one thing, is shown by its size. */
static bool is_told(const struct leaves *there, const struct leaves *wanted)
{
	return there->nr == 1 && wanted->nr == 1 && !*there->leaves->path &&
	       !*wanted->leaves->path &&
	       same_place(there, there->leaves, wanted, wanted->leaves);
}

static void add_type(struct layout *layout, const char *what,
		     const struct xdplab_type *there,
		     const struct xdplab_type *wanted)
{
	struct leaves old = { .type = there }, new = { .type = wanted };

	add_size(layout, what, there, wanted);
	if (there->nodes->kind == VALUE_BYTES ||
	    wanted->nodes->kind == VALUE_BYTES)
		return; /* of one of them nothing more is known */
	find_leaves(&old, there->nodes, 0);
	find_leaves(&new, wanted->nodes, 0);
	layout->lost |= old.lost || new.lost;
	if (!layout->lost && !is_told(&old, &new))
		add_leaves(layout, &old, &new);
	leaves_free(&old);
	leaves_free(&new);
}

/* ---- two maps ---- */

/* The map as it would be made. */
static int read_wanted(struct xdplab_map *wanted, const struct bpf_map *map,
		       const struct btf *btf)
{
	*wanted = (struct xdplab_map){
		.fd = -1,
		.info = {
			.type = bpf_map__type(map),
			.key_size = bpf_map__key_size(map),
			.value_size = bpf_map__value_size(map),
			.max_entries = bpf_map__max_entries(map),
			.flags = bpf_map__map_flags(map),
		},
	};
	return map_types_make(wanted, btf, bpf_map__btf_key_type_id(map),
			      bpf_map__btf_value_type_id(map));
}

/* These say what the descriptor may do that a map is made with, and the kernel
 * does not keep them. */
static uint32_t flags_wanted(const struct xdplab_map_info *info)
{
	return info->flags & ~(BPF_F_RDONLY | BPF_F_WRONLY);
}

/* 0: as many as there are CPUs, as perf event arrays have it.  Where each CPU
 * has a list of its own, the kernel makes these of one length. */
static uint32_t entries_wanted(const struct xdplab_map_info *info,
			       uint32_t there)
{
	uint32_t cpus = libbpf_num_possible_cpus(), more;

	if (!info->max_entries)
		return there;
	if ((info->type != BPF_MAP_TYPE_LRU_HASH &&
	     info->type != BPF_MAP_TYPE_LRU_PERCPU_HASH) ||
	    !(info->flags & BPF_F_NO_COMMON_LRU) || (int)cpus <= 0)
		return info->max_entries;
	more = (cpus - info->max_entries % cpus) % cpus;
	return info->max_entries + more;
}

/* What the kernel adds by itself is not asked for. */
static uint32_t flags_there(const struct xdplab_map_info *info)
{
	if (info->type == BPF_MAP_TYPE_DEVMAP ||
	    info->type == BPF_MAP_TYPE_DEVMAP_HASH)
		return info->flags & ~BPF_F_RDONLY_PROG;
	return info->flags;
}

static void compare(struct layout *layout, const struct xdplab_map *there,
		    const struct xdplab_map *wanted)
{
	const struct xdplab_map_info *old = &there->info, *new = &wanted->info;
	char type[32];

	snprintf(type, sizeof(type), "%s", xdplab_map_type_name(old->type));
	add_row(layout, "type", type, xdplab_map_type_name(new->type),
		old->type != new->type);
	add_type(layout, "key", there->key, wanted->key);
	add_type(layout, "value", there->value, wanted->value);
	add_entries(layout, old->max_entries,
		    entries_wanted(new, old->max_entries));
	add_flags(layout, flags_there(old), flags_wanted(new));
}

static int make(struct layout **out, const struct xdplab_map *there,
		const struct bpf_map *map, const struct btf *btf)
{
	struct layout *layout = calloc(1, sizeof(*layout));
	struct xdplab_map wanted;
	int err = -ENOMEM;

	if (!layout)
		return err;
	/* Where the kernel keeps no types, it knows them itself. */
	err = read_wanted(&wanted, map, there->info.btf_id ? btf : NULL);
	if (!err) {
		compare(layout, there, &wanted);
		err = layout->lost ? -ENOMEM : 0;
	}
	value_type_free(wanted.key);
	value_type_free(wanted.value);
	if (err)
		layout_free(layout);
	else
		*out = layout;
	return err;
}

int layout_check(const struct xdplab_map *there, const struct bpf_map *map,
		 const struct btf *btf, const char *path)
{
	struct layout *layout;
	int err = make(&layout, there, map, btf);

	if (err)
		return fail(err, "%s: out of memory", path);
	if (!layout->differs) {
		layout_free(layout);
		return 0;
	}
	fail(-EEXIST,
	     "%s: the layout of map %s differs from that of the existing one, "
	     "id %u",
	     path, bpf_map__name(map), there->info.id);
	error_layout_set(layout);
	return -EEXIST;
}
