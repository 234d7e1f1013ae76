// SPDX-License-Identifier: GPL-2.0-only
/* keys - the entries of one map, told from those of the round before */
#include <stdlib.h>
#include <string.h>

#include "watch.h"

struct watch_keys {
	size_t key_size, nr_numbers, limit;
	uint32_t *bits;
	unsigned int round;
	double seconds;
	uint64_t order;
	struct watch_key **slots; /* a hash with open addresses, half empty */
	size_t nr, room;	  /* room: a power of two */
};

struct watch_keys *watch_keys_new(size_t key_size, const uint32_t *bits,
				  size_t nr, size_t limit)
{
	struct watch_keys *keys = need_memory(calloc(1, sizeof(*keys)));

	keys->key_size = key_size;
	keys->nr_numbers = nr;
	keys->limit = limit;
	keys->bits = need_memory(calloc(nr + 1, sizeof(*bits)));
	memcpy(keys->bits, bits, nr * sizeof(*bits));
	keys->room = 16;
	keys->slots =
		need_memory(calloc(keys->room, sizeof(struct watch_key *)));
	return keys;
}

void watch_keys_free(struct watch_keys *keys)
{
	if (!keys)
		return;
	for (size_t i = 0; i < keys->room; i++)
		free(keys->slots[i]);
	free(keys->slots);
	free(keys->bits);
	free(keys);
}

/* ---- the hash ---- */

/* FNV-1a.  Keys are of our own machine's maps: nobody gains by collisions that
 * make this view slow. */
static size_t hash(const unsigned char *key, size_t size)
{
	uint64_t hash = 0xcbf29ce484222325;

	for (size_t i = 0; i < size; i++)
		hash = (hash ^ key[i]) * 0x100000001b3;
	return hash ^ hash >> 32;
}

static struct watch_key **slot_of(const struct watch_keys *keys,
				  const void *key)
{
	size_t at = hash(key, keys->key_size);

	for (;; at++) {
		struct watch_key **slot = &keys->slots[at & (keys->room - 1)];

		if (!*slot || !memcmp((*slot)->key, key, keys->key_size))
			return slot;
	}
}

/* Into a hash of that room, without those that `round` has not seen. */
static void move_all(struct watch_keys *keys, size_t room, unsigned int round)
{
	struct watch_key **old = keys->slots;
	size_t old_room = keys->room;

	keys->slots = need_memory(calloc(room, sizeof(struct watch_key *)));
	keys->room = room;
	keys->nr = 0;
	for (size_t i = 0; i < old_room; i++) {
		if (!old[i])
			continue;
		if (round && old[i]->round != round) {
			free(old[i]);
			continue;
		}
		*slot_of(keys, old[i]->key) = old[i];
		keys->nr++;
	}
	free(old);
}

static struct watch_key *add(struct watch_keys *keys, const void *key)
{
	size_t numbers = keys->nr_numbers * sizeof(struct counter);
	struct watch_key *new;

	if (keys->nr + 1 > keys->room / 2)
		move_all(keys, 2 * keys->room, 0);
	new = need_memory(calloc(1, sizeof(*new) + numbers + keys->key_size));
	new->key = (char *)new->numbers + numbers;
	new->order = keys->order++;
	memcpy(new->key, key, keys->key_size);
	*slot_of(keys, key) = new;
	keys->nr++;
	return new;
}

/* ---- rounds ---- */

void watch_keys_begin(struct watch_keys *keys, double seconds)
{
	keys->round++;
	keys->seconds = seconds;
}

bool watch_keys_put(struct watch_keys *keys, const void *key,
		    const uint64_t *values)
{
	struct watch_key *entry = *slot_of(keys, key);

	if (!entry && keys->nr >= keys->limit)
		return false;
	if (!entry)
		entry = add(keys, key);
	entry->round = keys->round;
	for (size_t i = 0; i < keys->nr_numbers; i++)
		counter_see(&entry->numbers[i], values[i], keys->bits[i],
			    keys->seconds);
	return true;
}

void watch_keys_end(struct watch_keys *keys)
{
	for (size_t i = 0; i < keys->room; i++)
		if (keys->slots[i] && keys->slots[i]->round != keys->round) {
			move_all(keys, keys->room, keys->round);
			return;
		}
}

size_t watch_keys_limit(const struct watch_keys *keys)
{
	return keys->limit;
}

size_t watch_keys_count(const struct watch_keys *keys)
{
	return keys->nr;
}

/* ---- the top ---- */

/* Whether a comes before b. */
static bool is_faster(const struct watch_key *a, const struct watch_key *b)
{
	const struct counter *left = &a->numbers[0], *right = &b->numbers[0];

	if (left->rate != right->rate)
		return left->rate > right->rate;
	if (left->value != right->value)
		return left->value > right->value;
	return a->order < b->order;
}

static int compare_order(const void *a, const void *b)
{
	const struct watch_key *left = *(const struct watch_key *const *)a;
	const struct watch_key *right = *(const struct watch_key *const *)b;

	return left->order < right->order ? -1 : 1;
}

/* Most keys are slower than the slowest of those, and are not looked at twice. */
static size_t insert(const struct watch_key **top, size_t nr, size_t n,
		     const struct watch_key *key)
{
	size_t at = nr;

	if (nr == n && !is_faster(key, top[nr - 1]))
		return nr;
	if (nr < n)
		nr++;
	else
		at--;
	for (; at && is_faster(key, top[at - 1]); at--)
		top[at] = top[at - 1];
	top[at] = key;
	return nr;
}

size_t watch_keys_top(const struct watch_keys *keys,
		      const struct watch_key **top, size_t n)
{
	size_t nr = 0;

	if (!n || !keys->nr_numbers)
		return 0;
	for (size_t i = 0; i < keys->room; i++) {
		if (!keys->slots[i])
			continue;
		if (keys->nr <= n)
			top[nr++] = keys->slots[i];
		else
			nr = insert(top, nr, n, keys->slots[i]);
	}
	if (keys->nr <= n && nr)
		qsort(top, nr, sizeof(struct watch_key *), compare_order);
	return nr;
}
