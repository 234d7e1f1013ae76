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

static int clean(struct args *args)
{
	int err, status = args_operands(args, 0, 1);
	struct out *out;

	if (status)
		return status;
	out = out_open(args_count(args, "json"), OUT_TABLE, columns);
	err = xdplab_chain_clean(args_operand(args, 0), show_path, out);
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
		  "interface.",
	.flags = CMD_JSON | CMD_NETNS,
	.words = "@iface",
	.exec = clean,
};
