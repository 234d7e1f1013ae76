// SPDX-License-Identifier: GPL-2.0-only
/* cmd-clean - xdplab clean: remove state of programs that run no more */
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
	{ 0, "kept-maps", NULL, "Also maps that unload --keep-maps has kept",
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
	.summary = "Remove what is left in bpffs of programs that run no more",
	.detail = "State belongs to an interface of a namespace. It is only "
		  "removed when the kernel says, in that namespace, that its "
		  "program is not attached any more; what is removed is "
		  "listed. Every load and unload does the same for its own "
		  "interface.\n"
		  "\n"
		  "Maps that `unload --keep-maps` has kept wait for a stage of "
		  "that name as long as their interface is there.",
	.flags = CMD_JSON | CMD_NETNS,
	.options = options,
	.words = "@iface",
	.exec = clean,
};
