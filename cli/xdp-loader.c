// SPDX-License-Identifier: GPL-2.0-only
/*
 * xdp-loader - the commands under xdp-tools' name, with its options and table
 *
 * Where the two differ in what they do by themselves (which mode, which of
 * several programs), this one does as xdp-loader.
 */
#include <stdio.h>
#include <string.h>

#include <xdplab.h>

#include "cmd.h"
#include "out.h"

/* ---- load ---- */

static const struct option_spec load_options[] = {
	{ 'm', "mode", "MODE",
	  "Load in MODE: native (default), skb, hw or unspecified",
	  "native skb hw unspecified" },
	{ 'p', "pin-path", "DIR", "Where to pin maps, in bpffs", "@file" },
	{ 's', "section", "NAME", "ELF section of the program (first in file)",
	  NULL },
	{ 'n', "prog-name", "NAME", "Name of the program (first in file)",
	  NULL },
	{ 'P', "prio", "N", "Run priority (default 50)", NULL },
	{ 'A', "actions", "LIST", "Chain call actions (default XDP_PASS)",
	  "XDP_ABORTED XDP_DROP XDP_PASS XDP_TX XDP_REDIRECT" },
	{ 0 },
};

static int load(struct args *args)
{
	struct xdplab_prog_opts prog_opts = { .sz = sizeof(prog_opts),
					      .first = true };
	struct xdplab_load_opts load_opts = { .sz = sizeof(load_opts),
					      .mode = XDPLAB_MODE_NATIVE };
	int status = args_operands(args, 2, -1);

	if (!status)
		status = options_load(args, &prog_opts, &load_opts);
	return status ? status : load_files(args, &prog_opts, &load_opts, NULL);
}

const struct cmd loader_load = {
	.name = "load",
	.operands = "IFACE FILE...",
	.summary = "load XDP programs on an interface",
	.options = load_options,
	.words = "@iface; @file",
	.exec = load,
};

/* ---- unload ---- */

static const struct option_spec unload_options[] = {
	{ 'i', "id", "ID", "Unload program with id ID", NULL },
	{ 'a', "all", NULL, "Unload all programs from interface", NULL },
	{ 0 },
};

static int unload(struct args *args)
{
	struct xdplab_unload_opts opts = { .sz = sizeof(opts) };
	int err, status = args_operands(args, 1, 1);
	uint64_t id = 0;

	if (!status)
		status = args_number(args, "id", 1, UINT32_MAX, &id);
	if (status)
		return status;
	opts.id = id;
	opts.all = args_count(args, "all");
	if (!opts.id && !opts.all) {
		say(args, "Need prog ID or --all");
		return EXIT_FAILED;
	}
	err = xdplab_chain_unload(args_operand(args, 0), NULL, &opts);
	return err ? say_failure(args, err) : EXIT_DONE;
}

const struct cmd loader_unload = {
	.name = "unload",
	.operands = "IFACE",
	.summary = "unload an XDP program from an interface",
	.options = unload_options,
	.words = "@iface",
	.exec = unload,
};

/* ---- status ---- */

/* The widths are xdp-tools'; scripts cut by them. */
#define ROW	  "%-16s %-5s %-17s %-8s %-4u %-17s\n"
#define STAGE_ROW "%-16s %-5u  %-16s %-8s %-4u %-17s %s\n"
#define IDLE_ROW  "%-22s %s\n"

static void print_actions(uint32_t actions, char *text, size_t size)
{
	size_t length = 0;

	text[0] = '\0';
	for (uint32_t verdict = 0; xdplab_verdict_name(verdict); verdict++)
		if (actions & 1u << verdict)
			length += snprintf(text + length, size - length,
					   "%sXDP_%s", length ? "," : "",
					   xdplab_verdict_name(verdict));
}

static void print_attached(const char *ifname,
			   const struct xdplab_attached *attached)
{
	char name[128], actions[128];

	out_clean(name, sizeof(name), attached->name);
	printf(ROW, ifname, "", name, xdplab_mode_name(attached->mode),
	       attached->id, attached->tag);
	for (size_t i = 0; i < attached->nr_stages; i++) {
		const struct xdplab_stage *stage = &attached->stages[i];

		out_clean(name, sizeof(name), stage->name);
		print_actions(stage->actions, actions, sizeof(actions));
		printf(STAGE_ROW, " =>", stage->prio, name, "", stage->id,
		       stage->tag, actions);
	}
}

static void print_iface(const struct xdplab_iface *iface)
{
	char ifname[64];

	out_clean(ifname, sizeof(ifname), iface->ifname);
	if (!iface->nr_attached)
		printf(IDLE_ROW, ifname, "<No XDP program loaded!>");
	for (size_t i = 0; i < iface->nr_attached; i++)
		print_attached(ifname, &iface->attached[i]);
}

static int status(struct args *args)
{
	static const char line[] =
		"-------------------------------------------"
		"-------------------------------------------";
	struct xdplab_status *now;
	int err, exit_status = args_operands(args, 0, 1);

	if (exit_status)
		return exit_status;
	err = xdplab_status_read(&now, args_operand(args, 0));
	if (err)
		return say_failure(args, err);
	printf("CURRENT XDP PROGRAM STATUS:\n\n"
	       "%-16s %-5s %-17s %-8s %-4s %-17s %s\n%s\n",
	       "Interface", "Prio", "Program name", "Mode", "ID", "Tag",
	       "Chain actions", line);
	for (size_t i = 0; i < xdplab_status_count(now); i++)
		print_iface(xdplab_status_iface(now, i));
	putchar('\n');
	xdplab_status_free(now);
	return EXIT_DONE;
}

const struct cmd loader_status = {
	.name = "status",
	.operands = "[IFACE]",
	.summary = "show current XDP program status",
	.words = "@iface",
	.exec = status,
};

/* ---- clean, features ---- */

static void print_path(const char *path, void *arg)
{
	char clean_path[4096];

	(void)arg;
	out_clean(clean_path, sizeof(clean_path), path);
	printf("Removed %s\n", clean_path);
}

static int clean(struct args *args)
{
	int err, exit_status = args_operands(args, 0, 1);
	const char *ifname = args_operand(args, 0);

	if (exit_status)
		return exit_status;
	printf("Cleaning up detached XDP program links for %s\n",
	       ifname ? ifname : "all interfaces");
	err = xdplab_chain_clean(ifname, false, print_path, NULL);
	return err ? say_failure(args, err) : EXIT_DONE;
}

const struct cmd loader_clean = {
	.name = "clean",
	.operands = "[IFACE]",
	.summary = "clean up detached program links in XDP bpffs directory",
	.words = "@iface",
	.exec = clean,
};

/* Names are filled up with tabs to column 32. */
static void print_feature(const char *name, bool there)
{
	size_t at = strlen(name) + 1;

	printf("%s:", name);
	do {
		putchar('\t');
		at = (at / 8 + 1) * 8;
	} while (at < 32);
	puts(there ? "yes" : "no");
}

static int features(struct args *args)
{
	struct xdplab_features found;
	int err, exit_status = args_operands(args, 1, 1);

	if (exit_status)
		return exit_status;
	err = xdplab_features_read(&found, args_operand(args, 0));
	if (err)
		return say_failure(args, err);
	for (unsigned int bit = 0; xdplab_feature_name(bit); bit++)
		print_feature(xdplab_feature_name(bit), found.xdp >> bit & 1);
	return EXIT_DONE;
}

const struct cmd loader_features = {
	.name = "features",
	.operands = "IFACE",
	.summary = "show XDP features supported by the interface",
	.words = "@iface",
	.exec = features,
};
