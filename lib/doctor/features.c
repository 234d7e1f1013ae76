// SPDX-License-Identifier: LGPL-2.1-only
/* features - what an interface says that it can do for XDP */
#include <errno.h>
#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/genetlink.h>

#include "doctor.h"
#include "internal.h"
#include "net/attach.h"
#include "net/netdev.h"
#include "net/netlink.h"

static const char *const feature_names[NR_FEATURES] = {
	[FEATURE_BASIC] = "NETDEV_XDP_ACT_BASIC",
	[FEATURE_REDIRECT] = "NETDEV_XDP_ACT_REDIRECT",
	[FEATURE_NDO_XMIT] = "NETDEV_XDP_ACT_NDO_XMIT",
	[FEATURE_XSK_ZEROCOPY] = "NETDEV_XDP_ACT_XSK_ZEROCOPY",
	[FEATURE_HW_OFFLOAD] = "NETDEV_XDP_ACT_HW_OFFLOAD",
	[FEATURE_RX_SG] = "NETDEV_XDP_ACT_RX_SG",
	[FEATURE_NDO_XMIT_SG] = "NETDEV_XDP_ACT_NDO_XMIT_SG",
};

const char *xdplab_feature_name(unsigned int bit)
{
	return bit < NR_FEATURES ? feature_names[bit] : NULL;
}

static struct nlmsghdr *genl_request(void *buffer, uint16_t family,
				     uint8_t command)
{
	struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);
	struct genlmsghdr *header;

	request->nlmsg_type = family;
	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	header = mnl_nlmsg_put_extra_header(request, sizeof(*header));
	header->cmd = command;
	header->version = 1;
	return request;
}

static int read_family(const struct nlmsghdr *answer, void *arg)
{
	const struct nlattr *attr;
	uint16_t *id = arg;

	mnl_attr_for_each (attr, answer, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID &&
		    !mnl_attr_validate(attr, MNL_TYPE_U16))
			*id = mnl_attr_get_u16(attr);
	}
	return 0;
}

/* The number of a generic netlink family; -ENOENT if the kernel has none of
 * that name. */
static int find_family(struct mnl_socket *nl, uint16_t *id, const char *name)
{
	char buffer[256] __attribute__((aligned(8)));
	struct nlmsghdr *request =
		genl_request(buffer, GENL_ID_CTRL, CTRL_CMD_GETFAMILY);

	mnl_attr_put_strz(request, CTRL_ATTR_FAMILY_NAME, name);
	return netlink_talk(nl, request, read_family, id);
}

/* Older kernels leave out what they do not know: it stays zero. */
static int read_features(const struct nlmsghdr *answer, void *arg)
{
	struct xdplab_features *features = arg;
	const struct nlattr *attr;

	mnl_attr_for_each (attr, answer, sizeof(struct genlmsghdr)) {
		int type = mnl_attr_get_type(attr);

		if (!mnl_attr_validate(attr, MNL_TYPE_U64)) {
			uint64_t value = mnl_attr_get_u64(attr);

			if (type == NETDEV_DEV_XDP_FEATURES)
				features->xdp = value;
			else if (type == NETDEV_DEV_RX_METADATA)
				features->rx_metadata = value;
			else if (type == NETDEV_DEV_XSK_FEATURES)
				features->xsk = value;
		} else if (type == NETDEV_DEV_XDP_ZC_MAX_SEGS &&
			   !mnl_attr_validate(attr, MNL_TYPE_U32)) {
			features->zc_max_segs = mnl_attr_get_u32(attr);
		}
	}
	return 0;
}

int features_query(struct xdplab_features *features, uint32_t ifindex)
{
	char buffer[256] __attribute__((aligned(8)));
	struct xdplab_features read = { 0 };
	struct mnl_socket *nl = NULL;
	struct nlmsghdr *request;
	uint16_t family = 0;
	int err;

	err = netlink_open(&nl, NETLINK_GENERIC);
	if (err)
		return err;
	err = find_family(nl, &family, NETDEV_FAMILY);
	if (err) {
		err = err == -ENOENT ? -EOPNOTSUPP : err;
		goto out;
	}
	request = genl_request(buffer, family, NETDEV_DEV_GET);
	mnl_attr_put_u32(request, NETDEV_DEV_IFINDEX, ifindex);
	err = netlink_talk(nl, request, read_features, &read);
	if (!err)
		*features = read;
out:
	mnl_socket_close(nl);
	return err;
}

int xdplab_features_read(struct xdplab_features *features, const char *ifname)
{
	struct attach_state state = { 0 };
	int err = attach_read(&state, ifname);

	if (err)
		return err;
	err = features_query(features, state.ifindex);
	if (err == -EOPNOTSUPP) {
		fail(err, "%s: the kernel does not report XDP features",
		     ifname);
		return advise(err, "this requires Linux 6.3 or later");
	}
	return err ? fail(err, "%s: %s", ifname, strerror(-err)) : 0;
}
