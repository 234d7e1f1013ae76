// SPDX-License-Identifier: GPL-2.0-only
/* cmd-status - xdplab status: what runs on every interface */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <xdplab.h>

#include "cmd.h"
#include "out.h"

/* How long to count where statistics are on anyway. */
#define BRIEF_INTERVAL 0.25

static const struct option_spec options[] = {
	{ 's', "stats", NULL,
	  "Have the kernel count, and show packets per second", NULL },
	{ 'w', "watch", NULL, "Show it again and again, until Ctrl-C", NULL },
	{ 0, "interval", "SECONDS", "How long to count (1)", NULL },
	{ 0 },
};

/* ---- columns ---- */

static void show_maps(const json_t *maps, const json_t *row, char *text,
		      size_t size)
{
	size_t length = 0, i;
	const json_t *id;

	(void)row;
	json_array_foreach(maps, i, id)
	{
		length += snprintf(text + length, size - length, "%s%lld",
				   i ? "," : "",
				   (long long)json_integer_value(id));
		if (length >= size)
			return;
	}
}

/* An interface without a program shows a dash; a program that the caller may
 * not look at, a question mark. */
static void show_program(const json_t *name, const json_t *row, char *text,
			 size_t size)
{
	const char *unknown = json_object_get(row, "id") ? "?" : "-";

	snprintf(text, size, "%s", name ? json_string_value(name) : unknown);
}

static void show_loaded(const json_t *at, const json_t *row, char *text,
			size_t size)
{
	time_t seconds = json_integer_value(at);
	struct tm tm;

	(void)row;
	if (at && localtime_r(&seconds, &tm))
		strftime(text, size, "%Y-%m-%d %H:%M:%S", &tm);
}

static void show_rate(const json_t *rate, const json_t *row, char *text,
		      size_t size)
{
	(void)row;
	if (rate)
		snprintf(text, size, "%.0f", json_number_value(rate));
}

/* What a table shows of a row, as far as there is any of it; and with -v. */
static const struct out_column columns[] = {
	{ .key = "ifname", .head = "Interface" },
	{ .key = "mode", .head = "Mode" },
	{ .key = "name", .head = "Program", .show = show_program },
	{ .key = "id", .head = "ID", .right = true },
	{ "pps", "Packets/s", show_rate, true },
	{ "ns_per_packet", "ns/packet", show_rate, true },
	{ .key = "map_ids", .head = "Maps", .show = show_maps },
	{ .key = "attached_by", .head = "By" },
	{ .key = "loaded_at", .head = "Loaded", .show = show_loaded },
	{ .key = "pinned", .head = "Pinned" },
	{ .key = "tag", .head = "Tag" },
	{ .key = "prio", .head = "Prio", .right = true },
	{ .key = "actions", .head = "Actions" },
	{ .key = "uid", .head = "User", .right = true },
	{ .key = "file", .head = "File" },
};

#define NR_COLUMNS     (sizeof(columns) / sizeof(*columns))
#define NR_COLUMNS_DIM 5 /* of them those that only -v shows */

/* ---- rows ---- */

static json_t *actions_list(uint32_t actions)
{
	json_t *list = json_array();

	for (uint32_t verdict = 0; xdplab_verdict_name(verdict); verdict++)
		if (actions & 1u << verdict)
			json_array_append_new(
				list,
				json_string(xdplab_verdict_name(verdict)));
	return list;
}

static void set(json_t *row, const char *key, json_t *value)
{
	json_object_set_new(row, key, value);
}

static void set_program(json_t *row, const struct xdplab_attached *attached)
{
	json_t *maps = json_array();

	set(row, "name", out_string(attached->name));
	set(row, "tag", json_string(attached->tag));
	for (uint32_t i = 0; i < attached->nr_map_ids; i++)
		json_array_append_new(maps, json_integer(attached->map_ids[i]));
	set(row, "map_ids", maps);
	set(row, "loaded_at", json_integer(attached->loaded_at));
	set(row, "uid", json_integer(attached->uid));
	set(row, "jited", json_boolean(attached->jited));
	set(row, "run_cnt", json_integer(attached->run_cnt));
	set(row, "run_time_ns", json_integer(attached->run_time_ns));
}

static void set_attached(json_t *row, const struct xdplab_attached *attached)
{
	set(row, "mode", json_string(xdplab_mode_name(attached->mode)));
	set(row, "id", json_integer(attached->id));
	if (*attached->tag)
		set_program(row, attached);
	set(row, "attached_by",
	    json_string(attached->link_id ? "link" : "netlink"));
	if (attached->link_id)
		set(row, "link_id", json_integer(attached->link_id));
	if (attached->pinned)
		set(row, "pinned", out_string(attached->pinned));
}

/* The same program in the status of `seconds` ago. */
static const struct xdplab_attached *
find_before(const struct xdplab_status *before, uint32_t ifindex, uint32_t id)
{
	for (size_t i = 0; i < xdplab_status_count(before); i++) {
		const struct xdplab_iface *iface =
			xdplab_status_iface(before, i);

		if (iface->ifindex != ifindex)
			continue;
		for (size_t k = 0; k < iface->nr_attached; k++)
			if (iface->attached[k].id == id)
				return &iface->attached[k];
	}
	return NULL;
}

static void set_rate(json_t *row, const struct xdplab_attached *now,
		     const struct xdplab_attached *before, double seconds)
{
	uint64_t packets, ns;

	if (!before)
		return;
	packets = now->run_cnt - before->run_cnt;
	ns = now->run_time_ns - before->run_time_ns;
	set(row, "pps", json_real(packets / seconds));
	if (packets)
		set(row, "ns_per_packet", json_real((double)ns / packets));
}

static json_t *iface_row(const struct xdplab_iface *iface)
{
	return json_pack("{s:I, s:o, s:I, s:b}", "ifindex",
			 (json_int_t)iface->ifindex, "ifname",
			 out_string(iface->ifname), "mtu",
			 (json_int_t)iface->mtu, "up", iface->up);
}

static void show_iface(struct out *out, const struct xdplab_iface *iface,
		       const struct xdplab_status *before, double seconds)
{
	if (!iface->nr_attached)
		out_row(out, iface_row(iface));
	for (size_t i = 0; i < iface->nr_attached; i++) {
		const struct xdplab_attached *attached = &iface->attached[i];
		json_t *row = iface_row(iface);

		set_attached(row, attached);
		if (before)
			set_rate(row, attached,
				 find_before(before, iface->ifindex,
					     attached->id),
				 seconds);
		out_row(out, row);
	}
}

/* ---- once, or again and again ---- */

static bool kernel_counts(void)
{
	FILE *file = fopen("/proc/sys/kernel/bpf_stats_enabled", "re");
	int on = file ? fgetc(file) : '0';

	if (file)
		fclose(file);
	return on == '1';
}

static bool runs_any(const struct xdplab_status *status)
{
	for (size_t i = 0; i < xdplab_status_count(status); i++)
		if (xdplab_status_iface(status, i)->nr_attached)
			return true;
	return false;
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
}

static void wait_seconds(double seconds)
{
	struct timespec rest = { .tv_sec = seconds };

	rest.tv_nsec = (seconds - rest.tv_sec) * 1e9;
	nanosleep(&rest, NULL);
}

/* What is shown, and how. */
struct view {
	const char *ifname;
	struct out_column columns[NR_COLUMNS + 1];
	double interval; /* seconds to count for; 0: do not */
	bool json, watch;
};

/* Reads the status, and, if there is something to count, how it was
 * `*seconds` before that; else *before is NULL. */
static int read_status(const struct view *view, struct xdplab_status **status,
		       struct xdplab_status **before, double *seconds)
{
	double start = now();
	int err;

	err = xdplab_status_read(status, view->ifname);
	if (err || view->interval <= 0 || (!view->watch && !runs_any(*status)))
		return err;
	*before = *status;
	*status = NULL;
	wait_seconds(view->interval);
	err = xdplab_status_read(status, view->ifname);
	*seconds = now() - start;
	return err;
}

static int show_once(const struct view *view)
{
	struct xdplab_status *before = NULL, *status = NULL;
	double seconds = 0;
	struct out *out;
	int err;

	err = read_status(view, &status, &before, &seconds);
	if (!err) {
		out = out_open(view->json,
			       view->watch && view->json ? OUT_STREAM
							 : OUT_TABLE,
			       view->columns);
		if (view->watch && out_colour())
			fputs("\033[H\033[2J", stdout);
		for (size_t i = 0; i < xdplab_status_count(status); i++)
			show_iface(out, xdplab_status_iface(status, i), before,
				   seconds);
		if (out_close(out))
			err = 1;
	}
	xdplab_status_free(before);
	xdplab_status_free(status);
	return err;
}

static int read_options(struct args *args, struct view *view)
{
	uint64_t seconds = 1;
	int status;

	status = args_operands(args, 0, 1);
	if (!status)
		status = args_number(args, "interval", 1, 3600, &seconds);
	view->ifname = args_operand(args, 0);
	view->json = args_count(args, "json");
	view->watch = args_count(args, "watch");
	if (view->watch || args_count(args, "stats"))
		view->interval = seconds;
	else if (kernel_counts())
		view->interval =
			args_count(args, "interval") ? seconds : BRIEF_INTERVAL;
	memcpy(view->columns, columns, sizeof(columns));
	if (!args_count(args, "verbose"))
		view->columns[NR_COLUMNS - NR_COLUMNS_DIM].key = NULL;
	return status;
}

static int status(struct args *args)
{
	struct view view = { 0 };
	int err, counting = -1, exit_status = read_options(args, &view);

	if (exit_status)
		return exit_status;
	/* The kernel counts until the descriptor is closed, by exit too. */
	if (args_count(args, "stats")) {
		counting = xdplab_stats_enable();
		if (counting < 0)
			return say_failure(args, counting);
	}
	do {
		err = show_once(&view);
	} while (!err && view.watch);
	if (counting >= 0)
		close(counting);
	if (err < 0)
		return say_failure(args, err);
	return err ? EXIT_FAILED : EXIT_DONE;
}

const struct cmd cmd_status = {
	.name = "status",
	.operands = "[IFACE]",
	.summary = "Show what runs on every interface, or on one",
	.detail =
		"One line for each interface of the namespace: the program on "
		"it with its mode, id and tag, the ids of its maps, whether it "
		"is attached by netlink or held by a bpf_link, when it was "
		"loaded, and where it is pinned.\n"
		"\n"
		"While kernel.bpf_stats_enabled is on, packets per second and "
		"the time for each are counted and shown too; --stats turns "
		"that on for as long as the command runs. It costs the "
		"programs some 20 ns a packet.\n"
		"\n"
		"Examples:\n"
		"  xdplab status                      all interfaces\n"
		"  xdplab status -v eth0              all that is known\n"
		"  xdplab status --stats --watch      live, until Ctrl-C\n"
		"  xdplab status -j | jq '.[].name // empty'",
	.flags = CMD_JSON | CMD_NETNS,
	.options = options,
	.words = "@iface",
	.exec = status,
};
