// SPDX-License-Identifier: GPL-2.0-only
/* cmd-clean - xdplab clean: remove state of programs that no longer run */
#include <xdplab.h>

#include "cmd.h"
#include "out.h"

static const struct out_column columns[] = {
	{ .key = "removed", .head = "Removed" },
	{ 0 },
};

static void show_path(const char *path, void *arg)
{
	out_row(arg, json_pack("{s:o}", "removed", out_string(path)));
}

static const struct option_spec options[] = {
	{ 0, "kept-maps", NULL, "Also remove maps kept by unload --keep-maps",
	  NULL },
	{ 0 },
};

static int clean(struct args *args)
{
	int err, status = args_operands(args, 0, 1);
	struct out *out;

	if (status)
		return status;
	out = out_open(args_count(args, "json"), OUT_TABLE, columns);
	err = xdplab_chain_clean(args_operand(args, 0),
				 args_count(args, "kept-maps"), show_path, out);
	if (out_close(out))
		status = EXIT_FAILED;
	return err ? say_failure(args, err) : status;
}

const struct cmd cmd_clean = {
	.name = "clean",
	.operands = "[IFACE]",
	.summary = "Remove stale state from bpffs",
	.detail =
		"State belongs to an interface of a namespace. It is stale, "
		"and removed, when its program is no longer attached there, "
		"according to the kernel. What is removed is listed. load and "
		"unload do the same for their interface.\n"
		"\n"
		"Maps kept by `unload --keep-maps` are not stale as long as "
		"their interface exists.",
	.flags = CMD_JSON | CMD_NETNS,
	.options = options,
	.words = "@iface",
	.exec = clean,
};
