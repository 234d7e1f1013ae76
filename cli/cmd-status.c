// SPDX-License-Identifier: GPL-2.0-only
/* cmd-status - xdplab status: what runs on every interface */
#include <stdio.h>
#include <unistd.h>

#include <xdplab.h>

#include "cmd.h"
#include "out.h"
#include "reading.h"
#include "view.h"

/* How long to count where statistics are on anyway. */
#define BRIEF_INTERVAL 0.25

static const struct option_spec options[] = {
	{ 's', "stats", NULL,
	  "Show packets per second; enables kernel BPF stats", NULL },
	{ 'w', "watch", NULL, "Refresh until Ctrl-C", NULL },
	{ 0, "interval", "SECONDS",
	  "Interval for --stats and --watch (default 1)", NULL },
	{ 0 },
};

/* ---- once, or again and again ---- */

static bool runs_any(const struct xdplab_status *status)
{
	for (size_t i = 0; i < xdplab_status_count(status); i++)
		if (xdplab_status_iface(status, i)->nr_attached)
			return true;
	return false;
}

/* What is shown, and how. */
struct watch {
	const char *ifname;
	struct view view;
	double interval; /* seconds to count for; 0: do not */
	bool forever, kernel_counts;
};

/* The interface as it was then; NULL if it was not there. */
static const struct xdplab_iface *iface_of(const struct reading *then,
					   uint32_t ifindex)
{
	for (size_t i = 0;
	     then->status && i < xdplab_status_count(then->status); i++)
		if (xdplab_status_iface(then->status, i)->ifindex == ifindex)
			return xdplab_status_iface(then->status, i);
	return NULL;
}

/* What tells a round from the one before: an empty screen or line, or a time. */
static void begin_round(const struct watch *watch, struct out *out,
			const struct reading *read, bool first)
{
	if (watch->view.json)
		out_time(out, read->time);
	else if (out_colour())
		fputs("\033[H\033[2J", stdout);
	else if (!first)
		putchar('\n');
}

static int show(const struct watch *watch, const struct reading *then,
		const struct reading *read, bool first)
{
	bool stream = watch->forever && watch->view.json;
	struct out *out =
		out_open(watch->view.json, stream ? OUT_STREAM : OUT_TABLE,
			 watch->view.columns);

	if (watch->forever)
		begin_round(watch, out, read, first);
	for (size_t i = 0; i < xdplab_status_count(read->status); i++) {
		const struct xdplab_iface *iface =
			xdplab_status_iface(read->status, i);
		const struct view_past past = {
			.iface = iface_of(then, iface->ifindex),
			.seconds = read->at - then->at,
			.kernel_counts = watch->kernel_counts,
		};

		view_iface(&watch->view, out, iface, &past);
	}
	return out_close(out) ? 1 : 0;
}

/* Shows it, once or until it fails.  1 if it was the output that failed. */
static int watch(const struct watch *watch)
{
	struct reading then = { 0 }, read = { 0 };
	int err = reading_take(&read, watch->ifname);
	bool first = true;

	do {
		if (!err && watch->interval > 0 &&
		    (watch->forever || runs_any(read.status))) {
			reading_forget(&then);
			then = read;
			read = (struct reading){ 0 };
			reading_wait(watch->interval);
			err = reading_take(&read, watch->ifname);
		}
		if (!err)
			err = show(watch, &then, &read, first);
		first = false;
	} while (!err && watch->forever);
	reading_forget(&then);
	reading_forget(&read);
	return err;
}

static int read_options(struct args *args, struct watch *watch)
{
	bool stats = args_count(args, "stats");
	bool asked = args_count(args, "watch") || stats;
	uint64_t seconds = 1;
	int status;

	status = args_operands(args, 0, 1);
	if (!status)
		status = args_number(args, "interval", 1, 3600, &seconds);
	if (!status && args_count(args, "interval") && !asked)
		return say_usage(args,
				 "--interval requires --watch or --stats");
	watch->ifname = args_operand(args, 0);
	watch->forever = args_count(args, "watch");
	watch->kernel_counts = stats || reading_kernel_counts();
	if (asked)
		watch->interval = seconds;
	else if (watch->kernel_counts)
		watch->interval = BRIEF_INTERVAL;
	view_init(&watch->view, args_count(args, "json"),
		  args_count(args, "verbose"), asked);
	return status;
}

static int status(struct args *args)
{
	struct watch what = { 0 };
	int err, counting = -1, exit_status = read_options(args, &what);

	if (exit_status)
		return exit_status;
	/* The kernel counts until the descriptor is closed, by exit too. */
	if (args_count(args, "stats")) {
		counting = xdplab_stats_enable();
		if (counting < 0)
			return say_failure(args, counting);
	}
	err = watch(&what);
	if (counting >= 0)
		close(counting);
	if (err < 0)
		return say_failure(args, err);
	return err ? EXIT_FAILED : EXIT_DONE;
}

const struct cmd cmd_status = {
	.name = "status",
	.operands = "[IFACE]",
	.summary = "Show the XDP programs of all interfaces, or of one",
	.detail =
		"Prints one line per interface of the namespace: the program "
		"on it, its mode and id, whether it is attached by netlink or "
		"by a bpf_link, and when it was loaded (the time of day, if "
		"less than a day ago). For programs loaded by xdplab it adds "
		"priority, actions and packet counts, in total and by "
		"verdict.\n"
		"\n"
		"A chain of several stages has a line of its own, followed by "
		"one line per stage. Numbers of a million and more are "
		"rounded; -j prints them in full. -v adds bytes, how each "
		"stage is run, maps, files and more.\n"
		"\n"
		"--watch shows packets per second of each stage instead of "
		"totals, and bytes per second with -v. Rates of other "
		"programs, and the time per packet, are only available while "
		"kernel.bpf_stats_enabled is set, or with --stats, which "
		"enables it while the command runs. This costs about 20 ns per "
		"packet.\n"
		"\n"
		"Examples:\n"
		"  xdplab status                      all interfaces\n"
		"  xdplab status -v eth0              everything about one\n"
		"  xdplab status --watch eth0         live, until Ctrl-C\n"
		"  xdplab status --stats              packets per second, ns "
		"each\n"
		"  xdplab status -j | jq '.[] | select(.drop > 0) | .name'",
	.flags = CMD_JSON | CMD_NETNS,
	.options = options,
	.words = "@iface",
	.exec = status,
};
