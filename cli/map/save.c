// SPDX-License-Identifier: GPL-2.0-only
/* save - xdplab map save: entries as lines of JSON, as docs/formats.md
 * describes them */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "map.h"
#include "out.h"
#include "progress.h"

#define CHUNK (64u << 10) /* is written at a time */

struct saving {
	const struct xdplab_map *map;
	struct xdplab_text text;
	struct progress progress;
	size_t nr;
};

static void add_hex(struct saving *s, const struct xdplab_type *type,
		    const void *value)
{
	xdplab_text_add(&s->text, "\"");
	xdplab_value_print_hex(type, value, &s->text);
	xdplab_text_add(&s->text, "\"");
}

/* By its type; as its bytes where that would lose some, or be taken for bytes,
 * as a string that begins like them. */
static void add_value(struct saving *s, const struct xdplab_type *type,
		      const void *value)
{
	size_t at = s->text.length;

	if (!xdplab_value_is_exact(type, value)) {
		add_hex(s, type, value);
		return;
	}
	xdplab_value_print(type, value, XDPLAB_FORM_JSON, &s->text);
	if (s->text.lost ||
	    strncmp(s->text.bytes + at, MAP_HEX, strlen(MAP_HEX)))
		return;
	s->text.length = at;
	add_hex(s, type, value);
}

static int save_entry(const void *key, const void *values, void *arg)
{
	struct saving *s = arg;
	const struct xdplab_type *type = xdplab_map_value_type(s->map);
	unsigned int nr = xdplab_map_nr_values(s->map);

	xdplab_text_add(&s->text, "{\"key\":");
	add_value(s, xdplab_map_key_type(s->map), key);
	xdplab_text_add(&s->text, nr > 1 ? ",\"values\":[" : ",\"value\":");
	for (unsigned int i = 0; i < nr; i++) {
		if (i)
			xdplab_text_add(&s->text, ",");
		add_value(s, type,
			  (const char *)values + i * xdplab_map_stride(s->map));
	}
	xdplab_text_add(&s->text, nr > 1 ? "]}\n" : "}\n");
	s->nr++;
	if (s->text.length < CHUNK)
		return 0;
	progress_tell(&s->progress, s->nr, 0);
	return map_flush(&s->text);
}

static json_t *type_text(const struct xdplab_type *type)
{
	struct xdplab_text text = { 0 };
	json_t *string;

	xdplab_type_describe(type, &text);
	string = out_string(text.bytes ?: "");
	xdplab_text_free(&text);
	return string;
}

static json_t *header(const struct xdplab_map *map)
{
	const struct xdplab_map_info *info = xdplab_map_info(map);

	return json_pack("{s:i, s:o, s:s, s:I, s:I, s:I, s:i, s:o, s:o}",
			 "xdplab_map", MAP_FORMAT, "name",
			 out_string(info->name), "type",
			 xdplab_map_type_name(info->type), "bytes_key",
			 (json_int_t)info->key_size, "bytes_value",
			 (json_int_t)info->value_size, "max_entries",
			 (json_int_t)info->max_entries, "cpus",
			 (int)xdplab_map_nr_values(map), "key_type",
			 type_text(xdplab_map_key_type(map)), "value_type",
			 type_text(xdplab_map_value_type(map)));
}

int map_save(struct args *args)
{
	struct saving s = { 0 };
	struct xdplab_map *map;
	int err, status = map_open_entries(args, &map);
	json_t *head;

	if (status)
		return status;
	s.map = map;
	head = header(map);
	json_dumpf(head, stdout, JSON_COMPACT | JSON_ENSURE_ASCII);
	putchar('\n');
	json_decref(head);
	progress_begin(&s.progress, true);
	s.progress.what = "entries saved";
	err = xdplab_map_read(map, save_entry, &s);
	progress_end(&s.progress);
	if (!err)
		err = map_flush(&s.text);
	xdplab_text_free(&s.text);
	xdplab_map_close(map);
	if (err == -EIO)
		return EXIT_FAILED; /* stdout was lost: main() says so */
	return err ? say_failure(args, err) : EXIT_DONE;
}
