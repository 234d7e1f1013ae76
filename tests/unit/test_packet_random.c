// SPDX-License-Identifier: GPL-2.0-only
/* test_packet_random - any bytes, printed, are read as the same bytes */
#include "chance.h"
#include "packets.h"

#define ROUNDS	   40000
#define LENGTH_MAX 200

/* One of each that is known, most in most of their forms. */
static const char *const packets[] = {
	"eth / arp",
	"eth / vlan / qinq / vlan / ip / tcp / \"text\"",
	"eth / ip / udp / \"hello\"",
	"eth / ip(options=[rr(4, 1.2.3.4, 0.0.0.0), router_alert(0)]) / icmp",
	"eth / ip / tcp(options=[mss(1460), sackok, ts(1, 2), nop, wscale(7)])",
	"eth / ip(flags=MF) / udp / bytes(20)",
	"eth / ip(frag=3) / bytes(20)",
	"eth / ip / icmp(type=3) / ip / udp",
	"eth / ip / icmp(type=5) / ip / tcp",
	"eth / ip / icmp(type=13)",
	"eth / ip / icmp(type=12) / ip / \"x\"",
	"eth / ip / icmp(type=17)",
	"eth / ipv6 / icmpv6",
	"eth / ipv6 / icmpv6(type=2) / ipv6 / udp",
	"eth / ipv6 / icmpv6(type=rs, options=[sll])",
	"eth / ipv6 / icmpv6(type=ra, options=[sll, mtu, prefix, rdnss(9, ::)])",
	"eth / ipv6 / icmpv6(type=ns, options=[sll])",
	"eth / ipv6 / icmpv6(type=na, options=[tll])",
	"eth / ipv6 / icmpv6(type=137)",
	"eth / ipv6 / hopopts(options=[router_alert(0)]) / icmpv6(type=130)",
	"eth / ipv6 / dstopts(options=[home(::1), jumbo(1)]) / tcp",
	"eth / ipv6 / routing(addresses=[fc00::3]) / udp / \"abc\"",
	"eth / ipv6 / routing(type=4, addresses=[::3, ::4]) / tcp",
	"eth / ipv6 / fragment / udp",
	"eth / ipv6 / fragment(m=1) / icmpv6",
	"eth / ip / gre(key=1, seq=2, chksum_present=1) / ipv6 / tcp",
	"eth / ip / gre / eth / arp",
	"eth / ip / udp / vxlan / eth / ip / udp",
	"eth / ip / udp / geneve(options=[option(1, 2, hex 01 02 03 04)]) / eth",
	"eth / mpls / mpls / ip / udp",
	"eth / mpls / ipv6 / tcp",
	"eth / ip / ip / ipv6 / ip / udp / bytes(9)",
	"eth / ip / udp / \"a\" / padding(bytes(17))",
	"eth / ipv6 / udp / \"a\" / padding(hex 01 02)",
};

static void bytes_by_chance_come_back(void **state)
{
	unsigned char bytes[LENGTH_MAX];

	(void)state;
	for (int round = 0; round < ROUNDS / 4; round++) {
		size_t length = below(sizeof(bytes) + 1);

		for (size_t i = 0; i < length; i++)
			bytes[i] = chance();
		expect_same_again(bytes, length);
	}
}

/* A byte or a bit is changed, some cut out, or all cut off. */
static size_t mutate(unsigned char *bytes, size_t length)
{
	size_t at = below(length);

	switch (below(8)) {
	case 0:
		return at;
	case 1:
		memmove(bytes + at, bytes + at + 1, length - at - 1);
		return length - 1;
	case 2:
		bytes[at] = 0;
		return length;
	case 3:
		bytes[at] = chance();
		return length;
	case 4:
		bytes[at] = bytes[below(length)];
		return length;
	default:
		bytes[at] ^= 1 << below(8);
		return length;
	}
}

static void packets_with_damage_come_back(void **state)
{
	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		const char *input = packets[round % ARRAY_SIZE(packets)];
		struct xdplab_packet *packet = parse(input);
		unsigned char bytes[LENGTH_MAX + 100];
		size_t length;
		const void *from = xdplab_packet_bytes(packet, &length);

		assert_true(length <= sizeof(bytes));
		memcpy(bytes, from, length);
		xdplab_packet_free(packet);
		for (unsigned int i = below(4); i > 0 && length; i--)
			length = mutate(bytes, length);
		expect_same_again(bytes, length);
	}
}

static void every_truncation_comes_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(packets); i++) {
		struct xdplab_packet *packet = parse(packets[i]);
		size_t length;
		const void *bytes = xdplab_packet_bytes(packet, &length);

		for (size_t cut = 0; cut <= length; cut++)
			expect_same_again(bytes, cut);
		xdplab_packet_free(packet);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_by_chance_come_back),
		cmocka_unit_test(packets_with_damage_come_back),
		cmocka_unit_test(every_truncation_comes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
