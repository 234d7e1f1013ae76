// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_traffic - a chain is changed a thousand times while frames keep coming
 *
 * A child sends live frames to peer0, as fast as the kernel makes them; at the
 * other end, veth0, the stage "gate" drops all of them.  Other stages come, go,
 * move and are replaced around it.  The driver's own statistics are the oracle:
 * each frame that its XDP program has got was dropped, and counted once, with
 * all of its bytes.
 */
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <linux/bpf.h>

/* First: cmocka has a macro of the name of our fail(). */
#include "../../lib/internal.h"
#include <cmocka.h>

#define CHANGES	   1000
#define BATCH	   (1 << 16)
#define MAX_STAGES 12
#define FRAME_SIZE 64

#ifndef BPF_F_TEST_XDP_LIVE_FRAMES
#define BPF_F_TEST_XDP_LIVE_FRAMES (1U << 1)
#endif

static const char *object(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/tests/bpf/%s.o",
		 getenv("B") ?: "build", name);
	return path;
}

/* ---- the sender ---- */

static int load_redirect(int ifindex)
{
	const struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K,
		  .dst_reg = 1,
		  .imm = ifindex },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 2 },
		{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_redirect },
		{ .code = BPF_JMP | BPF_EXIT },
	};

	return bpf_prog_load(BPF_PROG_TYPE_XDP, "sender", "GPL", insns,
			     ARRAY_SIZE(insns), NULL);
}

static void send_frames(int prog_fd)
{
	static unsigned char frame[FRAME_SIZE] = { 2, 0, 0, 0, 0, 1, 2,
						   0, 0, 0, 0, 2, 8, 0 };
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame,
		    .data_size_in = sizeof(frame), .repeat = BATCH,
		    .flags = BPF_F_TEST_XDP_LIVE_FRAMES, .batch_size = 64);
	time_t end = time(NULL) + 240; /* whatever becomes of the parent */

	while (time(NULL) < end && getppid() != 1)
		if (bpf_prog_test_run_opts(prog_fd, &opts))
			exit(1);
	exit(0);
}

static pid_t start_sender(void)
{
	int prog_fd = load_redirect(if_nametoindex("peer0"));
	pid_t pid;

	assert_true(prog_fd >= 0);
	pid = fork();
	if (!pid)
		send_frames(prog_fd);
	assert_true(pid > 0);
	close(prog_fd);
	return pid;
}

static void stop_sender(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, WNOHANG), 0); /* it still sent */
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
}

/* ---- what the driver says ---- */

static void ask_driver(int fd, void *question)
{
	struct ifreq request = { .ifr_name = "veth0", .ifr_data = question };

	assert_int_equal(ioctl(fd, SIOCETHTOOL, &request), 0);
}

/* The sum of "rx_queue_N_WHAT" of all queues. */
static uint64_t driver_says(const char *what)
{
	struct ethtool_drvinfo info = { .cmd = ETHTOOL_GDRVINFO };
	struct ethtool_gstrings *names;
	struct ethtool_stats *stats;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	uint64_t sum = 0;

	assert_true(fd >= 0);
	ask_driver(fd, &info);
	names = calloc(1, sizeof(*names) + info.n_stats * ETH_GSTRING_LEN);
	stats = calloc(1, sizeof(*stats) + info.n_stats * sizeof(uint64_t));
	assert_non_null(names);
	assert_non_null(stats);
	*names = (struct ethtool_gstrings){ .cmd = ETHTOOL_GSTRINGS,
					    .string_set = ETH_SS_STATS,
					    .len = info.n_stats };
	*stats = (struct ethtool_stats){ .cmd = ETHTOOL_GSTATS,
					 .n_stats = info.n_stats };
	ask_driver(fd, names);
	ask_driver(fd, stats);
	for (uint32_t i = 0; i < info.n_stats; i++) {
		const char *name = (char *)&names->data[i * ETH_GSTRING_LEN];
		const char *end = strstr(name, what);

		if (!strncmp(name, "rx_queue_", 9) && end &&
		    !strcmp(end, what) && end[-1] == '_')
			sum += stats->data[i];
	}
	free(names);
	free(stats);
	close(fd);
	return sum;
}

/* What is on its way arrives: until nothing has come for a while. */
static void let_arrive(void)
{
	uint64_t before, now = driver_says("xdp_packets");

	do {
		before = now;
		usleep(200000);
		now = driver_says("xdp_packets");
	} while (now != before);
}

/* ---- the chain ---- */

struct others {
	uint32_t ids[MAX_STAGES];
	size_t nr;
};

/* The same row of numbers every time. */
static uint32_t chance(uint32_t below)
{
	static uint32_t state = 1;

	state = state * 1664525 + 1013904223;
	return (state >> 16) % below;
}

static uint32_t load(const char *name, uint32_t prio)
{
	struct xdplab_load_opts opts = { .sz = sizeof(opts),
					 .has_prio = true,
					 .prio = prio };
	struct xdplab_prog *prog = NULL;
	uint32_t id;
	int err;

	assert_int_equal(xdplab_prog_open(&prog, object(name), NULL), 0);
	err = xdplab_chain_load("veth0", &prog, 1, NULL, &opts);
	if (err)
		print_error("%s\n", xdplab_error());
	assert_int_equal(err, 0);
	id = xdplab_prog_id(prog);
	xdplab_prog_free(prog);
	return id;
}

static void add(struct others *others)
{
	if (others->nr < MAX_STAGES)
		others->ids[others->nr++] =
			load(chance(2) ? "stage_tick" : "pass", chance(100));
}

static void take_away(struct others *others)
{
	struct xdplab_unload_opts opts = { .sz = sizeof(opts) };
	size_t i;

	if (!others->nr)
		return;
	i = chance(others->nr);
	opts.id = others->ids[i];
	assert_int_equal(xdplab_chain_unload("veth0", NULL, &opts), 0);
	others->ids[i] = others->ids[--others->nr];
}

static void move(const struct others *others)
{
	char stage[16];

	if (!others->nr)
		return;
	snprintf(stage, sizeof(stage), "%u", others->ids[chance(others->nr)]);
	assert_int_equal(xdplab_chain_move("veth0", stage, chance(2),
					   "xdp_gate", NULL, NULL),
			 0);
}

static void replace(struct others *others)
{
	struct xdplab_prog *prog = NULL;
	char stage[16];
	size_t i;

	if (!others->nr)
		return;
	i = chance(others->nr);
	snprintf(stage, sizeof(stage), "%u", others->ids[i]);
	assert_int_equal(xdplab_prog_open(&prog, object("stage_tick"), NULL),
			 0);
	assert_int_equal(xdplab_chain_replace("veth0", stage, prog, NULL, NULL),
			 0);
	others->ids[i] = xdplab_prog_id(prog);
	xdplab_prog_free(prog);
}

static void change(struct others *others)
{
	switch (chance(5)) {
	case 0:
	case 1:
		add(others);
		break;
	case 2:
		take_away(others);
		break;
	case 3:
		move(others);
		break;
	default:
		replace(others);
	}
}

/* What the gate has counted, of each verdict. */
static void gate_says(uint32_t id, uint64_t packets[5], uint64_t bytes[5])
{
	const struct xdplab_attached *attached;
	struct xdplab_status *status = NULL;
	bool found = false;

	assert_int_equal(xdplab_status_read(&status, "veth0"), 0);
	attached = xdplab_status_iface(status, 0)->attached;
	for (size_t i = 0; i < attached->nr_stages; i++) {
		if (attached->stages[i].id != id)
			continue;
		found = true;
		memcpy(packets, attached->stages[i].packets,
		       5 * sizeof(*packets));
		memcpy(bytes, attached->stages[i].bytes, 5 * sizeof(*bytes));
	}
	assert_true(found);
	xdplab_status_free(status);
}

static void a_thousand_changes_lose_and_let_pass_no_frame(void **state)
{
	struct others others = { 0 };
	uint64_t counts[5] = { 0 }, bytes[5] = { 0 }, before, got;
	uint32_t gate;
	pid_t sender;

	(void)state;
	gate = load("stage_gate", 50);
	before = driver_says("xdp_packets");
	gate_says(gate, counts, bytes);
	assert_int_equal(counts[XDP_DROP], before);
	sender = start_sender();
	for (int i = 0; i < CHANGES; i++)
		change(&others);
	stop_sender(sender);
	let_arrive();

	got = driver_says("xdp_packets") - before;
	gate_says(gate, counts, bytes);
	print_message("# %llu frames\n", (unsigned long long)got);
	assert_true(got > 100000);
	assert_int_equal(driver_says("xdp_drops") - before, got);
	assert_int_equal(counts[XDP_DROP] - before, got);
	assert_int_equal(bytes[XDP_DROP], counts[XDP_DROP] * FRAME_SIZE);
	assert_int_equal(bytes[XDP_DROP], driver_says("xdp_bytes"));
	for (int i = 0; i < 5; i++)
		if (i != XDP_DROP)
			assert_int_equal(counts[i] + bytes[i], 0);
}

static int ip(char *const argv[])
{
	int status;
	pid_t pid;

	return posix_spawnp(&pid, "ip", NULL, NULL, argv, environ) ||
	       waitpid(pid, &status, 0) != pid || status;
}

#define IP(...) ip((char *[]){ "ip", __VA_ARGS__, NULL })

/* Without addresses nobody else sends anything. */
static int make_veth(void **state)
{
	(void)state;
	return IP("link", "add", "veth0", "type", "veth", "peer", "name",
		  "peer0") ||
	       IP("link", "set", "veth0", "addrgenmode", "none") ||
	       IP("link", "set", "peer0", "addrgenmode", "none") ||
	       IP("link", "set", "veth0", "up") ||
	       IP("link", "set", "peer0", "up");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_thousand_changes_lose_and_let_pass_no_frame),
	};

	return cmocka_run_group_tests(tests, make_veth, NULL);
}
