// SPDX-License-Identifier: LGPL-2.1-only
/*
 * net - what a sandbox's network is made of
 *
 * All of it is done in the calling thread's namespace.  What is switched off
 * here is what makes packets appear that nobody sent, or makes a packet at an
 * XDP program differ from what would be on a wire.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <linux/bpf.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>

#include "internal.h"
#include "net/attach.h"
#include "net/netlink.h"
#include "net/rtnl.h"
#include "prog/prog.h"
#include "sandbox.h"

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

/* Made without ARP; sandbox_net_end() says why. */
static struct rtnl_end made_as(const struct sandbox_end *end)
{
	return (struct rtnl_end){ .ifname = end->ifname,
				  .mac = end->mac,
				  .flags = IFF_NOARP };
}

int sandbox_net_pair(unsigned int port, int netns)
{
	struct rtnl_end made_peer, made_end;
	struct sandbox_end end, peer;

	sandbox_end(&end, port, false);
	sandbox_end(&peer, port, true);
	made_end = made_as(&end);
	made_peer = made_as(&peer);
	return rtnl_veth_add(&made_peer, &made_end, netns);
}

int sandbox_net_delete(unsigned int port)
{
	struct sandbox_end end;
	int err;

	sandbox_end(&end, port, false);
	err = rtnl_link_delete(end.ifname);
	return err == -ENODEV ? 0 : err;
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
	return rtnl_link_flags("lo", IFF_UP, IFF_UP);
}

static bool has_ipv6(void)
{
	return !access("/proc/thread-self/net/if_inet6", F_OK);
}

/* The addresses of an end, as there are with and without IPv6. */
static size_t addresses(struct rtnl_address address[2],
			const struct sandbox_end *end)
{
	rtnl_address_read(&address[0], end->ipv4);
	rtnl_address_read(&address[1], end->ipv6);
	address[0].prefix = 24;
	address[1].prefix = 64;
	return has_ipv6() ? 2 : 1;
}

static int add_addresses(const struct sandbox_end *end)
{
	struct rtnl_address address[2];
	size_t nr = addresses(address, end);
	int err = 0;

	for (size_t i = 0; !err && i < nr; i++)
		err = rtnl_address_add(end->ifname, &address[i]);
	return err;
}

/* A program that drops everything would drop the question for the other end's
 * address too. */
static int add_neighbours(const struct sandbox_end *end,
			  const struct sandbox_end *other)
{
	struct rtnl_address address[2];
	size_t nr = addresses(address, other);
	int err = 0;

	for (size_t i = 0; !err && i < nr; i++)
		err = rtnl_neighbour_add(end->ifname, &address[i], other->mac);
	return err;
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
		err = rtnl_link_flags(end.ifname, 0, IFF_NOARP);
	if (!err)
		err = rtnl_link_flags(end.ifname, IFF_UP, IFF_UP);
	return err ? err : add_neighbours(&end, &other);
}
