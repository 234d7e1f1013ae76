// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_test_read - any text as a file of tests
 *
 * What is read is freed; what is not has mistakes, each within the text.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../../lib/internal.h"
#include "../../lib/test/read.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t room,
			       unsigned int seed);
/* libFuzzer's own. */
size_t LLVMFuzzerMutate(uint8_t *bytes, size_t size, size_t room);

/* ---- where to begin ---- */

static const char whole[] =
	"program on lo\n"
	"interface out mac 02:00:00:00:00:05 address 10.0.0.1/24 mtu 1400\n"
	"route default via 10.0.0.2 dev out\n"
	"neighbour 10.0.0.2 mac 02:00:00:00:00:06 dev out\n"
	"context ingress out, queue 3, vlan 5, timeout 2s, meta hex 01020304\n"
	"set rodata limit = 10\n"
	"setup\n"
	"  map stats[DROP].packets = 5\n"
	"  clear map ports\n"
	"test \"one\"\n"
	"  for x in 1..3 step 2\n"
	"    for y in [\"a\", b]\n"
	"      send eth / ip(ttl=$x) / udp(dport=$(x * 2 + 1)) / \"$y\",\\\n"
	"        truncated 14..42, padded 60 # comment\n"
	"      expect DROP or PASS sent with ip.ttl=3\n"
	"      expect ip#2.ttl == 5\n"
	"      expect length <= sent + 4\n"
	"      expect map stats[$x].packets += 1\n"
	"test \"two\" after \"one\"\n"
	"  repeat 2\n"
	"    context seed 5\n"
	"    send eth / rand(64)\n"
	"    expect TX eth / _\n"
	"  expect redirect to map ports[1]\n"
	"  expect record events as event {\n"
	"    .port = 80\n"
	"  }\n"
	"  expect no change\n";

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t room,
			       unsigned int seed)
{
	(void)seed;
	if (size > 1)
		return LLVMFuzzerMutate(bytes, size, room);
	size = sizeof(whole) - 1 < room ? sizeof(whole) - 1 : room;
	memcpy(bytes, whole, size);
	return size;
}

/* ---- what holds for any text ---- */

struct told {
	size_t nr;
	unsigned int line;
	size_t lines, size;
};

static void check(const struct xdplab_mistake *mistake, void *arg)
{
	struct told *told = arg;

	told->nr++;
	if (!mistake->line || mistake->line > told->lines ||
	    mistake->line < told->line || !mistake->column ||
	    mistake->column > told->size + 1 || !*mistake->message)
		abort();
	told->line = mistake->line;
}

static size_t count_lines(const uint8_t *bytes, size_t size)
{
	size_t nr = 1;

	for (size_t i = 0; i < size; i++)
		nr += bytes[i] == '\n';
	return nr;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct told told = { .lines = count_lines(bytes, size), .size = size };
	const struct xdplab_tests_opts opts = {
		.sz = sizeof(opts), .mistake = check, .arg = &told, .seed = 1
	};
	struct xdplab_tests *tests;
	int err = test_read_text(&tests, "a.test", (const char *)bytes, size,
				 &opts);

	if (err && (err != -EINVAL || !told.nr || !*xdplab_error()))
		abort();
	if (err)
		return 0;
	if (told.nr || !xdplab_tests_count(tests))
		abort();
	xdplab_tests_free(tests);
	return 0;
}
