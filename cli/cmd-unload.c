// SPDX-License-Identifier: GPL-2.0-only
/* cmd-unload - xdplab unload: take programs off an interface */

#include <xdplab.h>

#include "cmd.h"
#include "out.h"

static const struct option_spec options[] = {
	{ 'i', "id", "ID", "The program with this id", NULL },
	{ 'n', "prog-name", "NAME", "The program of this name", NULL },
	{ 'a', "all", NULL, "All programs", NULL },
	{ 'm', "mode", "MODE", "Only what runs in MODE", "native skb hw" },
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
	if (!status)
		status = options_mode(args, &opts->mode);
	return status ? status : options_timeout(args, &opts->timeout_ms);
}

static int unload(struct args *args)
{
	struct xdplab_unload_opts opts = { .sz = sizeof(opts) };
	const char *ifname = args_operand(args, 0);
	int err, status = args_operands(args, 1, 1);
	struct xdplab_change change;
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
	err = out_done(args_count(args, "json"), row,
		       "%s: %u program%s taken off", ifname, change.nr_removed,
		       change.nr_removed == 1 ? "" : "s");
	return err ? EXIT_FAILED : EXIT_DONE;
}

const struct cmd cmd_unload = {
	.name = "unload",
	.operands = "IFACE",
	.summary = "Take XDP programs off an interface",
	.detail = "Takes off the only program, the one that --id or "
		  "--prog-name chooses, or all; whoever loaded it, and whether "
		  "it is attached by netlink or held by a bpf_link. The kernel "
		  "is asked afterwards whether it is gone.",
	.flags = CMD_JSON | CMD_NETNS,
	.options = options,
	.words = "@iface",
	.exec = unload,
};
