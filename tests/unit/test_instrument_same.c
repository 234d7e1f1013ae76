// SPDX-License-Identifier: GPL-2.0-only
/* test_instrument_same - programs that count do what they did before */
#include <errno.h>
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

/* First: cmocka has a macro of the name of our fail(). */
#include "../../lib/cov/instrument.h"
#include "../../lib/internal.h"
#include "../../lib/prog/code-load.h"
#include "../../lib/prog/code.h"
#include "../../lib/prog/prog.h"
#include <cmocka.h>

#include "chance.h"

/* ---- a program, and the same with counters ---- */

struct loaded {
	struct xdplab_prog *prog;
	struct counting *counting; /* NULL: as it is */
	int fd;			   /* or -errno */
};

static int load_code(const struct code *code, const struct xdplab_prog *prog)
{
	const struct code_load_opts opts = { .name = "counts",
					     .licence = prog_licence(prog),
					     .prog_flags = prog_flags(prog),
					     .attach_type = BPF_XDP };

	return code_load(code, &opts, NULL);
}

/* False for an object that has none that can be loaded. */
static bool open_program(struct loaded *loaded, const char *path,
			 const char *name)
{
	const struct xdplab_prog_opts opts = { .sz = sizeof(opts),
					       .name = name };

	*loaded = (struct loaded){ .fd = -1 };
	if (xdplab_prog_open(&loaded->prog, path, &opts))
		return false;
	if (!prog_extract(loaded->prog))
		return true;
	xdplab_prog_free(loaded->prog);
	return false;
}

static void load_as_it_is(struct loaded *loaded)
{
	loaded->fd = load_code(prog_code(loaded->prog), loaded->prog);
}

/* There are registers for all of them. */
static void expect_all_counters(const struct counting *counting)
{
	const struct blocks *blocks = counting_blocks(counting);

	for (size_t i = 0; i < blocks->nr_counters; i++)
		assert_true(counting_has(counting, i));
}

static void load_counting(struct loaded *loaded)
{
	int err = counting_begin(&loaded->counting, prog_code(loaded->prog),
				 "program", -1);

	assert_int_equal(err, 0);
	expect_all_counters(loaded->counting);
	loaded->fd = load_code(counting_code(loaded->counting), loaded->prog);
	assert_true(loaded->fd >= 0);
	assert_int_equal(counting_loaded(loaded->counting, loaded->fd), 0);
}

static void unload(struct loaded *loaded)
{
	if (loaded->fd >= 0)
		close(loaded->fd);
	counting_end(loaded->counting);
	xdplab_prog_free(loaded->prog);
}

/* ---- the same packets ---- */

#define ROOM 4096

static size_t make_packet(unsigned char *packet)
{
	static const unsigned char udp[] = { 2, 0,  0, 0, 0, 1, 2,  0,
					     0, 0,  0, 2, 8, 0, 69, 0,
					     0, 50, 0, 1, 0, 0, 64, 17 };
	size_t length = 14 + below(100);

	for (size_t i = 0; i < length; i++)
		packet[i] = chance();
	if (!one_in(4))
		memcpy(packet, udp,
		       length < sizeof(udp) ? length : sizeof(udp));
	if (one_in(3) && length > 23)
		packet[23] = 6;
	return length;
}

static int run(const struct loaded *loaded, const unsigned char *packet,
	       size_t length, unsigned char *out,
	       struct xdplab_run_result *result)
{
	memset(out, 0, ROOM);
	return xdplab_run(loaded->fd, packet, length, out, ROOM, result, NULL);
}

static void expect_same_packets(const struct loaded *plain,
				const struct loaded *counts)
{
	unsigned char packet[ROOM], out[2][ROOM];
	struct xdplab_run_result results[2] = { 0 };

	for (int i = 0; i < 30; i++) {
		size_t length = make_packet(packet);
		int err = run(plain, packet, length, out[0], &results[0]);

		assert_int_equal(
			run(counts, packet, length, out[1], &results[1]), err);
		if (err)
			continue;
		assert_int_equal(results[1].verdict, results[0].verdict);
		assert_int_equal(results[1].length, results[0].length);
		assert_memory_equal(out[1], out[0], ROOM);
	}
}

/* ---- the same maps ---- */

static void expect_same_map(const struct bpf_map *plain,
			    const struct bpf_map *counts)
{
	static unsigned char key[256], values[2][1 << 20];
	int fds[2] = { bpf_map__fd(plain), bpf_map__fd(counts) };
	bool first = true;

	if (bpf_map__key_size(plain) > sizeof(key) ||
	    bpf_map__type(plain) == BPF_MAP_TYPE_PROG_ARRAY ||
	    bpf_map__type(plain) == BPF_MAP_TYPE_ARRAY_OF_MAPS ||
	    bpf_map__type(plain) == BPF_MAP_TYPE_HASH_OF_MAPS)
		return;
	for (; !bpf_map_get_next_key(fds[0], first ? NULL : key, key);
	     first = false) {
		int err = bpf_map_lookup_elem(fds[0], key, values[0]);

		assert_int_equal(bpf_map_lookup_elem(fds[1], key, values[1]),
				 err);
		assert_memory_equal(values[0], values[1],
				    bpf_map__value_size(plain));
	}
}

static void expect_same_maps(const struct loaded *plain,
			     const struct loaded *counts)
{
	struct bpf_object *objects[2] = { prog_object(plain->prog),
					  prog_object(counts->prog) };
	struct bpf_map *map = NULL;

	while ((map = bpf_object__next_map(objects[0], map)))
		expect_same_map(map, bpf_object__find_map_by_name(
					     objects[1], bpf_map__name(map)));
}

/* ---- all programs that there are ---- */

static size_t nr_tried;

static void try_program(const char *path, const char *name)
{
	struct loaded plain, counts;

	if (!open_program(&plain, path, name))
		return;
	load_as_it_is(&plain);
	if (plain.fd >= 0 && open_program(&counts, path, name)) {
		load_counting(&counts);
		expect_same_packets(&plain, &counts);
		expect_same_maps(&plain, &counts);
		nr_tried++;
		unload(&counts);
	}
	unload(&plain);
}

static void try_object(const char *path)
{
	struct bpf_object *object = bpf_object__open(path);
	struct bpf_program *program = NULL;

	/* What is left to chance is not the same without counters either. */
	while (object && (program = bpf_object__next_program(object, program)))
		if (!strstr(bpf_program__name(program), "by_chance"))
			try_program(path, bpf_program__name(program));
	bpf_object__close(object);
}

static void every_program_does_the_same(void **state)
{
	char pattern[256];
	glob_t found;

	(void)state;
	snprintf(pattern, sizeof(pattern), "%s/tests/bpf/*.o",
		 getenv("B") ?: "build");
	assert_int_equal(glob(pattern, 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++)
		/* Some of these show the packet where the kernel has things. */
		if (!strstr(found.gl_pathv[i], "/refused_"))
			try_object(found.gl_pathv[i]);
	globfree(&found);
	assert_true(nr_tried > 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_program_does_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
