// SPDX-License-Identifier: LGPL-2.1-only
/*
 * seeds - packets to begin with
 *
 * Those of the tests know what their program is for; the usual ones have a
 * layer of each protocol, which others can get.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "packet/pcap.h"

typedef int (*seed_fn)(const uint8_t *bytes, size_t length, void *arg);

/* More of a file are hardly of another kind. */
#define OF_PCAP 256

static const char *const usual[] = {
	"eth / ip / udp / \"hello\"",
	"eth / ip / tcp / \"hello\"",
	"eth / ip / tcp(flags=SA, options=[mss(1460), sackok, nop, wscale(7)])",
	"eth / ip(options=[router_alert(0)]) / udp / bytes(8)",
	"eth / ip / icmp / bytes(56)",
	"eth / arp",
	"eth / ipv6 / udp / \"hello\"",
	"eth / ipv6 / tcp / \"hello\"",
	"eth / ipv6 / icmpv6 / bytes(8)",
	"eth / ipv6 / icmpv6(type=135, options=[sll(02:00:00:00:00:01)])",
	"eth / ipv6 / hopopts / dstopts / udp / bytes(8)",
	"eth / ipv6 / routing(addresses=[fc00::3]) / tcp",
	"eth / ipv6 / fragment / udp / bytes(8)",
	"eth / vlan(id=1) / ip / udp / \"hello\"",
	"eth / qinq(id=1) / vlan(id=2) / ip / tcp",
	"eth / mpls(label=16) / ip / udp / bytes(8)",
	"eth / ip / ip / udp / bytes(8)",
	"eth / ip / ipv6 / tcp",
	"eth / ip / gre / ip / udp / bytes(8)",
	"eth / ip / udp / vxlan(vni=1) / eth / ip / udp / bytes(8)",
	"eth / ip / udp / geneve(vni=1) / eth / ip / tcp",
	"eth / ip / tcp / bytes(1460)",
	"eth / hex 01 02 03 04",
};

static int tell_text(const char *text, seed_fn fn, void *arg)
{
	struct xdplab_packet *packet;
	const void *bytes;
	size_t length;
	int err = xdplab_packet_parse(&packet, text, NULL, NULL);

	if (err)
		return err;
	bytes = xdplab_packet_bytes(packet, &length);
	err = fn(bytes, length, arg);
	xdplab_packet_free(packet);
	return err;
}

/* As long as it is sent at last, which is the most of it. */
static int tell_packet(const struct test_send *send, seed_fn fn, void *arg)
{
	size_t whole, length;
	const void *bytes = xdplab_packet_bytes(send->packet, &whole);
	uint8_t *padded;
	int err;

	length = send->to && send->to < whole ? send->to : whole;
	if (length >= send->padded)
		return fn(bytes, length, arg);
	padded = calloc(1, send->padded);
	if (!padded)
		return fail(-ENOMEM, "fuzz: out of memory");
	memcpy(padded, bytes, length);
	err = fn(padded, send->padded, arg);
	free(padded);
	return err;
}

static int tell_pcap(const struct test_send *send, seed_fn fn, void *arg)
{
	struct pcap_in *in;
	const uint8_t *bytes;
	size_t length, nr = 0;
	int err = pcap_in_open(&in, send->pcap, send->filter);

	if (err)
		return err;
	while (!err && nr++ < OF_PCAP &&
	       (err = pcap_in_next(in, &bytes, &length)) == 1)
		err = fn(bytes, length, arg);
	pcap_in_close(in);
	return err;
}

static int tell_steps(const struct test_steps *steps, seed_fn fn, void *arg)
{
	int err = 0;

	for (size_t i = 0; !err && i < steps->nr; i++) {
		const struct test_send *send = &steps->at[i].send;

		if (steps->at[i].what == TEST_SEND)
			err = send->packet ? tell_packet(send, fn, arg)
					   : tell_pcap(send, fn, arg);
	}
	return err;
}

int fuzz_seeds(const struct xdplab_tests *tests, seed_fn fn, void *arg)
{
	int err = 0;

	for (size_t i = 0; !err && i < tests->nr_cases; i++)
		err = tell_steps(&tests->cases[i].steps, fn, arg);
	for (size_t i = 0; !err && i < ARRAY_SIZE(usual); i++)
		err = tell_text(usual[i], fn, arg);
	return err;
}
