// SPDX-License-Identifier: GPL-2.0-only
/* options - options that several commands read in the same way */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <xdplab.h>

#include "cmd.h"

int options_mode(const struct args *args, enum xdplab_mode *mode)
{
	const char *name = args_value(args, "mode");

	if (!name || !xdplab_mode_parse(mode, name))
		return EXIT_DONE;
	say_failure(args, -EINVAL);
	return EXIT_USAGE;
}

int options_timeout(const struct args *args, uint32_t *timeout_ms)
{
	uint64_t seconds = 0;
	int status = args_number(args, "timeout", 1, 3600, &seconds);

	*timeout_ms = seconds * 1000;
	return status;
}

int options_actions(const struct args *args, const char *list,
		    uint32_t *actions)
{
	if (!list || !xdplab_actions_parse(actions, list))
		return EXIT_DONE;
	say_failure(args, -EINVAL);
	return EXIT_USAGE;
}

void options_prog(const struct args *args, struct xdplab_prog_opts *prog)
{
	prog->name = args_value(args, "prog-name");
	prog->section = args_value(args, "section");
	prog->pin_path = args_value(args, "pin-path");
}

void options_reused(const struct xdplab_prog *prog, char *text, size_t size)
{
	uint32_t nr = xdplab_prog_maps_reused(prog);

	*text = '\0';
	if (nr)
		snprintf(text, size, ", reuses %u map%s", nr,
			 nr == 1 ? "" : "s");
}

int options_load(const struct args *args, struct xdplab_prog_opts *prog,
		 struct xdplab_load_opts *load)
{
	const char *actions = args_value(args, "actions");
	uint64_t prio = 0;
	int status;

	options_prog(args, prog);
	status = options_mode(args, &load->mode);
	if (!status)
		status = options_actions(args, actions, &load->actions);
	if (!status)
		status = args_number(args, "prio", 0, INT32_MAX, &prio);
	load->has_actions = actions;
	load->has_prio = args_count(args, "prio");
	load->prio = prio;
	return status;
}

int options_of_verb(const struct args *args, const char *verb,
		    const char *allowed)
{
	char word[64];

	for (const struct option_spec *o = args->cmd->options; o->name; o++) {
		snprintf(word, sizeof(word), " %s ", o->name);
		if (args_count(args, o->name) && !strstr(allowed, word))
			return say_usage(args, "%s does not take --%s", verb,
					 o->name);
	}
	return EXIT_DONE;
}
