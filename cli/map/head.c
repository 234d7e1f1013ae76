// SPDX-License-Identifier: GPL-2.0-only
/* head - xdplab map: what can be seen of maps without entries */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <linux/bpf.h>

#include "map.h"
#include "out.h"

/* ---- ring buffers ---- */

static int show_ring(const struct args *args, const struct xdplab_map *map)
{
	struct xdplab_map_ring ring;
	int err = xdplab_map_ring(map, &ring);

	if (err)
		return say_failure(args, err);
	if (args_count(args, "json"))
		printf("{\"size\":%" PRIu64 ",\"unread\":%" PRIu64 "}\n",
		       ring.size, ring.unread);
	else
		printf("%" PRIu64 " bytes, %" PRIu64 " unread; only the "
		       "consumer can read them\n",
		       ring.size, ring.unread);
	return EXIT_DONE;
}

/* ---- queues and stacks ---- */

static int print_head(const struct args *args, const struct xdplab_map *map,
		      const void *value)
{
	bool json = args_count(args, "json");
	struct xdplab_text text = { 0 };
	int err;

	xdplab_text_add(&text, json ? "[{\"value\":" : "");
	xdplab_value_print(xdplab_map_value_type(map), value,
			   json ? XDPLAB_FORM_JSON : XDPLAB_FORM_TEXT, &text);
	xdplab_text_add(&text, json ? "}]\n" : "\n");
	err = map_flush(&text);
	xdplab_text_free(&text);
	if (!json && !err)
		say(args, "this is the next value; others can only be seen "
			  "once it is removed");
	return err ? EXIT_FAILED : EXIT_DONE;
}

static int show_head(const struct args *args, const struct xdplab_map *map)
{
	void *value = map_memory(xdplab_map_value_bytes(map));
	int err = xdplab_map_get(map, NULL, value), status = EXIT_DONE;

	if (!err)
		status = print_head(args, map, value);
	else if (err != -ENOENT)
		status = say_failure(args, err);
	else if (args_count(args, "json"))
		puts("[]");
	free(value);
	return status;
}

bool map_has_head(const struct xdplab_map *map)
{
	switch (xdplab_map_info(map)->type) {
	case BPF_MAP_TYPE_QUEUE:
	case BPF_MAP_TYPE_STACK:
	case BPF_MAP_TYPE_RINGBUF:
	case BPF_MAP_TYPE_USER_RINGBUF:
		return true;
	default:
		return false;
	}
}

int map_show_head(const struct args *args, const struct xdplab_map *map)
{
	return xdplab_map_info(map)->value_size ? show_head(args, map)
						: show_ring(args, map);
}

/* ---- bloom filters ---- */

static int ask(const struct args *args, const struct xdplab_map *map,
	       void *value, const char *text)
{
	const struct xdplab_type *type = xdplab_map_value_type(map);
	int err = xdplab_value_parse(type, value, text, NULL);

	if (err)
		return map_say_type(args, err, "value", type);
	err = xdplab_map_get(map, NULL, value);
	if (err && err != -ENOENT)
		return say_failure(args, err);
	if (args_count(args, "json"))
		puts(err ? "false" : "true");
	else
		puts(err ? "not in the filter" : "may be in the filter");
	return err ? EXIT_NO : EXIT_DONE;
}

int map_ask(const struct args *args, const struct xdplab_map *map)
{
	const char *text = map_operand(args, 1);
	void *value;
	int status;

	if (!text)
		return say_usage(args, "missing VALUE: a bloom filter can only "
				       "say whether it may hold that value");
	value = map_memory(xdplab_map_value_bytes(map));
	status = ask(args, map, value, text);
	free(value);
	return status;
}
