/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * rtnl.h - makes interfaces, addresses, routes and neighbours, by rtnetlink
 *
 * All of it in the calling thread's network namespace.
 */
#ifndef RTNL_H
#define RTNL_H

#include <stdbool.h>
#include <stdint.h>

struct rtnl_address {
	int family;
	unsigned int prefix; /* its length in bits */
	uint8_t bytes[16];
};

/* Reads "10.0.0.1/24", or an address alone, whose prefix is all of it.
 * -EINVAL, without fail(). */
int rtnl_address_read(struct rtnl_address *address, const char *text);

/* One end of a veth pair; what is 0 is as the kernel has it. */
struct rtnl_end {
	const char *ifname;
	const char *mac;    /* "02:00:00:00:00:01" */
	unsigned int flags; /* that are set: IFF_UP ... */
	uint32_t index, mtu, rx_queues;
};

/* Makes a veth pair, the second end in the namespace `netns`. */
int rtnl_veth_add(const struct rtnl_end *here, const struct rtnl_end *there,
		  int netns);
/* -ENODEV, with fail(), if there is none. */
int rtnl_link_delete(const char *ifname);
/* Sets those of the flags in `mask` as they are in `flags`. */
int rtnl_link_flags(const char *ifname, unsigned int flags, unsigned int mask);
/* Gives an interface an address, and waits until it is in use. */
int rtnl_address_add(const char *ifname, const struct rtnl_address *address);
/* A neighbour that is known for good. */
int rtnl_neighbour_add(const char *ifname, const struct rtnl_address *address,
		       const char *mac);
/* `type` is one of RTN_*.  `via`, a gateway, and `ifname` may be NULL, but not
 * both where it leads somewhere. */
int rtnl_route_add(unsigned char type, const struct rtnl_address *destination,
		   const struct rtnl_address *via, const char *ifname);

#endif
