// SPDX-License-Identifier: GPL-2.0-only
/* list - xdplab map: all maps of the machine, in a table */
#include <string.h>

#include "map.h"
#include "out.h"

static const struct out_column columns[] = {
	{ .key = "id", .head = "ID", .right = true },
	{ .key = "type", .head = "Type" },
	{ .key = "name", .head = "Name" },
	{ .key = "bytes_key", .head = "Key", .right = true },
	{ .key = "bytes_value", .head = "Value", .right = true },
	{ .key = "max_entries", .head = "Entries", .right = true },
	{ .key = "used_by", .head = "Used by" },
	{ .key = "pinned", .head = "Pinned" },
	{ 0 },
};

static bool is_known(const struct xdplab_map_seen *map, size_t user)
{
	for (size_t i = 0; i < user; i++)
		if (!strcmp(map->users[i].name, map->users[user].name))
			return true;
	return false;
}

/* Each once: a stage alone and its program have the same name. */
static json_t *user_names(const struct xdplab_map_seen *map)
{
	json_t *names = json_array();

	for (size_t i = 0; i < map->nr_users; i++)
		if (!is_known(map, i))
			json_array_append_new(names,
					      out_string(map->users[i].name));
	return names;
}

static json_t *user_ids(const struct xdplab_map_seen *map)
{
	json_t *ids = json_array();

	for (size_t i = 0; i < map->nr_users; i++)
		json_array_append_new(ids, json_integer(map->users[i].id));
	return ids;
}

static json_t *pins(const struct xdplab_map_seen *map)
{
	json_t *paths = json_array();

	for (size_t i = 0; i < map->nr_pins; i++)
		json_array_append_new(paths, out_string(map->pins[i]));
	return paths;
}

/* With the keys of bpftool where it has the same. */
static json_t *map_row(const struct xdplab_map_seen *map)
{
	const struct xdplab_map_info *info = &map->info;

	return json_pack("{s:I, s:s, s:o, s:I, s:I, s:I, s:I, s:I, s:o, s:o, "
			 "s:o}",
			 "id", (json_int_t)info->id, "type",
			 xdplab_map_type_name(info->type), "name",
			 out_string(info->name), "flags",
			 (json_int_t)info->flags, "bytes_key",
			 (json_int_t)info->key_size, "bytes_value",
			 (json_int_t)info->value_size, "max_entries",
			 (json_int_t)info->max_entries, "btf_id",
			 (json_int_t)info->btf_id, "used_by", user_names(map),
			 "prog_ids", user_ids(map), "pinned", pins(map));
}

/* What xdplab keeps its own state in. */
static bool is_of_chains(const struct xdplab_map_seen *map)
{
	return !strncmp(map->info.name, "xdplab_", strlen("xdplab_"));
}

int map_list(struct args *args)
{
	struct xdplab_maps *maps;
	int err = xdplab_maps_read(&maps), status;
	struct out *out;

	if (err)
		return say_failure(args, err);
	out = out_open(args_count(args, "json"), OUT_TABLE, columns);
	for (size_t i = 0; i < xdplab_maps_count(maps); i++) {
		const struct xdplab_map_seen *map = xdplab_maps_at(maps, i);

		if (args_count(args, "all") || !is_of_chains(map))
			out_row(out, map_row(map));
	}
	status = out_close(out) ? EXIT_FAILED : EXIT_DONE;
	xdplab_maps_free(maps);
	return status;
}
