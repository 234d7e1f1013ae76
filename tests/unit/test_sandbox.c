// SPDX-License-Identifier: GPL-2.0-only
/* test_sandbox - names of sandboxes, and what is off in them */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* First: cmocka has a macro of the name of our fail(). */
#include "../../lib/doctor/doctor.h"
#include "../../lib/internal.h"
#include "../../lib/sandbox/sandbox.h"
#include <cmocka.h>

static void peers_belong_to_the_sandbox_of_their_name(void **state)
{
	static const struct {
		const char *netns;
		size_t length;
	} cases[] = {
		{ "lab", 3 },		{ "lab-peer", 3 },
		{ "lab-peer2", 3 },	{ "lab-peer10", 3 },
		{ "lab-peers", 9 },	{ "lab-pee", 7 },
		{ "lab-peer2x", 10 },	{ "a-b", 3 },
		{ "a-b-peer3", 3 },	{ "-peer", 0 },
		{ "lab-peer-peer", 8 }, { "", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(sandbox_name_length(cases[i].netns),
				 cases[i].length);
}

static void namespaces_are_named_after_the_sandbox(void **state)
{
	static const char *const wanted[1 + SANDBOX_PORTS_MAX] = {
		"lab",	     "lab-peer",  "lab-peer2", "lab-peer3", "lab-peer4",
		"lab-peer5", "lab-peer6", "lab-peer7", "lab-peer8",
	};
	char netns[SANDBOX_NETNS_MAX];

	(void)state;
	for (unsigned int port = 0; port <= SANDBOX_PORTS_MAX; port++) {
		sandbox_netns(netns, "lab", port);
		assert_string_equal(netns, wanted[port]);
		assert_int_equal(sandbox_name_length(netns), strlen("lab"));
	}
}

static void more_ports_than_there_are_addresses_are_refused(void **state)
{
	struct xdplab_sandbox_opts opts = { .sz = sizeof(opts), .ports = 9 };

	(void)state;
	assert_int_equal(xdplab_sandbox_up("unit", &opts), -EINVAL);
	assert_string_equal(xdplab_error(), "unit: 9 ports: the maximum is 8");
}

/* What ethtool calls what is not to be left to the other end. */
static void check_offloads(const char *ifname, bool on)
{
	static const char *const offloads[] = {
		"tx-checksum-ip-generic",
		"tx-tcp-segmentation",
		"tx-generic-segmentation",
		"tx-vlan-hw-insert",
	};

	for (size_t i = 0; i < ARRAY_SIZE(offloads); i++)
		assert_int_equal(device_offload(ifname, offloads[i]), on);
}

static void offloads_are_on_in_a_veth_and_go_off_at_both_ends(void **state)
{
	int here = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);

	(void)state;
	assert_int_equal(sandbox_net_pair(1, here), 0);
	check_offloads("veth0", true);
	check_offloads("peer0", true);
	assert_int_equal(sandbox_net_end(1, true), 0);
	assert_int_equal(sandbox_net_end(1, false), 0);
	check_offloads("veth0", false);
	check_offloads("peer0", false);
	assert_int_equal(sandbox_net_delete(1), 0);
	close(here);
}

static bool has_ipv6_address(const char *ifname)
{
	FILE *file = fopen("/proc/thread-self/net/if_inet6", "r");
	bool found = false;
	char line[256];

	while (file && !found && fgets(line, sizeof(line), file))
		found = strstr(line, ifname);
	if (file)
		fclose(file);
	return found;
}

/* Ends the process, with 0 if the port's end got its address. */
static void *set_up_alone(void *arg)
{
	(void)arg;
	for (int i = 0; i < 1000 && !access("/proc/net", X_OK); i++)
		usleep(1000); /* the main thread's namespaces go with it */
	_exit(sandbox_net_end(1, true) || !has_ipv6_address("peer0"));
}

static void a_thread_that_outlives_the_main_one_gives_addresses(void **state)
{
	int status, here = open("/proc/thread-self/ns/net", O_RDONLY);
	pthread_t thread;
	pid_t child;

	(void)state;
	assert_int_equal(sandbox_net_prepare(), 0);
	assert_int_equal(sandbox_net_pair(1, here), 0);
	child = fork();
	assert_true(child >= 0);
	if (!child) {
		pthread_create(&thread, NULL, set_up_alone, NULL);
		pthread_exit(NULL);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(sandbox_net_delete(1), 0);
	close(here);
}

static void what_is_not_there_is_deleted_already(void **state)
{
	(void)state;
	assert_int_equal(sandbox_net_delete(8), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(peers_belong_to_the_sandbox_of_their_name),
		cmocka_unit_test(namespaces_are_named_after_the_sandbox),
		cmocka_unit_test(
			more_ports_than_there_are_addresses_are_refused),
		cmocka_unit_test(
			offloads_are_on_in_a_veth_and_go_off_at_both_ends),
		cmocka_unit_test(
			a_thread_that_outlives_the_main_one_gives_addresses),
		cmocka_unit_test(what_is_not_there_is_deleted_already),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
