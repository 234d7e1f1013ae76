// SPDX-License-Identifier: GPL-2.0-only
/* test_packet_match - patterns, and packets that are like others */
#include "packets.h"

/* Whether `input` is as `pattern` expects it; where not, "" or the place. */
static void expect(const char *pattern, const char *input, const char *differs)
{
	struct xdplab_packet *expected = parse_as(pattern, true);
	struct xdplab_packet *got = parse(input);
	struct packet_place place = { .name = "" };
	size_t length, bit = SIZE_MAX;
	const uint8_t *bytes = xdplab_packet_bytes(got, &length);

	if (!packet_matches(expected, bytes, length, &bit))
		packet_place_at(&place, expected, bit);
	if (strcmp(place.name, differs) != 0)
		fail_msg("%s, %s: differs in \"%s\"", pattern, input,
			 place.name);
	xdplab_packet_free(expected);
	xdplab_packet_free(got);
}

static void a_pattern_without_holes_is_the_packet(void **state)
{
	(void)state;
	expect("eth / ip / udp", "eth / ip / udp", "");
	expect("eth / ip(ttl=63) / udp", "eth / ip / udp", "ip.ttl");
	expect("eth / ip / udp", "eth / ip(chksum=1) / udp", "ip.chksum");
	expect("eth / ip / udp / \"abc\"",
	       "eth / ip(len=31, chksum=0x66cb) / "
	       "udp(len=11, chksum=0x84bd) / "
	       "\"abd\"",
	       "udp.chksum");
	expect("hex 01 02", "hex 01 03", "payload[1]");
}

static void it_is_of_its_length(void **state)
{
	(void)state;
	expect("eth / \"abc\"", "eth / \"ab\"", "payload[2]");
	expect("eth / \"ab\"", "eth / \"abc\"", "byte 16");
	expect("eth", "eth / hex 00", "byte 14");
}

static void a_field_may_be_anything(void **state)
{
	(void)state;
	expect("eth(src=_) / arp", "eth(src=02:11:11:11:11:11) / arp", "");
	expect("eth(src=_) / arp", "eth(dst=02:11:11:11:11:11) / arp",
	       "eth.dst");
	expect("eth / tcp(sport=_, flags=_)", "eth / tcp(sport=9, flags=R)",
	       "");
}

static void a_mask_says_which_bits_matter(void **state)
{
	(void)state;
	expect("eth / tcp(flags=S/S)", "eth / tcp(flags=SA)", "");
	expect("eth / tcp(flags=S/SA)", "eth / tcp(flags=SA)", "tcp.flags");
	expect("eth / arp(psrc=10.0.0.0/8)", "eth / arp(psrc=10.9.8.7)", "");
	expect("eth(src=02:00:00:00:00:00/24) / arp",
	       "eth(src=02:00:00:01:02:03) / arp", "");
	expect("eth(src=02:00:00:00:00:00/24) / arp",
	       "eth(src=02:00:01:01:02:03) / arp", "eth.src");
	expect("eth / arp(psrc=10.0.0.0/8)", "eth / arp(psrc=11.9.8.7)",
	       "arp.psrc");
	expect("eth / arp(psrc=10.0.0.7/255.0.0.255)",
	       "eth / arp(psrc=10.9.8.7)", "");
	expect("eth(dst=01:00:00:00:00:00/01:00:00:00:00:00) / arp",
	       "eth(dst=33:33:00:00:00:01) / arp", "");
	expect("eth / vlan(id=0x100/0xf00) / arp", "eth / vlan(id=300) / arp",
	       "");
}

static void a_header_may_be_anything(void **state)
{
	(void)state;
	expect("eth(_) / arp", "eth(src=02:11:11:11:11:11, type=7) / arp", "");
	expect("eth / ip(_) / udp", "eth / ip(ttl=3, src=1.2.3.4) / udp", "");
	expect("eth / ip / udp(_)", "eth / ip / udp(chksum=0x1234)", "");
	expect("eth / ip(_) / udp", "eth / ip(ttl=3) / udp(sport=3)",
	       "udp.sport");
}

static void anything_may_follow(void **state)
{
	(void)state;
	expect("eth / ip / _", "eth / ip / udp / \"abc\"", "");
	expect("eth / ip / ...", "eth / ip / \"abc\" / padding(bytes(20))", "");
	expect("eth / _", "eth", "");
	expect("eth / ip / udp / _", "eth / ip / udp / \"abc\"", "");
	expect("eth / ip / udp / _", "eth / ip / udp(dport=54) / \"abc\"",
	       "udp.dport");
	expect("_", "hex 01 02", "");
}

static void bytes_of_a_payload_may_be_anything(void **state)
{
	(void)state;
	expect("hex 01 _ 03", "hex 01 77 03", "");
	expect("hex 01 _ 03", "hex 01 77 04", "payload[2]");
	expect("eth / ip / tcp(options=[ts(_, 7)])",
	       "eth / ip / tcp(options=[ts(5, 7)])", "");
	expect("eth / ip / tcp(options=[ts(_, 7)])",
	       "eth / ip / tcp(options=[ts(5, 8)])", "tcp.options[9]");
}

static void a_checksum_of_what_came_must_be_right(void **state)
{
	(void)state;
	expect("eth / ip(ttl=_) / udp", "eth / ip(ttl=3) / udp", "");
	expect("eth / ip(ttl=_) / udp", "eth / ip(ttl=3, chksum=5) / udp",
	       "ip.chksum");
	expect("eth / ip(ttl=_, chksum=_) / udp",
	       "eth / ip(ttl=3, chksum=5) / udp", "");
	expect("eth / ip(src=_) / udp", "eth / ip(src=1.2.3.4) / udp", "");
	expect("eth / ip(src=_) / udp", "eth / ip(src=1.2.3.4) / udp(chksum=5)",
	       "udp.chksum");
	expect("eth / ip(src=_) / udp", "eth / ip(src=1.2.3.4) / udp(chksum=0)",
	       "");
	expect("eth / ipv6(src=_) / udp", "eth / ipv6 / udp(chksum=0)",
	       "udp.chksum");
	expect("eth / ipv6 / udp / _", "eth / ipv6 / udp(chksum=0)",
	       "udp.chksum");
	expect("eth / ipv6 / udp / _", "eth / ipv6 / udp", "");
	expect("eth / ipv6(dst=_) / icmpv6(id=_)",
	       "eth / ipv6(dst=::5) / icmpv6(id=9)", "");
	expect("eth / ipv6(dst=_) / icmpv6(id=_)",
	       "eth / ipv6(dst=::5) / icmpv6(id=9, chksum=9)", "icmpv6.chksum");
	expect("eth / ip / tcp / _",
	       "eth / ip / tcp / \"abc\" / padding(hex 01)", "");
	expect("eth / ip / tcp / _", "eth / ip / tcp(chksum=1) / \"abc\"",
	       "tcp.chksum");
	expect("eth / ip(_) / tcp / _",
	       "eth / ip(flags=MF) / tcp(chksum=1) / \"abc\"", "");
}

/* The same of a packet that was cut to `length`. */
static void expect_cut(const char *pattern, const char *input, size_t length,
		       const char *differs)
{
	struct xdplab_packet *expected = parse_as(pattern, true);
	struct xdplab_packet *got = parse(input);
	struct packet_place place = { .name = "" };
	size_t whole, bit = SIZE_MAX;
	const uint8_t *bytes = xdplab_packet_bytes(got, &whole);

	if (!packet_sums_match(expected, bytes, length, &bit))
		packet_place_at(&place, expected, bit);
	if (strcmp(place.name, differs) != 0)
		fail_msg("%s, %s: differs in \"%s\"", pattern, input,
			 place.name);
	xdplab_packet_free(expected);
	xdplab_packet_free(got);
}

static void a_checksum_of_what_was_cut_off_must_be_right(void **state)
{
	static const char pattern[] = "eth / ip(src=_) / udp / \"hello\"";
	static const char wrong[] =
		"eth / ip(src=1.2.3.4) / udp(chksum=5) / \"hello\"";

	(void)state;
	expect_cut(pattern, "eth / ip(src=1.2.3.4) / udp / \"hello\"", 42, "");
	expect_cut(pattern, wrong, 47, "udp.chksum");
	expect_cut(pattern, wrong, 42, "udp.chksum");
	expect_cut(pattern, wrong, 41, ""); /* in the middle of it */
	expect_cut(pattern, "eth / ip(src=1.2.3.4, chksum=5) / udp / \"hello\"",
		   34, "ip.chksum");
}

static void a_checksum_of_a_hole_that_was_cut_off_is_not_known(void **state)
{
	static const char wrong[] = "eth / ipv6 / icmpv6(id=9, chksum=5)";

	(void)state;
	expect_cut("eth / ipv6 / icmpv6(id=_)", wrong, 58, "");
	expect_cut("eth / ipv6 / icmpv6(id=_)", wrong, 60, "icmpv6.chksum");
	expect_cut("eth / ip(dst=_) / udp", "eth / ip(chksum=5) / udp", 32, "");
}

static void sums_within_sums_may_be_anything_too(void **state)
{
	static const char pattern[] =
		"eth / ip / udp / vxlan / eth / ip / udp(sport=_)";

	(void)state;
	expect(pattern, "eth / ip / udp / vxlan / eth / ip / udp(sport=8)", "");
	expect(pattern,
	       "eth / ip / udp / vxlan / eth / ip / udp(sport=8, chksum=1)",
	       "udp#2.chksum");
	expect(pattern,
	       "eth / ip / udp(chksum=1) / vxlan / eth / ip / udp(sport=8)",
	       "udp.chksum");
}

static void a_pattern_is_printed_as_it_is_read(void **state)
{
	static const char *const patterns[] = {
		"eth(src=_) / ip(ttl=0x40/0xf0, dst=10.0.0.0/8) / tcp(_) / _",
		"eth(dst=02:00:00:00:00:00/24) / arp",
		"eth(dst=01:00:00:00:00:00/01:00:00:00:00:00) / _",
		"eth / ip / udp / hex 01 _ 03",
		"eth / ip / tcp(options=[ts(_, 7)])",
		"eth / vlan(id=0x100/0xf00) / tcp(flags=S/SA)",
		"_",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(patterns); i++) {
		struct xdplab_packet *packet = parse_as(patterns[i], true);
		char *text = print(packet);
		struct xdplab_packet *again = parse_as(text, true);
		char *text_again = print(again);

		assert_string_equal(text, text_again);
		assert_string_equal(text, patterns[i]);
		free(text);
		free(text_again);
		xdplab_packet_free(packet);
		xdplab_packet_free(again);
	}
}

/* ---- like another ---- */

static void expect_with(const char *input, const char *with,
			const char *printed)
{
	struct xdplab_packet *packet = parse(input), *changed = NULL;
	char *text;

	if (packet_with(&changed, packet, with, NULL, NULL))
		fail_msg("%s: %s", with, xdplab_error());
	text = print(changed);
	assert_string_equal(text, printed);
	free(text);
	xdplab_packet_free(packet);
	xdplab_packet_free(changed);
}

static void a_packet_is_sent_with_other_fields(void **state)
{
	(void)state;
	expect_with("eth / ip / udp / \"a\"", "ip.ttl=63",
		    "eth / ip(ttl=63) / udp / \"a\"");
	expect_with("eth / ip / udp / \"a\"", "ip.ttl = 63, udp.dport=1999 ",
		    "eth / ip(ttl=63) / udp(dport=1999) / \"a\"");
	expect_with("eth / ip / ip / udp", "ip#2.src=1.1.1.1",
		    "eth / ip / ip(src=1.1.1.1) / udp");
	expect_with("eth / ip / icmp", "icmp.type=echo-reply",
		    "eth / ip / icmp(type=echo-reply)");
}

static void what_was_wrong_stays_wrong(void **state)
{
	(void)state;
	expect_with("eth / ip(chksum=5) / udp(chksum=0)", "ip.ttl=63",
		    "eth / ip(ttl=63, chksum=0x0005) / udp(chksum=0x0000)");
}

/* Whether `input` is as `sent`, but for a field that may be anything. */
static bool is_with(const char *input, const char *sent, const char *with)
{
	const struct xdplab_packet_opts opts = { .sz = sizeof(opts),
						 .pattern = true };
	struct xdplab_packet *packet = parse(sent), *got = parse(input);
	struct xdplab_packet *changed = NULL;
	size_t length, differs;
	const uint8_t *bytes = xdplab_packet_bytes(got, &length);
	bool is;

	assert_int_equal(packet_with(&changed, packet, with, NULL, &opts), 0);
	is = packet_matches(changed, bytes, length, &differs);
	xdplab_packet_free(packet);
	xdplab_packet_free(got);
	xdplab_packet_free(changed);
	return is;
}

static void a_checksum_of_udp_is_not_taken_away(void **state)
{
	(void)state;
	assert_true(is_with("eth / ip / udp(sport=9)", "eth / ip / udp",
			    "udp.sport=_"));
	assert_false(is_with("eth / ip / udp(sport=9, chksum=0)",
			     "eth / ip / udp", "udp.sport=_"));
	assert_true(is_with("eth / ip / udp(sport=9, chksum=0)",
			    "eth / ip / udp", "udp.sport=_, udp.chksum=_"));
	assert_true(is_with("eth / ip / udp(sport=9, chksum=0)",
			    "eth / ip / udp(chksum=0)", "udp.sport=_"));
	assert_false(is_with("eth / ip / udp(sport=9)",
			     "eth / ip / udp(chksum=0)", "udp.sport=_"));
}

static void a_fragment_keeps_its_checksum(void **state)
{
	struct xdplab_packet *packet = parse("eth / ip / udp");
	struct xdplab_packet *changed = NULL;
	size_t length;
	const uint8_t *before = xdplab_packet_bytes(packet, &length), *after;

	(void)state;
	assert_int_equal(
		packet_with(&changed, packet, "ip.flags=MF", NULL, NULL), 0);
	after = xdplab_packet_bytes(changed, &length);
	assert_memory_equal(before + 40, after + 40, 2);
	xdplab_packet_free(packet);
	xdplab_packet_free(changed);
}

static void expect_with_refused(const char *with, size_t at, const char *error)
{
	struct xdplab_packet *packet = parse("eth / ip / icmp"),
			     *changed = NULL;
	const char *end = NULL;

	assert_int_equal(packet_with(&changed, packet, with, &end, NULL),
			 -EINVAL);
	assert_null(changed);
	assert_string_equal(xdplab_error(), error);
	assert_int_equal(end - with, at);
	xdplab_packet_free(packet);
}

static void what_cannot_be_set_is_said(void **state)
{
	(void)state;
	expect_with_refused("ip.ttl=63, ip.tll=1", 11, "ip has no field tll");
	expect_with_refused("ip.ttl=63, ip.ttl=63", 11,
			    "ip.ttl: it is given twice");
	expect_with_refused("ip.ttl=63, ip#1.ttl=2", 11,
			    "ip#1.ttl: it is given twice");
	expect_with_refused("udp.sport=1", 0,
			    "udp.sport: the packet has no udp");
	expect_with_refused("icmp.mtu=1", 0,
			    "icmp(type=echo-request) has no mtu");
	expect_with_refused("icmp.type=13", 0,
			    "cannot change the length of icmp");
	expect_with_refused("ip.ttl", 6, "ip.ttl: expected \"=\" and a value");
	expect_with_refused(
		"ip.ttl=_", 7,
		"ip.ttl: `_` is only valid in expected packets; use `rand` for "
		"a random value");
	expect_with_refused("ip.options=[]", 0,
			    "ip.options cannot be set here");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pattern_without_holes_is_the_packet),
		cmocka_unit_test(it_is_of_its_length),
		cmocka_unit_test(a_field_may_be_anything),
		cmocka_unit_test(a_mask_says_which_bits_matter),
		cmocka_unit_test(a_header_may_be_anything),
		cmocka_unit_test(anything_may_follow),
		cmocka_unit_test(bytes_of_a_payload_may_be_anything),
		cmocka_unit_test(a_checksum_of_what_came_must_be_right),
		cmocka_unit_test(a_checksum_of_what_was_cut_off_must_be_right),
		cmocka_unit_test(
			a_checksum_of_a_hole_that_was_cut_off_is_not_known),
		cmocka_unit_test(sums_within_sums_may_be_anything_too),
		cmocka_unit_test(a_pattern_is_printed_as_it_is_read),
		cmocka_unit_test(a_packet_is_sent_with_other_fields),
		cmocka_unit_test(what_was_wrong_stays_wrong),
		cmocka_unit_test(a_checksum_of_udp_is_not_taken_away),
		cmocka_unit_test(a_fragment_keeps_its_checksum),
		cmocka_unit_test(what_cannot_be_set_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
