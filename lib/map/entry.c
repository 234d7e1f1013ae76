// SPDX-License-Identifier: LGPL-2.1-only
/* entry - the entries of a map one by one */
#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "internal.h"
#include "map.h"

static int no_entry(const struct xdplab_map *map)
{
	return fail(-ENOENT, "map %s (id %u): no such entry", map->name,
		    map->info.id);
}

int xdplab_map_get(const struct xdplab_map *map, const void *key, void *value)
{
	int err = bpf_map_lookup_elem_flags(map->fd, key, value,
					    map->has_lock ? BPF_F_LOCK : 0);

	if (err == -ENOENT && !map->info.key_size)
		return fail(err, "map %s (id %u) is empty", map->name,
			    map->info.id);
	if (err == -ENOENT)
		return no_entry(map);
	return err ? map_fail(map, err, "read entries") : 0;
}

int xdplab_map_check_key(const struct xdplab_map *map, const void *key)
{
	bool is_trie = map->info.type == BPF_MAP_TYPE_LPM_TRIE;
	uint32_t number, bits;

	if (map->kind->walk != WALK_INDICES && !is_trie)
		return 0;
	memcpy(&number, key, sizeof(number));
	bits = (map->info.key_size - sizeof(number)) * 8;
	if (is_trie && number > bits)
		return fail(-EINVAL,
			    "map %s (id %u): prefix length must be 0 to %u, "
			    "not %u",
			    map->name, map->info.id, bits, number);
	if (!is_trie && number >= map->info.max_entries)
		return fail(-E2BIG, "map %s (id %u): keys must be 0 to %u",
			    map->name, map->info.id, map->info.max_entries - 1);
	return 0;
}

static uint32_t first_number(const void *value)
{
	uint32_t number;

	memcpy(&number, value, sizeof(number));
	return number;
}

static bool has_device(uint32_t ifindex)
{
	char ifname[IF_NAMESIZE];

	return if_indextoname(ifindex, ifname);
}

/* What the kernel found not to fit it says nothing of. */
static int does_not_fit(const struct xdplab_map *map, const void *value)
{
	int err = fail(-EINVAL, "map %s (id %u): the kernel rejects it",
		       map->name, map->info.id);

	if (map->kind->refers == REFERS_DEVICE &&
	    !has_device(first_number(value)))
		return fail(-ENODEV,
			    "map %s (id %u): no interface has ifindex %u",
			    map->name, map->info.id, first_number(value));
	switch (map->kind->refers) {
	case REFERS_MAP:
		return advise(err, "all inner maps must have the type and "
				   "sizes of the first");
	case REFERS_PROG:
	case REFERS_DEVICE:
	case REFERS_CPU:
		return advise(err, "programs must match the map's type and the "
				   "other programs in it");
	default:
		return fail(err, "map %s (id %u): cannot write an entry: %s",
			    map->name, map->info.id, strerror(-err));
	}
}

static int not_set(const struct xdplab_map *map, const void *value, int err)
{
	switch (err) {
	case -E2BIG:
		return fail(err, "map %s (id %u) is full", map->name,
			    map->info.id);
	case -ENOENT:
		return no_entry(map);
	case -EEXIST:
		return fail(err, "map %s (id %u): entry exists", map->name,
			    map->info.id);
	case -EINVAL:
		return does_not_fit(map, value);
	default:
		return map_fail(map, err, "write entries");
	}
}

int xdplab_map_set(const struct xdplab_map *map, const void *key,
		   const void *value, uint64_t flags)
{
	unsigned char raw[sizeof(struct bpf_devmap_val)];
	int fd = -1, err = xdplab_map_check_key(map, key);

	if (!err && map->kind->refers != REFERS_NOTHING) {
		err = map_refs_open(map, value, raw, &fd);
		value = raw;
	}
	if (err)
		return err;
	err = bpf_map_update_elem(map->fd, key, value,
				  flags | (map->has_lock ? BPF_F_LOCK : 0));
	if (fd >= 0)
		close(fd);
	return err ? not_set(map, value, err) : 0;
}

int xdplab_map_del(const struct xdplab_map *map, const void *key)
{
	int err = bpf_map_delete_elem(map->fd, key);

	if (err == -ENOENT)
		return no_entry(map);
	if (err == -EINVAL || err == -EOPNOTSUPP)
		return fail(-EOPNOTSUPP,
			    "map %s (id %u): entries of %s maps cannot be "
			    "deleted",
			    map->name, map->info.id,
			    xdplab_map_type_name(map->info.type));
	return err ? map_fail(map, err, "delete an entry") : 0;
}
