// SPDX-License-Identifier: GPL-2.0-only
/* columns - which columns the lines of `xdplab watch` have */
#include <inttypes.h>
#include <string.h>

#include "view.h"
#include "watch.h"

static void add(char *text, size_t size, const char *more)
{
	size_t length = strlen(text);

	snprintf(text + length, size - length, "%s%s", length ? "; " : "",
		 more);
}

/* ---- who it is ---- */

static const char *string_of(const json_t *row, const char *key)
{
	return json_string_value(json_object_get(row, key)) ?: "";
}

static void show_program(const json_t *name, const json_t *row, char *text,
			 size_t size)
{
	const char *unknown = json_object_get(row, "id") ? "?" : "-";

	if (name && *json_string_value(name))
		unknown = json_string_value(name);
	snprintf(text, size, "%s", unknown);
}

/* What is the same in all lines of a map stands in its first. */
static void show_once(const json_t *value, const json_t *row, char *text,
		      size_t size)
{
	if (!json_object_get(row, "again"))
		snprintf(text, size, "%s", json_string_value(value) ?: "");
}

static void show_map(const json_t *name, const json_t *row, char *text,
		     size_t size)
{
	json_int_t users = json_integer_value(json_object_get(row, "users"));

	show_once(name, row, text, size);
	if (*text && users > 1)
		snprintf(text, size, "%s (of %" JSON_INTEGER_FORMAT ")",
			 json_string_value(name), users);
}

static void show_id(const json_t *id, const json_t *row, char *text,
		    size_t size)
{
	if (id && !json_object_get(row, "again"))
		snprintf(text, size, "%" JSON_INTEGER_FORMAT,
			 json_integer_value(id));
}

/* What is not shown of a map. */
static void show_rest(const json_t *row, char *text, size_t size)
{
	json_int_t nr = json_integer_value(json_object_get(row, "keys"));
	json_int_t shown = json_integer_value(json_object_get(row, "shown"));

	*text = '\0';
	if (nr > shown)
		snprintf(text, size, "%" JSON_INTEGER_FORMAT " slower keys",
			 nr - shown);
	if (json_object_get(row, "limited"))
		add(text, size, "more were not read");
	if (json_object_get(row, "more_fields"))
		add(text, size, "more fields");
}

static void show_key(const json_t *key, const json_t *row, char *text,
		     size_t size)
{
	if (key)
		snprintf(text, size, "%s", json_string_value(key));
	else if (json_object_get(row, "rest"))
		show_rest(row, text, size);
}

/* ---- numbers ---- */

static void show_value(const json_t *value, const json_t *row, char *text,
		       size_t size)
{
	(void)row;
	if (json_is_integer(value))
		snprintf(text, size, "%" JSON_INTEGER_FORMAT,
			 json_integer_value(value));
	else if (value)
		snprintf(text, size, "%.0f", json_real_value(value));
}

/* ---- what is to be said of it ---- */

static void show_renewed(const json_t *row, char *text, size_t size)
{
	const json_t *before = json_object_get(row, "renewed_from");
	const json_t *map_id = json_object_get(row, "map_id");
	const json_t *id = map_id ? map_id : json_object_get(row, "id");
	char words[96];

	if (!before || !id)
		return;
	snprintf(words, sizeof(words),
		 "new %s, id %" JSON_INTEGER_FORMAT " -> %" JSON_INTEGER_FORMAT,
		 map_id ? "map" : "program", json_integer_value(before),
		 json_integer_value(id));
	add(text, size, words);
}

static void show_note(const json_t *state, const json_t *row, char *text,
		      size_t size)
{
	*text = '\0';
	if (state)
		add(text, size, json_string_value(state));
	show_renewed(row, text, size);
	if (json_object_get(row, "why"))
		add(text, size, string_of(row, "why"));
}

/* ---- columns ---- */

const struct out_column watch_program_rates[] = {
	{ .key = "ifname", .head = "Interface", .show = view_show_iface },
	{ .key = "mode", .head = "Mode", .show = view_show_mode },
	{ .key = "name", .head = "Program", .show = show_program },
	{ .key = "id", .head = "ID", .right = true },
	{ "pps", "Packets/s", view_show_number, true },
	{ "bytes_ps", "Bytes/s", view_show_bytes, true },
	{ "ns_per_packet", "ns/packet", view_show_number, true },
	{ "aborted_pps", "ABORTED/s", view_show_verdict, true },
	{ "drop_pps", "DROP/s", view_show_verdict, true },
	{ "pass_pps", "PASS/s", view_show_verdict, true },
	{ "tx_pps", "TX/s", view_show_verdict, true },
	{ "redirect_pps", "REDIRECT/s", view_show_verdict, true },
	{ .key = "state", .head = "Note", .show = show_note },
	{ 0 },
};

const struct out_column watch_program_sums[] = {
	{ .key = "ifname", .head = "Interface", .show = view_show_iface },
	{ .key = "mode", .head = "Mode", .show = view_show_mode },
	{ .key = "name", .head = "Program", .show = show_program },
	{ .key = "id", .head = "ID", .right = true },
	{ "packets", "Packets", view_show_number, true },
	{ "bytes", "Bytes", view_show_bytes, true },
	{ "aborted", "ABORTED", view_show_verdict, true },
	{ "drop", "DROP", view_show_verdict, true },
	{ "pass", "PASS", view_show_verdict, true },
	{ "tx", "TX", view_show_verdict, true },
	{ "redirect", "REDIRECT", view_show_verdict, true },
	{ .key = "state", .head = "Note", .show = show_note },
	{ 0 },
};

const struct out_column watch_map_columns[] = {
	{ .key = "ifname", .head = "Interface", .show = show_once },
	{ .key = "name", .head = "Program", .show = show_once },
	{ .key = "map", .head = "Map", .show = show_map },
	{ .key = "map_id", .head = "ID", .show = show_id, .right = true },
	{ .key = "key", .head = "Key", .show = show_key },
	{ .key = "field", .head = "Field" },
	{ .key = "value", .head = "Value", .show = show_value, .right = true },
	{ "rate", "Rate/s", view_show_number, true },
	{ .key = "state", .head = "Note", .show = show_note },
	{ 0 },
};

/* Which map it is stands above. */
const struct out_column watch_drill_columns[] = {
	{ .key = "key", .head = "Key", .show = show_key },
	{ .key = "field", .head = "Field" },
	{ .key = "value", .head = "Value", .show = show_value, .right = true },
	{ "rate", "Rate/s", view_show_number, true },
	{ .key = "state", .head = "Note", .show = show_note },
	{ 0 },
};
