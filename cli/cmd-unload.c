// SPDX-License-Identifier: GPL-2.0-only
/* cmd-unload - xdplab unload: take programs off an interface */
#include <stdio.h>

#include <xdplab.h>

#include "cmd.h"
#include "out.h"

static const struct option_spec options[] = {
	{ 'i', "id", "ID", "The stage or program with this id", NULL },
	{ 'n', "prog-name", "NAME", "The stage or program of this name",
	  "@stage" },
	{ 'a', "all", NULL, "All programs", NULL },
	{ 'm', "mode", "MODE", "Only what runs in MODE", "native skb hw" },
	{ 0, "keep-maps", NULL, "Keep its maps for the next load", NULL },
	{ 0, "timeout", "SECONDS", "Wait so long for other changes (10)",
	  NULL },
	{ 0 },
};

static int read_options(const struct args *args,
			struct xdplab_unload_opts *opts)
{
	uint64_t id = 0;
	int status;

	if (args_count(args, "all") &&
	    (args_count(args, "id") || args_count(args, "prog-name")))
		return say_usage(args, "--all leaves nothing to choose by --id "
				       "or --prog-name");
	status = args_number(args, "id", 1, UINT32_MAX, &id);
	opts->id = id;
	opts->name = args_value(args, "prog-name");
	opts->all = args_count(args, "all");
	opts->keep_maps = args_count(args, "keep-maps");
	if (!status)
		status = options_mode(args, &opts->mode);
	return status ? status : options_timeout(args, &opts->timeout_ms);
}

/* What is left: stages, or the program that was adopted and is alone again. */
static void set_left(const struct xdplab_change *change, json_t *row,
		     char *text, size_t size)
{
	bool returned = !change->nr_stages && change->prog_id;

	*text = '\0';
	if (returned)
		snprintf(text, size,
			 "; id %u, which was adopted, runs as it did before",
			 change->prog_id);
	else if (change->nr_stages)
		snprintf(text, size, ", %u stage%s left", change->nr_stages,
			 change->nr_stages == 1 ? "" : "s");
	if (returned)
		json_object_set_new(row, "returned_id",
				    json_integer(change->prog_id));
}

static int unload(struct args *args)
{
	struct xdplab_unload_opts opts = { .sz = sizeof(opts) };
	const char *ifname = args_operand(args, 0);
	int err, status = args_operands(args, 1, 1);
	struct xdplab_change change;
	const char *kept = args_count(args, "keep-maps")
				   ? "; its maps wait for the next load"
				   : "";
	char left[80];
	json_t *row;

	if (!status)
		status = read_options(args, &opts);
	if (status)
		return status;
	err = xdplab_chain_unload(ifname, &change, &opts);
	if (err)
		return say_failure(args, err);
	row = json_pack("{s:o, s:I, s:I}", "ifname", out_string(ifname),
			"unloaded", (json_int_t)change.nr_removed, "stages",
			(json_int_t)change.nr_stages);
	set_left(&change, row, left, sizeof(left));
	err = out_done(args_count(args, "json"), row,
		       "%s: %u program%s taken off%s%s", ifname,
		       change.nr_removed, change.nr_removed == 1 ? "" : "s",
		       left, kept);
	return err ? EXIT_FAILED : EXIT_DONE;
}

const struct cmd cmd_unload = {
	.name = "unload",
	.operands = "IFACE",
	.summary = "Take XDP programs off an interface",
	.detail = "Takes off the only program, the stage or program that --id "
		  "or --prog-name chooses, or all; whoever loaded it, and "
		  "whether it is attached by netlink or held by a bpf_link. "
		  "The id of a chain's own program stands for the whole chain. "
		  "The kernel is asked afterwards whether it is gone.\n"
		  "\n"
		  "When a stage goes, the others keep their maps and counters; "
		  "an adopted program that is left alone gets the interface "
		  "back. A stage's maps go with it, but for those that others "
		  "use or have pinned. With --keep-maps they stay pinned, "
		  "and the next stage of that name on that interface goes on "
		  "with them; `xdplab clean --kept-maps` drops them.",
	.flags = CMD_JSON | CMD_NETNS,
	.options = options,
	.words = "@iface",
	.exec = unload,
};
