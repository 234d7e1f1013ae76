// SPDX-License-Identifier: LGPL-2.1-only
/* write - many entries at a time, and all of them away */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>

#include "internal.h"
#include "map.h"

#define BATCH_MAX   8192u
#define BATCH_BYTES (256u << 10) /* of zeros are written at a time */

/* ---- write ---- */

static int write_one_by_one(const struct xdplab_map *map, const char *keys,
			    const char *values, size_t nr, size_t *done)
{
	size_t bytes = xdplab_map_value_bytes(map);
	int err = 0;

	for (; !err && nr; nr--) {
		err = xdplab_map_set(map, keys, values, BPF_ANY);
		*done += !err;
		keys += map->info.key_size;
		values += bytes;
	}
	return err;
}

int xdplab_map_write(const struct xdplab_map *map, const void *keys,
		     const void *values, size_t nr, size_t *done)
{
	LIBBPF_OPTS(bpf_map_batch_opts, opts,
		    .elem_flags = map->has_lock ? BPF_F_LOCK : 0);
	size_t bytes = xdplab_map_value_bytes(map), written = 0;
	int err = 0;

	/* What is shown by its id is to be opened for each. */
	if (map->kind->refers != REFERS_NOTHING)
		err = write_one_by_one(map, keys, values, nr, &written);
	while (!err && written < nr) {
		const char *key =
			(const char *)keys + written * map->info.key_size;
		const char *value = (const char *)values + written * bytes;
		uint32_t count =
			nr - written < BATCH_MAX ? nr - written : BATCH_MAX;

		/* What fails is written once more, to see at which entry. */
		err = bpf_map_update_batch(map->fd, key, value, &count, &opts);
		if (err)
			err = write_one_by_one(map, key, value, nr - written,
					       &written);
		else
			written += count;
	}
	if (done)
		*done = written;
	return err;
}

/* ---- clear ---- */

/* All entries of an array, `room` at a time. */
static int zero_all(const struct xdplab_map *map, uint32_t *keys,
		    const void *zeros, uint32_t room)
{
	uint32_t entries = map->info.max_entries, nr;
	int err = 0;

	for (uint32_t first = 0; !err && first < entries; first += nr) {
		nr = entries - first < room ? entries - first : room;
		for (uint32_t i = 0; i < nr; i++)
			keys[i] = first + i;
		err = xdplab_map_write(map, keys, zeros, nr, NULL);
	}
	return err;
}

static int set_to_zero(const struct xdplab_map *map)
{
	size_t bytes = xdplab_map_value_bytes(map);
	uint32_t room = BATCH_BYTES / (sizeof(uint32_t) + bytes) + 1;
	uint32_t *keys = calloc(room, sizeof(*keys));
	void *zeros = calloc(room, bytes + 1);
	int err;

	if (keys && zeros)
		err = zero_all(map, keys, zeros, room);
	else
		err = map_no_memory(map);
	free(keys);
	free(zeros);
	return err;
}

/* A queue or a stack; no more than it can hold, as others may put some in. */
static int take_all_out(const struct xdplab_map *map)
{
	void *value = malloc(map->info.value_size);
	int err = value ? 0 : map_no_memory(map);

	for (uint32_t i = 0; !err && i < map->info.max_entries; i++) {
		err = bpf_map_lookup_and_delete_elem(map->fd, NULL, value);
		if (err && err != -ENOENT)
			err = map_fail(map, err, "delete entries");
	}
	free(value);
	return err == -ENOENT ? 0 : err;
}

static int delete_all(const struct xdplab_map *map)
{
	size_t nr;
	void *keys;
	int err = map_keys(map, &keys, &nr);

	if (err)
		return err;
	for (size_t i = 0; !err && i < nr; i++) {
		const char *key = (char *)keys + i * map->info.key_size;

		err = bpf_map_delete_elem(map->fd, key);
		if (err == -ENOENT) /* others were faster, or none was there */
			err = 0;
		if (err)
			err = map_fail(map, err, "delete an entry");
	}
	free(keys);
	return err;
}

int xdplab_map_clear(const struct xdplab_map *map)
{
	if (map->kind->is_array)
		return set_to_zero(map);
	return map->info.key_size ? delete_all(map) : take_all_out(map);
}
