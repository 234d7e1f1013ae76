// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_map_random - maps of random types are the same after save and load
 *
 * XDPLAB_SEED begins with another map, XDPLAB_TYPES makes so many.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>

/* First: cmocka has a macro of the name of our fail(). */
#include "../../lib/internal.h"
#include "../../lib/map/map.h"
#include <cmocka.h>

#include "random_type.h"

#define MAPS	120
#define DEPTH	3
#define ENTRIES 8
#define KEY_MAX 256

static const struct {
	enum bpf_map_type type;
	uint32_t flags;
} kinds[] = {
	{ BPF_MAP_TYPE_HASH, 0 },
	{ BPF_MAP_TYPE_ARRAY, 0 },
	{ BPF_MAP_TYPE_LRU_HASH, 0 },
	{ BPF_MAP_TYPE_PERCPU_HASH, 0 },
	{ BPF_MAP_TYPE_PERCPU_ARRAY, 0 },
	{ BPF_MAP_TYPE_LRU_PERCPU_HASH, 0 },
	{ BPF_MAP_TYPE_LPM_TRIE, BPF_F_NO_PREALLOC },
};

/* ---- a map ---- */

static struct made make_key_of(enum bpf_map_type type)
{
	switch (type) {
	case BPF_MAP_TYPE_ARRAY:
	case BPF_MAP_TYPE_PERCPU_ARRAY:
		return (struct made){
			.id = btf__add_int(btf, "unsigned int", 4, 0),
			.size = 4,
		};
	case BPF_MAP_TYPE_LPM_TRIE:
		return make_key();
	default:
		return make(DEPTH);
	}
}

static struct xdplab_map *open_fd(int fd)
{
	struct bpf_map_info info = { 0 };
	__u32 size = sizeof(info);
	struct xdplab_map *map = NULL;
	char id[16];

	assert_int_equal(bpf_obj_get_info_by_fd(fd, &info, &size), 0);
	snprintf(id, sizeof(id), "%u", info.id);
	assert_int_equal(xdplab_map_open(&map, id), 0);
	close(fd);
	return map;
}

/* NULL: a map that the kernel does not take; of types it takes not all. */
static struct xdplab_map *create(int kind, struct made key, struct made value)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = kinds[kind].flags,
		    .btf_fd = btf__fd(btf), .btf_key_type_id = key.id,
		    .btf_value_type_id = value.id);
	int fd = bpf_map_create(kinds[kind].type, "test_random", key.size,
				value.size, ENTRIES, &opts);

	return fd < 0 ? NULL : open_fd(fd);
}

/* ---- what is in it ---- */

static void some_key(const struct xdplab_map *map, unsigned char *key,
		     uint32_t index)
{
	uint32_t bits = (map->info.key_size - sizeof(bits)) * 8;

	some_bytes(key, map->info.key_size);
	if (map->kind->is_array)
		memcpy(key, &index, sizeof(index));
	if (map->info.type != BPF_MAP_TYPE_LPM_TRIE)
		return;
	bits = below(bits + 1);
	memcpy(key, &bits, sizeof(bits));
}

/* With something in the padding, too. */
static void fill(const struct xdplab_map *map)
{
	unsigned char key[KEY_MAX], *values;

	values = calloc(1, xdplab_map_value_bytes(map));
	assert_non_null(values);
	for (uint32_t i = 0; i < ENTRIES; i++) {
		some_key(map, key, i);
		for (unsigned int k = 0; k < map->nr_values; k++)
			some_bytes(values + k * map->stride,
				   map->info.value_size);
		/* One that is full is as good. */
		xdplab_map_set(map, key, values, BPF_ANY);
	}
	free(values);
}

struct comparing {
	const struct xdplab_map *other;
	unsigned char *values;
	size_t nr;
};

static int compare(const void *key, const void *values, void *arg)
{
	struct comparing *c = arg;

	if (xdplab_map_get(c->other, key, c->values))
		return -ENOENT;
	for (unsigned int i = 0; i < c->other->nr_values; i++)
		if (memcmp((char *)values + i * c->other->stride,
			   c->values + i * c->other->stride,
			   c->other->info.value_size))
			return -EILSEQ;
	c->nr++;
	return 0;
}

/* How many entries of the one are the same in the other; negative: not all. */
static long same(const struct xdplab_map *one, const struct xdplab_map *other)
{
	struct comparing c = {
		.other = other,
		.values = calloc(1, xdplab_map_value_bytes(other)),
	};
	int err = xdplab_map_read(one, compare, &c);

	free(c.values);
	return err ? err : (long)c.nr;
}

static int save_and_load(const struct xdplab_map *from,
			 const struct xdplab_map *to)
{
	const char *build = getenv("B") ?: "build";
	char line[256];

	snprintf(line, sizeof(line),
		 "%s/xdplab map save %u | %s/xdplab map load %u", build,
		 from->info.id, build, to->info.id);
	return system(line); /* NOLINT(cert-env33-c): it is what is tested */
}

/* ---- all of it ---- */

/* Whether there was such a map. */
static bool check(int kind, unsigned long seed)
{
	struct xdplab_map *from = NULL, *to = NULL;
	struct made key = make_key_of(kinds[kind].type), value = make(DEPTH);
	bool done = false;
	long nr;

	if (!key.size || key.size > KEY_MAX || !value.size ||
	    value.size > 1024 || btf__load_into_kernel(btf))
		return false;
	from = create(kind, key, value);
	to = from ? create(kind, key, value) : NULL;
	if (to) {
		fill(from);
		assert_int_equal(save_and_load(from, to), 0);
		nr = same(from, to);
		if (nr <= 0 || same(to, from) != nr)
			print_message("XDPLAB_SEED=%lu, a %s\n", seed,
				      xdplab_map_type_name(from->info.type));
		assert_true(nr > 0);
		assert_int_equal(same(to, from), nr);
		done = true;
	}
	xdplab_map_close(to);
	xdplab_map_close(from);
	return done;
}

static void maps_of_any_type_are_the_same_after_save_and_load(void **state)
{
	unsigned long seed = number_of("XDPLAB_SEED", 1);
	unsigned long wanted = number_of("XDPLAB_TYPES", MAPS), done = 0;
	unsigned long end = seed + 20 * wanted;

	(void)state;
	take_libbpf_log();
	print_message("from XDPLAB_SEED=%lu on\n", seed);
	for (; seed < end && done < wanted; seed++) {
		state_of_chance = seed;
		btf = btf__new_empty();
		done += check(seed % ARRAY_SIZE(kinds), seed);
		btf__free(btf);
	}
	assert_int_equal(done, wanted);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			maps_of_any_type_are_the_same_after_save_and_load),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
