// SPDX-License-Identifier: LGPL-2.1-only
/*
 * sandbox-net - what a sandbox's network is made of
 *
 * All of it is done in the calling thread's namespace.  What is switched off
 * here is what makes packets appear that nobody sent, or makes a packet at an
 * XDP program differ from what would be on a wire.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/ether.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <libmnl/libmnl.h>
#include <linux/bpf.h>
#include <linux/ethtool.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <linux/veth.h>

#include "internal.h"

void sandbox_end(struct sandbox_end *end, unsigned int port, bool peer)
{
	unsigned int host = peer ? 2 : 1;

	snprintf(end->ifname, sizeof(end->ifname), "%s%u",
		 peer ? "peer" : "veth", port - 1);
	snprintf(end->mac, sizeof(end->mac), "02:00:0a:0b:%02x:%02x", port,
		 host);
	snprintf(end->ipv4, sizeof(end->ipv4), "10.11.%u.%u", port, host);
	snprintf(end->ipv6, sizeof(end->ipv6), "fd00:11:%u::%u", port, host);
}

/* ---- rtnetlink ---- */

#define REQUEST_SIZE 512

static struct nlmsghdr *begin(void *buffer, uint16_t type, uint16_t flags)
{
	struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);

	request->nlmsg_type = type;
	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
	return request;
}

/* Sends it; the kernel's error, with fail(). */
static int order(struct nlmsghdr *request, const char *ifname, const char *what)
{
	struct mnl_socket *nl = NULL;
	int err = netlink_open(&nl, NETLINK_ROUTE);

	if (err)
		return err;
	err = netlink_talk(nl, request, NULL, NULL);
	mnl_socket_close(nl);
	if (!err)
		return 0;
	return fail(err, "%s: cannot %s: %s", ifname, what,
		    *netlink_reason() ? netlink_reason() : strerror(-err));
}

static int set_flags(const char *ifname, unsigned int flags, unsigned int mask)
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

static void put_mac(struct nlmsghdr *request, uint16_t type, const char *text)
{
	struct ether_addr mac;

	ether_aton_r(text, &mac);
	mnl_attr_put(request, type, sizeof(mac), &mac);
}

/* Made without ARP; sandbox_net_end() says why. */
static void put_end(struct nlmsghdr *request, const struct sandbox_end *end)
{
	struct ifinfomsg *info =
		mnl_nlmsg_put_extra_header(request, sizeof(*info));

	info->ifi_flags = IFF_NOARP;
	info->ifi_change = IFF_NOARP;
	mnl_attr_put_strz(request, IFLA_IFNAME, end->ifname);
	put_mac(request, IFLA_ADDRESS, end->mac);
}

int sandbox_net_pair(unsigned int port, int netns)
{
	char buffer[REQUEST_SIZE] __attribute__((aligned(8)));
	struct nlmsghdr *request =
		begin(buffer, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
	struct nlattr *link, *data, *other;
	struct sandbox_end here, peer;

	sandbox_end(&here, port, false);
	sandbox_end(&peer, port, true);
	put_end(request, &peer);
	link = mnl_attr_nest_start(request, IFLA_LINKINFO);
	mnl_attr_put_strz(request, IFLA_INFO_KIND, "veth");
	data = mnl_attr_nest_start(request, IFLA_INFO_DATA);
	other = mnl_attr_nest_start(request, VETH_INFO_PEER);
	put_end(request, &here);
	mnl_attr_put_u32(request, IFLA_NET_NS_FD, netns);
	mnl_attr_nest_end(request, other);
	mnl_attr_nest_end(request, data);
	mnl_attr_nest_end(request, link);
	return order(request, here.ifname, "make a veth pair");
}

int sandbox_net_delete(unsigned int port)
{
	char buffer[REQUEST_SIZE] __attribute__((aligned(8)));
	struct nlmsghdr *request = begin(buffer, RTM_DELLINK, 0);
	struct sandbox_end end;
	int err;

	sandbox_end(&end, port, false);
	mnl_nlmsg_put_extra_header(request, sizeof(struct ifinfomsg));
	mnl_attr_put_strz(request, IFLA_IFNAME, end.ifname);
	err = order(request, end.ifname, "delete it");
	return err == -ENODEV ? 0 : err;
}

static void put_address(struct nlmsghdr *request, uint16_t type, int family,
			const char *text)
{
	char address[sizeof(struct in6_addr)];

	inet_pton(family, text, address);
	mnl_attr_put(request, type,
		     family == AF_INET ? sizeof(struct in_addr)
				       : sizeof(struct in6_addr),
		     address);
}

static int add_address(const struct sandbox_end *end, int family,
		       const char *text)
{
	char buffer[REQUEST_SIZE] __attribute__((aligned(8)));
	struct nlmsghdr *request =
		begin(buffer, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL);
	struct ifaddrmsg *info;

	info = mnl_nlmsg_put_extra_header(request, sizeof(*info));
	info->ifa_family = family;
	info->ifa_prefixlen = family == AF_INET ? 24 : 64;
	info->ifa_flags = family == AF_INET ? 0 : IFA_F_NODAD;
	info->ifa_index = if_nametoindex(end->ifname);
	put_address(request, IFA_LOCAL, family, text);
	put_address(request, IFA_ADDRESS, family, text);
	return order(request, end->ifname, "give it an address");
}

/* The kernel takes an IPv6 address into use some time after it acknowledged
 * it, and announces that: after a millisecond, as a rule. */
static int add_ipv6_address(const struct sandbox_end *end)
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
	err = add_address(end, AF_INET6, end->ipv6);
	if (!err)
		poll(&announced, 1, 1000);
	mnl_socket_close(nl);
	return err;
}

static int add_neighbour(const struct sandbox_end *end, int family,
			 const char *text, const char *mac)
{
	char buffer[REQUEST_SIZE] __attribute__((aligned(8)));
	struct nlmsghdr *request =
		begin(buffer, RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE);
	struct ndmsg *info;

	info = mnl_nlmsg_put_extra_header(request, sizeof(*info));
	info->ndm_family = family;
	info->ndm_state = NUD_PERMANENT;
	info->ndm_ifindex = if_nametoindex(end->ifname);
	put_address(request, NDA_DST, family, text);
	put_mac(request, NDA_LLADDR, mac);
	return order(request, end->ifname, "fix its neighbour");
}

/* ---- what packets are like ---- */

static int turn_off(const char *ifname, uint32_t command)
{
	struct ethtool_value request = { .cmd = command, .data = 0 };
	struct ifreq ifreq = { .ifr_data = (char *)&request };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int err = 0;

	if (fd < 0)
		return fail(-errno, "%s: %s", ifname, strerror(errno));
	snprintf(ifreq.ifr_name, sizeof(ifreq.ifr_name), "%s", ifname);
	if (ioctl(fd, SIOCETHTOOL, &ifreq))
		err = fail(-errno, "%s: cannot change its offloads: %s", ifname,
			   strerror(errno));
	close(fd);
	return err;
}

/*
 * A packet sent to a veth has its checksum and its VLAN tag beside its bytes,
 * and may be many in one.  A program that rewrites it, or sends it elsewhere,
 * would send what was never finished.  TSO goes off with the checksums.
 */
static int finish_packets(const char *ifname)
{
	int err = turn_off(ifname, ETHTOOL_STXCSUM);

	if (!err)
		err = turn_off(ifname, ETHTOOL_SGSO);
	return err ? err : turn_off(ifname, ETHTOOL_SFLAGS); /* VLAN */
}

static int load_pass(uint32_t flags)
{
	static const struct bpf_insn pass[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = XDP_PASS },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .prog_flags = flags);

	return bpf_prog_load(BPF_PROG_TYPE_XDP, "xdplab_pass", "GPL", pass,
			     ARRAY_SIZE(pass), &opts);
}

/*
 * A veth that has no native program drops what XDP_REDIRECT sends to it, and
 * lets what XDP_TX sends wait for the next ordinary packet: GRO cures the
 * former only, as seen on Linux 6.18.
 */
static int attach_pass(const char *ifname)
{
	int err, fd = load_pass(BPF_F_XDP_HAS_FRAGS);

	/* Without frags, before Linux 5.18, the other end's MTU is limited. */
	if (fd < 0)
		fd = load_pass(0);
	if (fd < 0)
		return fail(fd, "%s: cannot load a program: %s", ifname,
			    strerror(-fd));
	err = attach_set(if_nametoindex(ifname), XDPLAB_MODE_NATIVE, fd, -1);
	close(fd);
	if (!err)
		return 0;
	return fail(err, "%s: cannot attach a program: %s", ifname,
		    *netlink_reason() ? netlink_reason() : strerror(-err));
}

/* ---- the whole of it ---- */

/* No link-local addresses: the kernel would look for duplicates of them, and
 * for routers. */
static const char *const defaults[][2] = {
	{ "/proc/sys/net/ipv6/conf/default/disable_ipv6", "0" },
	{ "/proc/sys/net/ipv6/conf/default/addr_gen_mode", "1" },
};

static void set_default(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, value, strlen(value)) < 0)
		note(XDPLAB_LOG_INFO, "%s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
}

int sandbox_net_prepare(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(defaults); i++)
		set_default(defaults[i][0], defaults[i][1]);
	return set_flags("lo", IFF_UP, IFF_UP);
}

static bool has_ipv6(void)
{
	return !access("/proc/thread-self/net/if_inet6", F_OK);
}

static int add_addresses(const struct sandbox_end *end)
{
	int err = add_address(end, AF_INET, end->ipv4);

	if (err || !has_ipv6())
		return err;
	return add_ipv6_address(end);
}

/* A program that drops everything would drop the question for the other end's
 * address too. */
static int add_neighbours(const struct sandbox_end *end,
			  const struct sandbox_end *other)
{
	int err = add_neighbour(end, AF_INET, other->ipv4, other->mac);

	if (err || !has_ipv6())
		return err;
	return add_neighbour(end, AF_INET6, other->ipv6, other->mac);
}

/*
 * An address joins the multicast group in which others would ask for it, and
 * that is reported to routers, again whenever the link changes.  Here nobody
 * needs to ask, and an interface without ARP does not join; it must have got
 * its ARP before it goes up, or its addresses are looked at anew.
 */
int sandbox_net_end(unsigned int port, bool peer)
{
	struct sandbox_end end, other;
	int err;

	sandbox_end(&end, port, peer);
	sandbox_end(&other, port, !peer);
	err = finish_packets(end.ifname);
	if (!err && peer)
		err = attach_pass(end.ifname);
	if (!err)
		err = add_addresses(&end);
	if (!err)
		err = set_flags(end.ifname, 0, IFF_NOARP);
	if (!err)
		err = set_flags(end.ifname, IFF_UP, IFF_UP);
	return err ? err : add_neighbours(&end, &other);
}
