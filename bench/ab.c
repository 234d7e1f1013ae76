// SPDX-License-Identifier: GPL-2.0-only
/*
 * ab - runs two commands in turn and says what the one takes of the other
 *
 *	ab [-n PAIRS] [-w LIMIT] [-c LIMIT] A... -- B... [-- AFTER...]
 *
 * A and B are run as pairs, in alternating order, so that a machine whose speed
 * drifts drifts for both.  AFTER is run, untimed, after each of them; a
 * command that fails ends the measurement.  Reported are the medians, and the
 * median of the pairs' ratios A/B with the interval of order statistics that
 * holds the true median with 95 % or more, which assumes no distribution.
 * With a LIMIT for wall or CPU time the interval is judged: all of it within,
 * all of it above, or inconclusive.
 */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define WARM_UPS  2
#define MIN_PAIRS 15
#define MAX_PAIRS 1000

struct cost {
	double wall, cpu; /* seconds */
};

static void die(const char *what)
{
	fprintf(stderr, "ab: %s: %s\n", what, strerror(errno));
	exit(EXIT_FAILURE);
}

static double seconds(struct timeval time)
{
	return time.tv_sec + time.tv_usec / 1e6;
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
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
	cost.cpu = seconds(usage.ru_utime) + seconds(usage.ru_stime);
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

static int compare(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

static double median(double *values, int n)
{
	qsort(values, n, sizeof(*values), compare);
	return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

/* The largest k for which fewer than k of n fair coins fall heads with at most
 * 2.5 %: values k and n+1-k in order hold the median between them. */
static int interval_rank(int n)
{
	double chance = pow(0.5, n), sum = 0;
	int k = 0;

	while (sum + chance <= 0.025) {
		sum += chance;
		chance *= (double)(n - k) / (k + 1);
		k++;
	}
	return k;
}

static void report(const char *what, const double *a, const double *b, int n,
		   double limit)
{
	double ratios[MAX_PAIRS], left[MAX_PAIRS], right[MAX_PAIRS];
	double low, high, middle;
	int k = interval_rank(n);

	for (int i = 0; i < n; i++) {
		ratios[i] = a[i] / b[i];
		left[i] = a[i];
		right[i] = b[i];
	}
	middle = median(ratios, n);
	low = ratios[k - 1];
	high = ratios[n - k];
	printf("  %-5s %9.2f ms %9.2f ms   ratio %6.3f  [%.3f, %.3f]", what,
	       median(left, n) * 1e3, median(right, n) * 1e3, middle, low,
	       high);
	if (limit > 0)
		printf("  limit %.2f: %s", limit,
		       high <= limit ? "within"
		       : low > limit ? "ABOVE"
				     : "inconclusive");
	putchar('\n');
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
	double wall[2][MAX_PAIRS], cpu[2][MAX_PAIRS];
	double wall_limit = 0, cpu_limit = 0;
	char **commands[2], **after;
	int option, n = MIN_PAIRS;

	while ((option = getopt(argc, argv, "+n:w:c:")) != -1) {
		if (option == 'n')
			n = atoi(optarg);
		else if (option == 'w')
			wall_limit = atof(optarg);
		else if (option == 'c')
			cpu_limit = atof(optarg);
		else
			usage();
	}
	commands[0] = argv + optind;
	commands[1] = cut(commands[0]);
	if (n < MIN_PAIRS || n > MAX_PAIRS || !commands[0][0] || !commands[1])
		usage();
	after = cut(commands[1]);

	for (int i = -WARM_UPS; i < n; i++) {
		for (int k = 0; k < 2; k++) {
			int which = (i & 1) ^ k;
			struct cost cost =
				run_and_after(commands[which], after);

			if (i < 0)
				continue;
			wall[which][i] = cost.wall;
			cpu[which][i] = cost.cpu;
		}
	}
	printf("  %d pairs; A: %s   B: %s\n", n, commands[0][0],
	       commands[1][0]);
	report("wall", wall[0], wall[1], n, wall_limit);
	report("cpu", cpu[0], cpu[1], n, cpu_limit);
	return 0;
}
