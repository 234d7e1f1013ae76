// SPDX-License-Identifier: GPL-2.0-only
/* test_map - maps of every kind: opened, read while they change, written */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

/* First: cmocka has a macro of the name of our fail(). */
#include "../../lib/internal.h"
#include "../../lib/map/map.h"
#include <cmocka.h>

static struct xdplab_map *open_fd(int fd)
{
	struct xdplab_map *map = NULL;

	assert_int_equal(xdplab_map_open_fd(&map, fd), 0);
	close(fd); /* it has one of its own */
	return map;
}

static struct xdplab_map *make(enum bpf_map_type type, uint32_t key_size,
			       uint32_t value_size, uint32_t entries)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts);

	if (type == BPF_MAP_TYPE_LPM_TRIE)
		opts.map_flags = BPF_F_NO_PREALLOC;
	return open_fd(bpf_map_create(type, "test_map", key_size, value_size,
				      entries, &opts));
}

/* ---- what was read ---- */

struct seen {
	const struct xdplab_map *map;
	unsigned int *times; /* by the key, a number */
	size_t nr, room;
	uint64_t sum; /* of the values, of all CPUs */
};

static int see(const void *key, const void *value, void *arg)
{
	struct seen *seen = arg;
	uint32_t number;
	uint64_t one;

	memcpy(&number, key, sizeof(number));
	assert_true(number < seen->room);
	seen->times[number]++;
	seen->nr++;
	for (unsigned int i = 0; i < xdplab_map_nr_values(seen->map); i++) {
		memcpy(&one, (char *)value + i * xdplab_map_stride(seen->map),
		       sizeof(one));
		seen->sum += one;
	}
	return 0;
}

static struct seen read_all(const struct xdplab_map *map, size_t room)
{
	struct seen seen = { .map = map,
			     .times = calloc(room, sizeof(unsigned int)),
			     .room = room };

	assert_non_null(seen.times);
	assert_int_equal(xdplab_map_read(map, see, &seen), 0);
	return seen;
}

/* Entries 0 to nr - 1, whose value of each CPU is the key. */
static void fill(const struct xdplab_map *map, uint32_t nr)
{
	size_t bytes = xdplab_map_value_bytes(map), done = 0;
	uint32_t *keys = calloc(nr, sizeof(*keys));
	char *values = calloc(nr, bytes);

	assert_non_null(keys);
	assert_non_null(values);
	for (uint32_t i = 0; i < nr; i++) {
		keys[i] = i;
		for (unsigned int k = 0; k < xdplab_map_nr_values(map); k++)
			memcpy(values + i * bytes + k * xdplab_map_stride(map),
			       &i, sizeof(i));
	}
	assert_int_equal(xdplab_map_write(map, keys, values, nr, &done), 0);
	assert_int_equal(done, nr);
	free(keys);
	free(values);
}

/* ---- kinds ---- */

static void expect_round(enum bpf_map_type type, uint32_t nr)
{
	struct xdplab_map *map = make(type, 4, 8, nr);
	uint64_t sum = (uint64_t)nr * (nr - 1) / 2;
	struct seen seen;

	fill(map, nr);
	seen = read_all(map, nr);
	assert_int_equal(seen.nr, nr);
	for (uint32_t i = 0; i < nr; i++)
		assert_int_equal(seen.times[i], 1);
	assert_int_equal(seen.sum, sum * xdplab_map_nr_values(map));
	free(seen.times);
	assert_int_equal(xdplab_map_clear(map), 0);
	seen = read_all(map, nr);
	assert_int_equal(seen.sum, 0);
	if (type != BPF_MAP_TYPE_ARRAY && type != BPF_MAP_TYPE_PERCPU_ARRAY)
		assert_int_equal(seen.nr, 0);
	free(seen.times);
	xdplab_map_close(map);
}

static void what_was_written_is_read_of_every_kind(void **state)
{
	(void)state;
	expect_round(BPF_MAP_TYPE_HASH, 20000);
	expect_round(BPF_MAP_TYPE_ARRAY, 20000);
	expect_round(BPF_MAP_TYPE_PERCPU_HASH, 3000);
	expect_round(BPF_MAP_TYPE_PERCPU_ARRAY, 3000);
	expect_round(BPF_MAP_TYPE_HASH, 1);
	expect_round(BPF_MAP_TYPE_ARRAY, 1);
}

/* An LRU map gives entries up before it is full. */
static void an_lru_map_is_read_as_far_as_it_goes(void **state)
{
	struct xdplab_map *map = make(BPF_MAP_TYPE_LRU_HASH, 4, 8, 1000);
	struct seen seen;

	(void)state;
	fill(map, 500);
	seen = read_all(map, 1000);
	assert_true(seen.nr > 0 && seen.nr <= 500);
	free(seen.times);
	xdplab_map_close(map);
}

static int count_entries(const void *key, const void *value, void *arg)
{
	(void)key;
	(void)value;
	(*(size_t *)arg)++;
	return 0;
}

static void prefixes_are_read_by_their_keys(void **state)
{
	struct xdplab_map *map = make(BPF_MAP_TYPE_LPM_TRIE, 8, 8, 1000);
	size_t nr = 0;

	(void)state;
	for (uint32_t i = 0; i < 500; i++) {
		uint32_t key[2] = { 32, i };
		uint64_t value = i;

		assert_int_equal(xdplab_map_set(map, key, &value, BPF_ANY), 0);
	}
	assert_int_equal(xdplab_map_read(map, count_entries, &nr), 0);
	assert_int_equal(nr, 500);
	assert_int_equal(xdplab_map_clear(map), 0);
	nr = 0;
	assert_int_equal(xdplab_map_read(map, count_entries, &nr), 0);
	assert_int_equal(nr, 0);
	xdplab_map_close(map);
}

static void a_queue_is_emptied_and_has_no_entries_to_be_read(void **state)
{
	struct xdplab_map *map = make(BPF_MAP_TYPE_QUEUE, 0, 8, 10);
	uint64_t value = 7;
	size_t nr = 0;

	(void)state;
	assert_int_equal(xdplab_map_set(map, NULL, &value, BPF_ANY), 0);
	assert_int_equal(xdplab_map_read(map, count_entries, &nr), -EOPNOTSUPP);
	assert_non_null(strstr(xdplab_error(), "queue"));
	value = 0;
	assert_int_equal(xdplab_map_get(map, NULL, &value), 0);
	assert_int_equal(value, 7);
	assert_int_equal(xdplab_map_clear(map), 0);
	assert_int_equal(xdplab_map_get(map, NULL, &value), -ENOENT);
	xdplab_map_close(map);
}

struct ending {
	int nr;
	int with; /* what ends the reading at the tenth entry */
};

static int stop_at_ten(const void *key, const void *value, void *arg)
{
	struct ending *ending = arg;

	(void)key;
	(void)value;
	return ++ending->nr == 10 ? ending->with : 0;
}

/* With whatever it likes, be that what the reading itself means something by. */
static void the_caller_ends_the_reading(void **state)
{
	static const int with[] = { 77, 1, -ENOENT, -EOPNOTSUPP };
	static const enum bpf_map_type types[] = { BPF_MAP_TYPE_HASH,
						   BPF_MAP_TYPE_ARRAY };

	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_SIZE(with); i++) {
		struct xdplab_map *map = make(types[i % 2], 4, 8, 20000);
		struct ending ending = { .with = with[i / 2] };

		fill(map, 20000);
		assert_int_equal(xdplab_map_read(map, stop_at_ten, &ending),
				 ending.with);
		assert_int_equal(ending.nr, 10);
		xdplab_map_close(map);
	}
}

static void the_sum_of_one_value_is_that_value(void **state)
{
	struct xdplab_map *map = make(BPF_MAP_TYPE_ARRAY, 4, 8, 1);
	uint64_t value = 7, sum = 1;

	(void)state;
	xdplab_map_sum(map, &value, &sum);
	assert_int_equal(sum, 7);
	xdplab_map_sum(map, &value, &value);
	assert_int_equal(value, 7);
	xdplab_map_close(map);
}

/* ---- while others change it ---- */

/* Keys from `from` on come and go until it is killed. */
static pid_t churn(const struct xdplab_map *map, uint32_t from, uint32_t nr)
{
	pid_t child = fork();
	uint64_t value = 0;

	assert_true(child >= 0);
	if (child)
		return child;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (uint32_t i = 0;; i++) {
		uint32_t key[2] = { 32, from + i % nr };

		if (map->info.type != BPF_MAP_TYPE_LPM_TRIE)
			key[0] = key[1];
		if (i / nr % 2)
			bpf_map_delete_elem(map->fd, key);
		else
			bpf_map_update_elem(map->fd, key, &value, BPF_ANY);
	}
}

static void stop(pid_t child)
{
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

static void
entries_that_stay_are_read_once_while_others_come_and_go(void **state)
{
	struct xdplab_map *map = make(BPF_MAP_TYPE_HASH, 4, 8, 40000);
	pid_t child;

	(void)state;
	fill(map, 10000);
	child = churn(map, 10000, 5000);
	for (int round = 0; round < 30; round++) {
		struct seen seen = read_all(map, 40000);

		for (uint32_t i = 0; i < 40000; i++) {
			if (i < 10000)
				assert_int_equal(seen.times[i], 1);
			assert_true(seen.times[i] <= 1);
		}
		free(seen.times);
	}
	stop(child);
	xdplab_map_close(map);
}

struct prefixes {
	unsigned int times[4000];
};

static int see_prefix(const void *key, const void *value, void *arg)
{
	const uint32_t *numbers = key;
	struct prefixes *prefixes = arg;

	(void)value;
	prefixes->times[numbers[1]]++;
	return 0;
}

/* The kernel's own walk may miss some. */
static void prefixes_are_read_no_more_than_once(void **state)
{
	struct xdplab_map *map = make(BPF_MAP_TYPE_LPM_TRIE, 8, 8, 8000);
	uint64_t value = 1;
	pid_t child;

	(void)state;
	for (uint32_t i = 0; i < 1000; i++) {
		uint32_t key[2] = { 32, i };

		assert_int_equal(xdplab_map_set(map, key, &value, BPF_ANY), 0);
	}
	child = churn(map, 1000, 500);
	for (int round = 0; round < 30; round++) {
		struct prefixes seen = { { 0 } };
		int err = xdplab_map_read(map, see_prefix, &seen);

		if (err == -EAGAIN) /* it may say that it could not */
			continue;
		assert_int_equal(err, 0);
		for (uint32_t i = 0; i < 4000; i++)
			assert_true(seen.times[i] <= 1);
	}
	stop(child);
	xdplab_map_close(map);
}

/* ---- which map ---- */

static void a_name_must_be_of_one_map(void **state)
{
	int one = bpf_map_create(BPF_MAP_TYPE_ARRAY, "xdplab_twice", 4, 8, 1,
				 NULL);
	int other = bpf_map_create(BPF_MAP_TYPE_ARRAY, "xdplab_twice", 4, 8, 1,
				   NULL);
	struct xdplab_map *map = NULL;

	(void)state;
	assert_int_equal(xdplab_map_open(&map, "xdplab_twice"), -ENOTUNIQ);
	assert_non_null(strstr(xdplab_error(), "2 maps have that name"));
	assert_non_null(strstr(xdplab_remedy(), ", "));
	assert_null(map);
	close(other);
	for (int i = 0; i < 3000 && xdplab_map_open(&map, "xdplab_twice"); i++)
		usleep(10000); /* the other goes a moment later */
	assert_non_null(map);
	assert_string_equal(xdplab_map_info(map)->name, "xdplab_twice");
	xdplab_map_close(map);
	close(one);
}

static void a_long_name_is_found_by_what_the_kernel_keeps(void **state)
{
	int fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "xdplab_a_very_l", 4, 8, 1,
				NULL);
	struct xdplab_map *map = NULL;

	(void)state;
	assert_int_equal(xdplab_map_open(&map, "xdplab_a_very_long_name"), 0);
	xdplab_map_close(map);
	close(fd);
}

static void expect_none(const char *which, int err, const char *words)
{
	struct xdplab_map *map = NULL;

	assert_int_equal(xdplab_map_open(&map, which), err);
	assert_null(map);
	assert_non_null(strstr(xdplab_error(), words));
}

static void what_is_no_map_is_refused_with_words(void **state)
{
	(void)state;
	expect_none("xdplab_is_no_map", -ENOENT, "no such map");
	expect_none("4294967295", -ENOENT, "no such map id");
	expect_none("/sys/fs/bpf/is/not/there", -ENOENT, "no such pin");
	expect_none("/etc/passwd", -EINVAL, "/etc/passwd: is not a pin");
}

static void a_descriptor_of_no_map_is_refused_with_words(void **state)
{
	struct xdplab_map *map = NULL;

	(void)state;
	assert_int_equal(xdplab_map_open_fd(&map, -EBADF), -EBADF);
	assert_int_equal(xdplab_map_open_fd(&map, STDIN_FILENO), -EINVAL);
	assert_non_null(strstr(xdplab_error(), "is not a map"));
	assert_null(map);
}

static void a_frozen_map_cannot_be_written(void **state)
{
	int fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "frozen", 4, 8, 1, NULL);
	struct xdplab_map *map;
	uint64_t value = 1;
	uint32_t key = 0;

	(void)state;
	assert_int_equal(bpf_map_freeze(fd), 0);
	map = open_fd(fd);
	assert_true(xdplab_map_info(map)->frozen);
	assert_int_equal(xdplab_map_set(map, &key, &value, BPF_ANY), -EPERM);
	assert_non_null(strstr(xdplab_error(), "is frozen"));
	xdplab_map_close(map);
}

/* ---- all of them ---- */

static void all_maps_are_listed_by_their_ids(void **state)
{
	struct xdplab_map *map = make(BPF_MAP_TYPE_PERCPU_HASH, 4, 8, 10);
	uint32_t id = xdplab_map_info(map)->id, last = 0;
	struct xdplab_maps *maps;
	bool found = false;

	(void)state;
	assert_int_equal(xdplab_maps_read(&maps), 0);
	for (size_t i = 0; i < xdplab_maps_count(maps); i++) {
		const struct xdplab_map_seen *seen = xdplab_maps_at(maps, i);

		assert_true(seen->info.id > last);
		last = seen->info.id;
		if (last != id)
			continue;
		found = true;
		assert_string_equal(seen->info.name, "test_map");
		assert_string_equal(xdplab_map_type_name(seen->info.type),
				    "percpu_hash");
		assert_true(seen->info.per_cpu);
		assert_int_equal(seen->nr_users, 0);
	}
	assert_true(found);
	assert_null(xdplab_maps_at(maps, xdplab_maps_count(maps)));
	xdplab_maps_free(maps);
	xdplab_map_close(map);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_written_is_read_of_every_kind),
		cmocka_unit_test(an_lru_map_is_read_as_far_as_it_goes),
		cmocka_unit_test(prefixes_are_read_by_their_keys),
		cmocka_unit_test(
			a_queue_is_emptied_and_has_no_entries_to_be_read),
		cmocka_unit_test(the_caller_ends_the_reading),
		cmocka_unit_test(the_sum_of_one_value_is_that_value),
		cmocka_unit_test(
			entries_that_stay_are_read_once_while_others_come_and_go),
		cmocka_unit_test(prefixes_are_read_no_more_than_once),
		cmocka_unit_test(a_name_must_be_of_one_map),
		cmocka_unit_test(a_long_name_is_found_by_what_the_kernel_keeps),
		cmocka_unit_test(what_is_no_map_is_refused_with_words),
		cmocka_unit_test(a_descriptor_of_no_map_is_refused_with_words),
		cmocka_unit_test(a_frozen_map_cannot_be_written),
		cmocka_unit_test(all_maps_are_listed_by_their_ids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
