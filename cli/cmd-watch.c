// SPDX-License-Identifier: GPL-2.0-only
/* cmd-watch - xdplab watch: how fast packets and numbers of maps go, live */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "reading.h"
#include "watch/watch.h"

static const struct option_spec options[] = {
	{ 'i', "interval", "SECONDS",
	  "Length of a round, 0.1 to 3600 (default 1)", NULL },
	{ 'c', "count", "N", "Exit after N rounds", NULL },
	{ 0, "once", NULL, "One round: totals, or with --interval rates",
	  NULL },
	{ 0, "map", "NAME[:KEY][.FIELD]",
	  "Show this map instead of all small ones; repeatable", NULL },
	{ 0, "top", "N", "Show N keys per map (default 10)", NULL },
	{ 's', "stats", NULL,
	  "Enable kernel BPF stats; costs about 20 ns a packet", NULL },
	{ 0, "plain", NULL, "Print rounds instead of using the screen", NULL },
	{ 0 },
};

/* ---- what is asked for ---- */

struct asked {
	struct watch_session session;
	struct watch_choice *choices;
	bool json, sums, plain;
};

static void read_choices(const struct args *args, struct asked *asked)
{
	size_t nr = args_count(args, "map");

	asked->choices = need_memory(calloc(nr + 1, sizeof(*asked->choices)));
	for (size_t i = 0; i < nr; i++)
		asked->choices[i].text = args_value_at(args, "map", (int)i);
	asked->session.maps.choices = asked->choices;
	asked->session.maps.nr_choices = nr ? nr : 1;
}

static int read_options(const struct args *args, struct asked *asked)
{
	uint64_t top = 10;
	int status;

	asked->session.interval = 1;
	status = args_seconds(args, "interval", 0.1, 3600,
			      &asked->session.interval);
	if (!status)
		status = args_number(args, "count", 1, UINT32_MAX,
				     &asked->session.rounds);
	if (!status)
		status = args_number(args, "top", 1, 1000, &top);
	if (!status && args_count(args, "once") && args_count(args, "count"))
		return say_usage(args, "--once and --count are mutually "
				       "exclusive");
	if (args_count(args, "once"))
		asked->session.rounds = 1;
	asked->sums = args_count(args, "once") && !args_count(args, "interval");
	asked->json = args_count(args, "json");
	asked->plain = asked->json || args_count(args, "plain") ||
		       args_count(args, "once") || !watch_screen_fits();
	asked->session.maps.top = top;
	read_choices(args, asked);
	return status;
}

/* ---- a round ---- */

static int print_lines(const struct asked *asked,
		       const struct watch_lines *lines,
		       const struct out_column *columns)
{
	struct out *out = out_open(
		asked->json, asked->json ? OUT_STREAM : OUT_TABLE, columns);

	out_time(out, asked->session.watch.time);
	for (size_t i = 0; i < lines->nr; i++)
		out_row(out, watch_line_row(&lines->lines[i], asked->json));
	return out_close(out);
}

/* What tells a round from the one before. */
static void print_time(const struct asked *asked)
{
	time_t seconds = (time_t)asked->session.watch.time;
	char text[32] = "";
	struct tm tm;

	if (localtime_r(&seconds, &tm))
		strftime(text, sizeof(text), "%H:%M:%S", &tm);
	printf("%s%s\n", asked->session.watch.round > 2 ? "\n" : "", text);
}

/* 1 if stdout was lost. */
static int print_round(const struct asked *asked)
{
	struct watch_lines programs = { 0 }, maps = { 0 };
	int err;

	watch_lines_programs(&programs, &asked->session.watch, asked->json);
	watch_lines_maps(&maps, &asked->session.watch, asked->json);
	if (!asked->json && asked->session.rounds != 1)
		print_time(asked);
	if (!asked->json && !programs.nr)
		puts("no XDP program is attached");
	err = print_lines(asked, &programs,
			  asked->sums ? watch_program_sums
				      : watch_program_rates);
	if (!err && maps.nr && !asked->json)
		putchar('\n');
	if (!err && maps.nr)
		err = print_lines(asked, &maps, watch_map_columns);
	watch_lines_free(&programs);
	watch_lines_free(&maps);
	return err ? 1 : 0;
}

/* ---- round after round ---- */

/* Says which choices come to nothing, as far as can be seen in a round. */
static int check_choices(const struct args *args, const struct asked *asked)
{
	int status = EXIT_DONE;

	for (size_t i = 0; asked->choices[i].text; i++) {
		const struct watch_map *map = watch_maps_chosen(
			&asked->session.watch, &asked->choices[i]);

		if (map && !map->wrong)
			continue;
		if (map)
			return say_usage(args, "--map %s: %s",
					 asked->choices[i].text, map->why);
		say(args, "--map %s: not used by any program shown",
		    asked->choices[i].text);
		status = EXIT_FAILED;
	}
	return asked->session.rounds == 1 ? status : EXIT_DONE;
}

static int print_rounds(struct asked *asked)
{
	int err = 0;
	double next = asked->session.watch.at;

	if (asked->sums)
		return print_round(asked);
	for (uint64_t i = 0;
	     !err && (!asked->session.rounds || i < asked->session.rounds);
	     i++) {
		next = watch_next(&asked->session, next);
		if (next > reading_clock())
			reading_wait(next - reading_clock());
		err = watch_round(&asked->session);
		if (!err)
			err = print_round(asked);
	}
	return err;
}

static int name_ifaces(const struct args *args, struct watch *watch)
{
	for (int i = 0; i < args->nr_operands; i++) {
		struct xdplab_status *status;
		int err = xdplab_status_read(&status, args_operand(args, i));

		if (err)
			return say_failure(args, err);
		xdplab_status_free(status);
		watch_name(watch, args_operand(args, i));
	}
	return EXIT_DONE;
}

static int count_runs(const struct args *args, struct asked *asked)
{
	int counting;

	if (!args_count(args, "stats"))
		return EXIT_DONE;
	counting = xdplab_stats_enable();
	if (counting < 0)
		return say_failure(args, counting);
	asked->session.counting = counting;
	return EXIT_DONE;
}

/* On a terminal that curses does not know it is printed. */
static int on_screen(struct asked *asked)
{
	int err = watch_screen(&asked->session);

	return err > 0 ? print_rounds(asked) : err;
}

static int show(const struct args *args, struct asked *asked)
{
	int err = watch_round(&asked->session);
	int status = err ? EXIT_FAILED : check_choices(args, asked);

	if (!err && status)
		return status;
	if (!err)
		err = asked->plain ? print_rounds(asked) : on_screen(asked);
	return err < 0 ? say_failure(args, err) : err ? EXIT_FAILED : EXIT_DONE;
}

static int watch(struct args *args)
{
	struct asked asked = { .session.counting = -1 };
	int status = read_options(args, &asked);

	if (!status)
		status = name_ifaces(args, &asked.session.watch);
	if (!status)
		status = count_runs(args, &asked);
	if (!status)
		status = show(args, &asked);
	if (asked.session.counting >= 0)
		close(asked.session.counting);
	watch_free(&asked.session.watch);
	free(asked.choices);
	return status;
}

const struct cmd cmd_watch = {
	.name = "watch",
	.operands = "[IFACE...]",
	.summary = "Show live packet and map rates",
	.detail =
		"Shows, for the named interfaces or for every interface with "
		"an XDP program, the programs and the stages of their chains "
		"with packets and bytes per second, in total and by verdict, "
		"followed by the numbers in their maps. The verdicts of a "
		"chain are those with which packets leave it. On a terminal it "
		"is full-screen, and h lists the keys; otherwise, or with "
		"--plain or --json, it prints one round after another.\n"
		"\n"
		"It follows reloads: the next round shows the new program or "
		"map, without a rate for the interval that was missed, and "
		"marks it: `new map, id 12 -> 15`. `reset` marks a number that "
		"was set back, `gone` an interface that has disappeared and "
		"may come back.\n"
		"\n"
		"Arrays and hashes of up to 1024 entries are shown by default: "
		"the numbers in their values, summed over all CPUs, for the "
		"keys with the highest rates. --map selects others by name or "
		"id, optionally with a key or a field. A field that is a "
		"struct or an array selects all its members. In maps of up to "
		"65536 entries, the keys with the highest rates of the first "
		"field shown are found.\n"
		"\n"
		"Rates of programs that are not chains, and the time per "
		"packet, are only available with --stats or the sysctl "
		"kernel.bpf_stats_enabled.\n"
		"\n"
		"Examples:\n"
		"  xdplab watch                        all interfaces, "
		"full-screen\n"
		"  xdplab watch eth0 -i 0.2            five times a second\n"
		"  xdplab watch --once                 totals, at once\n"
		"  xdplab watch --once -i 5            rates over 5 s\n"
		"  xdplab watch --map flows.bytes --top 20\n"
		"  xdplab watch --map 'flows:{.addr = 10.0.0.1, .port = 53}'\n"
		"  xdplab watch -j | jq 'select(.drop_pps > 0) | .name'",
	.flags = CMD_JSON | CMD_NETNS,
	.options = options,
	.words = "@iface",
	.exec = watch,
};
