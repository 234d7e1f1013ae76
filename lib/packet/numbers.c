// SPDX-License-Identifier: LGPL-2.1-only
/*
 * numbers - numbers in headers, and their names
 *
 * What is printed is the first name of a number; the others are read, too.
 */
#include "proto.h"

const struct packet_name packet_ether_types[] = {
	{ 0x0800, "ip", PACKET_IP },	 { 0x0806, "arp", PACKET_ARP },
	{ 0x6558, "eth", PACKET_ETH },	 { 0x8100, "vlan", PACKET_VLAN },
	{ 0x86dd, "ipv6", PACKET_IPV6 }, { 0x8847, "mpls", PACKET_MPLS },
	{ 0x88a8, "qinq", PACKET_QINQ }, { 0x88cc, .name = "lldp" },
	{ 0x8863, .name = "pppoed" },	 { 0x8864, .name = "pppoe" },
	{ 0x88f7, .name = "ptp" },	 { .name = NULL },
};

const struct packet_name packet_ip_protocols[] = {
	{ 0, "hopopts", PACKET_HOPOPTS },
	{ 1, "icmp", PACKET_ICMP },
	{ 2, .name = "igmp" },
	{ 4, "ip", PACKET_IP },
	{ 6, "tcp", PACKET_TCP },
	{ 17, "udp", PACKET_UDP },
	{ 41, "ipv6", PACKET_IPV6 },
	{ 43, "routing", PACKET_ROUTING },
	{ 44, "fragment", PACKET_FRAGMENT },
	{ 47, "gre", PACKET_GRE },
	{ 50, .name = "esp" },
	{ 51, .name = "ah" },
	{ 58, "icmpv6", PACKET_ICMPV6 },
	{ 59, .name = "none" },
	{ 60, "dstopts", PACKET_DSTOPTS },
	{ 89, .name = "ospf" },
	{ 132, .name = "sctp" },
	{ 137, "mpls", PACKET_MPLS },
	{ .name = NULL },
};

const struct packet_name packet_ports[] = {
	{ 4789, "vxlan", PACKET_VXLAN },
	{ 6081, "geneve", PACKET_GENEVE },
	{ 22, .name = "ssh" },
	{ 53, .name = "domain" },
	{ 53, .name = "dns" },
	{ 80, .name = "http" },
	{ 123, .name = "ntp" },
	{ 443, .name = "https" },
	{ .name = NULL },
};

const struct packet_name packet_not_bottom[] = {
	{ 0, "mpls", PACKET_MPLS },
	{ .name = NULL },
};

const struct packet_name packet_arp_ops[] = {
	{ 1, .name = "request" }, { 2, .name = "reply" },
	{ 1, .name = "who-has" }, { 2, .name = "is-at" },
	{ .name = NULL },
};

const struct packet_name packet_icmp_types[] = {
	{ 0, .name = "echo-reply" },
	{ 3, .name = "dest-unreach" },
	{ 4, .name = "source-quench" },
	{ 5, .name = "redirect" },
	{ 8, .name = "echo-request" },
	{ 9, .name = "router-advertisement" },
	{ 10, .name = "router-solicitation" },
	{ 11, .name = "time-exceeded" },
	{ 12, .name = "parameter-problem" },
	{ 13, .name = "timestamp-request" },
	{ 14, .name = "timestamp-reply" },
	{ 17, .name = "address-mask-request" },
	{ 18, .name = "address-mask-reply" },
	{ 3, .name = "unreachable" },
	{ .name = NULL },
};

const struct packet_name packet_icmpv6_types[] = {
	{ 1, .name = "dest-unreach" },
	{ 2, .name = "packet-too-big" },
	{ 3, .name = "time-exceeded" },
	{ 4, .name = "parameter-problem" },
	{ 128, .name = "echo-request" },
	{ 129, .name = "echo-reply" },
	{ 130, .name = "mld-query" },
	{ 131, .name = "mld-report" },
	{ 132, .name = "mld-done" },
	{ 133, .name = "router-solicitation" },
	{ 134, .name = "router-advertisement" },
	{ 135, .name = "neighbor-solicitation" },
	{ 136, .name = "neighbor-advertisement" },
	{ 137, .name = "redirect" },
	{ 143, .name = "mldv2-report" },
	{ 1, .name = "unreachable" },
	{ 133, .name = "rs" },
	{ 134, .name = "ra" },
	{ 135, .name = "ns" },
	{ 136, .name = "na" },
	{ 135, .name = "neighbour-solicitation" },
	{ 136, .name = "neighbour-advertisement" },
	{ .name = NULL },
};

const struct packet_name packet_ip_flags[] = {
	{ 1, .name = "MF" },
	{ 2, .name = "DF" },
	{ 4, .name = "evil" },
	{ .name = NULL },
};

const struct packet_name packet_tcp_flags[] = {
	{ 0x01, .name = "F" },	 { 0x02, .name = "S" },
	{ 0x04, .name = "R" },	 { 0x08, .name = "P" },
	{ 0x10, .name = "A" },	 { 0x20, .name = "U" },
	{ 0x40, .name = "E" },	 { 0x80, .name = "C" },
	{ 0x100, .name = "N" },	 { 0x01, .name = "fin" },
	{ 0x02, .name = "syn" }, { 0x04, .name = "rst" },
	{ 0x08, .name = "psh" }, { 0x10, .name = "ack" },
	{ 0x20, .name = "urg" }, { 0x40, .name = "ece" },
	{ 0x80, .name = "cwr" }, { 0x100, .name = "ns" },
	{ .name = NULL },
};
