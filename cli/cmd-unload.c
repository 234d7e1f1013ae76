// SPDX-License-Identifier: GPL-2.0-only
/* cmd-unload - xdplab unload: take programs off an interface */
#include <stdio.h>

#include <xdplab.h>

#include "cmd.h"
#include "out.h"

static const struct option_spec options[] = {
	{ 'i', "id", "ID", "Select the stage or program by id", NULL },
	{ 'n', "prog-name", "NAME", "Select the stage or program by name",
	  "@stage" },
	{ 'a', "all", NULL, "Remove all programs", NULL },
	{ 'm', "mode", "MODE", "Only programs in MODE", "native skb hw" },
	{ 0, "keep-maps", NULL, "Keep the maps for the next load", NULL },
	{ 0, "timeout", "SECONDS",
	  "Wait up to SECONDS for the lock (default 10)", NULL },
	{ 0 },
};

static int read_options(const struct args *args,
			struct xdplab_unload_opts *opts)
{
	uint64_t id = 0;
	int status;

	if (args_count(args, "all") &&
	    (args_count(args, "id") || args_count(args, "prog-name")))
		return say_usage(args, "--all excludes --id and --prog-name");
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
		snprintf(text, size, "; adopted id %u runs on its own again",
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
				   ? "; maps kept for the next load"
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
		       "%s: removed %u program%s%s%s", ifname,
		       change.nr_removed, change.nr_removed == 1 ? "" : "s",
		       left, kept);
	return err ? EXIT_FAILED : EXIT_DONE;
}

const struct cmd cmd_unload = {
	.name = "unload",
	.operands = "IFACE",
	.summary = "Remove XDP programs from an interface",
	.detail =
		"Removes the only program, the one selected by --id or "
		"--prog-name, or all of them, no matter who loaded it and "
		"whether it is attached by netlink or by a bpf_link. The id of "
		"a chain's own program selects the whole chain. The result is "
		"verified with the kernel.\n"
		"\n"
		"When a stage is removed, the others keep their maps and "
		"counters; if only an adopted program is left, it gets the "
		"interface back. The maps of a stage are removed with it, "
		"unless others use them or have pinned them. With --keep-maps "
		"they stay pinned, and the next stage of that name on that "
		"interface reuses them; `xdplab clean --kept-maps` removes "
		"them.",
	.flags = CMD_JSON | CMD_NETNS,
	.options = options,
	.words = "@iface",
	.exec = unload,
};
