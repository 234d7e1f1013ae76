// SPDX-License-Identifier: GPL-2.0-only
/* main - finds the command, runs it, and sees that its output got out */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <xdplab.h>

#include "cmd.h"
#include "out.h"

static void log_to_stderr(enum xdplab_log_level level, const char *line,
			  void *arg)
{
	const struct args *args = arg;
	const unsigned int wanted = args_count(args, "verbose");

	if (level <= wanted)
		say(args, "%s", line);
}

static int run_cmd(struct args *args, int argc, char **argv)
{
	int status = args_read(args, argc, argv);
	int err;

	if (status)
		return status;
	if (args_count(args, "help")) {
		help_cmd(args->program, args->cmd);
		return EXIT_DONE;
	}
	xdplab_log_set(log_to_stderr, args);
	if (args->cmd->flags & CMD_NETNS && args_value(args, "netns")) {
		err = xdplab_netns_enter(args_value(args, "netns"));
		if (err)
			return say_failure(args, err);
	}
	return args->cmd->exec(args);
}

/* A full disk or a closed pipe must not look like success. */
static int check_stdout(int status)
{
	if (!ferror(stdout) && !fflush(stdout))
		return status;
	if (errno != EPIPE)
		perror("xdplab: stdout");
	return status ? status : EXIT_FAILED;
}

static int no_cmd(const struct program *program, const char *word)
{
	char name[256], why[256] = "options come after the command";

	out_clean(name, sizeof(name), word);
	if (*word != '-')
		program_no_cmd(program, word, why, sizeof(why));
	fprintf(stderr,
		"%s: %s: %s\n"
		"  `%s help` lists the commands\n",
		program->name, name, why, program->name);
	return EXIT_USAGE;
}

int main(int argc, char **argv)
{
	const struct program *program = &program_xdplab;
	const char *base = argc ? strrchr(argv[0], '/') : NULL;
	struct args args = { 0 };

	if (argc && !strcmp(base ? base + 1 : argv[0], "xdp-loader"))
		program = &program_xdp_loader;
	if (argc < 2) {
		help_program(program);
		return EXIT_USAGE;
	}
	if (!strcmp(argv[1], "-h") || !strcmp(argv[1], "--help")) {
		help_program(program);
		return check_stdout(EXIT_DONE);
	}
	if (!strcmp(argv[1], "-V") || !strcmp(argv[1], "--version")) {
		printf("%s %s\n", program->name, xdplab_version());
		return check_stdout(EXIT_DONE);
	}

	args.program = program;
	args.cmd = program_cmd(program, argv[1]);
	if (!args.cmd)
		return no_cmd(program, argv[1]);
	return check_stdout(run_cmd(&args, argc - 1, argv + 1));
}
