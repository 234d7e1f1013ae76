// SPDX-License-Identifier: LGPL-2.1-only
/* maps-record - what programs send by ring buffers and perf event arrays */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/libbpf.h>

#include "maps.h"

#define PERF_PAGES 16 /* of each CPU; a power of two */

struct record {
	size_t at, length; /* in the bytes of all */
};

struct test_records {
	struct ring_buffer *ring; /* or: */
	struct perf_buffer *perf;
	struct xdplab_text bytes; /* of all, one after the other */
	struct record *at;
	size_t nr, room;
	uint64_t lost;
	bool no_memory;
};

/* ---- one comes ---- */

static bool make_room(struct test_records *records)
{
	size_t room = 2 * records->nr + 16;
	struct record *at;

	if (records->nr < records->room)
		return true;
	at = reallocarray(records->at, room, sizeof(*at));
	if (!at)
		return false;
	records->at = at;
	records->room = room;
	return true;
}

static void keep(struct test_records *records, const void *bytes, size_t length)
{
	size_t at = records->bytes.length;

	text_add(&records->bytes, bytes, length);
	if (records->bytes.lost || !make_room(records)) {
		records->no_memory = true;
		return;
	}
	records->at[records->nr++] = (struct record){ at, length };
}

static int keep_of_ring(void *records, void *bytes, size_t length)
{
	keep(records, bytes, length);
	return 0;
}

static void keep_of_perf(void *records, int cpu, void *bytes, __u32 length)
{
	(void)cpu;
	keep(records, bytes, length);
}

static void count_lost(void *records, int cpu, __u64 nr)
{
	(void)cpu;
	((struct test_records *)records)->lost += nr;
}

/* ---- open, close ---- */

int records_open(struct tested_map *map)
{
	struct test_records *records = calloc(1, sizeof(*records));
	int fd = xdplab_map_fd(map->map);

	if (!records)
		return map_no_memory(map->map);
	if (tested_is(map, BPF_MAP_TYPE_RINGBUF))
		records->ring =
			ring_buffer__new(fd, keep_of_ring, records, NULL);
	else
		records->perf = perf_buffer__new(fd, PERF_PAGES, keep_of_perf,
						 count_lost, records, NULL);
	if (!records->ring && !records->perf) {
		free(records);
		return map_fail(map->map, -errno, "take the records");
	}
	map->records = records;
	return 0;
}

void records_close(struct tested_map *map)
{
	struct test_records *records = map->records;

	if (!records)
		return;
	ring_buffer__free(records->ring);
	perf_buffer__free(records->perf);
	xdplab_text_free(&records->bytes);
	free(records->at);
	free(records);
	map->records = NULL;
}

/* ---- take ---- */

int records_take(struct tested_map *map)
{
	struct test_records *records = map->records;
	int err = records->ring ? ring_buffer__consume(records->ring)
				: perf_buffer__consume(records->perf);

	if (err < 0)
		return map_fail(map->map, err, "take the records");
	if (records->no_memory)
		return map_no_memory(map->map);
	if (records->lost)
		return fail(-ENOBUFS, "map %s: no room for %llu records",
			    map->name, (unsigned long long)records->lost);
	return 0;
}

int records_drop(struct tested_map *map)
{
	struct test_records *records = map->records;
	int err = records_take(map);

	records->nr = records->bytes.length = 0;
	records->bytes.lost = records->no_memory = false;
	records->lost = 0;
	return err == -ENOBUFS || err == -ENOMEM ? 0 : err;
}

size_t records_count(const struct tested_map *map)
{
	return map->records ? map->records->nr : 0;
}

const void *records_at(const struct tested_map *map, size_t i, size_t *length)
{
	const struct record *record = &map->records->at[i];

	*length = record->length;
	return map->records->bytes.bytes + record->at;
}
