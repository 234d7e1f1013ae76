// SPDX-License-Identifier: LGPL-2.1-only
/*
 * net - the network that a test file describes
 *
 * It is in a namespace without a name, in which nothing but the calling thread
 * keeps it: it goes with the thread, however that ends.  The other ends of its
 * interfaces are in another one, for their numbers are not to be taken here.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/ether.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "net/netns.h"
#include "net/rtnl.h"
#include "run.h"
#include "sandbox/sandbox.h"

/* ---- namespaces ---- */

static int own_namespace(void)
{
	int fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);

	return fd < 0 ? fail(-errno, "network namespace: %s", strerror(errno))
		      : fd;
}

static int new_namespace(void)
{
	if (!unshare(CLONE_NEWNET))
		return 0;
	if (errno == EPERM)
		return fail_permission(-EPERM, "tests",
				       "create a network namespace");
	return fail(-errno, "network namespace: %s", strerror(errno));
}

/* The thread's new namespace is made a quiet one; its descriptor. */
static int settle(void)
{
	int err = sandbox_net_prepare();

	return err ? err : own_namespace();
}

static int enter(int fd)
{
	if (!setns(fd, CLONE_NEWNET))
		return 0;
	return fail(-errno, "network namespace: %s", strerror(errno));
}

/* ---- what there is in it ---- */

/* A program that asks for a route gets none from a host that does not forward.
 */
static void let_forward(void)
{
	static const char *const paths[] = {
		"/proc/sys/net/ipv4/ip_forward",
		"/proc/sys/net/ipv6/conf/all/forwarding",
	};

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		int fd = open(paths[i], O_WRONLY | O_CLOEXEC);

		if (fd < 0 || write(fd, "1", 1) < 0)
			note(XDPLAB_LOG_INFO, "%s: %s", paths[i],
			     strerror(errno));
		if (fd >= 0)
			close(fd);
	}
}

static int read_address(struct rtnl_address *address,
			struct xdplab_tests *tests, struct test_place place,
			const char *text)
{
	if (!rtnl_address_read(address, text))
		return 0;
	return test_mistake(tests, place, NULL,
			    "expected an address instead of \"%s\"", text);
}

/* Queues of which a context says that packets come from them. */
static uint32_t queues_of(struct xdplab_tests *tests)
{
	uint32_t last = tests->context.queue;
	const struct test_steps *steps;

	for (size_t i = 0; (steps = test_steps_at(tests, i)); i++)
		for (size_t k = 0; k < steps->nr; k++)
			if (steps->at[k].what == TEST_CONTEXT &&
			    steps->at[k].context->queue > last)
				last = steps->at[k].context->queue;
	return last + 1;
}

static int add_addresses(struct xdplab_tests *tests,
			 const struct test_iface *iface)
{
	struct rtnl_address address;
	int err = 0;

	for (size_t i = 0; !err && i < iface->nr_addresses; i++) {
		err = read_address(&address, tests, iface->place,
				   iface->addresses[i]);
		if (!err && rtnl_address_add(iface->name, &address))
			err = test_told(tests, iface->place);
	}
	return err;
}

/* Made from where the other end is, which can go up as soon as both are there.
 */
static int make_iface(struct xdplab_tests *tests, size_t number, int netns,
		      uint32_t queues)
{
	const struct test_iface *iface = &tests->ifaces[number];
	char mac[sizeof("02:00:00:00:01:01")];
	const struct rtnl_end other = { .ifname = iface->name,
					/* of both ends, the kernel says */
					.index = iface->index,
					.rx_queues = queues };
	const struct rtnl_end end = { .ifname = iface->name,
				      .mac = iface->mac ?: mac,
				      .index = iface->index,
				      .mtu = iface->mtu,
				      .rx_queues = queues };

	snprintf(mac, sizeof(mac), "02:00:00:00:01:%02x",
		 (unsigned int)(number + 1) & 0xff);
	if (rtnl_veth_add(&other, &end, netns) ||
	    rtnl_link_flags(iface->name, IFF_UP, IFF_UP))
		return test_told(tests, iface->place);
	return 0;
}

static int make_ifaces(struct test_net *net, struct xdplab_tests *tests,
		       int netns)
{
	uint32_t queues = queues_of(tests);
	int err;

	err = new_namespace();
	if (err)
		return err;
	net->hidden = settle();
	if (net->hidden < 0)
		return net->hidden;
	for (size_t i = 0; !err && i < tests->nr_ifaces; i++)
		err = make_iface(tests, i, netns, queues);
	return err ? err : enter(netns);
}

static int use_iface(struct xdplab_tests *tests, const struct test_iface *iface)
{
	if (rtnl_link_flags(iface->name, IFF_UP, IFF_UP))
		return test_told(tests, iface->place);
	return add_addresses(tests, iface);
}

static int add_route(struct xdplab_tests *tests, const struct test_route *route)
{
	bool is_default = !strcmp(route->prefix, "default");
	struct rtnl_address to = { .family = AF_INET }, via = { 0 };
	int err = 0;

	if (route->via)
		err = read_address(&via, tests, route->place, route->via);
	if (!err && is_default)
		to.family = route->via ? via.family : AF_INET;
	else if (!err)
		err = read_address(&to, tests, route->place, route->prefix);
	if (err)
		return err;
	if (rtnl_route_add(route->type, &to, route->via ? &via : NULL,
			   route->dev))
		return test_told(tests, route->place);
	return 0;
}

static int add_neighbour(struct xdplab_tests *tests,
			 const struct test_neighbour *neighbour)
{
	struct rtnl_address address;
	int err = read_address(&address, tests, neighbour->place,
			       neighbour->address);

	if (err)
		return err;
	if (rtnl_neighbour_add(neighbour->dev, &address, neighbour->mac))
		return test_told(tests, neighbour->place);
	return 0;
}

static int set_up(struct test_net *net, struct xdplab_tests *tests, int netns)
{
	int err = 0;

	let_forward();
	if (tests->nr_ifaces)
		err = make_ifaces(net, tests, netns);
	for (size_t i = 0; !err && i < tests->nr_ifaces; i++)
		err = use_iface(tests, &tests->ifaces[i]);
	for (size_t i = 0; !err && i < tests->nr_neighbours; i++)
		err = add_neighbour(tests, &tests->neighbours[i]);
	for (size_t i = 0; !err && i < tests->nr_routes; i++)
		err = add_route(tests, &tests->routes[i]);
	return err;
}

/* ---- in and out ---- */

int test_net_enter(struct test_net *net, struct xdplab_tests *tests)
{
	int home = own_namespace(), netns, err;

	if (home < 0)
		return home;
	err = new_namespace();
	if (err) {
		close(home);
		return err;
	}
	net->home = home;
	netns = settle();
	if (netns < 0)
		return netns;
	err = set_up(net, tests, netns);
	close(netns);
	return err;
}

void test_net_leave(struct test_net *net)
{
	if (net->home >= 0)
		netns_leave(net->home);
	if (net->hidden >= 0)
		close(net->hidden);
	*net = TEST_NET_NONE;
}
