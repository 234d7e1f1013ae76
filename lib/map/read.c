// SPDX-License-Identifier: LGPL-2.1-only
/*
 * read - all entries of a map, while others change it
 *
 * The kernel walks hashes bucket by bucket and arrays by index, so a batch of
 * these neither repeats an entry nor loses one.  All other kinds are walked from
 * key to key, and begin anew where the key has just been deleted; of these the
 * keys are collected first, and those that came twice are dropped.  The walk
 * over a trie that changes may miss some, which nobody can see from here.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>

#include "internal.h"
#include "map.h"

#define BATCH_BYTES (256u << 10) /* more is no faster */
#define BATCH_MAX   8192u

struct reading {
	const struct xdplab_map *map;
	xdplab_entry_fn fn;
	void *arg;
	size_t key_size, value_size;
	uint32_t room; /* entries */
	char *keys, *values;
	int stop; /* what fn() did, if that ended it */
};

/* ---- in batches ---- */

/* What was in it is not needed any more. */
static int make_room(struct reading *r, uint32_t room)
{
	free(r->keys);
	free(r->values);
	r->keys = malloc(room * r->key_size + 1);
	r->values = malloc(room * r->value_size + 1);
	r->room = room;
	return r->keys && r->values ? 0 : map_no_memory(r->map);
}

static void tell(struct reading *r, uint32_t nr)
{
	for (uint32_t i = 0; !r->stop && i < nr; i++)
		r->stop = r->fn(r->keys + i * r->key_size,
				r->values + i * r->value_size, r->arg);
}

static bool has_no_batches(int err)
{
	return err == -EINVAL || err == -EOPNOTSUPP || err == -NOT_SUPPORTED;
}

/*
 * The next batch; 1: there are more.  -EOPNOTSUPP, without fail(), if the kernel
 * has none.  The cursor is a bucket's number or a key, by the map's type.
 */
static int next_batch(struct reading *r, char *cursor, bool *begun)
{
	uint32_t nr = r->room;
	LIBBPF_OPTS(bpf_map_batch_opts, opts,
		    .elem_flags = r->map->has_lock ? BPF_F_LOCK : 0);
	int err;

	err = bpf_map_lookup_batch(r->map->fd, *begun ? cursor : NULL, cursor,
				   r->keys, r->values, &nr, &opts);
	if (err == -ENOSPC) { /* a bucket holds more than that */
		err = make_room(r, 2 * r->room);
		return err ? err : 1;
	}
	if (err && err != -ENOENT)
		return !*begun && has_no_batches(err)
			       ? -EOPNOTSUPP
			       : map_fail(r->map, err, "read the entries");
	*begun = true;
	tell(r, nr);
	return !r->stop && err != -ENOENT;
}

static int read_batches(struct reading *r)
{
	char *cursor = malloc(r->key_size + sizeof(uint32_t));
	bool begun = false;
	int err = cursor ? 1 : map_no_memory(r->map);

	while (err == 1)
		err = next_batch(r, cursor, &begun);
	free(cursor);
	return err;
}

/* ---- one by one ---- */

static int tell_one(struct reading *r, const void *key)
{
	int err = bpf_map_lookup_elem(r->map->fd, key, r->values);

	if (err == -ENOENT)
		return 0;
	if (err)
		return map_fail(r->map, err, "read entries");
	r->stop = r->fn(key, r->values, r->arg);
	return 0;
}

static int read_indexed(struct reading *r)
{
	int err = 0;

	for (uint32_t i = 0; !err && !r->stop && i < r->map->info.max_entries;
	     i++)
		err = tell_one(r, &i);
	return err;
}

/* ---- by keys ---- */

static int compare_keys(const void *a, const void *b, void *size)
{
	return memcmp(a, b, *(size_t *)size);
}

/* Sorted, each once; returns how many. */
static size_t tidy(char *keys, size_t nr, size_t size)
{
	size_t kept = 0;

	qsort_r(keys, nr, size, compare_keys, &size);
	for (size_t i = 0; i < nr; i++) {
		if (kept &&
		    !memcmp(keys + (kept - 1) * size, keys + i * size, size))
			continue;
		memmove(keys + kept++ * size, keys + i * size, size);
	}
	return kept;
}

int map_keys(const struct xdplab_map *map, void **out, size_t *nr)
{
	size_t size = map->info.key_size, room = 0, count = 0;
	size_t limit = 4 * (size_t)map->info.max_entries + 1024;
	char *keys = NULL;
	int err = 0;

	while (!err && count < limit) {
		if (count == room) {
			char *more =
				reallocarray(keys, room = 2 * room + 64, size);

			if (!more) {
				free(keys);
				return map_no_memory(map);
			}
			keys = more;
		}
		err = bpf_map_get_next_key(
			map->fd, count ? keys + (count - 1) * size : NULL,
			keys + count * size);
		count += !err;
	}
	if (err != -ENOENT) {
		free(keys);
		return err ? map_fail(map, err, "read the keys")
			   : fail(-EAGAIN,
				  "map %s (id %u): changes faster than it can "
				  "be read",
				  map->name, map->info.id);
	}
	*nr = tidy(keys, count, size);
	*out = keys;
	return 0;
}

static int read_by_keys(struct reading *r)
{
	void *keys = NULL;
	size_t nr = 0;
	int err = map_keys(r->map, &keys, &nr);

	if (err)
		return err;
	for (size_t i = 0; !err && !r->stop && i < nr; i++)
		err = tell_one(r, (char *)keys + i * r->key_size);
	free(keys);
	return err;
}

/* ---- all of it ---- */

static int read_all(struct reading *r)
{
	const struct map_kind *kind = r->map->kind;
	int err = kind->batches ? read_batches(r) : -EOPNOTSUPP;

	if (err != -EOPNOTSUPP)
		return err;
	return kind->walk == WALK_INDICES ? read_indexed(r) : read_by_keys(r);
}

int xdplab_map_can_read(const struct xdplab_map *map)
{
	const char *why = map->kind->unread;

	if (!why && !map->info.key_size)
		why = "its entries have no keys";
	return why ? fail(-EOPNOTSUPP, "map %s (id %u): %s", map->name,
			  map->info.id, why)
		   : 0;
}

int xdplab_map_read(const struct xdplab_map *map, xdplab_entry_fn fn, void *arg)
{
	struct reading r = { .map = map,
			     .fn = fn,
			     .arg = arg,
			     .key_size = map->info.key_size,
			     .value_size = xdplab_map_value_bytes(map) };
	size_t room;
	int err;

	err = xdplab_map_can_read(map);
	if (err)
		return err;
	/* One more than there can be, so that the first batch is seen to be the
	 * last; and no more, as memory from afar costs more than a small map. */
	room = BATCH_BYTES / (r.key_size + r.value_size) + 1;
	if (room > (size_t)map->info.max_entries + 1)
		room = (size_t)map->info.max_entries + 1;
	err = make_room(&r, room < BATCH_MAX ? room : BATCH_MAX);
	if (!err)
		err = read_all(&r);
	free(r.keys);
	free(r.values);
	return err ? err : r.stop;
}
