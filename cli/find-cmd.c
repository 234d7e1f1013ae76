// SPDX-License-Identifier: GPL-2.0-only
/* find-cmd - a command of a program, by its name */
#include <stdio.h>
#include <string.h>

#include "cmd.h"

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
