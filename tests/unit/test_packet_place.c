// SPDX-License-Identifier: GPL-2.0-only
/* test_packet_place - where fields are, by their names and by their bits */
#include "packets.h"

#define INPUT                                                                  \
	"eth / ip(options=[nop]) / ip(src=1.2.3.4) / tcp(flags=SA) / "         \
	"hex 01 02 03"

static struct xdplab_packet *packet;

static int setup(void **state)
{
	(void)state;
	packet = parse(INPUT);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	xdplab_packet_free(packet);
	return 0;
}

static void expect_at(size_t bit, const char *name, size_t start, size_t bits)
{
	struct packet_place place;

	packet_place_at(&place, packet, bit);
	assert_string_equal(place.name, name);
	assert_int_equal(place.bit, start);
	assert_int_equal(place.bits, bits);
}

static void every_bit_is_somewhere(void **state)
{
	(void)state;
	expect_at(0, "eth.dst", 0, 48);
	expect_at(47, "eth.dst", 0, 48);
	expect_at(48, "eth.src", 48, 48);
	expect_at(14 * 8, "ip.version", 112, 4);
	expect_at(14 * 8 + 4, "ip.ihl", 116, 4);
	expect_at(14 * 8 + 9, "ip.tos", 120, 8);
	expect_at(36 * 8 + 2, "ip.options[2]", 288, 8);
	expect_at(38 * 8 + 5, "ip#2.ihl", 308, 4);
	expect_at((38 + 20 + 20) * 8, "payload[0]", 624, 8);
	expect_at((38 + 20 + 22) * 8 + 7, "payload[2]", 640, 8);
	expect_at((38 + 20 + 23) * 8 + 7, "byte 81", 648, 8);
}

static void expect_shown(const char *name, const char *value)
{
	struct xdplab_text text = { 0 };
	struct packet_place place;
	size_t length;
	const uint8_t *bytes = xdplab_packet_bytes(packet, &length);

	if (packet_find(&place, packet, name))
		fail_msg("%s: %s", name, xdplab_error());
	packet_place_print(&place, bytes, length, &text);
	assert_string_equal(text.bytes, value);
	xdplab_text_free(&text);
}

static void fields_are_found_by_name(void **state)
{
	(void)state;
	expect_shown("eth.src", "02:00:00:00:00:01");
	expect_shown("eth.type", "ip");
	expect_shown("ip.ttl", "64");
	expect_shown("ip.dscp", "0");
	expect_shown("ip.proto", "ip");
	expect_shown("ip.options", "[nop]");
	expect_shown("ip.options[0]", "0x01");
	expect_shown("ip#1.src", "10.0.0.1");
	expect_shown("ip#2.src", "1.2.3.4");
	expect_shown("ip#2.saddr", "1.2.3.4");
	expect_shown("tcp.flags", "SA");
	expect_shown("payload", "hex 01 02 03");
	expect_shown("payload[2]", "0x03");
}

static void expect_no_field(const char *name, const char *error,
			    const char *remedy)
{
	struct packet_place place = { .bits = 77 };

	assert_int_equal(packet_field_check(name), -ENOENT);
	assert_string_equal(xdplab_error(), error);
	assert_string_equal(xdplab_remedy(), remedy);
	assert_int_equal(packet_find(&place, packet, name), -ENOENT);
	assert_int_equal(place.bits, 77);
}

static void what_is_no_name_is_said(void **state)
{
	(void)state;
	expect_no_field("ipp.ttl", "unknown protocol \"ipp\"", "ip");
	expect_no_field("ttl", "expected LAYER.FIELD, such as ip.ttl, not ttl",
			"");
	expect_no_field("ip.tll", "ip has no field tll", "ttl");
	expect_no_field("udp.cheksum", "udp has no field cheksum", "chksum");
	expect_no_field("udp.chekcsum", "udp has no field chekcsum",
			"checksum");
	expect_no_field("ethenet.src", "unknown protocol \"ethenet\"",
			"ethernet");
	expect_no_field("udp.q",
			"udp has no field q; fields are sport, dport, len, "
			"chksum",
			"");
	expect_no_field("udp",
			"udp: expected \".\" and a field; fields are sport, "
			"dport, len, chksum",
			"");
	expect_no_field("ip.ttl.x", "ip.ttl.x: unexpected text after ip.ttl",
			"");
	expect_no_field("payload[x]", "expected a number, not x", "");
}

static void expect_not_here(const char *name, const char *error)
{
	struct packet_place place = { .bits = 77 };

	assert_int_equal(packet_field_check(name), 0);
	assert_int_equal(packet_find(&place, packet, name), -ENODATA);
	assert_string_equal(xdplab_error(), error);
	assert_int_equal(place.bits, 77);
}

static void what_a_packet_lacks_is_said(void **state)
{
	(void)state;
	expect_not_here("udp.sport", "the packet has no udp");
	expect_not_here("ip#3.ttl", "the packet has 2 ip, not 3");
	expect_not_here("payload[3]", "payload: only 3 bytes of data");
	expect_not_here("ip.options[4]", "ip: only 4 bytes of options");
}

static void a_field_of_another_kind_is_not_there(void **state)
{
	struct xdplab_packet *echo = parse("eth / ip / icmp");
	struct packet_place place;

	(void)state;
	assert_int_equal(packet_find(&place, echo, "icmp.seq"), 0);
	assert_int_equal(packet_find(&place, echo, "icmp.mtu"), -ENODATA);
	assert_string_equal(xdplab_error(),
			    "icmp(type=echo-request) has no mtu");
	xdplab_packet_free(echo);
}

static void count(const struct packet_place *place, void *arg)
{
	size_t *end = arg;

	assert_int_equal(place->bit, *end);
	*end += place->bits;
}

static void all_places_are_all_bits(void **state)
{
	size_t length, end = 0;

	(void)state;
	xdplab_packet_bytes(packet, &length);
	packet_each_place(packet, count, &end);
	assert_int_equal(end, length * 8);
}

static void values_are_read_and_parsed(void **state)
{
	struct packet_value value, mask, parsed;
	struct packet_place place;
	const char *end = NULL;
	size_t length;
	const uint8_t *bytes = xdplab_packet_bytes(packet, &length);

	(void)state;
	assert_int_equal(packet_find(&place, packet, "ip#2.src"), 0);
	assert_int_equal(packet_value_read(&value, &place, bytes, length), 0);
	assert_int_equal(packet_value_parse(&parsed, &mask, "ip.src",
					    " 1.2.3.4 x", &end),
			 0);
	assert_memory_equal(&value, &parsed, sizeof(value));
	assert_string_equal(end, " x");
	assert_int_equal(
		packet_value_parse(&parsed, &mask, "ip.src", "1.2.3.4", NULL),
		0);
	assert_int_equal(
		packet_value_parse(&parsed, &mask, "ip.src", "1.2.3.4 x", NULL),
		-EINVAL);
	assert_int_equal(packet_value_parse(&parsed, &mask, "payload[1]",
					    "0x02/0x0f", NULL),
			 0);
	assert_int_equal(packet_value_number(&parsed), 2);
	assert_int_equal(packet_value_number(&mask), 15);
	assert_int_equal(
		packet_value_parse(&parsed, &mask, "payload", "1", NULL),
		-EINVAL);
	assert_string_equal(xdplab_error(),
			    "payload has more than one value; payload[0] is "
			    "its first byte");
	assert_int_equal(packet_value_read(&value, &place, bytes, 20),
			 -ENODATA);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_bit_is_somewhere),
		cmocka_unit_test(fields_are_found_by_name),
		cmocka_unit_test(what_is_no_name_is_said),
		cmocka_unit_test(what_a_packet_lacks_is_said),
		cmocka_unit_test(a_field_of_another_kind_is_not_there),
		cmocka_unit_test(all_places_are_all_bits),
		cmocka_unit_test(values_are_read_and_parsed),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
