// SPDX-License-Identifier: GPL-2.0-only
/* programs - which commands each program has, and how they are found */
#include <stdio.h>
#include <string.h>

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

const struct cmd *program_cmd(const struct program *program, const char *name)
{
	const struct cmd *found = NULL;
	size_t length = strlen(name);

	for (const struct cmd *const *cmd = program->cmds; *cmd; cmd++) {
		if (!strcmp((*cmd)->name, name))
			return *cmd;
		if (!program->prefixes || strncmp((*cmd)->name, name, length))
			continue;
		if (found)
			return NULL;
		found = *cmd;
	}
	return found;
}

void program_no_cmd(const struct program *program, const char *name, char *text,
		    size_t size)
{
	struct nearest nearest = { .typed = name };
	size_t length = 0, typed = strlen(name);

	for (const struct cmd *const *cmd = program->cmds; *cmd; cmd++)
		nearest_try(&nearest, (*cmd)->name);
	snprintf(text, size, "no such command%s", nearest_hint(&nearest));
	for (const struct cmd *const *cmd = program->cmds; *cmd; cmd++) {
		if (!program->prefixes || strncmp((*cmd)->name, name, typed))
			continue;
		length += snprintf(text + length, size - length, "%s%s",
				   length ? ", " : "could be ", (*cmd)->name);
		if (length >= size)
			return;
	}
}
