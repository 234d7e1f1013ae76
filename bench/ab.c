// SPDX-License-Identifier: GPL-2.0-only
/*
 * ab - runs two commands in turn and says what the one takes of the other
 *
 *	ab [-n PAIRS] [-w LIMIT] [-c LIMIT] A... -- B... [-- AFTER...]
 *
 * A and B are run as pairs, which pairs.h says more of; AFTER is run, untimed,
 * after each of them; a command that fails ends the measurement.  A LIMIT is
 * for the ratio of wall or CPU time.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "pairs.h"

#define WARM_UPS 2

struct cost {
	double wall, cpu; /* milliseconds */
};

static void die(const char *what)
{
	fprintf(stderr, "ab: %s: %s\n", what, strerror(errno));
	exit(EXIT_FAILURE);
}

static double milliseconds(struct timeval time)
{
	return time.tv_sec * 1e3 + time.tv_usec / 1e3;
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

static struct cost run(char **command)
{
	posix_spawn_file_actions_t actions;
	struct rusage usage;
	struct cost cost;
	double start;
	int status;
	pid_t pid;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null",
					 O_WRONLY, 0);
	start = now();
	errno = posix_spawnp(&pid, command[0], &actions, NULL, command,
			     environ);
	if (errno)
		die(command[0]);
	if (wait4(pid, &status, 0, &usage) != pid)
		die("wait4");
	cost.wall = now() - start;
	cost.cpu = milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime);
	posix_spawn_file_actions_destroy(&actions);
	if (!WIFEXITED(status) || WEXITSTATUS(status)) {
		fprintf(stderr, "ab: %s failed\n", command[0]);
		exit(EXIT_FAILURE);
	}
	return cost;
}

static struct cost run_and_after(char **command, char **after)
{
	struct cost cost = run(command);

	if (after)
		run(after);
	return cost;
}

/* Cuts the command line at "--" and returns what follows, or NULL. */
static char **cut(char **command)
{
	for (; *command; command++) {
		if (!strcmp(*command, "--")) {
			*command = NULL;
			return command + 1;
		}
	}
	return NULL;
}

static void usage(void)
{
	fputs("usage: ab [-n PAIRS] [-w LIMIT] [-c LIMIT] A... -- B... "
	      "[-- AFTER...]\n",
	      stderr);
	exit(2);
}

int main(int argc, char **argv)
{
	static struct pairs wall = { .unit = "ms", .nr = PAIRS_MIN }, cpu;
	double wall_limit = 0, cpu_limit = 0;
	char **commands[2], **after;
	int option;

	while ((option = getopt(argc, argv, "+n:w:c:")) != -1) {
		if (option == 'n')
			wall.nr = atoi(optarg);
		else if (option == 'w')
			wall_limit = atof(optarg);
		else if (option == 'c')
			cpu_limit = atof(optarg);
		else
			usage();
	}
	commands[0] = argv + optind;
	commands[1] = cut(commands[0]);
	if (wall.nr < PAIRS_MIN || wall.nr > PAIRS_MAX || !commands[0][0] ||
	    !commands[1])
		usage();
	after = cut(commands[1]);
	cpu = wall;

	for (int i = -WARM_UPS; i < wall.nr; i++) {
		for (int k = 0; k < 2; k++) {
			int which = (i & 1) ^ k;
			struct cost cost =
				run_and_after(commands[which], after);

			if (i < 0)
				continue;
			(which ? wall.b : wall.a)[i] = cost.wall;
			(which ? cpu.b : cpu.a)[i] = cost.cpu;
		}
	}
	printf("  %d pairs; A: %s   B: %s\n", wall.nr, commands[0][0],
	       commands[1][0]);
	pairs_report(&wall, "wall", wall_limit);
	pairs_report(&cpu, "cpu", cpu_limit);
	return 0;
}
