// SPDX-License-Identifier: LGPL-2.1-only
/*
 * protos - the protocols that are known, and their fields
 *
 * Names are scapy's, aliases what tcpdump, Wireshark or the kernel say.
 */
#include "proto.h"

/* ---- layers of the link ---- */

#define MAC_1	  .kind = FIELD_MAC, .bits = 48, .value = 0x020000000001
#define MAC_2	  .kind = FIELD_MAC, .bits = 48, .value = 0x020000000002
#define IPV4_1	  .kind = FIELD_IPV4, .bits = 32, .value = 0x0a000001
#define IPV4_2	  .kind = FIELD_IPV4, .bits = 32, .value = 0x0a000002
#define IPV6	  .kind = FIELD_IPV6, .bits = 128
#define IPV6_N(n) IPV6, .high = 0xfc00000000000000, .value = (n)

/* Of a layer that is not known the number is scapy's, the loopback's. */
#define ETHER_TYPE                                                             \
	.bits = 16, .kind = FIELD_NAMED, .role = ROLE_NEXT,                    \
	.names = packet_ether_types, .value = 0x9000

static const struct packet_field eth_fields[] = {
	{ "dst", "dmac daddr", MAC_2 },
	{ "src", "smac saddr", MAC_1 },
	{ "type", "proto ethertype", ETHER_TYPE },
};

static const struct packet_field vlan_fields[] = {
	{ "prio", "pcp priority", .bits = 3 },
	{ "dei", "cfi", .bits = 1 },
	{ "id", "vid vlan", .bits = 12, .value = 1 },
	{ "type", "proto ethertype", ETHER_TYPE },
};

static const struct packet_field arp_fields[] = {
	{ "hwtype", "htype hrd", .bits = 16, .value = 1 },
	{ "ptype", "pro", .bits = 16, .kind = FIELD_NAMED,
	  .names = packet_ether_types, .value = 0x0800 },
	{ "hwlen", "hlen hln", .bits = 8, .value = 6 },
	{ "plen", "pln", .bits = 8, .value = 4 },
	{ "op", "opcode oper", .bits = 16, .kind = FIELD_NAMED,
	  .names = packet_arp_ops, .value = 1 },
	{ "hwsrc", "sha", MAC_1 },
	{ "psrc", "spa sip", IPV4_1 },
	{ "hwdst", "tha", .kind = FIELD_MAC, .bits = 48 },
	{ "pdst", "tpa tip", IPV4_2 },
};

static const struct packet_field mpls_fields[] = {
	{ "label", .bits = 20, .value = 16 },
	{ "tc", "exp cos", .bits = 3 },
	{ "s", "bos bottom", .bits = 1, .role = ROLE_NEXT,
	  .names = packet_not_bottom, .value = 1 },
	{ "ttl", .bits = 8, .value = 64 },
};

/* Nothing in a label says what is after the last. */
static enum packet_protocol_id behind_label(const uint8_t *header,
					    const uint8_t *rest)
{
	(void)header;
	switch (*rest >> 4) {
	case 4:
		return PACKET_IP;
	case 6:
		return PACKET_IPV6;
	default:
		return PACKET_PAYLOAD;
	}
}

/* ---- IPv4 ---- */

#define NEXT_HEADER                                                            \
	.bits = 8, .kind = FIELD_NAMED, .role = ROLE_NEXT,                     \
	.names = packet_ip_protocols
#define CHECKSUM(what)                                                         \
	"chksum", "checksum cksum csum", .bits = 16, .kind = FIELD_HEX,        \
					 .role = (what)

static const struct packet_field ip_fields[] = {
	{ "version", "v", .bits = 4, .value = 4 },
	{ "ihl", "hlen hl", .bits = 4, .role = ROLE_HEADER, .unit = 4 },
	{ "tos", "dsfield", .bits = 8, .kind = FIELD_HEX },
	{ "dscp", .bits = 6, .part = true },
	{ "ecn", .bits = 2, .part = true, .first = 6 },
	{ "len", "length tot_len", .bits = 16, .role = ROLE_LENGTH, .unit = 1 },
	{ "id", .bits = 16, .value = 1 },
	{ "flags", .bits = 3, .kind = FIELD_FLAGS, .names = packet_ip_flags },
	{ "frag", "offset frag_off", .bits = 13 },
	{ "ttl", .bits = 8, .value = 64 },
	{ "proto", "protocol", NEXT_HEADER },
	{ CHECKSUM(ROLE_SUM_HEADER) },
	{ "src", "saddr", IPV4_1 },
	{ "dst", "daddr", IPV4_2 },
};

/* ---- IPv6 and its extension headers ---- */

static const struct packet_field ipv6_fields[] = {
	{ "version", "v", .bits = 4, .value = 6 },
	{ "tc", "class tclass traffic_class", .bits = 8, .kind = FIELD_HEX },
	{ "dscp", .bits = 6, .part = true },
	{ "ecn", .bits = 2, .part = true, .first = 6 },
	{ "fl", "flow flowlabel", .bits = 20, .kind = FIELD_HEX },
	{ "plen", "len payload_len", .bits = 16, .role = ROLE_LENGTH, .unit = 1,
	  .base = 40 },
	{ "nh", "next nexthdr", NEXT_HEADER, .value = 59 },
	{ "hlim", "hoplimit hop_limit", .bits = 8, .value = 64 },
	{ "src", "saddr", IPV6_N(1) },
	{ "dst", "daddr", IPV6_N(2) },
};

#define EXTENSION_LENGTH                                                       \
	"len", "hdrlen", .bits = 8, .role = ROLE_HEADER, .unit = 8, .base = 8

static const struct packet_field extension_fields[] = {
	{ "nh", "next nexthdr", NEXT_HEADER, .value = 59 },
	{ EXTENSION_LENGTH },
};

enum routing_shape {
	ROUTING_PLAIN = 1,
	ROUTING_SEGMENTS = 2, /* RFC 8754 */
};

static const struct packet_field routing_fields[] = {
	{ "nh", "next nexthdr", NEXT_HEADER, .value = 59 },
	{ EXTENSION_LENGTH },
	{ "type", .bits = 8 },
	{ "segleft", "segments_left", .bits = 8 },
	{ "reserved", .bits = 32, .kind = FIELD_HEX, .in = ROUTING_PLAIN },
	{ "lastentry", "last_entry", .bits = 8, .role = ROLE_COUNT, .unit = 16,
	  .base = 24, .in = ROUTING_SEGMENTS },
	{ "flags", .bits = 8, .kind = FIELD_HEX, .in = ROUTING_SEGMENTS },
	{ "tag", .bits = 16, .kind = FIELD_HEX, .in = ROUTING_SEGMENTS },
};

static unsigned int routing_shape(const uint8_t *header)
{
	return header[2] == 4 ? ROUTING_SEGMENTS : ROUTING_PLAIN;
}

static const struct packet_field fragment_fields[] = {
	{ "nh", "next nexthdr", NEXT_HEADER, .value = 59 },
	{ "res1", .bits = 8, .kind = FIELD_HEX },
	{ "offset", "frag", .bits = 13 },
	{ "res2", .bits = 2 },
	{ "m", "mf more", .bits = 1 },
	{ "id", .bits = 32, .value = 1 },
};

/* ---- ICMP ---- */

enum icmp_shape {
	ICMP_ECHO = 1,
	ICMP_TIMESTAMP = 2,
	ICMP_ADDRESS_MASK = 4,
	ICMP_REDIRECT = 8,
	ICMP_UNREACHABLE = 16,
	ICMP_ERROR = 32,
	ICMP_PARAMETER = 64,
	ICMP_QUERY = ICMP_ECHO | ICMP_TIMESTAMP | ICMP_ADDRESS_MASK,
	/* RFC 4884: .length of the packet within. */
	ICMP_WITHIN = ICMP_UNREACHABLE | ICMP_ERROR | ICMP_PARAMETER,
};

static const struct packet_field icmp_fields[] = {
	{ "type", .bits = 8, .kind = FIELD_NAMED, .names = packet_icmp_types,
	  .value = 8 },
	{ "code", .bits = 8 },
	{ CHECKSUM(ROLE_SUM) },
	{ "id", .bits = 16, .in = ICMP_QUERY },
	{ "seq", .bits = 16, .in = ICMP_QUERY },
	{ "ts_ori", .bits = 32, .in = ICMP_TIMESTAMP },
	{ "ts_rx", .bits = 32, .in = ICMP_TIMESTAMP },
	{ "ts_tx", .bits = 32, .in = ICMP_TIMESTAMP },
	{ "addr_mask", "mask", .bits = 32, .kind = FIELD_IPV4,
	  .in = ICMP_ADDRESS_MASK },
	{ "gateway", "gw", .bits = 32, .kind = FIELD_IPV4,
	  .in = ICMP_REDIRECT },
	{ "ptr", "pointer", .bits = 8, .in = ICMP_PARAMETER },
	{ "unused", .bits = 8, .kind = FIELD_HEX,
	  .in = ICMP_UNREACHABLE | ICMP_ERROR },
	{ "length", .bits = 8, .in = ICMP_WITHIN },
	{ "mtu", "nexthopmtu", .bits = 16, .in = ICMP_UNREACHABLE },
	{ "reserved", .bits = 16, .kind = FIELD_HEX,
	  .in = ICMP_ERROR | ICMP_PARAMETER },
};

static unsigned int icmp_shape(const uint8_t *header)
{
	switch (*header) {
	case 0:
	case 8:
		return ICMP_ECHO;
	case 3:
		return ICMP_UNREACHABLE;
	case 4:
	case 11:
		return ICMP_ERROR;
	case 5:
		return ICMP_REDIRECT;
	case 12:
		return ICMP_PARAMETER;
	case 13:
	case 14:
		return ICMP_TIMESTAMP;
	case 17:
	case 18:
		return ICMP_ADDRESS_MASK;
	default:
		return 0;
	}
}

/* What was wrong with a packet is said with its beginning. */
static enum packet_protocol_id within_icmp(const uint8_t *header,
					   const uint8_t *rest)
{
	(void)rest;
	return icmp_shape(header) & (ICMP_WITHIN | ICMP_REDIRECT)
		       ? PACKET_IP
		       : PACKET_PAYLOAD;
}

enum icmpv6_shape {
	ICMPV6_ECHO = 1,
	ICMPV6_ERROR = 2,
	ICMPV6_TOO_BIG = 4,
	ICMPV6_PARAMETER = 8,
	ICMPV6_MLD = 16,
	ICMPV6_RS = 32,
	ICMPV6_RA = 64,
	ICMPV6_NS = 128,
	ICMPV6_NA = 256,
	ICMPV6_REDIRECT = 512,
	ICMPV6_WITHIN = ICMPV6_ERROR | ICMPV6_TOO_BIG | ICMPV6_PARAMETER,
	ICMPV6_ND =
		ICMPV6_RS | ICMPV6_RA | ICMPV6_NS | ICMPV6_NA | ICMPV6_REDIRECT,
};

static const struct packet_field icmpv6_fields[] = {
	{ "type", .bits = 8, .kind = FIELD_NAMED, .names = packet_icmpv6_types,
	  .value = 128 },
	{ "code", .bits = 8 },
	{ CHECKSUM(ROLE_SUM_PSEUDO) },
	{ "id", .bits = 16, .in = ICMPV6_ECHO },
	{ "seq", .bits = 16, .in = ICMPV6_ECHO },
	{ "unused", .bits = 32, .kind = FIELD_HEX, .in = ICMPV6_ERROR },
	{ "mtu", .bits = 32, .value = 1280, .in = ICMPV6_TOO_BIG },
	{ "ptr", "pointer", .bits = 32, .in = ICMPV6_PARAMETER },
	{ "mrd", "max_delay", .bits = 16, .in = ICMPV6_MLD },
	{ "rsv", .bits = 16, .kind = FIELD_HEX, .in = ICMPV6_MLD },
	{ "chlim", "hoplimit hlim", .bits = 8, .in = ICMPV6_RA },
	{ "M", "managed", .bits = 1, .in = ICMPV6_RA },
	{ "O", "other", .bits = 1, .in = ICMPV6_RA },
	{ "H", "home", .bits = 1, .in = ICMPV6_RA },
	{ "prf", "preference", .bits = 2, .in = ICMPV6_RA },
	{ "P", "proxy", .bits = 1, .in = ICMPV6_RA },
	{ "unassigned", .bits = 2, .in = ICMPV6_RA },
	{ "routerlifetime", "lifetime", .bits = 16, .value = 1800,
	  .in = ICMPV6_RA },
	{ "reachabletime", "reachable", .bits = 32, .in = ICMPV6_RA },
	{ "retranstimer", "retrans", .bits = 32, .in = ICMPV6_RA },
	{ "R", "router", .bits = 1, .in = ICMPV6_NA },
	{ "S", "solicited", .bits = 1, .in = ICMPV6_NA },
	{ "override", .bits = 1, .in = ICMPV6_NA },
	{ "reserved", .bits = 29, .kind = FIELD_HEX, .in = ICMPV6_NA },
	{ "res", .bits = 32, .kind = FIELD_HEX,
	  .in = ICMPV6_RS | ICMPV6_NS | ICMPV6_REDIRECT },
	{ "target", "tgt", IPV6,
	  .in = ICMPV6_NS | ICMPV6_NA | ICMPV6_REDIRECT },
	{ "dst", IPV6, .in = ICMPV6_REDIRECT },
	{ "group", "mladdr", IPV6, .in = ICMPV6_MLD },
};

static unsigned int icmpv6_shape(const uint8_t *header)
{
	switch (*header) {
	case 1:
	case 3:
		return ICMPV6_ERROR;
	case 2:
		return ICMPV6_TOO_BIG;
	case 4:
		return ICMPV6_PARAMETER;
	case 128:
	case 129:
		return ICMPV6_ECHO;
	case 130:
	case 131:
	case 132:
		return ICMPV6_MLD;
	case 133:
		return ICMPV6_RS;
	case 134:
		return ICMPV6_RA;
	case 135:
		return ICMPV6_NS;
	case 136:
		return ICMPV6_NA;
	case 137:
		return ICMPV6_REDIRECT;
	default:
		return 0;
	}
}

static enum packet_protocol_id within_icmpv6(const uint8_t *header,
					     const uint8_t *rest)
{
	(void)rest;
	return icmpv6_shape(header) & ICMPV6_WITHIN ? PACKET_IPV6
						    : PACKET_PAYLOAD;
}

/* ---- transport ---- */

static const struct packet_field tcp_fields[] = {
	{ "sport", "source", .bits = 16, .names = packet_ports, .value = 1024 },
	{ "dport", "dest", .bits = 16, .names = packet_ports, .value = 80 },
	{ "seq", .bits = 32 },
	{ "ack", "ack_seq", .bits = 32 },
	{ "dataofs", "doff hlen", .bits = 4, .role = ROLE_HEADER, .unit = 4 },
	{ "reserved", .bits = 3 },
	{ "flags", .bits = 9, .kind = FIELD_FLAGS, .names = packet_tcp_flags,
	  .value = 2 },
	{ "window", "win", .bits = 16, .value = 8192 },
	{ CHECKSUM(ROLE_SUM_PSEUDO) },
	{ "urgptr", "urg_ptr", .bits = 16 },
};

static const struct packet_field udp_fields[] = {
	{ "sport", "source", .bits = 16, .names = packet_ports, .value = 1024 },
	{ "dport", "dest", .bits = 16, .role = ROLE_PORT, .names = packet_ports,
	  .value = 53 },
	{ "len", "length", .bits = 16, .role = ROLE_LENGTH, .unit = 1 },
	{ CHECKSUM(ROLE_SUM_UDP) },
};

/* ---- tunnels ---- */

/* The bits of its first byte. */
enum gre_shape {
	GRE_SEQ = 1,
	GRE_KEY = 2,
	GRE_ROUTING = 4,
	GRE_CHKSUM = 8,
};

#define GRE_FLAG(shape) .bits = 1, .role = ROLE_PRESENT, .unit = (shape)

static const struct packet_field gre_fields[] = {
	{ "chksum_present", GRE_FLAG(GRE_CHKSUM) },
	{ "routing_present", .bits = 1 },
	{ "key_present", GRE_FLAG(GRE_KEY) },
	{ "seqnum_present", GRE_FLAG(GRE_SEQ) },
	{ "strict_route_source", .bits = 1 },
	{ "recursion_control", .bits = 3 },
	{ "flags", .bits = 5 },
	{ "version", .bits = 3 },
	{ "proto", "type protocol", ETHER_TYPE },
	{ CHECKSUM(ROLE_SUM), .in = GRE_CHKSUM | GRE_ROUTING },
	{ "offset", .bits = 16, .in = GRE_CHKSUM | GRE_ROUTING },
	{ "key", .bits = 32, .in = GRE_KEY },
	{ "seq", "sequence_number", .bits = 32, .in = GRE_SEQ },
};

static unsigned int gre_shape(const uint8_t *header)
{
	return *header >> 4;
}

static const struct packet_field vxlan_fields[] = {
	{ "flags", .bits = 8, .kind = FIELD_HEX, .value = 8 },
	{ "reserved1", .bits = 24, .kind = FIELD_HEX },
	{ "vni", .bits = 24 },
	{ "reserved2", .bits = 8, .kind = FIELD_HEX },
};

static enum packet_protocol_id always_eth(const uint8_t *header,
					  const uint8_t *rest)
{
	(void)header;
	(void)rest;
	return PACKET_ETH;
}

static const struct packet_field geneve_fields[] = {
	{ "version", .bits = 2 },
	{ "optionlen", "opt_len", .bits = 6, .role = ROLE_HEADER, .unit = 4,
	  .base = 8 },
	{ "oam", "o", .bits = 1 },
	{ "critical", "c", .bits = 1 },
	{ "reserved", .bits = 6, .kind = FIELD_HEX },
	{ "proto", "type protocol", ETHER_TYPE },
	{ "vni", .bits = 24 },
	{ "reserved2", .bits = 8, .kind = FIELD_HEX },
};

/* ---- all of them ---- */

#define FIELDS(table) .fields = (table), .nr_fields = ARRAY_SIZE(table)

const struct packet_protocol packet_protocols[PACKET_NR_PROTOCOLS] = {
	[PACKET_PAYLOAD] = { "payload" },
	[PACKET_PADDING] = { "padding" },
	[PACKET_ETH] = { "eth", "ether ethernet", FIELDS(eth_fields) },
	[PACKET_VLAN] = { "vlan", "dot1q", FIELDS(vlan_fields) },
	[PACKET_QINQ] = { "qinq", "dot1ad", FIELDS(vlan_fields) },
	[PACKET_ARP] = { "arp", FIELDS(arp_fields) },
	[PACKET_MPLS] = { "mpls", FIELDS(mpls_fields),
			  .follower = behind_label },
	[PACKET_IP] = { "ip", "ipv4", FIELDS(ip_fields),
			.options = &packet_ip_options },
	[PACKET_IPV6] = { "ipv6", "ip6", FIELDS(ipv6_fields) },
	[PACKET_HOPOPTS] = { "hopopts", "hbh", FIELDS(extension_fields),
			     .options = &packet_ipv6_options,
			     .extension = true },
	[PACKET_DSTOPTS] = { "dstopts", FIELDS(extension_fields),
			     .options = &packet_ipv6_options,
			     .extension = true },
	[PACKET_ROUTING] = { "routing", "rthdr", FIELDS(routing_fields),
			     .options = &packet_addresses,
			     .shape = routing_shape, .extension = true },
	[PACKET_FRAGMENT] = { "fragment", "frag", FIELDS(fragment_fields),
			      .extension = true },
	[PACKET_ICMP] = { "icmp", FIELDS(icmp_fields), .shape = icmp_shape,
			  .follower = within_icmp },
	[PACKET_ICMPV6] = { "icmpv6", "icmp6", FIELDS(icmpv6_fields),
			    .options = &packet_nd_options,
			    .options_in = ICMPV6_ND, .shape = icmpv6_shape,
			    .follower = within_icmpv6 },
	[PACKET_TCP] = { "tcp", FIELDS(tcp_fields),
			 .options = &packet_tcp_options },
	[PACKET_UDP] = { "udp", FIELDS(udp_fields) },
	[PACKET_GRE] = { "gre", FIELDS(gre_fields), .shape = gre_shape },
	[PACKET_VXLAN] = { "vxlan", FIELDS(vxlan_fields),
			   .follower = always_eth },
	[PACKET_GENEVE] = { "geneve", FIELDS(geneve_fields),
			    .options = &packet_geneve_options },
};
