// SPDX-License-Identifier: GPL-2.0-only
/* view-columns - which columns a table of programs and stages has */
#include <assert.h>
#include <string.h>
#include <time.h>

#include "view.h"

#define A_DAY 86400 /* seconds */

/* ---- what is shown of a value ---- */

static bool is_stage(const json_t *row)
{
	return json_object_get(row, "stage");
}

void view_show_iface(const json_t *name, const json_t *row, char *text,
		     size_t size)
{
	snprintf(text, size, "%s",
		 is_stage(row) ? " =>" : json_string_value(name));
}

/* That of a stage stands in the line of its chain. */
void view_show_mode(const json_t *mode, const json_t *row, char *text,
		    size_t size)
{
	if (mode && !is_stage(row))
		snprintf(text, size, "%s", json_string_value(mode));
}

/* An interface without a program shows a dash; a program that the caller may
 * not look at, a question mark. */
static void show_program(const json_t *name, const json_t *row, char *text,
			 size_t size)
{
	const char *unknown = json_object_get(row, "id") ? "?" : "-";

	snprintf(text, size, "%s", name ? json_string_value(name) : unknown);
}

static void show_actions(const json_t *list, const json_t *row, char *text,
			 size_t size)
{
	size_t length = 0, i;
	const json_t *name;

	(void)row;
	if (list && !json_array_size(list))
		snprintf(text, size, "none");
	json_array_foreach(list, i, name)
	{
		length += snprintf(text + length, size - length, "%s%s",
				   i ? "," : "", json_string_value(name));
		if (length >= size)
			return;
	}
}

/* Exact below a million, and else four digits: no more than six characters. */
static void print_number(double number, char *text, size_t size)
{
	static const char units[] = "MGTPE";
	size_t unit = 0;

	if (number < 999999.5) {
		snprintf(text, size, "%.0f", number);
		return;
	}
	number /= 1e6;
	while (number >= 999.95 && unit < sizeof(units) - 2) {
		number /= 1000;
		unit++;
	}
	snprintf(text, size, "%#.4g%c", number, units[unit]);
}

/* Exact below a thousand, and else with one decimal. */
void view_show_bytes(const json_t *bytes, const json_t *row, char *text,
		     size_t size)
{
	static const char *const units[] = { "B",  "kB", "MB", "GB",
					     "TB", "PB", "EB" };
	double number = json_number_value(bytes);
	size_t unit = 0;

	(void)row;
	if (!json_is_number(bytes))
		return;
	while (number >= (unit ? 999.95 : 999.5) &&
	       unit < sizeof(units) / sizeof(*units) - 1) {
		number /= 1000;
		unit++;
	}
	snprintf(text, size, "%.*f %s", unit ? 1 : 0, number, units[unit]);
}

void view_show_number(const json_t *number, const json_t *row, char *text,
		      size_t size)
{
	(void)row;
	if (json_is_number(number))
		print_number(json_number_value(number), text, size);
}

/* Zeros are left blank, and so is a column that has nothing else: what stands
 * there has happened. */
void view_show_verdict(const json_t *number, const json_t *row, char *text,
		       size_t size)
{
	if (json_number_value(number) > 0)
		view_show_number(number, row, text, size);
}

static bool local_time(struct tm *tm, const json_t *at)
{
	time_t seconds = json_integer_value(at);

	return seconds && localtime_r(&seconds, tm);
}

/* The hour of what is younger than a day, and else the day. */
static void show_loaded(const json_t *at, const json_t *row, char *text,
			size_t size)
{
	time_t seconds = json_integer_value(at), now = time(NULL);
	struct tm tm;

	(void)row;
	if (!local_time(&tm, at))
		return;
	if (seconds <= now && now - seconds < A_DAY)
		strftime(text, size, "%H:%M:%S", &tm);
	else
		strftime(text, size, "%Y-%m-%d", &tm);
}

static void show_loaded_in_full(const json_t *at, const json_t *row, char *text,
				size_t size)
{
	struct tm tm;

	(void)row;
	if (local_time(&tm, at))
		strftime(text, size, "%Y-%m-%d %H:%M:%S", &tm);
}

/* ---- columns ---- */

/* What a table shows of a row, as far as there is any of it. */
static const struct out_column first_columns[] = {
	{ .key = "ifname", .head = "Interface", .show = view_show_iface },
	{ .key = "mode", .head = "Mode", .show = view_show_mode },
	{ .key = "name", .head = "Program", .show = show_program },
	{ .key = "id", .head = "ID", .right = true },
	{ .key = "prio", .head = "Prio", .right = true },
	{ .key = "actions", .head = "Actions", .show = show_actions },
	{ 0 },
};

static const struct out_column count_columns[] = {
	{ "pps", "Packets/s", view_show_number, true },
	{ "ns_per_packet", "ns/packet", view_show_number, true },
	{ "packets", "Packets", view_show_number, true },
	{ "aborted", "ABORTED", view_show_verdict, true },
	{ "drop", "DROP", view_show_verdict, true },
	{ "pass", "PASS", view_show_verdict, true },
	{ "tx", "TX", view_show_verdict, true },
	{ "redirect", "REDIRECT", view_show_verdict, true },
	{ 0 },
};

static const struct out_column rate_columns[] = {
	{ "ns_per_packet", "ns/packet", view_show_number, true },
	{ "pps", "Packets/s", view_show_number, true },
	{ "aborted_pps", "ABORTED/s", view_show_verdict, true },
	{ "drop_pps", "DROP/s", view_show_verdict, true },
	{ "pass_pps", "PASS/s", view_show_verdict, true },
	{ "tx_pps", "TX/s", view_show_verdict, true },
	{ "redirect_pps", "REDIRECT/s", view_show_verdict, true },
	{ 0 },
};

static const struct out_column bytes_columns[] = {
	{ "bytes", "Bytes", view_show_bytes, true },
	{ 0 },
};

static const struct out_column bytes_rate_columns[] = {
	{ "bytes_ps", "Bytes/s", view_show_bytes, true },
	{ 0 },
};

static const struct out_column last_columns[] = {
	{ .key = "attached_by", .head = "By" },
	{ .key = "loaded_at", .head = "Loaded", .show = show_loaded },
	{ 0 },
};

static const struct out_column verbose_columns[] = {
	{ .key = "attached_by", .head = "By" },
	{ .key = "loaded_at", .head = "Loaded", .show = show_loaded_in_full },
	{ .key = "uid", .head = "User", .right = true },
	{ .key = "how", .head = "How" },
	{ .key = "adopted", .head = "Adopted" },
	{ .key = "group", .head = "Group", .right = true },
	{ .key = "map_ids", .head = "Maps" },
	{ .key = "tag", .head = "Tag" },
	{ .key = "pinned", .head = "Pinned" },
	{ .key = "file", .head = "File" },
	{ .key = "why", .head = "Why" },
	{ 0 },
};

static size_t add_columns(struct out_column *to, size_t at,
			  const struct out_column *columns)
{
	for (; columns->key; columns++) {
		assert(at < VIEW_COLUMNS);
		to[at++] = *columns;
	}
	return at;
}

void view_init(struct view *view, bool json, bool verbose, bool rates)
{
	size_t at;

	*view = (struct view){ .json = json };
	at = add_columns(view->columns, 0, first_columns);
	at = add_columns(view->columns, at,
			 rates ? rate_columns : count_columns);
	if (verbose)
		at = add_columns(view->columns, at,
				 rates ? bytes_rate_columns : bytes_columns);
	add_columns(view->columns, at,
		    verbose ? verbose_columns : last_columns);
}
