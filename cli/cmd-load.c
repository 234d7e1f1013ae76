// SPDX-License-Identifier: GPL-2.0-only
/* cmd-load - xdplab load: put a program on an interface */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <xdplab.h>

#include "cmd.h"
#include "memory.h"
#include "out.h"
#include "view.h"

static const struct option_spec options[] = {
	{ 'm', "mode", "MODE", "native, skb, hw or auto (default auto)",
	  "native skb hw auto" },
	{ 'n', "prog-name", "NAME", "Select the program by function name",
	  NULL },
	{ 's', "section", "NAME", "Select the program by ELF section", NULL },
	{ 'P', "prio", "N", "Priority, lower runs first (default 50)", NULL },
	{ 'A', "actions", "LIST", "Verdicts after which the chain continues",
	  "PASS DROP ABORTED TX REDIRECT none" },
	{ 'p', "pin-path", "DIR",
	  "Pin maps by name in DIR (bpffs), reuse existing pins", "@file" },
	{ 0, "fresh-maps", NULL, "Create new maps", NULL },
	{ 0, "link", NULL, "Attach by a pinned bpf_link, not by netlink",
	  NULL },
	{ 0, "adopt", NULL, "Keep a foreign program as a stage", NULL },
	{ 0, "force", NULL, "Replace a foreign program; allow losing xdp.frags",
	  NULL },
	{ 0, "no-counters", NULL, "Do not count packets", NULL },
	{ 0, "dry-run", NULL, "Do everything except attach", NULL },
	{ 0, "timeout", "SECONDS",
	  "Wait up to SECONDS for the lock (default 10)", NULL },
	{ 0 },
};

static int read_options(const struct args *args, struct xdplab_prog_opts *prog,
			struct xdplab_load_opts *load)
{
	int status = options_load(args, prog, load);

	load->link = args_count(args, "link");
	load->force = args_count(args, "force");
	load->adopt = args_count(args, "adopt");
	load->no_counters = args_count(args, "no-counters");
	load->fresh_maps = args_count(args, "fresh-maps");
	prog->pin_all = prog->pin_path;
	load->dry_run = args_count(args, "dry-run");
	if (load->force && load->adopt)
		return say_usage(args, "--adopt and --force are mutually "
				       "exclusive");
	return status ? status : options_timeout(args, &load->timeout_ms);
}

/* ---- what was done ---- */

/* One of the programs, and where in the chain it is, from 1; 0: not known. */
struct loaded {
	const struct xdplab_prog *prog;
	size_t place;
};

static json_t *done_row(const char *ifname, const struct loaded *loaded,
			const struct xdplab_change *change, bool dry_run)
{
	json_t *row =
		json_pack("{s:o, s:o, s:s, s:I, s:I, s:I, s:b}", "ifname",
			  out_string(ifname), "name",
			  out_string(xdplab_prog_name(loaded->prog)), "mode",
			  xdplab_mode_name(change->mode), "id",
			  (json_int_t)xdplab_prog_id(loaded->prog), "chain_id",
			  (json_int_t)change->prog_id, "stages",
			  (json_int_t)change->nr_stages, "dry_run", dry_run);

	json_object_set_new(
		row, "maps_reused",
		json_integer(xdplab_prog_maps_reused(loaded->prog)));
	if (loaded->place)
		json_object_set_new(row, "stage", json_integer(loaded->place));
	if (change->replaced_id)
		json_object_set_new(row, "replaced_id",
				    json_integer(change->replaced_id));
	if (change->adopted_id)
		json_object_set_new(row, "adopted_id",
				    json_integer(change->adopted_id));
	return row;
}

/* What else is to be said of it: ", stage 2 of 3; ...". */
static void describe(char *text, size_t size, const struct loaded *loaded,
		     const struct xdplab_change *change)
{
	size_t length;

	options_reused(loaded->prog, text, size);
	length = strlen(text);
	if (change->nr_stages > 1 && loaded->place)
		length += snprintf(text + length, size - length,
				   ", stage %zu of %u", loaded->place,
				   change->nr_stages);
	else if (change->nr_stages > 1)
		length += snprintf(text + length, size - length,
				   ", one of %u stages", change->nr_stages);
	if (change->adopted_id)
		snprintf(text + length, size - length, "; adopted id %u",
			 change->adopted_id);
	if (change->replaced_id)
		snprintf(text + length, size - length, ", replaces id %u",
			 change->replaced_id);
}

/* A chain of one goes by the id of its program, which all tools show. */
static int report_one(const struct args *args, const struct loaded *loaded,
		      const struct xdplab_change *change)
{
	bool dry_run = args_count(args, "dry-run");
	const char *ifname = args_operand(args, 0);
	json_t *row = done_row(ifname, loaded, change, dry_run);
	char more[128];

	if (dry_run)
		return out_done(args_count(args, "json"), row,
				"%s: %s passes the verifier; dry run, not "
				"attached",
				ifname, xdplab_prog_name(loaded->prog));
	describe(more, sizeof(more), loaded, change);
	return out_done(args_count(args, "json"), row,
			"%s: %s (id %u) runs in %s mode%s", ifname,
			xdplab_prog_name(loaded->prog),
			change->nr_stages == 1 ? change->prog_id
					       : xdplab_prog_id(loaded->prog),
			xdplab_mode_name(change->mode), more);
}

static int compare_places(const void *a, const void *b)
{
	const struct loaded *one = a, *other = b;

	return (one->place > other->place) - (one->place < other->place);
}

/* Where they are now; not known without bpffs, or if others were faster. */
static void find_places(struct loaded *loaded, size_t nr, const char *ifname,
			const struct xdplab_change *change)
{
	struct xdplab_status *status = NULL;
	char id[16];

	if (xdplab_status_read(&status, ifname))
		return;
	for (size_t i = 0; i < nr; i++) {
		snprintf(id, sizeof(id), "%" PRIu32,
			 xdplab_prog_id(loaded[i].prog));
		view_find_stage(status, change->prog_id, id, &loaded[i].place);
	}
	xdplab_status_free(status);
}

/* In the order in which they run. */
static int report(struct args *args, struct xdplab_prog *const *progs,
		  size_t nr, const struct xdplab_change *change)
{
	struct loaded *loaded = need_memory(calloc(nr, sizeof(*loaded)));
	int err = 0;

	for (size_t i = 0; i < nr; i++)
		loaded[i].prog = progs[i];
	if (change->nr_stages > 1) {
		find_places(loaded, nr, args_operand(args, 0), change);
		qsort(loaded, nr, sizeof(*loaded), compare_places);
	}
	for (size_t i = 0; !err && i < nr; i++)
		err = report_one(args, &loaded[i], change);
	free(loaded);
	return err;
}

/* ---- load ---- */

static int load(struct args *args)
{
	struct xdplab_prog_opts prog_opts = { .sz = sizeof(prog_opts) };
	struct xdplab_load_opts load_opts = { .sz = sizeof(load_opts) };
	int status = args_operands(args, 2, -1);

	if (!status)
		status = read_options(args, &prog_opts, &load_opts);
	if (status)
		return status;
	if (access(args_operand(args, 1), F_OK) &&
	    !access(args_operand(args, 0), F_OK))
		return say_usage(args,
				 "%s: is a file; expected the interface first",
				 args_operand(args, 0));
	return load_files(args, &prog_opts, &load_opts, report);
}

const struct cmd cmd_load = {
	.name = "load",
	.operands = "IFACE FILE...",
	.summary = "Load XDP programs and attach them to an interface",
	.detail =
		"Loads the XDP program of each ELF object FILE and adds them "
		"to the chain of IFACE in one step. The chain is all the "
		"programs (stages) of an interface, fused into one, in order "
		"of priority and then of name. The next stage runs if the "
		"verdict is one of the stage's chain actions; any other "
		"verdict ends the chain.\n"
		"\n"
		"Priority and actions come from -P and -A, else from the "
		"object (XDP_RUN_CONFIG), else they are 50 and PASS. Mode auto "
		"(the default) attaches a new chain in the driver (native) if "
		"the driver supports it, else in the stack (skb). -P, -A, -n "
		"and -s apply to every FILE.\n"
		"\n"
		"Existing stages are not replaced: use `xdplab chain IFACE "
		"replace` for that.\n"
		"\n"
		"The maps of a stage are pinned with it. If a stage of the "
		"same function and file is already running, or `unload "
		"--keep-maps` kept the maps of one of that name, the new stage "
		"reuses its maps, so that counters and settings persist. "
		"Constants (.rodata) are never reused. If a map's layout "
		"differs, nothing is changed and both layouts are shown; "
		"--fresh-maps creates new maps. With -p, all programs and "
		"interfaces that use the same DIR share maps by name, and the "
		"pins stay there.\n"
		"\n"
		"A foreign program on IFACE is left alone unless --adopt or "
		"--force is given. If anything fails, what was running keeps "
		"running. No packet passes unprocessed.\n"
		"\n"
		"Examples:\n"
		"  xdplab load eth0 prog.o             the only XDP program in "
		"prog.o\n"
		"  xdplab load eth0 -P 10 fw.o         runs before those with "
		"prio 50\n"
		"  xdplab load eth0 -A PASS,DROP n.o   DROP, too, continues "
		"the chain\n"
		"  xdplab load eth0 a.o b.o c.o        three programs, one "
		"swap\n"
		"  xdplab load -m skb lo prog.o        generic mode: any "
		"device\n"
		"  xdplab load -n xdp_fw eth0 all.o    one of several in a file",
	.flags = CMD_JSON | CMD_NETNS,
	.options = options,
	.words = "@iface; @file",
	.exec = load,
};
