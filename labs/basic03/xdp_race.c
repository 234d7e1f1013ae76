// SPDX-License-Identifier: GPL-2.0-only
/*
 * xdp_race - lets two CPUs count at once, and prints what was counted
 *
 * Nothing is attached: the kernel runs a loaded program repeatedly on one packet,
 * on the CPU of the caller.  There is one thread per CPU.
 */
#define _GNU_SOURCE 1 /* CPU_SET() */
#include <errno.h>
#include <error.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

#include "loader.h"
#include "stats.h"

#define XDP_PASS 2

static const struct contestant {
	const char *progname;
	const char *map;
} contestants[] = {
	{ "xdp_stats_func", "xdp_stats_map" },
	{ "xdp_atomic_func", "xdp_stats_map" },
	{ "xdp_percpu_func", "xdp_percpu_map" },
};

struct config {
	uint32_t nr_cpus;
	uint32_t packets; /* for each CPU */
};

/* A thread and its task. */
struct runner {
	pthread_t thread;
	pthread_barrier_t *start;
	int cpu;
	int prog_fd;
	uint32_t packets;
	int err; /* then the error's text is the thread's own */
	uint32_t ns;
};

/* ---- the race ---- */

static void *run(void *arg)
{
	static const char packet[64];
	struct runner *runner = arg;
	struct xdplab_run_opts opts = {
		.sz = sizeof(opts),
		.repeat = runner->packets,
	};
	struct xdplab_run_result result = { 0 };

	pthread_barrier_wait(runner->start);
	runner->err = xdplab_run(runner->prog_fd, packet, sizeof(packet), NULL,
				 0, &result, &opts);
	if (runner->err)
		failed();
	runner->ns = result.ns;
	return NULL;
}

static void start(struct runner *runner)
{
	pthread_attr_t attr;
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(runner->cpu, &cpus);
	pthread_attr_init(&attr);
	pthread_attr_setaffinity_np(&attr, sizeof(cpus), &cpus);
	errno = pthread_create(&runner->thread, &attr, run, runner);
	if (errno)
		error(EXIT_FAILURE, errno, "cannot run on CPU %d", runner->cpu);
	pthread_attr_destroy(&attr);
}

/* The first CPUs that we may run on; fails if there are fewer than `nr`. */
static void choose_cpus(int cpus[], uint32_t nr)
{
	cpu_set_t allowed;
	uint32_t found = 0;

	sched_getaffinity(0, sizeof(allowed), &allowed);
	for (int cpu = 0; cpu < CPU_SETSIZE && found < nr; cpu++)
		if (CPU_ISSET(cpu, &allowed))
			cpus[found++] = cpu;
	if (found < nr)
		error(EXIT_FAILURE, 0, "needs %u CPUs, and there are %u", nr,
		      found);
}

/* Returns the mean time of a run, or 0. */
static double race(int prog_fd, const struct config *config)
{
	struct runner *runners = calloc(config->nr_cpus, sizeof(*runners));
	int *cpus = calloc(config->nr_cpus, sizeof(*cpus));
	pthread_barrier_t barrier;
	double ns = 0;

	if (!runners || !cpus)
		error(EXIT_FAILURE, 0, "out of memory");
	choose_cpus(cpus, config->nr_cpus);
	pthread_barrier_init(&barrier, NULL, config->nr_cpus);
	for (uint32_t i = 0; i < config->nr_cpus; i++) {
		runners[i] = (struct runner){
			.start = &barrier,
			.cpu = cpus[i],
			.prog_fd = prog_fd,
			.packets = config->packets,
		};
		start(&runners[i]);
	}
	for (uint32_t i = 0; i < config->nr_cpus; i++) {
		pthread_join(runners[i].thread, NULL);
		ns += (double)runners[i].ns / config->nr_cpus;
	}
	pthread_barrier_destroy(&barrier);
	free(runners);
	free(cpus);
	return ns;
}

/* ---- the result ---- */

static int print_counted(const struct xdplab_prog *prog, const char *name,
			 uint64_t sent, double ns)
{
	struct xdplab_map *map;
	struct sample sample;
	struct stats stats;
	uint64_t counted;
	int err;

	err = xdplab_map_open_fd(&map, xdplab_prog_map_fd(prog, name));
	if (!err)
		err = stats_open(&stats, map);
	if (err)
		return err;
	err = stats_read(&stats, &sample);
	stats_close(&stats);
	if (err)
		return err;
	counted = sample.of[XDP_PASS].packets;
	printf("%-16s %10lu %10lu %10lu %6.1f%% %10.0f\n",
	       xdplab_prog_name(prog), sent, counted, sent - counted,
	       100.0 * (sent - counted) / sent, ns);
	return 0;
}

static int compete(const struct contestant *contestant,
		   const struct config *config)
{
	struct xdplab_prog_opts opts = {
		.sz = sizeof(opts),
		.name = contestant->progname,
	};
	struct xdplab_prog *prog;
	double ns;
	int err;

	err = xdplab_prog_open(&prog, "xdp_prog_kern.o", &opts);
	if (err)
		return err;
	err = xdplab_prog_load(prog, 0);
	if (!err) {
		ns = race(xdplab_prog_fd(prog), config);
		err = print_counted(prog, contestant->map,
				    (uint64_t)config->packets * config->nr_cpus,
				    ns);
	}
	xdplab_prog_free(prog);
	return err;
}

/* ---- the command line ---- */

static void take(void *arg, int key, const char *text)
{
	struct config *config = arg;

	if (key == 'c')
		config->nr_cpus = read_number(text, 1, 256, "a number of CPUs");
	else
		config->packets =
			read_number(text, 1, 1000000000, "a number of packets");
}

static const struct flag flags[] = {
	{ 'c', "cpus", "N", "On so many CPUs at once (2)" },
	{ 'p', "packets", "N", "So many packets for each (5000000)" },
	{ 'h', "help", NULL, "Show this help" },
	{ 0 },
};

static const struct command command = {
	.about = "usage: xdp_race [OPTION...]\n\n"
		 "Has CPUs run each program of xdp_prog_kern.o at once, and "
		 "shows how many of their\npackets it has counted.\n",
	.tables = { flags },
	.take = take,
};

int main(int argc, char **argv)
{
	struct config config = { .nr_cpus = 2, .packets = 5000000 };

	read_options(&command, argc, argv, &config);
	printf("%-16s %10s %10s %10s %7s %10s\n", "Program", "Packets",
	       "Counted", "Lost", "", "ns/packet");
	for (size_t i = 0; i < sizeof(contestants) / sizeof(*contestants); i++)
		if (compete(&contestants[i], &config))
			return failed();
	return EXIT_SUCCESS;
}
