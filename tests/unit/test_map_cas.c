// SPDX-License-Identifier: GPL-2.0-only
/* test_map_cas - values compared and set while programs write to them */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

/* First: cmocka has a macro of the name of our fail(). */
#include "../../lib/internal.h"
#include "../../lib/map/map.h"
#include <cmocka.h>

#define THREADS 3
#define ROUNDS	300  /* that a thread counts */
#define PACKETS 1000 /* that are counted at a time */

static struct xdplab_map *make(enum bpf_map_type type, uint32_t value_size,
			       uint32_t flags)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = flags);
	int fd = bpf_map_create(type, "test_cas", 4, value_size, 4, &opts);
	struct bpf_map_info info = { 0 };
	__u32 size = sizeof(info);
	struct xdplab_map *map = NULL;
	char id[16];

	assert_true(fd >= 0);
	assert_int_equal(bpf_obj_get_info_by_fd(fd, &info, &size), 0);
	snprintf(id, sizeof(id), "%u", info.id);
	assert_int_equal(xdplab_map_open(&map, id), 0);
	close(fd);
	return map;
}

/* ---- a program that counts packets ---- */

struct traffic {
	int prog_fd;
	bool stop;
	uint64_t packets;
	pthread_t thread;
};

/* Adds `amount` to the first 8 bytes of entry 0, atomically. */
static int load_counter(const struct xdplab_map *map, int32_t amount)
{
	const struct bpf_insn insns[] = {
		{ BPF_ST | BPF_MEM, BPF_REG_10, 0, -4, 0 }, /* of BPF_W */
		{ BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_2, BPF_REG_10, 0, 0 },
		{ BPF_ALU64 | BPF_ADD, BPF_REG_2, 0, 0, -4 },
		{ BPF_LD | BPF_DW, BPF_REG_1, BPF_PSEUDO_MAP_FD, 0, map->fd },
		{ 0 },
		{ BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_map_lookup_elem },
		{ BPF_JMP | BPF_JEQ | BPF_K, BPF_REG_0, 0, 2, 0 },
		{ BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_1, 0, 0, amount },
		{ BPF_STX | BPF_ATOMIC | BPF_DW, BPF_REG_0, BPF_REG_1, 0,
		  BPF_ADD },
		{ BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, XDP_PASS },
		{ BPF_JMP | BPF_EXIT, 0, 0, 0, 0 },
	};

	return bpf_prog_load(BPF_PROG_TYPE_XDP, "count", "GPL", insns,
			     ARRAY_SIZE(insns), NULL);
}

static void *send_packets(void *arg)
{
	struct traffic *traffic = arg;
	const char packet[64] = { 0 };

	while (!__atomic_load_n(&traffic->stop, __ATOMIC_RELAXED)) {
		LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = packet,
			    .data_size_in = sizeof(packet), .repeat = PACKETS);

		if (!bpf_prog_test_run_opts(traffic->prog_fd, &opts))
			traffic->packets += PACKETS;
	}
	return NULL;
}

static void begin(struct traffic *traffic, const struct xdplab_map *map,
		  int32_t amount)
{
	*traffic = (struct traffic){ .prog_fd = load_counter(map, amount) };
	assert_true(traffic->prog_fd >= 0);
	assert_int_equal(
		pthread_create(&traffic->thread, NULL, send_packets, traffic),
		0);
}

static void end(struct traffic *traffic)
{
	__atomic_store_n(&traffic->stop, true, __ATOMIC_RELAXED);
	pthread_join(traffic->thread, NULL);
	close(traffic->prog_fd);
	assert_true(traffic->packets);
}

/* ---- counting by compare and set ---- */

static int count_one(const struct xdplab_map *map, uint64_t *seen,
		     const uint64_t *mask, uint64_t one)
{
	uint64_t wanted = *seen + one, expected = *seen;
	const struct xdplab_map_cas cas = { .expected = &expected,
					    .expected_mask = mask,
					    .wanted = &wanted,
					    .wanted_mask = mask };
	uint32_t key = 0;

	return xdplab_map_cas(map, &key, &cas, seen);
}

struct counter {
	pthread_t thread;
	const struct xdplab_map *map;
	uint64_t done;
};

static void *count(void *arg)
{
	struct counter *counter = arg;
	const uint64_t mask = UINT64_MAX;
	uint64_t seen = 0;

	for (int tries = 0; counter->done < ROUNDS && tries < 1000000;
	     tries++) {
		int err = count_one(counter->map, &seen, &mask, 1000);

		if (err && err != -EAGAIN)
			break;
		counter->done += !err;
	}
	return NULL;
}

static uint64_t first_value(const struct xdplab_map *map)
{
	uint32_t key = 0;
	uint64_t value = 0;

	assert_int_equal(xdplab_map_get(map, &key, &value), 0);
	return value;
}

static void expect_none_lost(enum bpf_map_type type)
{
	struct xdplab_map *map = make(type, 8, 0);
	struct counter counters[THREADS];
	struct traffic traffic;
	uint64_t value = 0, done = 0;
	uint32_t key = 0;

	assert_int_equal(xdplab_map_set(map, &key, &value, BPF_ANY), 0);
	begin(&traffic, map, 1);
	for (int i = 0; i < THREADS; i++) {
		counters[i] = (struct counter){ .map = map };
		pthread_create(&counters[i].thread, NULL, count, &counters[i]);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(counters[i].thread, NULL);
		done += counters[i].done;
	}
	end(&traffic);
	assert_int_equal(done, THREADS * ROUNDS);
	assert_int_equal(first_value(map), done * 1000 + traffic.packets);
	xdplab_map_close(map);
}

static void nothing_that_programs_count_meanwhile_is_lost(void **state)
{
	(void)state;
	expect_none_lost(BPF_MAP_TYPE_ARRAY);
	expect_none_lost(BPF_MAP_TYPE_HASH);
	expect_none_lost(BPF_MAP_TYPE_LRU_HASH);
}

/* 16 bits are counted by us, the 48 behind them by the program. */
static void what_else_is_in_the_same_bytes_goes_on(void **state)
{
	struct xdplab_map *map = make(BPF_MAP_TYPE_ARRAY, 8, 0);
	const uint64_t mask = 0xffff;
	uint64_t seen = 0, value;
	struct traffic traffic;

	(void)state;
	begin(&traffic, map, 0x10000);
	for (int i = 0; i < ROUNDS; i++)
		assert_int_equal(count_one(map, &seen, &mask, 1), 0), seen++;
	end(&traffic);
	value = first_value(map);
	assert_int_equal(value & mask, ROUNDS);
	assert_int_equal(value >> 16, traffic.packets);
	xdplab_map_close(map);
}

/* ---- what is said ---- */

static int swap(const struct xdplab_map *map, size_t at, size_t size,
		uint32_t key)
{
	unsigned char mask[32] = { 0 }, zeros[32] = { 0 }, found[32];
	const struct xdplab_map_cas cas = { zeros, mask, zeros, mask };

	memset(mask + at, 0xff, size);
	return xdplab_map_cas(map, &key, &cas, found);
}

static void it_is_done_within_4_or_8_bytes(void **state)
{
	struct xdplab_map *map = make(BPF_MAP_TYPE_ARRAY, 22, 0);

	(void)state;
	assert_int_equal(swap(map, 0, 8, 0), 0);
	assert_int_equal(swap(map, 16, 4, 0), 0);
	assert_int_equal(swap(map, 4, 1, 0), 0);
	assert_int_equal(swap(map, 9, 6, 0), 0);
	assert_int_equal(swap(map, 4, 8, 0), -EINVAL);
	assert_non_null(strstr(xdplab_error(), "bytes 4 to 11"));
	assert_int_equal(swap(map, 20, 2, 0), -EINVAL);
	assert_int_equal(swap(map, 0, 0, 0), -EINVAL);
	assert_int_equal(swap(map, 0, 4, 4), -ENOENT);
	xdplab_map_close(map);
}

static void expect_refused(enum bpf_map_type type, uint32_t flags,
			   const char *words)
{
	struct xdplab_map *map = make(type, 8, flags);

	assert_int_equal(swap(map, 0, 4, 0), -EOPNOTSUPP);
	assert_non_null(strstr(xdplab_error(), words));
	xdplab_map_close(map);
}

static void other_maps_are_refused_with_the_reason(void **state)
{
	struct xdplab_map *map = make(BPF_MAP_TYPE_ARRAY, 8, 0);

	(void)state;
	expect_refused(BPF_MAP_TYPE_PERCPU_ARRAY, 0, "values are per-CPU");
	expect_refused(BPF_MAP_TYPE_DEVMAP, 0, "not an array or a hash");
	expect_refused(BPF_MAP_TYPE_ARRAY, BPF_F_RDONLY_PROG,
		       "programs may not both");
	assert_int_equal(bpf_map_freeze(map->fd), 0);
	map->info.frozen = true;
	assert_int_equal(swap(map, 0, 4, 0), -EPERM);
	assert_non_null(strstr(xdplab_error(), "is frozen"));
	xdplab_map_close(map);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_that_programs_count_meanwhile_is_lost),
		cmocka_unit_test(what_else_is_in_the_same_bytes_goes_on),
		cmocka_unit_test(it_is_done_within_4_or_8_bytes),
		cmocka_unit_test(other_maps_are_refused_with_the_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
