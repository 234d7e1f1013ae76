// SPDX-License-Identifier: GPL-2.0-only
/* cas - xdplab map set --cas: only if the value is as expected */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "map.h"

/* Bits, and which of them are meant. */
struct bits {
	unsigned char *value, *mask;
};

struct swapping {
	const struct args *args;
	const struct xdplab_map *map;
	struct bits expected, wanted;
	void *found;
	size_t size;
};

/* What is written into zeros and ones alike is what is meant. */
static void find_mask(struct bits *bits, size_t size)
{
	for (size_t i = 0; i < size; i++)
		bits->mask[i] = ~(bits->mask[i] ^ bits->value[i]);
}

static int read_bits(const struct swapping *s, struct bits *bits,
		     const char *text)
{
	int status;

	bits->value = map_memory(s->size);
	bits->mask = map_memory(s->size);
	memset(bits->mask, 0xff, s->size);
	status = map_read_value(s->args, s->map, text, bits->value);
	if (!status)
		status = map_read_value(s->args, s->map, text, bits->mask);
	if (!status)
		find_mask(bits, s->size);
	return status;
}

static int swap(const struct swapping *s, const void *key)
{
	const struct xdplab_map_cas cas = {
		.expected = s->expected.value,
		.expected_mask = s->expected.mask,
		.wanted = s->wanted.value,
		.wanted_mask = s->wanted.mask,
	};
	int err = xdplab_map_cas(s->map, key, &cas, s->found);

	if (err != -EAGAIN)
		return err ? say_failure(s->args, err) : EXIT_DONE;
	say(s->args, "not set: the value is not as expected, but");
	return map_print_value(s->args, s->map, s->found) ? EXIT_FAILED
							  : EXIT_NO;
}

int map_set_cas(const struct args *args, const struct xdplab_map *map,
		const void *key, const char *text)
{
	struct swapping s = { .args = args,
			      .map = map,
			      .size = xdplab_type_size(
				      xdplab_map_value_type(map)) };
	int status;

	if (args_count(args, "cpu") || args_count(args, "new") ||
	    args_count(args, "old"))
		return say_usage(args, "--cas excludes --cpu, --new and --old");
	s.found = map_memory(xdplab_map_value_bytes(map));
	status = read_bits(&s, &s.expected, args_value(args, "cas"));
	if (!status)
		status = read_bits(&s, &s.wanted, text);
	if (!status)
		status = swap(&s, key);
	free(s.expected.value);
	free(s.expected.mask);
	free(s.wanted.value);
	free(s.wanted.mask);
	free(s.found);
	return status;
}
