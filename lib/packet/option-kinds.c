// SPDX-License-Identifier: LGPL-2.1-only
/* option-kinds - the options that are known, and their fields */
#include "proto.h"

#define FIELDS(table) .fields = (table), .nr_fields = ARRAY_SIZE(table)

/* ---- of IPv4 and TCP ---- */

static const struct packet_field route_fields[] = {
	{ "pointer", .bits = 8, .value = 4 },
	{ "address", .bits = 32, .kind = FIELD_IPV4 },
};

static const struct packet_field value16_fields[] = {
	{ "value", .bits = 16 },
};

static const struct packet_option ip_kinds[] = {
	{ 0, .name = "eol" },
	{ 1, .name = "nop" },
	{ 7, "rr", FIELDS(route_fields), .repeats = true },
	{ 131, "lsrr", FIELDS(route_fields), .repeats = true },
	{ 136, "sid", FIELDS(value16_fields) },
	{ 137, "ssrr", FIELDS(route_fields), .repeats = true },
	{ 148, "router_alert", "ra", FIELDS(value16_fields) },
};

static const struct packet_field mss_fields[] = {
	{ "mss", .bits = 16, .value = 1460 },
};

static const struct packet_field wscale_fields[] = {
	{ "shift", .bits = 8 },
};

static const struct packet_field sack_fields[] = {
	{ "edge", .bits = 32 },
};

static const struct packet_field ts_fields[] = {
	{ "val", .bits = 32 },
	{ "ecr", .bits = 32 },
};

static const struct packet_option tcp_kinds[] = {
	{ 0, .name = "eol" },
	{ 1, .name = "nop" },
	{ 2, "mss", FIELDS(mss_fields) },
	{ 3, "wscale", "ws", FIELDS(wscale_fields) },
	{ 4, "sackok", .aliases = "sack_permitted" },
	{ 5, "sack", FIELDS(sack_fields), .repeats = true },
	{ 8, "ts", "timestamp", FIELDS(ts_fields) },
};

/* ---- of IPv6 ---- */

static const struct packet_field jumbo_fields[] = {
	{ "length", .bits = 32 },
};

static const struct packet_field address_fields[] = {
	{ "address", .bits = 128, .kind = FIELD_IPV6 },
};

static const struct packet_option ipv6_kinds[] = {
	{ 0, .name = "pad1" },
	{ 5, "router_alert", "ra", FIELDS(value16_fields) },
	{ 0xc2, "jumbo", FIELDS(jumbo_fields) },
	{ 0xc9, "home", "hao", FIELDS(address_fields) },
};

/* ---- of neighbour discovery ---- */

static const struct packet_field mac_fields[] = {
	{ "mac", "lladdr", .bits = 48, .kind = FIELD_MAC,
	  .value = 0x020000000001 },
};

static const struct packet_field prefix_fields[] = {
	{ "prefixlen", .bits = 8, .value = 64 },
	{ "L", .bits = 1, .value = 1 },
	{ "A", .bits = 1, .value = 1 },
	{ "R", .bits = 1 },
	{ .name = NULL, .bits = 5 },
	{ "validlifetime", "valid", .bits = 32, .value = 2592000 },
	{ "preferredlifetime", "preferred", .bits = 32, .value = 604800 },
	{ .name = NULL, .bits = 32 },
	{ "prefix", .bits = 128, .kind = FIELD_IPV6 },
};

static const struct packet_field mtu_fields[] = {
	{ .name = NULL, .bits = 16 },
	{ "mtu", .bits = 32, .value = 1500 },
};

static const struct packet_field rdnss_fields[] = {
	{ .name = NULL, .bits = 16 },
	{ "lifetime", .bits = 32, .value = 1800 },
	{ "address", .bits = 128, .kind = FIELD_IPV6 },
};

static const struct packet_option nd_kinds[] = {
	{ 1, "sll", FIELDS(mac_fields) },
	{ 2, "tll", FIELDS(mac_fields) },
	{ 3, "prefix", FIELDS(prefix_fields) },
	{ 5, "mtu", FIELDS(mtu_fields) },
	{ 25, "rdnss", FIELDS(rdnss_fields), .repeats = true },
};

/* ---- by protocol ---- */

#define OPTIONS(table) .options = (table), .nr_options = ARRAY_SIZE(table)

const struct packet_scheme packet_ip_options = { "options", OPTION_IP,
						 .unit = 4, OPTIONS(ip_kinds) };
const struct packet_scheme packet_tcp_options = { "options", OPTION_IP,
						  .unit = 4,
						  OPTIONS(tcp_kinds) };
const struct packet_scheme packet_ipv6_options = { "options", OPTION_IPV6,
						   .unit = 8, .ahead = 2,
						   OPTIONS(ipv6_kinds) };
const struct packet_scheme packet_nd_options = { "options", OPTION_ND,
						 .unit = 1, OPTIONS(nd_kinds) };
const struct packet_scheme packet_geneve_options = { "options", OPTION_GENEVE,
						     .unit = 4,
						     .nr_options = 0 };
const struct packet_scheme packet_addresses = { "addresses", OPTION_ADDRESS,
						.unit = 8, .nr_options = 0 };
