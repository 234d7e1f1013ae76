// SPDX-License-Identifier: LGPL-2.1-only
/*
 * map-types - how the keys and values of a map are read
 *
 * By its BTF; and by what the kernel itself makes of them: indices, ids of maps
 * and programs, what device and CPU maps hold.
 */
#include <errno.h>
#include <stdlib.h>

#include <bpf/btf.h>

#include "map.h"
#include "value.h"

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

static bool holds_ids(uint32_t type)
{
	return type == BPF_MAP_TYPE_PROG_ARRAY ||
	       type == BPF_MAP_TYPE_ARRAY_OF_MAPS ||
	       type == BPF_MAP_TYPE_HASH_OF_MAPS ||
	       type == BPF_MAP_TYPE_PERF_EVENT_ARRAY ||
	       type == BPF_MAP_TYPE_XSKMAP;
}

/* The type of its values, as the kernel gives them out; 0: any. */
static int add_value(struct btf *btf, const struct xdplab_map_info *info)
{
	bool is_pair = info->value_size == 8;

	if (holds_ids(info->type))
		return add_number(btf);
	switch (info->type) {
	case BPF_MAP_TYPE_DEVMAP:
	case BPF_MAP_TYPE_DEVMAP_HASH:
		return is_pair ? add_pair(btf, "bpf_devmap_val", "ifindex")
			       : add_number(btf);
	case BPF_MAP_TYPE_CPUMAP:
		return is_pair ? add_pair(btf, "bpf_cpumap_val", "qsize")
			       : add_number(btf);
	default:
		return 0;
	}
}

/* Keys that are indices; 0: any. */
static int add_key(struct btf *btf, const struct xdplab_map_info *info)
{
	switch (info->type) {
	case BPF_MAP_TYPE_ARRAY:
	case BPF_MAP_TYPE_PERCPU_ARRAY:
	case BPF_MAP_TYPE_PROG_ARRAY:
	case BPF_MAP_TYPE_ARRAY_OF_MAPS:
	case BPF_MAP_TYPE_PERF_EVENT_ARRAY:
	case BPF_MAP_TYPE_DEVMAP:
	case BPF_MAP_TYPE_CPUMAP:
	case BPF_MAP_TYPE_XSKMAP:
		return add_number(btf);
	default:
		return 0;
	}
}

/* ---- which it is ---- */

static int make_key(struct xdplab_map *map, struct btf *own,
		    const struct btf *btf, uint32_t btf_id)
{
	int id = btf_id ? 0 : add_key(own, &map->info);

	if (id < 0)
		return -ENOMEM;
	return value_type_make(&map->key, id ? own : btf,
			       id ? (uint32_t)id : btf_id, map->info.key_size);
}

static int make_value(struct xdplab_map *map, struct btf *own,
		      const struct btf *btf, uint32_t btf_id)
{
	int id = add_value(own, &map->info);

	if (id < 0)
		return -ENOMEM;
	return value_type_make(&map->value, id ? own : btf,
			       id ? (uint32_t)id : btf_id,
			       map->info.value_size);
}

int map_types_make(struct xdplab_map *map, const struct btf *btf,
		   uint32_t btf_key_id, uint32_t btf_value_id)
{
	struct btf *own = btf__new_empty();
	int err = own ? make_key(map, own, btf, btf ? btf_key_id : 0) : -ENOMEM;

	if (!err)
		err = make_value(map, own, btf, btf ? btf_value_id : 0);
	btf__free(own);
	return err;
}
