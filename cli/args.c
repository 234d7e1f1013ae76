// SPDX-License-Identifier: GPL-2.0-only
/* args - which options there are, and what a command was given */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"

static const struct option_spec json_option = { 'j', "json", NULL, "Print JSON",
						NULL };
static const struct option_spec netns_option = { 0, "netns", "NAME",
						 "Use network namespace NAME",
						 "@netns" };
static const struct option_spec verbose_option = {
	'v', "verbose", NULL, "Verbose; -vv adds libbpf's log", NULL
};
static const struct option_spec help_option = { 'h', "help", NULL,
						"Show this help", NULL };

size_t cmd_options(const struct cmd *cmd, struct option_spec *all)
{
	size_t n = 0;

	while (cmd->options && cmd->options[n].name) {
		all[n] = cmd->options[n];
		n++;
	}
	if (cmd->flags & CMD_NETNS)
		all[n++] = netns_option;
	if (cmd->flags & CMD_JSON)
		all[n++] = json_option;
	all[n++] = verbose_option;
	all[n++] = help_option;
	assert(n < MAX_OPTIONS);
	all[n] = (struct option_spec){ 0 };
	return n;
}

static int find_option(const struct args *args, const char *name)
{
	struct option_spec all[MAX_OPTIONS];

	cmd_options(args->cmd, all);
	for (int i = 0; all[i].name; i++)
		if (!strcmp(all[i].name, name))
			return i;
	assert(!"the command asks for an option that is not in its table");
	abort();
}

unsigned int args_count(const struct args *args, const char *name)
{
	return args->counts[find_option(args, name)];
}

const char *args_value(const struct args *args, const char *name)
{
	return args->values[find_option(args, name)];
}

const char *args_value_at(const struct args *args, const char *name, int index)
{
	int option = find_option(args, name);

	for (int i = 0; i < args->nr_given; i++)
		if (args->given[i].option == option && !index--)
			return args->given[i].value;
	return NULL;
}

const char *args_operand(const struct args *args, int index)
{
	return index < args->nr_operands ? args->operands[index] : NULL;
}
