// SPDX-License-Identifier: GPL-2.0-only
/*
 * chain - what a chain takes of a packet's time, and a change of it of ours
 *
 *	chain PASS TICK THREE MERGED
 *
 * run by chain.sh, which makes veth0, veth1 and so on, without traffic.  The
 * arguments are objects: tests/bpf/pass, stage_tick and stage_three, and
 * merged.  Fails if a limit is exceeded for sure.
 */
#include <errno.h>
#include <net/if.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>
#include <linux/if_link.h>

#include "pairs.h"
#include "xdplab.h"

#define WARM_UPS   2
#define RUN_PAIRS  101
#define LOAD_PAIRS 41
/* So many that what a call takes by itself, microseconds, does not count.  With
 * a program that is attached nowhere it would be milliseconds. */
#define REPEAT	   200000
#define MAX_STAGES 100

static void die(const char *what, int err)
{
	fprintf(stderr, "chain: %s: %s\n", what, strerror(-err));
	exit(EXIT_FAILURE);
}

/* For what the library can say more of. */
static void die_of_xdplab(void)
{
	fprintf(stderr, "chain: %s\n%s\n", xdplab_error(), xdplab_remedy());
	exit(EXIT_FAILURE);
}

static double now_ms(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

/* ---- what is measured ---- */

/* The next that nothing runs on. */
static const char *next_interface(void)
{
	static char name[IFNAMSIZ];
	static unsigned int nr;

	snprintf(name, sizeof(name), "veth%u", nr++);
	return name;
}

/* Loads `nr` times the object's program onto the interface, as a chain that
 * they are added to; they are the caller's. */
static void load_stages(struct xdplab_prog **progs, size_t nr,
			const char *object, const char *ifname,
			struct xdplab_change *change, bool counters)
{
	struct xdplab_load_opts opts = { .sz = sizeof(opts),
					 .mode = XDPLAB_MODE_NATIVE,
					 .no_counters = !counters };

	for (size_t i = 0; i < nr; i++)
		if (xdplab_prog_open(&progs[i], object, NULL))
			die_of_xdplab();
	if (xdplab_chain_load(ifname, progs, nr, change, &opts))
		die_of_xdplab();
}

static void free_stages(struct xdplab_prog **progs, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		xdplab_prog_free(progs[i]);
}

static int attached_fd(const struct xdplab_change *change)
{
	int fd = bpf_prog_get_fd_by_id(change->prog_id);

	if (fd < 0)
		die("the program that was attached", -errno);
	return fd;
}

/* The program of a chain that does not change any more. */
static int chain_of(size_t nr, const char *object, bool counters)
{
	struct xdplab_prog *progs[MAX_STAGES];
	struct xdplab_change change;

	load_stages(progs, nr, object, next_interface(), &change, counters);
	free_stages(progs, nr);
	return attached_fd(&change);
}

/* The object's program, loaded by libbpf alone. */
static int plain(const char *path)
{
	struct bpf_object *object = bpf_object__open(path);

	if (!object || bpf_object__load(object))
		die(path, -errno);
	return bpf_program__fd(bpf_object__next_program(object, NULL));
}

/* In the place of a program there, or -1. */
static void attach(int fd, int ifindex, int replaced_fd)
{
	LIBBPF_OPTS(bpf_xdp_attach_opts, opts, .old_prog_fd = replaced_fd);
	__u32 flags = XDP_FLAGS_DRV_MODE;
	int err;

	if (replaced_fd >= 0)
		flags |= XDP_FLAGS_REPLACE;
	else
		opts.old_prog_fd = 0;
	err = bpf_xdp_attach(ifindex, fd, flags, &opts);
	if (err)
		die("attach", err);
}

static int attached_plain(const char *path)
{
	int fd = plain(path);

	attach(fd, (int)if_nametoindex(next_interface()), -1);
	return fd;
}

/* Fills pairs by calls of a(a_arg) and b(b_arg). */
static void measure(struct pairs *pairs, double (*a)(void *), void *a_arg,
		    double (*b)(void *), void *b_arg)
{
	for (int i = -WARM_UPS; i < pairs->nr; i++) {
		for (int k = 0; k < 2; k++) {
			int which = (i & 1) ^ k;
			double took = which ? b(b_arg) : a(a_arg);

			if (i >= 0)
				(which ? pairs->b : pairs->a)[i] = took;
		}
	}
}

/* ---- the time of a packet ---- */

static double run_ns(void *arg)
{
	int fd = *(const int *)arg;
	static const unsigned char packet[64];
	struct xdplab_run_opts opts = { .sz = sizeof(opts), .repeat = REPEAT };
	struct xdplab_run_result result;
	double start = now_ms();

	if (xdplab_run(fd, packet, sizeof(packet), NULL, 0, &result, &opts))
		die_of_xdplab();
	if (result.verdict != XDP_PASS)
		die("a packet did not pass", -EINVAL);
	/* What the kernel says is rounded to nanoseconds: too coarse. */
	return (now_ms() - start) * 1e6 / REPEAT;
}

static bool compare_runs(const char *what, int a, int b, double limit)
{
	static struct pairs pairs = { .unit = "ns", .nr = RUN_PAIRS };

	measure(&pairs, run_ns, &a, run_ns, &b);
	return pairs_report(&pairs, what, limit);
}

/* With counters and without, against the same one program. */
static bool compare_chains(size_t nr, const char *object, int one,
			   double limit_plain, double limit_counted)
{
	bool above;

	above = compare_runs("plain", chain_of(nr, object, false), one,
			     limit_plain);
	above |= compare_runs("count", chain_of(nr, object, true), one,
			      limit_counted);
	return above;
}

static bool bench_runs(const char *pass, const char *tick, const char *merged)
{
	int one = attached_plain(pass), by_hand = attached_plain(merged);
	bool above;

	printf("chain: 10 stages that pass, and one such program\n");
	above = compare_chains(10, pass, one, 1.25, 1.5);
	printf("chain: 32 stages that pass, and one such program\n");
	above |= compare_chains(32, pass, one, 1.7, 2);
	printf("chain: 10 stages that count, and one merged by hand\n");
	above |= compare_chains(10, tick, by_hand, 1.15, 0);
	return above;
}

/* ---- a change ---- */

struct swap {
	int fds[2]; /* two programs that are attached nowhere else */
	int ifindex;
	unsigned int nr;
};

static void swap_init(struct swap *swap, const char *pass)
{
	swap->fds[0] = plain(pass);
	swap->fds[1] = plain(pass);
	swap->ifindex = (int)if_nametoindex(next_interface());
	swap->nr = 0;
	attach(swap->fds[0], swap->ifindex, -1);
}

static double swap_ms(void *arg)
{
	struct swap *swap = arg;
	int old = swap->fds[swap->nr++ & 1], new = swap->fds[swap->nr & 1];
	double start = now_ms();

	attach(new, swap->ifindex, old);
	return now_ms() - start;
}

struct adding {
	const char *object;
	char ifname[IFNAMSIZ];
};

/* Only the load is measured, not the unload that follows. */
static double add(const struct adding *adding, bool dry_run)
{
	struct xdplab_load_opts load = { .sz = sizeof(load),
					 .mode = XDPLAB_MODE_NATIVE,
					 .dry_run = dry_run };
	struct xdplab_unload_opts unload = { .sz = sizeof(unload) };
	struct xdplab_prog *prog;
	double start, took;

	if (xdplab_prog_open(&prog, adding->object, NULL))
		die_of_xdplab();
	start = now_ms();
	if (xdplab_chain_load(adding->ifname, &prog, 1, NULL, &load))
		die_of_xdplab();
	took = now_ms() - start;
	unload.id = xdplab_prog_id(prog);
	if (!dry_run && xdplab_chain_unload(adding->ifname, NULL, &unload))
		die_of_xdplab();
	xdplab_prog_free(prog);
	return took;
}

static double add_ms(void *adding)
{
	return add(adding, false);
}

static double add_dry_ms(void *adding)
{
	return add(adding, true);
}

/* The kernel waits until a tick at each attach, so what else there is to do
 * hardly shows in the whole: a dry run tells. */
static bool bench_add(const char *pass, const char *tick)
{
	static struct pairs pairs = { .unit = "ms", .nr = LOAD_PAIRS };
	struct adding adding = { .object = tick };
	struct xdplab_prog *progs[9];
	struct xdplab_change change;
	struct swap swap;
	bool above;

	snprintf(adding.ifname, sizeof(adding.ifname), "%s", next_interface());
	load_stages(progs, 9, tick, adding.ifname, &change, true);
	free_stages(progs, 9);
	swap_init(&swap, pass);

	printf("chain: a stage more than nine, and an attach alone\n");
	measure(&pairs, add_ms, &adding, swap_ms, &swap);
	above = pairs_report_a(&pairs, "add", 25);
	pairs_report(&pairs, "add", 0);
	measure(&pairs, add_dry_ms, &adding, swap_ms, &swap);
	pairs_report(&pairs, "dry", 0);
	return above;
}

/* ---- a chain that is too large for one program ---- */

static bool counted(const struct xdplab_prog *prog, const char *map,
		    uint64_t wanted)
{
	int fd = xdplab_prog_map_fd(prog, map);
	uint64_t value;
	__u32 first = 0;

	if (fd < 0)
		die_of_xdplab();
	return !bpf_map_lookup_elem(fd, &first, &value) && value == wanted;
}

static bool bench_large(const char *three)
{
	static const unsigned char packet[64];
	struct xdplab_prog *progs[MAX_STAGES];
	struct xdplab_run_result result;
	struct xdplab_change change;
	int went_through = 0, fd;
	double start = now_ms();

	load_stages(progs, MAX_STAGES, three, next_interface(), &change, true);
	printf("chain: %d stages with three maps each\n", MAX_STAGES);
	printf("  %-5s %9.2f ms\n", "wall", now_ms() - start);
	fd = attached_fd(&change);
	if (xdplab_run(fd, packet, sizeof(packet), NULL, 0, &result, NULL))
		die_of_xdplab();
	close(fd);
	for (int i = 0; i < MAX_STAGES; i++)
		went_through += counted(progs[i], "ones", 1) &&
				counted(progs[i], "twos", 2) &&
				counted(progs[i], "threes", 3);
	free_stages(progs, MAX_STAGES);
	printf("  a packet went through %d, verdict %s\n", went_through,
	       xdplab_verdict_name(result.verdict) ?: "?");
	return went_through != MAX_STAGES || result.verdict != XDP_PASS;
}

/* A packet's time is measured on one CPU. */
static void stay_on_this_cpu(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(sched_getcpu(), &set);
	sched_setaffinity(0, sizeof(set), &set);
}

int main(int argc, char **argv)
{
	bool above;

	if (argc != 5) {
		fputs("usage: chain PASS TICK THREE MERGED\n", stderr);
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	above = bench_add(argv[1], argv[2]);
	above |= bench_large(argv[3]);
	stay_on_this_cpu();
	above |= bench_runs(argv[1], argv[2], argv[4]);
	return above;
}
