// SPDX-License-Identifier: GPL-2.0-only
/* test_value_net - addresses, as people write them */
#include "chance.h"
#include "values.h"

#include <arpa/inet.h>

static void addresses_are_told_by_type_name_and_length(void **state)
{
	static const char input[] =
		"{v4 = 10.0.0.1, v6 = fc00::1, saddr = 10.0.0.2, "
		"daddr = 10.0.0.3, other = 258, port = 443, "
		"cookie = 18446744073709551615, addr6 = ::, "
		"src_v6 = ::ffff:1.2.3.4, src = [1.1.1.1, 2.2.2.2], "
		"mac = 00:11:22:aa:BB:ff, h_dest = ff:ff:ff:ff:ff:ff, "
		"plain = 1}";

	(void)state;
	expect_text("net", input,
		    "{.v4 = 10.0.0.1, .v6 = fc00::1, .saddr = 10.0.0.2, "
		    ".daddr = 10.0.0.3, .other = 258, .port = 443, "
		    ".cookie = 18446744073709551615, .addr6 = ::, "
		    ".src_v6 = ::ffff:1.2.3.4, .src = [1.1.1.1, 2.2.2.2], "
		    ".mac = 00:11:22:aa:bb:ff, .h_dest = ff:ff:ff:ff:ff:ff, "
		    ".plain = 1}");
	expect_json("net", input,
		    "{\"v4\":\"10.0.0.1\",\"v6\":\"fc00::1\","
		    "\"saddr\":\"10.0.0.2\",\"daddr\":\"10.0.0.3\","
		    "\"other\":258,\"port\":443,"
		    "\"cookie\":18446744073709551615,\"addr6\":\"::\","
		    "\"src_v6\":\"::ffff:1.2.3.4\","
		    "\"src\":[\"1.1.1.1\",\"2.2.2.2\"],"
		    "\"mac\":\"00:11:22:aa:bb:ff\","
		    "\"h_dest\":\"ff:ff:ff:ff:ff:ff\",\"plain\":1}");
}

static void they_are_in_network_order(void **state)
{
	struct xdplab_type *type = type_of("net", 0);
	unsigned char value[ROOM] = { 0 };

	(void)state;
	assert_int_equal(xdplab_value_assign(type, value, "saddr=1.2.3.4"), 0);
	assert_int_equal(xdplab_value_assign(type, value, "daddr=1.2.3.4"), 0);
	assert_int_equal(xdplab_value_assign(type, value, "port=258"), 0);
	assert_memory_equal(value + 20, "\1\2\3\4\1\2\3\4", 8);
	assert_memory_equal(value + 32, "\1\2", 2);
	value_type_free(type);
}

static void a_tag_says_what_a_field_is(void **state)
{
	(void)state;
	expect_text("tagged",
		    "{a=10.0.0.1 b=fe80::1 c=02:00:00:00:00:01 d=80 e=1 "
		    "f=0xff g=[1,2,3,4,5,6] addr=16777226 raw=hex 01 02 03 "
		    "wrong=1}",
		    "{.a = 10.0.0.1, .b = fe80::1, .c = 02:00:00:00:00:01, "
		    ".d = 80, .e = 1, .f = 0xff, .g = [1, 2, 3, 4, 5, 6], "
		    ".addr = 16777226, .raw = hex 01 02 03, .wrong = 1}");
	expect_text("by_typedef", "{peer: 1.2.3.4}", "{.peer = 1.2.3.4}");
}

static void a_port_by_its_tag_is_in_network_order(void **state)
{
	struct xdplab_type *type = type_of("tagged", 0);
	unsigned char value[ROOM] = { 0 };

	(void)state;
	assert_int_equal(xdplab_value_assign(type, value, "d = 258"), 0);
	assert_memory_equal(value + 26, "\1\2", 2);
	assert_int_equal(xdplab_value_assign(type, value, "e = 1"), 0);
	assert_memory_equal(value + 32, "\0\0\0\0\0\0\0\1", 8);
	value_type_free(type);
}

static void the_key_of_an_lpm_trie_is_a_prefix(void **state)
{
	(void)state;
	expect_text("lpm4", "10.0.0.0/8", "10.0.0.0/8");
	expect_json("lpm4", "\"10.1.2.3/8\"", "\"10.1.2.3/8\"");
	expect_text("lpm4", "10.0.0.1", "10.0.0.1/32");
	expect_text("lpm4", "{.prefixlen = 8, .data = [10]}", "10.0.0.0/8");
	expect_text("lpm6", "fc00::/7", "fc00::/7");
	expect_text("lpm6", "::1", "::1/128");
	expect_form("flexible", 8, "1.0.0.0/1", XDPLAB_FORM_TEXT, "1.0.0.0/1");
	expect_form("flexible", 20, "::/0", XDPLAB_FORM_TEXT, "::/0");
	expect_form("flexible", 6, "{prefixlen=3,data=[1]}", XDPLAB_FORM_TEXT,
		    "{.prefixlen = 3, .data = [1, 0]}");
}

static void a_prefix_of_no_length_that_there_is_is_a_struct(void **state)
{
	(void)state;
	expect_text("lpm4", "{.prefixlen = 33, .data = [10, 0, 0, 1]}",
		    "{.prefixlen = 33, .data = [10, 0, 0, 1]}");
}

static void what_is_no_address_is_refused(void **state)
{
	(void)state;
	expect_refused("net", "{v4 = 10.0.0}", -EINVAL, 6,
		       ".v4: \"10.0.0\" is not a valid IPv4 address");
	expect_refused("net", "{v6 = fc00}", -EINVAL, 6,
		       ".v6: \"fc00\" is not a valid IPv6 address");
	expect_refused("net", "{mac = 00:11:22:33:44}", -EINVAL, 7,
		       ".mac: \"00:11:22:33:44\" is not a valid MAC address");
	expect_refused("net", "{port = 65536}", -ERANGE, 8,
		       ".port: 65536 is out of range for __be16 (0 to "
		       "65535)");
	expect_refused("lpm4", "10.0.0.0/33", -EINVAL, 0,
		       "\"10.0.0.0/33\" is not a valid IPv4 prefix such as "
		       "10.0.0.0/8");
}

/* A plain integer of such a name may be a number after all. */
static void a_number_is_taken_for_an_address(void **state)
{
	(void)state;
	expect_text("net", "{saddr = 0x01020304}",
		    "{.v4 = 0.0.0.0, .v6 = ::, .saddr = 1.2.3.4, "
		    ".daddr = 0.0.0.0, .other = 0, .port = 0, .cookie = 0, "
		    ".addr6 = ::, .src_v6 = ::, .src = [0.0.0.0, 0.0.0.0], "
		    ".mac = 00:00:00:00:00:00, .h_dest = 00:00:00:00:00:00, "
		    ".plain = 0}");
}

/* inet_ntop() would take some 20 times as long. */
static void ipv6_is_written_as_the_c_library_does(void **state)
{
	(void)state;
	for (int i = 0; i < 100000; i++) {
		char expected[INET6_ADDRSTRLEN];
		struct xdplab_text text = { 0 };
		unsigned char bytes[16];

		for (size_t at = 0; at < sizeof(bytes); at++)
			bytes[at] = one_in(3) ? below(4) ? chance() : 255 : 0;
		value_net_ipv6(&text, bytes);
		text_end(&text);
		inet_ntop(AF_INET6, bytes, expected, sizeof(expected));
		assert_string_equal(text.bytes, expected);
		xdplab_text_free(&text);
	}
}

/* ---- names ---- */

static enum value_look look_of(const char *name, const char *alias)
{
	struct btf *own = btf__new_empty();
	int id = btf__add_int(own, "unsigned int", 4, 0);
	struct xdplab_type *type = NULL;
	enum value_look look;

	if (alias)
		id = btf__add_typedef(own, alias, id);
	btf__add_struct(own, "s", 4);
	btf__add_field(own, name, id, 0, 0);
	id = btf__type_cnt(own) - 1;
	assert_int_equal(value_type_make(&type, own, id, 4), 0);
	look = type->nodes[1].look;
	value_type_free(type);
	btf__free(own);
	return look;
}

static void names_of_addresses_are_known(void **state)
{
	static const char *const both[] = { "addr", "saddr",	 "daddr",
					    "ip",   "src_ip",	 "vip",
					    "ipv4", "peer_addr", "ip4" };
	static const char *const be[] = { "src", "dst", "addr_src", "ip_peer" };
	static const char *const none[] = { "skip", "description", "count",
					    "limit", "address_bits" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(both); i++) {
		assert_int_equal(look_of(both[i], NULL), LOOK_IPV4);
		assert_int_equal(look_of(both[i], "__be32"), LOOK_IPV4);
	}
	for (size_t i = 0; i < ARRAY_SIZE(be); i++) {
		assert_int_equal(look_of(be[i], NULL), LOOK_PLAIN);
		assert_int_equal(look_of(be[i], "__be32"), LOOK_IPV4);
	}
	for (size_t i = 0; i < ARRAY_SIZE(none); i++)
		assert_int_equal(look_of(none[i], NULL), LOOK_PLAIN);
	assert_int_equal(look_of("skip", "__be32"), LOOK_PLAIN);
	assert_int_equal(look_of("x", "in_addr_t"), LOOK_IPV4);
}

/* As a key often is: nothing has a name there. */
static void a_number_in_network_order_alone_is_an_address(void **state)
{
	struct btf *own = btf__new_empty();
	int id = btf__add_int(own, "unsigned int", 4, 0);
	struct xdplab_type *type = NULL;
	struct xdplab_text text = { 0 };
	unsigned char value[4];

	(void)state;
	id = btf__add_typedef(own, "__be32", id);
	assert_int_equal(value_type_make(&type, own, id, 4), 0);
	assert_int_equal(xdplab_value_parse(type, value, "10.0.0.1", NULL), 0);
	assert_memory_equal(value, "\12\0\0\1", 4);
	xdplab_value_print(type, value, XDPLAB_FORM_TEXT, &text);
	assert_string_equal(text.bytes, "10.0.0.1");
	xdplab_text_free(&text);
	value_type_free(type);
	btf__free(own);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_told_by_type_name_and_length),
		cmocka_unit_test(they_are_in_network_order),
		cmocka_unit_test(a_tag_says_what_a_field_is),
		cmocka_unit_test(a_port_by_its_tag_is_in_network_order),
		cmocka_unit_test(the_key_of_an_lpm_trie_is_a_prefix),
		cmocka_unit_test(
			a_prefix_of_no_length_that_there_is_is_a_struct),
		cmocka_unit_test(what_is_no_address_is_refused),
		cmocka_unit_test(a_number_is_taken_for_an_address),
		cmocka_unit_test(ipv6_is_written_as_the_c_library_does),
		cmocka_unit_test(a_number_in_network_order_alone_is_an_address),
		cmocka_unit_test(names_of_addresses_are_known),
	};

	return cmocka_run_group_tests(tests, values_setup, values_teardown);
}
