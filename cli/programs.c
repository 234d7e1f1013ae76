// SPDX-License-Identifier: GPL-2.0-only
/* programs - which commands each program has */
#include "cmd.h"

extern const struct cmd cmd_load, cmd_unload, cmd_status, cmd_watch, cmd_chain,
	cmd_map, cmd_test, cmd_clean, cmd_features, cmd_doctor, cmd_sandbox,
	cmd_version, cmd_help;
extern const struct cmd loader_load, loader_unload, loader_status, loader_clean,
	loader_features;

static const struct cmd *const xdplab_cmds[] = {
	&cmd_load,    &cmd_unload,  &cmd_status, &cmd_watch,	&cmd_chain,
	&cmd_map,     &cmd_test,    &cmd_clean,	 &cmd_features, &cmd_doctor,
	&cmd_sandbox, &cmd_version, &cmd_help,	 NULL,
};

const struct program program_xdplab = {
	.name = "xdplab",
	.summary = "the workbench for XDP programs",
	.cmds = xdplab_cmds,
	.prefixes = true,
};

static const struct cmd *const loader_cmds[] = {
	&loader_load,	  &loader_unload, &loader_status, &loader_clean,
	&loader_features, &cmd_help,	  NULL,
};

const struct program program_xdp_loader = {
	.name = "xdp-loader",
	.summary = "load and manage XDP programs, as xdp-tools' does",
	.cmds = loader_cmds,
};
