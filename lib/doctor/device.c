// SPDX-License-Identifier: LGPL-2.1-only
/* device - what kind of thing an interface is: driver, queues, offloads */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <libmnl/libmnl.h>
#include <linux/ethtool.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>

#include "doctor.h"
#include "internal.h"
#include "net/netlink.h"

/* ---- ethtool ---- */

/* Has the driver answer the ethtool command that `data` starts with. */
static int ethtool(const char *ifname, void *data)
{
	struct ifreq request = { .ifr_data = data };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int err = 0;

	if (fd < 0)
		return -errno;
	strncpy(request.ifr_name, ifname, IF_NAMESIZE - 1);
	if (ioctl(fd, SIOCETHTOOL, &request))
		err = -errno;
	close(fd);
	return err;
}

/* The kernel has names for some 64 offloads; room is made for many more. */
#define MAX_OFFLOADS 256

bool device_offload(const char *ifname, const char *offload)
{
	union {
		struct ethtool_gstrings head;
		char bytes[sizeof(struct ethtool_gstrings) +
			   MAX_OFFLOADS * ETH_GSTRING_LEN];
	} names = { .head = { .cmd = ETHTOOL_GSTRINGS,
			      .string_set = ETH_SS_FEATURES } };
	union {
		struct ethtool_gfeatures head;
		char bytes[sizeof(struct ethtool_gfeatures) +
			   MAX_OFFLOADS / 32 *
				   sizeof(struct ethtool_get_features_block)];
	} states = { .head = { .cmd = ETHTOOL_GFEATURES,
			       .size = MAX_OFFLOADS / 32 } };

	if (ethtool(ifname, &names) || ethtool(ifname, &states))
		return false;
	for (__u32 i = 0; i < names.head.len && i < MAX_OFFLOADS; i++) {
		const char *name = names.bytes + sizeof(names.head) +
				   (size_t)i * ETH_GSTRING_LEN;

		if (!strncmp(name, offload, ETH_GSTRING_LEN))
			return i / 32 < states.head.size &&
			       states.head.features[i / 32].active &
				       (1U << i % 32);
	}
	return false;
}

static void read_driver(struct device *device)
{
	struct ethtool_drvinfo info = { .cmd = ETHTOOL_GDRVINFO };

	if (ethtool(device->ifname, &info))
		return;
	memcpy(device->driver, info.driver, sizeof(info.driver) - 1);
}

/* How many of its queues a device uses; it need not tell. */
static void read_channels(struct device *device)
{
	struct ethtool_channels channels = { .cmd = ETHTOOL_GCHANNELS };
	uint32_t rx, tx;

	if (ethtool(device->ifname, &channels))
		return;
	rx = channels.rx_count + channels.combined_count;
	tx = channels.tx_count + channels.combined_count;
	/* A tap that nobody has opened has none in use. */
	device->rx_queues = rx ? rx : device->rx_queues;
	device->tx_queues = tx ? tx : device->tx_queues;
}

/* ---- netlink ---- */

static void read_kind(struct device *device, const struct nlattr *linkinfo)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested (attr, linkinfo) {
		if (mnl_attr_get_type(attr) == IFLA_INFO_KIND &&
		    !mnl_attr_validate(attr, MNL_TYPE_NUL_STRING))
			snprintf(device->kind, sizeof(device->kind), "%s",
				 mnl_attr_get_str(attr));
	}
}

static void read_number(struct device *device, const struct nlattr *attr)
{
	uint32_t value;

	if (mnl_attr_validate(attr, MNL_TYPE_U32))
		return;
	value = mnl_attr_get_u32(attr);
	switch (mnl_attr_get_type(attr)) {
	case IFLA_MTU:
		device->mtu = value;
		break;
	case IFLA_LINK:
		device->peer = value;
		break;
	case IFLA_LINK_NETNSID:
		device->peer_nsid = value;
		break;
	case IFLA_MASTER:
		device->master = value;
		break;
	case IFLA_NUM_RX_QUEUES:
		device->rx_queues = value;
		break;
	case IFLA_NUM_TX_QUEUES:
		device->tx_queues = value;
		break;
	}
}

static int read_link(const struct nlmsghdr *answer, void *arg)
{
	const struct ifinfomsg *info = mnl_nlmsg_get_payload(answer);
	struct device *device = arg;
	const struct nlattr *attr;

	device->ifindex = info->ifi_index;
	device->up = info->ifi_flags & IFF_UP;
	device->loopback = info->ifi_flags & IFF_LOOPBACK;
	mnl_attr_for_each (attr, answer, sizeof(*info)) {
		int type = mnl_attr_get_type(attr);

		if (type == IFLA_LINKINFO)
			read_kind(device, attr);
		else if (type == IFLA_IFNAME &&
			 !mnl_attr_validate(attr, MNL_TYPE_NUL_STRING))
			snprintf(device->ifname, sizeof(device->ifname), "%s",
				 mnl_attr_get_str(attr));
		else
			read_number(device, attr);
	}
	return 0;
}

int device_read(struct device *device, uint32_t ifindex, int nsid)
{
	char buffer[256] __attribute__((aligned(8)));
	struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);
	struct device read = { .peer_nsid = DEVICE_HERE };
	struct mnl_socket *nl = NULL;
	struct ifinfomsg *info;
	int err;

	request->nlmsg_type = RTM_GETLINK;
	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	info = mnl_nlmsg_put_extra_header(request, sizeof(*info));
	info->ifi_family = AF_UNSPEC;
	info->ifi_index = ifindex;
	if (nsid != DEVICE_HERE)
		mnl_attr_put_u32(request, IFLA_TARGET_NETNSID, nsid);
	mnl_attr_put_u32(request, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);

	err = netlink_open(&nl, NETLINK_ROUTE);
	if (err)
		return err;
	err = netlink_talk(nl, request, read_link, &read);
	mnl_socket_close(nl);
	if (err)
		return err;
	if (nsid == DEVICE_HERE) {
		read_driver(&read);
		read_channels(&read);
	}
	*device = read;
	return 0;
}
