// SPDX-License-Identifier: GPL-2.0-only
/* test_rtnl - addresses as text, and what is made of them */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "../../lib/internal.h"
#include "../../lib/net/attach.h"
#include "../../lib/net/rtnl.h"
#include <cmocka.h>

static void addresses_are_read_with_and_without_a_length(void **state)
{
	static const struct {
		const char *text;
		int family;
		unsigned int prefix;
		const char *address;
	} cases[] = {
		{ "10.0.0.1", AF_INET, 32, "10.0.0.1" },
		{ "10.0.0.1/24", AF_INET, 24, "10.0.0.1" },
		{ "0.0.0.0/0", AF_INET, 0, "0.0.0.0" },
		{ "fd00::1", AF_INET6, 128, "fd00::1" },
		{ "fd00:0:0::1/64", AF_INET6, 64, "fd00::1" },
		{ "::ffff:10.0.0.1/128", AF_INET6, 128, "::ffff:10.0.0.1" },
	};
	char text[INET6_ADDRSTRLEN];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct rtnl_address address;

		assert_int_equal(rtnl_address_read(&address, cases[i].text), 0);
		assert_int_equal(address.family, cases[i].family);
		assert_int_equal(address.prefix, cases[i].prefix);
		inet_ntop(address.family, address.bytes, text, sizeof(text));
		assert_string_equal(text, cases[i].address);
	}
}

static void what_is_no_address_is_none(void **state)
{
	static const char *const cases[] = {
		"",
		"10.0.0",
		"10.0.0.1/",
		"10.0.0.1/33",
		"10.0.0.1/-1",
		"10.0.0.1/ 8",
		"10.0.0.1/8x",
		"fd00::1/129",
		"fd00::g",
		"default",
		"10.0.0.1/99999999999999999999",
		"0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000",
	};
	struct rtnl_address address = { .prefix = 7 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(rtnl_address_read(&address, cases[i]),
				 -EINVAL);
	assert_int_equal(address.prefix, 7);
}

static void a_pair_has_the_numbers_that_were_asked_for(void **state)
{
	const struct rtnl_end here = { .ifname = "here",
				       .mac = "02:00:00:00:00:07",
				       .index = 70,
				       .mtu = 1400 };
	const struct rtnl_end there = { .ifname = "there", .index = 71 };
	int home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC), new;
	struct rtnl_address address;
	struct attach_state seen;

	(void)state;
	assert_int_equal(unshare(CLONE_NEWNET), 0);
	new = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	assert_int_equal(rtnl_veth_add(&here, &there, new), 0);
	assert_int_equal(attach_read(&seen, "here"), 0);
	assert_int_equal(seen.ifindex, 70);
	assert_int_equal(seen.mtu, 1400);
	assert_int_equal(if_nametoindex("there"), 71);
	assert_int_equal(rtnl_address_read(&address, "10.0.0.1/24"), 0);
	assert_int_equal(rtnl_address_add("here", &address), 0);
	assert_int_equal(rtnl_address_add("here", &address), -EEXIST);
	assert_int_equal(rtnl_link_delete("here"), 0);
	assert_int_equal(if_nametoindex("there"), 0);
	assert_int_equal(rtnl_link_delete("here"), -ENODEV);
	assert_int_equal(setns(home, CLONE_NEWNET), 0);
	close(new);
	close(home);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_read_with_and_without_a_length),
		cmocka_unit_test(what_is_no_address_is_none),
		cmocka_unit_test(a_pair_has_the_numbers_that_were_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
