// SPDX-License-Identifier: LGPL-2.1-only
/* net-read - a test file's interfaces, routes and neighbours */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <net/if.h>

#include <linux/rtnetlink.h>

#include "nearest.h"
#include "read.h"
#include "value/parse.h"

#define IFACES_MAX 256 /* in one file */

#define MTU_MIN 68
#define MTU_MAX 65535

/* ---- names of interfaces ---- */

static bool is_ifname(struct span name)
{
	if (!name.length || name.length >= IF_NAMESIZE)
		return false;
	if (span_starts(name, ".") && name.length <= 2 &&
	    name.at[name.length - 1] == '.')
		return false;
	for (size_t i = 0; i < name.length; i++)
		if (name.at[i] == '/' || name.at[i] == ':' ||
		    name.at[i] <= ' ' || name.at[i] == 0x7f)
			return false;
	return true;
}

int test_need_ifname(struct test_reader *reader, char **name)
{
	struct span found = test_peek_token(reader);

	if (!is_ifname(found))
		return test_expected(
			reader, found.at, NULL,
			"an interface name of up to 15 characters");
	reader->at += found.length;
	return test_copy(name, found.at, found.length);
}

static bool is_iface(const struct xdplab_tests *tests, const char *name)
{
	for (size_t i = 0; i < tests->nr_ifaces; i++)
		if (!strcmp(tests->ifaces[i].name, name))
			return true;
	return false;
}

static const char *nearest_iface(const struct xdplab_tests *tests,
				 const char *name)
{
	const char *names[64];
	size_t nr = 0;

	for (; nr < tests->nr_ifaces && nr < ARRAY_SIZE(names); nr++)
		names[nr] = tests->ifaces[nr].name;
	return nearest_name(name, names, nr);
}

int test_need_iface(struct test_reader *reader, char **name)
{
	const char *start;
	char *found = NULL;
	int err;

	test_skip_blanks(reader);
	start = reader->at;
	err = test_need_ifname(reader, &found);
	if (found && strcmp(found, "lo") && !is_iface(reader->tests, found))
		err = test_expected(reader, start,
				    nearest_iface(reader->tests, found),
				    "an interface declared above");
	if (err)
		free(found);
	else
		*name = found;
	return err;
}

/* ---- addresses ---- */

static bool is_address(struct span word, uint64_t *bits)
{
	unsigned char bytes[16];

	*bits = 32;
	if (value_ipv4_parse(bytes, word))
		return true;
	*bits = 128;
	return value_ipv6_parse(bytes, word);
}

static bool is_prefix(struct span word)
{
	struct span address, length;
	uint64_t bits, number;

	return span_split_last(word, '/', &address, &length) &&
	       is_address(address, &bits) &&
	       value_literal_number(length, bits, &number);
}

static bool is_plain_address(struct span word)
{
	uint64_t bits;

	return is_address(word, &bits);
}

static bool is_mac(struct span word)
{
	unsigned char bytes[6];

	return value_mac_parse(bytes, word);
}

static int need(struct test_reader *reader, char **copy,
		bool (*is_right)(struct span word), const char *what)
{
	struct span word = test_peek_token(reader);

	if (!is_right(word))
		return test_expected(reader, word.at, NULL, what);
	if (*copy)
		return test_mistake(reader->tests,
				    test_place_at(reader, word.at), NULL,
				    "given twice");
	reader->at += word.length;
	return test_copy(copy, word.at, word.length);
}

static int need_mac(struct test_reader *reader, char **mac)
{
	return need(reader, mac, is_mac, "a MAC address, 02:00:00:00:00:01");
}

static int need_address(struct test_reader *reader, char **address)
{
	return need(reader, address, is_plain_address, "an IP address");
}

static int need_options(struct test_reader *reader,
			const struct test_words *words, void *into)
{
	int err = 0;

	while (!err && !test_at_end(reader))
		err = test_read_word(reader, words, into);
	return err;
}

/* ---- interface ---- */

static int read_mac(struct test_reader *reader, void *into)
{
	struct test_iface *iface = into;

	return need_mac(reader, &iface->mac);
}

static int read_address(struct test_reader *reader, void *into)
{
	struct test_iface *iface = into;
	char *address = NULL;
	int err = need(reader, &address, is_prefix,
		       "an address and prefix length, such as 10.0.0.1/24");

	err = err ?: TEST_ADD(iface->addresses, iface->nr_addresses, address);
	if (err)
		free(address);
	return err;
}

static int read_mtu(struct test_reader *reader, void *into)
{
	struct test_iface *iface = into;
	uint64_t number;
	int err = test_need_number(reader, MTU_MIN, MTU_MAX, &number);

	if (!err)
		iface->mtu = number;
	return err;
}

/* lo has the first. */
static int read_index(struct test_reader *reader, void *into)
{
	struct test_iface *iface = into;
	uint64_t number;
	int err = test_need_number(reader, 2, INT32_MAX, &number);

	if (!err)
		iface->index = number;
	return err;
}

static const struct test_word interface_options[] = {
	{ "mac", read_mac },
	{ "address", read_address },
	{ "mtu", read_mtu },
	{ "index", read_index },
};

const struct test_words test_interface_words = {
	.what = "an option of an interface",
	.at = interface_options,
	.nr = ARRAY_SIZE(interface_options),
};

static int need_new_name(struct test_reader *reader, char **name)
{
	struct test_place place = test_place_here(reader);
	int err = test_need_ifname(reader, name);

	if (!*name || (strcmp(*name, "lo") && !is_iface(reader->tests, *name)))
		return err;
	return test_mistake(reader->tests, place, NULL,
			    "duplicate name: the interface exists");
}

int test_read_interface(struct test_reader *reader, void *into)
{
	struct xdplab_tests *tests = reader->tests;
	struct test_iface iface = {
		.place = test_place_at(reader, reader->text),
	};
	int err;

	(void)into;
	if (tests->nr_ifaces == IFACES_MAX)
		return test_mistake(tests, iface.place, NULL,
				    "more than %d interfaces", IFACES_MAX);
	err = need_new_name(reader, &iface.name);
	err = err ?: need_options(reader, &test_interface_words, &iface);
	err = err ?: TEST_ADD(tests->ifaces, tests->nr_ifaces, iface);
	if (err)
		test_iface_clear(&iface);
	return err;
}

/* ---- route ---- */

static int read_via(struct test_reader *reader, void *into)
{
	struct test_route *route = into;

	return need_address(reader, &route->via);
}

static int read_dev(struct test_reader *reader, void *into)
{
	struct test_route *route = into;

	free(route->dev);
	route->dev = NULL;
	return test_need_iface(reader, &route->dev);
}

/* Routes to nowhere, as ip-route(8) calls them: what a packet meets there. */
static int read_blackhole(struct test_reader *reader, void *into)
{
	struct test_route *route = into;

	(void)reader;
	route->type = RTN_BLACKHOLE;
	return 0;
}

static int read_unreachable(struct test_reader *reader, void *into)
{
	struct test_route *route = into;

	(void)reader;
	route->type = RTN_UNREACHABLE;
	return 0;
}

static int read_prohibit(struct test_reader *reader, void *into)
{
	struct test_route *route = into;

	(void)reader;
	route->type = RTN_PROHIBIT;
	return 0;
}

static const struct test_word route_options[] = {
	{ "via", read_via },
	{ "dev", read_dev },
	{ "blackhole", read_blackhole },
	{ "unreachable", read_unreachable },
	{ "prohibit", read_prohibit },
};

const struct test_words test_route_words = {
	.what = "an option of a route",
	.at = route_options,
	.nr = ARRAY_SIZE(route_options),
};

static bool is_destination(struct span word)
{
	return is_prefix(word) || is_plain_address(word) ||
	       test_span_is(word, (struct span){ "default", 7 });
}

static int check_route(struct test_reader *reader,
		       const struct test_route *route)
{
	bool leads = route->via || route->dev;

	if (route->type == RTN_UNICAST && !leads)
		return test_expected(reader, reader->at, NULL,
				     "\"via\" ADDRESS, \"dev\" NAME, "
				     "\"blackhole\", \"unreachable\" or "
				     "\"prohibit\"");
	if (route->type != RTN_UNICAST && leads)
		return test_mistake(reader->tests, route->place, NULL,
				    "blackhole, unreachable and prohibit "
				    "exclude via and dev");
	return 0;
}

int test_read_route(struct test_reader *reader, void *into)
{
	struct xdplab_tests *tests = reader->tests;
	struct test_route route = {
		.place = test_place_at(reader, reader->text),
		.type = RTN_UNICAST,
	};
	int err = need(reader, &route.prefix, is_destination,
		       "a prefix, such as 10.0.0.0/8, or \"default\"");

	(void)into;
	err = err ?: need_options(reader, &test_route_words, &route);
	err = err ?: check_route(reader, &route);
	err = err ?: TEST_ADD(tests->routes, tests->nr_routes, route);
	if (err)
		test_route_clear(&route);
	return err;
}

/* ---- neighbour ---- */

static int read_neighbour_mac(struct test_reader *reader, void *into)
{
	struct test_neighbour *neighbour = into;

	return need_mac(reader, &neighbour->mac);
}

static int read_neighbour_dev(struct test_reader *reader, void *into)
{
	struct test_neighbour *neighbour = into;

	free(neighbour->dev);
	neighbour->dev = NULL;
	return test_need_iface(reader, &neighbour->dev);
}

static const struct test_word neighbour_options[] = {
	{ "mac", read_neighbour_mac },
	{ "dev", read_neighbour_dev },
};

const struct test_words test_neighbour_words = {
	.what = "an option of a neighbour",
	.at = neighbour_options,
	.nr = ARRAY_SIZE(neighbour_options),
};

int test_read_neighbour(struct test_reader *reader, void *into)
{
	struct xdplab_tests *tests = reader->tests;
	struct test_neighbour neighbour = {
		.place = test_place_at(reader, reader->text),
	};
	int err = need_address(reader, &neighbour.address);

	(void)into;
	err = err ?: need_options(reader, &test_neighbour_words, &neighbour);
	if (!err && (!neighbour.mac || !neighbour.dev))
		err = test_expected(reader, reader->at, NULL,
				    neighbour.mac ? "dev NAME" : "mac MAC");
	err = err
		      ?: TEST_ADD(tests->neighbours, tests->nr_neighbours,
				  neighbour);
	if (err)
		test_neighbour_clear(&neighbour);
	return err;
}
