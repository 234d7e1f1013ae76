// SPDX-License-Identifier: GPL-2.0-only
/* test_packet_wrong - mistakes in packets: where they are, and what is said */
#include "packets.h"

static void expect_as(const char *input, bool pattern, size_t at,
		      const char *error, const char *remedy)
{
	struct xdplab_packet_opts opts = { .sz = sizeof(opts),
					   .pattern = pattern };
	struct xdplab_packet *packet = NULL;
	const char *end = NULL;

	if (xdplab_packet_parse(&packet, input, &end, &opts) != -EINVAL)
		fail_msg("%s: no mistake, or another", input);
	assert_null(packet);
	assert_string_equal(xdplab_error(), error);
	assert_string_equal(xdplab_remedy(), remedy);
	assert_int_equal(end - input, at);
}

static void expect(const char *input, size_t at, const char *error,
		   const char *remedy)
{
	expect_as(input, false, at, error, remedy);
}

#define PROTOCOLS                                                              \
	"; protocols are eth, vlan, qinq, arp, mpls, ip, ipv6, hopopts, "      \
	"dstopts, routing, fragment, icmp, icmpv6, tcp, udp, gre, vxlan, "     \
	"geneve, hex, bytes, rand, padding"

static void a_layer_that_is_none(void **state)
{
	(void)state;
	expect("eth / tpc", 6, "unknown protocol \"tpc\"", "tcp");
	expect("eth/ipv8", 4, "unknown protocol \"ipv8\"", "ipv6");
	expect("eth / paddin(1)", 6, "unknown protocol \"paddin\"", "padding");
	/* Other names of a protocol are meant, too. */
	expect("etherent / ip", 0, "unknown protocol \"etherent\"", "ethernet");
	expect("eth / dot1p", 6, "unknown protocol \"dot1p\"", "dot1q");
	expect("qqqqqq", 0, "unknown protocol \"qqqqqq\"" PROTOCOLS, "");
	expect("", 0, "expected a protocol or \"text\"" PROTOCOLS, "");
	expect("eth / ", 6, "expected a protocol or \"text\"" PROTOCOLS, "");
	expect("eth // ip", 5, "expected a protocol or \"text\"" PROTOCOLS, "");
}

static void a_field_that_is_none(void **state)
{
	(void)state;
	expect("eth / ip(ttl=1, dstt=1.1.1.1)", 16, "ip has no field dstt",
	       "dst");
	expect("eth / ip(dadr=1.1.1.1)", 9, "ip has no field dadr", "daddr");
	expect("eth / ip(protcol=1)", 9, "ip has no field protcol", "protocol");
	expect("eth / udp(q=1)", 10,
	       "udp has no field q; fields are sport, dport, len, chksum", "");
	expect("udp(sport=1,)", 12,
	       "expected another field of udp after the comma; fields are "
	       "sport, dport, len, chksum",
	       "");
	expect("udp(53)", 4,
	       "expected a field of udp; fields are sport, dport, len, chksum",
	       "");
	expect("udp(", 4,
	       "expected a field of udp; fields are sport, dport, len, chksum",
	       "");
	expect("udp(options=[])", 4,
	       "udp has no field options; fields are sport, dport, len, chksum",
	       "");
}

static void a_field_that_is_not_in_such_a_header(void **state)
{
	(void)state;
	expect("ip / icmp(mtu=1400)", 10, "icmp(type=echo-request) has no mtu",
	       "");
	expect("icmpv6(target=::1, type=ra)", 7,
	       "icmpv6(type=router-advertisement) has no target", "");
	expect("icmpv6(options=[mtu(1)])", 7,
	       "icmpv6(type=echo-request) has no options", "");
	expect("gre(key_present=0, key=1)", 19, "gre(key_present=0) has no key",
	       "");
}

static void a_field_without_its_form(void **state)
{
	(void)state;
	expect("ip(ttl)", 6, "ip.ttl: expected \"=\" and a value", "");
	expect("ip(ttl=)", 7, "ip.ttl: expected a value", "");
	expect("IP(dst=\"10.0.0.1\")", 7,
	       "ip.dst: expected a value, without quotes", "");
	expect("ip(ttl=1 id=2)", 9,
	       "expected \",\" and another field, or \")\"", "");
	expect("ip(ttl=1", 8, "expected \",\" and another field, or \")\"", "");
	expect("ip(ttl=1, ttl=2)", 10, "ip.ttl: given twice", "");
	expect("ip(options=[], options=[])", 15, "ip.options: given twice", "");
}

static void a_value_that_is_none(void **state)
{
	(void)state;
	expect("ip(ttl=256)", 7,
	       "ip.ttl: 256 is out of range for 8 bits (0 to 255)", "");
	expect("vlan(dei=2)", 9,
	       "vlan.dei: 2 is out of range for 1 bit (0 to "
	       "1)",
	       "");
	expect("ip(ttl=-1)", 7, "ip.ttl: \"-1\" is not a number", "");
	expect("ip(ttl=0x)", 7, "ip.ttl: \"0x\" is not a number", "");
	expect("ip(dst=10.0.0)", 7,
	       "ip.dst: \"10.0.0\" is not a valid IPv4 address", "");
	expect("ipv6(dst=10.0.0.1)", 9,
	       "ipv6.dst: \"10.0.0.1\" is not a valid IPv6 address", "");
	expect("eth(dst=1:2)", 8, "eth.dst: \"1:2\" is not a valid MAC address",
	       "");
	expect("ip(proto=tpc)", 9, "ip.proto: unknown value \"tpc\"", "tcp");
	expect("ip(flags=DG)", 9,
	       "ip.flags: unknown value \"DG\"; names are MF, DF, evil", "");
}

static void an_option_that_is_none(void **state)
{
	(void)state;
	expect("tcp(options=[mas(1)])", 13, "unknown option \"mas\"", "mss");
	expect("tcp(options=[mss(70000)])", 17,
	       "mss.mss: 70000 is out of range for 16 bits (0 to 65535)", "");
	expect("tcp(options=[mss(1, 2)])", 20, "mss: too many values", "");
	expect("tcp(options=[nop(1)])", 17, "nop: too many values", "");
	expect("tcp(options=[nop(ttl=1)])", 17, "nop has no ttl", "");
	expect("tcp(options=[ts(v=1)])", 16, "ts has no v", "");
	expect("tcp(options=[nop nop])", 17,
	       "expected \",\" and another option, or \"]\"", "");
	expect("tcp(options=[mss=1460])", 16,
	       "option values must be in parentheses, as in mss(1460)", "");
	expect("qinq / hopopts(options=[(5)])", 24,
	       "expected an option; options are pad1, router_alert, jumbo, "
	       "home, option, hex",
	       "");
	expect("tcp(options=5)", 12, "expected \"[\" and options", "");
	expect("tcp(options=[option(0, hex 01)])", 13,
	       "invalid option length: 1 bytes of data", "");
	expect("tcp(options=[option(300)])", 20, "expected a type (0 to 255)",
	       "");
	expect("geneve(options=[option(1, 2, hex 01)])", 16,
	       "invalid option length: 1 bytes of data", "");
	expect("tcp(options=[ts, ts, ts, ts, ts])", 4,
	       "tcp.options: longer than 40 bytes", "");
}

static void bytes_that_are_none(void **state)
{
	(void)state;
	expect("eth / \"abc", 10, "unterminated string", "");
	expect("eth / \"a\\q\"", 8,
	       "unknown escape sequence; use \\xNN for a byte", "");
	expect("hex", 3, "expected bytes, such as hex 01 ff", "");
	expect("hex 01 0", 7, "expected two hexadecimal digits per byte", "");
	expect("bytes", 5, "expected \"(\" and a number of bytes", "");
	expect("bytes(70000)", 6, "expected a number of bytes (0 to 65535)",
	       "");
	expect("bytes(8, 256)", 9, "expected a byte or \"count\" (0 to 255)",
	       "");
	expect("bytes(8", 7, "expected \")\"", "");
	expect("padding(8)", 8, "expected bytes, such as bytes(18)", "");
}

static void an_end_that_is_none(void **state)
{
	(void)state;
	expect("eth / padding(hex 00) / ip", 24,
	       "unexpected layer after padding", "");
	expect_as("ip(dst=10.0.0.0/33)", true, 16,
		  "ip.dst: prefix length must be 0 to 32, not 33", "");
	expect_as("eth / _ / ip", true, 10,
		  "unexpected layer after `_`, which matches all the rest", "");
}

static void what_is_for_patterns_only(void **state)
{
	(void)state;
	expect("ip(ttl=_)", 7,
	       "ip.ttl: `_` is only valid in expected packets; use `rand` for "
	       "a random value",
	       "");
	expect("ip(dst=10.0.0.0/8)", 15,
	       "ip.dst: masks are only valid in expected packets", "");
	expect("eth / _", 6,
	       "`_` is only valid in expected packets; use rand(8) for random "
	       "bytes",
	       "");
	expect("hex 01 _", 7,
	       "`_` is only valid in expected packets; use rand(8) for random "
	       "bytes",
	       "");
	expect("ip(_)", 3,
	       "`_` is only valid in expected packets; use `rand` for a random "
	       "value",
	       "");
}

static void control_characters_are_not_shown(void **state)
{
	(void)state;
	expect("ip(ttl=\033[1m)", 7, "ip.ttl: \"?\" is not a number", "");
}

static void a_packet_has_its_limit(void **state)
{
	struct xdplab_packet *packet = NULL;
	size_t length;

	(void)state;
	assert_int_equal(
		xdplab_packet_parse(&packet, "eth / bytes(65522)", NULL, NULL),
		-E2BIG);
	packet = parse("eth / ip / bytes(65501)");
	assert_non_null(xdplab_packet_bytes(packet, &length));
	assert_int_equal(length, PACKET_LENGTH_MAX);
	xdplab_packet_free(packet);
}

static void a_packet_ends_where_it_cannot_go_on(void **state)
{
	struct xdplab_packet *packet = NULL;
	const char input[] = "eth / hex 01 , truncated 3";
	const char *end = NULL;

	(void)state;
	assert_int_equal(xdplab_packet_parse(&packet, input, &end, NULL), 0);
	assert_string_equal(end, " , truncated 3");
	xdplab_packet_free(packet);
	packet = NULL;
	assert_int_equal(xdplab_packet_parse(&packet, input, NULL, NULL),
			 -EINVAL);
	assert_null(packet);
	assert_string_equal(xdplab_error(),
			    "expected \"/\" and another layer, or the end");
}

static void the_same_seed_makes_the_same_packet(void **state)
{
	static const char input[] = "eth / ip(src=rand, ttl=rand) / rand(8)";
	struct xdplab_packet_opts opts = { .sz = sizeof(opts), .seed = 2 };
	struct xdplab_packet *one = parse(input), *same = parse(input), *other;
	size_t length;

	(void)state;
	assert_int_equal(xdplab_packet_parse(&other, input, NULL, &opts), 0);
	assert_memory_equal(xdplab_packet_bytes(one, &length),
			    xdplab_packet_bytes(same, &length), 42);
	assert_memory_not_equal(xdplab_packet_bytes(one, &length),
				xdplab_packet_bytes(other, &length), 42);
	assert_int_equal(length, 42);
	expect_same_again(xdplab_packet_bytes(one, &length), length);
	xdplab_packet_free(one);
	xdplab_packet_free(same);
	xdplab_packet_free(other);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_layer_that_is_none),
		cmocka_unit_test(a_field_that_is_none),
		cmocka_unit_test(a_field_that_is_not_in_such_a_header),
		cmocka_unit_test(a_field_without_its_form),
		cmocka_unit_test(a_value_that_is_none),
		cmocka_unit_test(an_option_that_is_none),
		cmocka_unit_test(bytes_that_are_none),
		cmocka_unit_test(an_end_that_is_none),
		cmocka_unit_test(what_is_for_patterns_only),
		cmocka_unit_test(control_characters_are_not_shown),
		cmocka_unit_test(a_packet_has_its_limit),
		cmocka_unit_test(a_packet_ends_where_it_cannot_go_on),
		cmocka_unit_test(the_same_seed_makes_the_same_packet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
