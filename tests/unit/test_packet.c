// SPDX-License-Identifier: GPL-2.0-only
/* test_packet - packets as text, and the bytes that they are */
#include "packets.h"

#define HEX_MAX 1024

static void to_hex(char *hex, const uint8_t *bytes, size_t length)
{
	assert_true(length * 2 < HEX_MAX);
	hex[0] = '\0';
	for (size_t i = 0; i < length; i++)
		snprintf(hex + i * 2, 3, "%02x", bytes[i]);
}

/* That `input` is these bytes, in hexadecimal, behind the first `skip`. */
static struct xdplab_packet *expect_bytes(const char *input, size_t skip,
					  const char *hex)
{
	struct xdplab_packet *packet = parse(input);
	char got[HEX_MAX];
	size_t length;
	const uint8_t *bytes = xdplab_packet_bytes(packet, &length);

	expect_same_again(bytes, length);
	to_hex(got, bytes + skip, length - skip);
	assert_string_equal(got, hex);
	return packet;
}

static void expect_read(const char *input, const char *hex)
{
	xdplab_packet_free(expect_bytes(input, 0, hex));
}

/* That the bytes behind Ethernet and `skip` more are these. */
static void expect_behind(const char *input, size_t skip, const char *hex)
{
	xdplab_packet_free(expect_bytes(input, 14 + skip, hex));
}

/* And that these bytes, and what was read, are printed so. */
static void expect_printed(const char *input, const char *hex,
			   const char *printed)
{
	struct xdplab_packet *packet = expect_bytes(input, 0, hex), *decoded;
	size_t length;
	const void *bytes = xdplab_packet_bytes(packet, &length);
	char *text = print(packet);

	assert_string_equal(text, printed);
	free(text);
	decoded = decode(bytes, length);
	text = print(decoded);
	assert_string_equal(text, printed);
	free(text);
	xdplab_packet_free(packet);
	xdplab_packet_free(decoded);
}

static void expect(const char *input, const char *hex)
{
	expect_printed(input, hex, input);
}

#define ETH "020000000002020000000001"

/* ---- headers ---- */

static void each_protocol_has_its_form(void **state)
{
	(void)state;
	expect("eth", ETH "9000");
	expect("eth / arp", ETH "0806"
				"0001080006040001"
				"0200000000010a000001"
				"0000000000000a000002");
	expect("eth / vlan(prio=5, dei=1, id=291) / arp(op=reply)",
	       ETH "8100b1230806"
		   "0001080006040002"
		   "0200000000010a000001"
		   "0000000000000a000002");
	expect("eth / ip / udp(dport=2000) / \"hello\"",
	       ETH "0800"
		   "4500002100010000401166c90a0000010a000002"
		   "040007d0000d9c2f"
		   "68656c6c6f");
	expect("eth / ipv6 / icmpv6(seq=1)",
	       ETH "86dd"
		   "6000000000083a40"
		   "fc000000000000000000000000000001"
		   "fc000000000000000000000000000002"
		   "800087b700000001");
	expect("eth / ip / tcp(flags=SA, options=[mss(1460), nop, wscale(7)])",
	       ETH "0800"
		   "4500003000010000400666c50a0000010a000002"
		   "0400005000000000000000007012"
		   "20004bb60000"
		   "020405b401030307");
	expect("eth / mpls / mpls(label=17, tc=3) / ip",
	       ETH "8847"
		   "00010040"
		   "00011740"
		   "450000140001000040"
		   "0066e70a0000010a000002");
}

static void tunnels_are_layers_like_others(void **state)
{
	(void)state;
	expect_behind("eth / ip / gre(key=5) / eth", 20,
		      "2000655800000005" ETH "9000");
	expect_behind("eth / ip / gre(seq=1, chksum=0x1234) / \"\"", 20,
		      "9000900012340000"
		      "00000001");
	expect_behind("eth / ip / udp / vxlan(vni=291) / eth", 20,
		      "040012b5001e15f6"
		      "0800000000012300" ETH "9000");
	expect_behind("eth / ip / udp / geneve(vni=1, "
		      "options=[option(0x102, 3, hex 01020304)])",
		      20,
		      "040017c1001834f1"
		      "0200900000000100"
		      "0102030101020304");
	expect_behind("eth / ip / ipv6 / ip", 9,
		      "296682"
		      "0a0000010a000002"
		      "6000000000140440"
		      "fc000000000000000000000000000001"
		      "fc000000000000000000000000000002"
		      "450000140001000040"
		      "0066e70a0000010a000002");
}

static void a_tag_says_what_is_tagged(void **state)
{
	(void)state;
	expect("eth / vlan(id=5) / vlan / ip(proto=tcp)",
	       ETH "8100000581000001"
		   "08004500001400010000400666e10a0000010a000002");
	expect("eth / qinq / vlan / \"x\"", ETH "88a8000181000001900078");
	expect_read("eth(type=0x88a8) / vlan / \"x\"", ETH "88a80001900078");
}

static void what_names_the_next_layer_follows_it(void **state)
{
	(void)state;
	expect_behind("eth / ip / icmp", 9,
		      "0166de0a0000010a000002"
		      "0800f7ff00000000");
	expect_printed("eth(type=0x800) / ip",
		       ETH "0800"
			   "450000140001000040"
			   "0066e70a0000010a000002",
		       "eth / ip");
	expect("eth(type=arp) / \"x\"", ETH "080678");
	expect("eth(type=0x1234) / \"x\"", ETH "123478");
}

/* ---- extension headers, fragments ---- */

static void extension_headers_follow_ipv6(void **state)
{
	(void)state;
	expect_behind("eth / ipv6 / hopopts / dstopts / udp", 4,
		      "00180040"
		      "fc000000000000000000000000000001"
		      "fc000000000000000000000000000002"
		      "3c00010400000000"
		      "1100010400000000"
		      "04000035000803a5");
	expect_behind("eth / ipv6 / routing(segleft=1, addresses=[fc00::3])",
		      40,
		      "3b02000100000000"
		      "fc000000000000000000000000000003");
	expect_behind("eth / ipv6 / routing(type=4, addresses=[::3, ::4])", 40,
		      "3b04040001000000"
		      "00000000000000000000000000000003"
		      "00000000000000000000000000000004");
	expect_behind("eth / ipv6 / fragment(offset=2, m=1, id=7)", 40,
		      "3b00001100000007");
}

/* The address that the pseudo header has is the last one (RFC 8200, 8.1). */
static void a_checksum_is_for_where_the_packet_goes_in_the_end(void **state)
{
	(void)state;
	expect_behind("eth/ipv6/routing(segleft=0, addresses=[fc00::3])/udp",
		      40 + 8 + 16, "04000035000803a5");
	expect_behind("eth/ipv6/routing(segleft=1, addresses=[fc00::3])/udp",
		      40 + 8 + 16, "04000035000803a4");
	expect_behind("eth / ipv6 / routing(type=4, segleft=1, "
		      "addresses=[fc00::3, fc00::4]) / udp",
		      40 + 8 + 32, "04000035000803a4");
}

static void a_first_fragment_has_a_header_and_no_checksum(void **state)
{
	(void)state;
	expect("eth / ip(flags=MF) / udp / \"abcdefgh\"",
	       ETH "0800"
		   "4500002400012000401146c60a0000010a000002"
		   "0400003500100000"
		   "6162636465666768");
	expect("eth / ipv6 / fragment(m=1) / udp",
	       ETH "86dd"
		   "6000000000102c40"
		   "fc000000000000000000000000000001"
		   "fc000000000000000000000000000002"
		   "1100000100000001"
		   "0400003500080000");
}

static void a_later_fragment_is_payload(void **state)
{
	(void)state;
	expect("eth / ip(frag=1, proto=udp) / hex 04 00 00 35 00 08 00 00",
	       ETH "0800"
		   "4500001c00010001401166cd0a0000010a000002"
		   "0400003500080000");
}

/* ---- options ---- */

static void options_are_filled_up(void **state)
{
	(void)state;
	expect_behind("eth / ip / tcp(options=[wscale(1)])", 32,
		      "6002200063890000"
		      "03030100");
	expect_behind("eth / ip(options=[router_alert(0)])", 20, "94040000");
	expect_behind("eth / ipv6 / hopopts(options=[router_alert(0)])", 40,
		      "3b00050200000100");
}

static void options_are_printed_as_they_are_read(void **state)
{
	static const char *const inputs[] = {
		"eth / ip / tcp(options=[mss(1), sackok, sack(1, 2, 3, 4)])",
		"eth / ip / tcp(options=[ts(1, 4294967295), eol, nop])",
		"eth / ip / tcp(options=[option(253, hex 01 ff)])",
		"eth / ip / tcp(options=[option(2, hex 01)])",
		"eth / ip / tcp(options=[nop, hex 02 ff 01])",
		"eth / ip(options=[rr(4, 10.0.0.1, 0.0.0.0)])",
		"eth / ip(options=[sid(7), lsrr(4)])",
		"eth / ipv6 / dstopts(options=[pad1, jumbo(70000)])",
		"eth / ipv6 / dstopts(options=[home(fc00::9)])",
		"eth / ipv6 / dstopts(options=[option(30, \"abc\")])",
		"eth / ipv6 / icmpv6(type=router-solicitation, options=[mtu(1400)])",
		"eth / ipv6 / icmpv6(type=redirect, options=[prefix, prefix(A=0)])",
		"eth / ipv6 / icmpv6(type=redirect, options=[rdnss(60, ::1, ::2)])",
		"eth / ipv6 / icmpv6(type=redirect, options=[tll(02:00:00:00:00:01)])",
		"eth / ipv6 / icmpv6(type=redirect, options=[option(14, bytes(14))])",
		"eth / ipv6 / icmpv6(type=neighbor-advertisement, S=1, target=::7)",
		"eth / ipv6 / icmpv6(type=redirect, target=::1, dst=::2)",
		"eth / ip / udp / geneve(options=[option(0x0102, 0x80)])",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(inputs); i++) {
		struct xdplab_packet *packet = parse(inputs[i]);
		size_t length;
		const void *bytes = xdplab_packet_bytes(packet, &length);
		struct xdplab_packet *decoded = decode(bytes, length);
		char *text = print(decoded);

		assert_string_equal(text, inputs[i]);
		free(text);
		xdplab_packet_free(packet);
		xdplab_packet_free(decoded);
	}
}

static void the_longest_option_comes_back(void **state)
{
	struct xdplab_packet *packet =
		parse("eth / ipv6 / icmpv6(type=ra, options=[option(25, "
		      "bytes(2038))])");
	size_t length;
	const void *bytes = xdplab_packet_bytes(packet, &length);

	(void)state;
	expect_same_again(bytes, length);
	xdplab_packet_free(packet);
}

static void fields_of_options_have_names_too(void **state)
{
	(void)state;
	expect_behind("eth / ip / tcp(options=[ts(ecr=2, val=1), nop, nop])",
		      40,
		      "080a0000000100000002"
		      "0101");
}

/* ---- given values ---- */

static void what_is_given_is_not_computed(void **state)
{
	(void)state;
	expect("eth / ip(len=1, chksum=0xbeef) / udp(len=9, chksum=0x0000)",
	       ETH "0800"
		   "450000010001000040"
		   "11beef0a0000010a000002"
		   "0400003500090000");
	expect("eth / ip(ihl=3, chksum=0x0000) / \"x\"",
	       ETH "0800"
		   "430000150001000040"
		   "0000000a0000010a000002"
		   "78");
	expect("eth / ip / tcp(dataofs=15)",
	       ETH "0800"
		   "4500002800010000400666cd0a0000010a000002"
		   "040000500000000000000000f00220"
		   "00d78f0000");
}

static void what_is_usual_is_not_printed(void **state)
{
	(void)state;
	expect_printed("eth(dst=02:00:00:00:00:02) / ip(ttl=64, ihl=5) / udp()",
		       ETH "0800"
			   "4500001c00010000401166ce0a0000010a000002"
			   "040000350008e7a6",
		       "eth / ip / udp");
}

static void a_part_of_a_field_is_one(void **state)
{
	(void)state;
	expect_printed("eth / ip(dscp=46, ecn=1)",
		       ETH "0800"
			   "45b9001400010000400066"
			   "2e0a0000010a000002",
		       "eth / ip(tos=0xb9)");
}

static void names_and_aliases_are_read(void **state)
{
	(void)state;
	expect_printed("ether(dmac=02:00:00:00:00:09) / ipv4(saddr=1.1.1.1, "
		       "length=20, csum=0)",
		       "020000000009020000000001"
		       "0800"
		       "45000014000100004000"
		       "0000010101010a000002",
		       "eth(dst=02:00:00:00:00:09) / ip(chksum=0x0000, "
		       "src=1.1.1.1)");
	expect_behind("eth / ip / tcp(flags=syn|ACK, dport=https)", 22,
		      "01bb0000000000000000"
		      "50122000761500"
		      "00");
	expect_behind("eth / ip(flags=DF+MF)", 6,
		      "6000400006e7"
		      "0a0000010a000002");
}

/* ---- payloads ---- */

static void a_payload_is_text_or_bytes(void **state)
{
	(void)state;
	expect("eth / \"GET /\\r\\n\\t\\\"\\\\\"",
	       ETH "9000474554202f0d0a09225c");
	expect_printed("eth / \"\\x00\\x41\"", ETH "90000041",
		       "eth / hex 00 41");
	expect("eth / hex 00 01 ff", ETH "90000001ff");
	expect_printed("eth / hex 0001 ff", ETH "90000001ff",
		       "eth / hex 00 01 ff");
	expect("eth / bytes(8)", ETH "90000000000000000000");
	expect("eth / bytes(9, 0xab)", ETH "9000ababababababababab");
	expect("eth / bytes(9, count)", ETH "9000000102030405060708");
	expect_read("eth / \"a\" / \"b\" / hex 00", ETH "9000616200");
}

static void names_are_understood_as_scapy_writes_them(void **state)
{
	static const char scapy[] =
		"Ether() / IP(TTL=3) / TCP(flags=sa, options=[MSS(9)]) / "
		"RAND(4)";
	static const char ours[] =
		"eth / ip(ttl=3) / tcp(flags=SA, options=[mss(9)]) / rand(4)";
	struct xdplab_packet *one = parse(scapy), *other = parse(ours);
	size_t length, as_long;
	const uint8_t *bytes = xdplab_packet_bytes(one, &length);

	(void)state;
	assert_memory_equal(bytes, xdplab_packet_bytes(other, &as_long),
			    length);
	assert_int_equal(length, as_long);
	xdplab_packet_free(one);
	xdplab_packet_free(other);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_understood_as_scapy_writes_them),
		cmocka_unit_test(each_protocol_has_its_form),
		cmocka_unit_test(tunnels_are_layers_like_others),
		cmocka_unit_test(a_tag_says_what_is_tagged),
		cmocka_unit_test(what_names_the_next_layer_follows_it),
		cmocka_unit_test(extension_headers_follow_ipv6),
		cmocka_unit_test(
			a_checksum_is_for_where_the_packet_goes_in_the_end),
		cmocka_unit_test(a_first_fragment_has_a_header_and_no_checksum),
		cmocka_unit_test(a_later_fragment_is_payload),
		cmocka_unit_test(options_are_filled_up),
		cmocka_unit_test(options_are_printed_as_they_are_read),
		cmocka_unit_test(the_longest_option_comes_back),
		cmocka_unit_test(fields_of_options_have_names_too),
		cmocka_unit_test(what_is_given_is_not_computed),
		cmocka_unit_test(what_is_usual_is_not_printed),
		cmocka_unit_test(a_part_of_a_field_is_one),
		cmocka_unit_test(names_and_aliases_are_read),
		cmocka_unit_test(a_payload_is_text_or_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
