// SPDX-License-Identifier: LGPL-2.1-only
/*
 * types - how the keys and values of a map are read
 *
 * By its BTF; and by what the kernel itself makes of them: indices, ids of maps
 * and programs, what device and CPU maps hold.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/btf.h>

#include "map.h"
#include "value/value.h"

/* ---- what the kernel makes of them ---- */

static int add_number(struct btf *btf)
{
	return btf__add_int(btf, "__u32", 4, 0);
}

/* struct bpf_devmap_val and bpf_cpumap_val of linux/bpf.h, whose second member
 * a program is put in by its descriptor, and read by its id. */
static int add_pair(struct btf *btf, const char *name, const char *first)
{
	int number = add_number(btf), type;

	type = btf__add_struct(btf, name, 8);
	if (number < 0 || type < 0 ||
	    btf__add_field(btf, first, number, 0, 0) ||
	    btf__add_field(btf, "prog_id", number, 32, 0))
		return -ENOMEM;
	return type;
}

/* The type of its values, as the kernel gives them out; 0: any. */
static int add_value(struct btf *btf, const struct xdplab_map *map)
{
	bool is_pair = map->info.value_size == 8;

	switch (map->kind->refers) {
	case REFERS_NOTHING:
		return 0;
	case REFERS_DEVICE:
		if (is_pair)
			return add_pair(btf, "bpf_devmap_val", "ifindex");
		break;
	case REFERS_CPU:
		if (is_pair)
			return add_pair(btf, "bpf_cpumap_val", "qsize");
		break;
	default:
		break;
	}
	return add_number(btf);
}

/* Keys that are indices; 0: any. */
static int add_key(struct btf *btf, const struct xdplab_map *map)
{
	bool is_number =
		map->kind->walk == WALK_INDICES || map->kind->number_key;

	return is_number ? add_number(btf) : 0;
}

/* ---- which it is ---- */

static int make_key(struct xdplab_map *map, struct btf *own,
		    const struct btf *btf, uint32_t btf_id)
{
	int id = btf_id ? 0 : add_key(own, map), err;

	if (id < 0)
		return -ENOMEM;
	err = value_type_make(&map->key, id ? own : btf,
			      id ? (uint32_t)id : btf_id, map->info.key_size);
	if (!err && map->info.type == BPF_MAP_TYPE_LPM_TRIE)
		value_net_prefix(map->key);
	return err;
}

static int make_value(struct xdplab_map *map, struct btf *own,
		      const struct btf *btf, uint32_t btf_id)
{
	int id = add_value(own, map);

	if (id < 0)
		return -ENOMEM;
	return value_type_make(&map->value, id ? own : btf,
			       id ? (uint32_t)id : btf_id,
			       map->info.value_size);
}

static bool has_a(const struct xdplab_type *type, const char *spelling)
{
	for (size_t i = 0; i < type->nr_nodes; i++)
		if (!strcmp(type->names.bytes + type->nodes[i].spelling,
			    spelling))
			return true;
	return false;
}

bool map_holds_objects(const struct xdplab_map *map)
{
	return has_a(map->value, "struct bpf_list_head") ||
	       has_a(map->value, "struct bpf_rb_root");
}

int map_types_make(struct xdplab_map *map, const struct btf *btf,
		   uint32_t btf_key_id, uint32_t btf_value_id)
{
	struct btf *own = btf__new_empty();
	int err;

	map->kind = map_kind(map->info.type);
	err = own ? make_key(map, own, btf, btf ? btf_key_id : 0) : -ENOMEM;
	if (!err)
		err = make_value(map, own, btf, btf ? btf_value_id : 0);
	if (!err)
		map->has_lock = has_a(map->value, "struct bpf_spin_lock");
	btf__free(own);
	return err;
}
