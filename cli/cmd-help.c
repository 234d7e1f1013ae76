// SPDX-License-Identifier: GPL-2.0-only
/* help - lists the commands, or explains one of them */
#include "cmd.h"

static int help(struct args *args)
{
	const char *name = args_operand(args, 0);
	const struct cmd *cmd = NULL;
	char why[256];
	int status = args_operands(args, 0, 1);

	if (status)
		return status;
	if (name) {
		cmd = program_cmd(args->program, name);
		if (!cmd) {
			program_no_cmd(args->program, name, why, sizeof(why));
			return say_usage(args, "%s: %s", name, why);
		}
		help_cmd(args->program, cmd);
	} else if (args_count(args, "mdoc")) {
		help_mdoc(args->program);
	} else if (args_count(args, "bash")) {
		help_bash(args->program);
	} else {
		help_program(args->program);
	}
	return EXIT_DONE;
}

static const struct option_spec options[] = {
	{ 0, "bash", NULL, "Print the bash completion script", NULL },
	{ 0, "mdoc", NULL, "Print the manual's command sections", NULL },
	{ 0 },
};

const struct cmd cmd_help = {
	.name = "help",
	.operands = "[COMMAND]",
	.summary = "List the commands, or show help for one",
	.options = options,
	.words = "@command",
	.exec = help,
};
