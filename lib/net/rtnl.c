// SPDX-License-Identifier: LGPL-2.1-only
/* rtnl - makes interfaces, addresses, routes and neighbours, by rtnetlink */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/ether.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <net/if.h>

#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>

#include "internal.h"
#include "netlink.h"
#include "rtnl.h"

#define REQUEST_SIZE 512

/* ---- requests ---- */

static struct nlmsghdr *begin(void *buffer, uint16_t type, uint16_t flags)
{
	struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);

	request->nlmsg_type = type;
	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
	return request;
}

/* Sends it; the kernel's error, with fail(). */
static int order(struct nlmsghdr *request, const char *object, const char *what)
{
	struct mnl_socket *nl = NULL;
	int err = netlink_open(&nl, NETLINK_ROUTE);

	if (err)
		return err;
	err = netlink_talk(nl, request, NULL, NULL);
	mnl_socket_close(nl);
	if (!err)
		return 0;
	return fail(err, "%s: cannot %s: %s", object, what,
		    *netlink_reason() ? netlink_reason() : strerror(-err));
}

static void put_mac(struct nlmsghdr *request, uint16_t type, const char *text)
{
	struct ether_addr mac;

	if (ether_aton_r(text, &mac))
		mnl_attr_put(request, type, sizeof(mac), &mac);
}

static void put_address(struct nlmsghdr *request, uint16_t type,
			const struct rtnl_address *address)
{
	mnl_attr_put(request, type,
		     address->family == AF_INET ? sizeof(struct in_addr)
						: sizeof(struct in6_addr),
		     address->bytes);
}

/* ---- links ---- */

static void put_end(struct nlmsghdr *request, const struct rtnl_end *end)
{
	struct ifinfomsg *info =
		mnl_nlmsg_put_extra_header(request, sizeof(*info));

	info->ifi_index = end->index;
	info->ifi_flags = end->flags;
	info->ifi_change = end->flags;
	mnl_attr_put_strz(request, IFLA_IFNAME, end->ifname);
	if (end->mac)
		put_mac(request, IFLA_ADDRESS, end->mac);
	if (end->mtu)
		mnl_attr_put_u32(request, IFLA_MTU, end->mtu);
	if (end->rx_queues)
		mnl_attr_put_u32(request, IFLA_NUM_RX_QUEUES, end->rx_queues);
}

int rtnl_veth_add(const struct rtnl_end *here, const struct rtnl_end *there,
		  int netns)
{
	char buffer[REQUEST_SIZE] __attribute__((aligned(8)));
	struct nlmsghdr *request =
		begin(buffer, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
	struct nlattr *link, *data, *other;

	put_end(request, here);
	link = mnl_attr_nest_start(request, IFLA_LINKINFO);
	mnl_attr_put_strz(request, IFLA_INFO_KIND, "veth");
	data = mnl_attr_nest_start(request, IFLA_INFO_DATA);
	other = mnl_attr_nest_start(request, VETH_INFO_PEER);
	put_end(request, there);
	mnl_attr_put_u32(request, IFLA_NET_NS_FD, netns);
	mnl_attr_nest_end(request, other);
	mnl_attr_nest_end(request, data);
	mnl_attr_nest_end(request, link);
	return order(request, here->ifname, "create a veth pair");
}

int rtnl_link_delete(const char *ifname)
{
	char buffer[REQUEST_SIZE] __attribute__((aligned(8)));
	struct nlmsghdr *request = begin(buffer, RTM_DELLINK, 0);

	mnl_nlmsg_put_extra_header(request, sizeof(struct ifinfomsg));
	mnl_attr_put_strz(request, IFLA_IFNAME, ifname);
	return order(request, ifname, "delete it");
}

int rtnl_link_flags(const char *ifname, unsigned int flags, unsigned int mask)
{
	char buffer[REQUEST_SIZE] __attribute__((aligned(8)));
	struct nlmsghdr *request = begin(buffer, RTM_SETLINK, 0);
	struct ifinfomsg *info;

	info = mnl_nlmsg_put_extra_header(request, sizeof(*info));
	info->ifi_flags = flags;
	info->ifi_change = mask;
	mnl_attr_put_strz(request, IFLA_IFNAME, ifname);
	return order(request, ifname, "set it up");
}

/* ---- addresses ---- */

int rtnl_address_read(struct rtnl_address *address, const char *text)
{
	struct rtnl_address read = { .family = strchr(text, ':') ? AF_INET6
								 : AF_INET };
	unsigned long longest = read.family == AF_INET ? 32 : 128;
	const char *slash = strchrnul(text, '/');
	char alone[INET6_ADDRSTRLEN], *end;
	unsigned long prefix = longest;

	if ((size_t)(slash - text) >= sizeof(alone))
		return -EINVAL;
	snprintf(alone, sizeof(alone), "%.*s", (int)(slash - text), text);
	if (inet_pton(read.family, alone, read.bytes) != 1)
		return -EINVAL;
	if (*slash) {
		prefix = strtoul(slash + 1, &end, 10);
		if (slash[1] < '0' || slash[1] > '9' || *end ||
		    prefix > longest)
			return -EINVAL;
	}
	read.prefix = prefix;
	*address = read;
	return 0;
}

static int add_address(const char *ifname, const struct rtnl_address *address)
{
	char buffer[REQUEST_SIZE] __attribute__((aligned(8)));
	struct nlmsghdr *request =
		begin(buffer, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL);
	struct ifaddrmsg *info;

	info = mnl_nlmsg_put_extra_header(request, sizeof(*info));
	info->ifa_family = address->family;
	info->ifa_prefixlen = address->prefix;
	info->ifa_flags = address->family == AF_INET ? 0 : IFA_F_NODAD;
	info->ifa_index = if_nametoindex(ifname);
	put_address(request, IFA_LOCAL, address);
	put_address(request, IFA_ADDRESS, address);
	return order(request, ifname, "add an address");
}

/* The kernel takes an IPv6 address into use some time after it acknowledged
 * it, and announces that: after a millisecond, as a rule. */
static int add_ipv6_address(const char *ifname,
			    const struct rtnl_address *address)
{
	int group = RTNLGRP_IPV6_IFADDR;
	struct mnl_socket *nl = NULL;
	struct pollfd announced = { .events = POLLIN };
	int err = netlink_open(&nl, NETLINK_ROUTE);

	if (err)
		return err;
	announced.fd = mnl_socket_get_fd(nl);
	mnl_socket_setsockopt(nl, NETLINK_ADD_MEMBERSHIP, &group,
			      sizeof(group));
	err = add_address(ifname, address);
	if (!err)
		poll(&announced, 1, 1000);
	mnl_socket_close(nl);
	return err;
}

int rtnl_address_add(const char *ifname, const struct rtnl_address *address)
{
	return address->family == AF_INET ? add_address(ifname, address)
					  : add_ipv6_address(ifname, address);
}

/* ---- neighbours and routes ---- */

int rtnl_neighbour_add(const char *ifname, const struct rtnl_address *address,
		       const char *mac)
{
	char buffer[REQUEST_SIZE] __attribute__((aligned(8)));
	struct nlmsghdr *request =
		begin(buffer, RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE);
	struct ndmsg *info;

	info = mnl_nlmsg_put_extra_header(request, sizeof(*info));
	info->ndm_family = address->family;
	info->ndm_state = NUD_PERMANENT;
	info->ndm_ifindex = if_nametoindex(ifname);
	put_address(request, NDA_DST, address);
	put_mac(request, NDA_LLADDR, mac);
	return order(request, ifname, "add a static neighbour");
}

int rtnl_route_add(unsigned char type, const struct rtnl_address *destination,
		   const struct rtnl_address *via, const char *ifname)
{
	char buffer[REQUEST_SIZE] __attribute__((aligned(8)));
	struct nlmsghdr *request =
		begin(buffer, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL);
	char text[INET6_ADDRSTRLEN];
	struct rtmsg *info;

	info = mnl_nlmsg_put_extra_header(request, sizeof(*info));
	info->rtm_family = destination->family;
	info->rtm_dst_len = destination->prefix;
	info->rtm_table = RT_TABLE_MAIN;
	info->rtm_protocol = RTPROT_STATIC;
	info->rtm_scope = via ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
	info->rtm_type = type;
	put_address(request, RTA_DST, destination);
	if (via)
		put_address(request, RTA_GATEWAY, via);
	if (ifname)
		mnl_attr_put_u32(request, RTA_OIF, if_nametoindex(ifname));
	inet_ntop(destination->family, destination->bytes, text, sizeof(text));
	return order(request, text, "add a route to it");
}
