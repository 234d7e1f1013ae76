// SPDX-License-Identifier: LGPL-2.1-only
/*
 * attach - XDP programs on interfaces: netlink, links, and what runs where
 *
 * Netlink is spoken here and not through libbpf, because libbpf drops the
 * kernel's own words about a refusal, and asks for one interface at a time.
 * The attributes are those of linux/if_link.h, IFLA_XDP.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <libmnl/libmnl.h>
#include <linux/bpf.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "attach.h"
#include "internal.h"
#include "netlink.h"

static const uint32_t mode_flags[NR_MODES] = {
	[XDPLAB_MODE_NATIVE] = XDP_FLAGS_DRV_MODE,
	[XDPLAB_MODE_SKB] = XDP_FLAGS_SKB_MODE,
	[XDPLAB_MODE_HW] = XDP_FLAGS_HW_MODE,
};

/* ---- query ---- */

static const int mode_id_attributes[NR_MODES] = {
	[XDPLAB_MODE_NATIVE] = IFLA_XDP_DRV_PROG_ID,
	[XDPLAB_MODE_SKB] = IFLA_XDP_SKB_PROG_ID,
	[XDPLAB_MODE_HW] = IFLA_XDP_HW_PROG_ID,
};

static void read_xdp(struct attach_state *state, const struct nlattr *xdp)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested (attr, xdp) {
		int type = mnl_attr_get_type(attr);

		if (mnl_attr_validate(attr, MNL_TYPE_U32))
			continue;
		for (int mode = 0; mode < NR_MODES; mode++)
			if (mode_id_attributes[mode] == type)
				state->ids[mode] = mnl_attr_get_u32(attr);
	}
}

static void read_link(struct attach_state *state, const struct nlmsghdr *answer)
{
	const struct ifinfomsg *info = mnl_nlmsg_get_payload(answer);
	const struct nlattr *attr;

	state->ifindex = info->ifi_index;
	state->up = info->ifi_flags & IFF_UP;
	mnl_attr_for_each (attr, answer, sizeof(*info)) {
		switch (mnl_attr_get_type(attr)) {
		case IFLA_IFNAME:
			if (!mnl_attr_validate(attr, MNL_TYPE_NUL_STRING))
				strncpy(state->ifname, mnl_attr_get_str(attr),
					sizeof(state->ifname) - 1);
			break;
		case IFLA_MTU:
			if (!mnl_attr_validate(attr, MNL_TYPE_U32))
				state->mtu = mnl_attr_get_u32(attr);
			break;
		case IFLA_XDP:
			read_xdp(state, attr);
			break;
		}
	}
}

struct query {
	int (*fn)(const struct attach_state *state, void *arg);
	void *arg;
};

static int on_link(const struct nlmsghdr *answer, void *arg)
{
	struct attach_state state = { 0 };
	const struct query *query = arg;

	if (answer->nlmsg_type != RTM_NEWLINK)
		return 0;
	read_link(&state, answer);
	return query->fn(&state, query->arg);
}

static struct nlmsghdr *link_request(void *buffer, int type, int flags,
				     uint32_t ifindex)
{
	struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);
	struct ifinfomsg *info;

	request->nlmsg_type = type;
	request->nlmsg_flags = NLM_F_REQUEST | flags;
	info = mnl_nlmsg_put_extra_header(request, sizeof(*info));
	info->ifi_family = AF_UNSPEC;
	info->ifi_index = ifindex;
	return request;
}

/* One interface by name or index, or all. */
static int query_links(const char *ifname, uint32_t ifindex,
		       int (*fn)(const struct attach_state *state, void *arg),
		       void *arg)
{
	char buffer[256] __attribute__((aligned(8)));
	struct query query = { fn, arg };
	struct mnl_socket *nl = NULL;
	struct nlmsghdr *request;
	int err;

	err = netlink_open(&nl, NETLINK_ROUTE);
	if (err)
		return err;
	request = link_request(buffer, RTM_GETLINK,
			       ifname || ifindex ? NLM_F_ACK : NLM_F_DUMP,
			       ifindex);
	if (ifname)
		mnl_attr_put_strz(request, IFLA_IFNAME, ifname);
	mnl_attr_put_u32(request, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	err = netlink_talk(nl, request, on_link, &query);
	mnl_socket_close(nl);
	if (err && err != -ENODEV)
		fail(err, "%s: netlink: %s", ifname ? ifname : "interfaces",
		     strerror(-err));
	return err;
}

int attach_query(int (*fn)(const struct attach_state *state, void *arg),
		 void *arg)
{
	return query_links(NULL, 0, fn, arg);
}

static int keep_state(const struct attach_state *state, void *arg)
{
	*(struct attach_state *)arg = *state;
	return 0;
}

int attach_read(struct attach_state *state, const char *ifname)
{
	int err = -ENODEV;

	if (ifname && *ifname && strlen(ifname) < IF_NAMESIZE)
		err = query_links(ifname, 0, keep_state, state);
	if (err != -ENODEV)
		return err;
	fail(err, "%s: no such network interface", ifname ?: "(none)");
	return advise(err, "see `ip link`; use --netns for another namespace");
}

int attach_reread(struct attach_state *state)
{
	return query_links(NULL, state->ifindex, keep_state, state);
}

bool attach_runs(uint32_t prog_id, const void *arg)
{
	const struct attach_state *state = arg;

	for (int mode = 0; mode < NR_MODES; mode++)
		if (prog_id && state->ids[mode] == prog_id)
			return true;
	return false;
}

/* ---- netlink ---- */

int attach_set(uint32_t ifindex, enum xdplab_mode mode, int fd, int expected_fd)
{
	char buffer[256] __attribute__((aligned(8)));
	struct nlmsghdr *request =
		link_request(buffer, RTM_SETLINK, NLM_F_ACK, ifindex);
	struct mnl_socket *nl = NULL;
	struct nlattr *xdp;
	int err;

	xdp = mnl_attr_nest_start(request, IFLA_XDP);
	mnl_attr_put_u32(request, IFLA_XDP_FD, fd);
	if (expected_fd >= 0) {
		mnl_attr_put_u32(request, IFLA_XDP_FLAGS,
				 mode_flags[mode] | XDP_FLAGS_REPLACE);
		mnl_attr_put_u32(request, IFLA_XDP_EXPECTED_FD, expected_fd);
	} else {
		mnl_attr_put_u32(request, IFLA_XDP_FLAGS,
				 mode_flags[mode] |
					 XDP_FLAGS_UPDATE_IF_NOEXIST);
	}
	mnl_attr_nest_end(request, xdp);

	err = netlink_open(&nl, NETLINK_ROUTE);
	if (err)
		return err;
	err = netlink_talk(nl, request, NULL, NULL);
	mnl_socket_close(nl);
	return err;
}

/* ---- links ---- */

int attach_link_read(struct attach_link *link, int fd)
{
	struct bpf_link_info info = { 0 };
	__u32 size = sizeof(info);
	int err = bpf_obj_get_info_by_fd(fd, &info, &size);

	if (err)
		return err;
	if (info.type != BPF_LINK_TYPE_XDP)
		return -EINVAL;
	link->id = info.id;
	link->ifindex = info.xdp.ifindex;
	link->prog_id = info.prog_id;
	return 0;
}

int attach_links(int (*fn)(const struct attach_link *link, void *arg),
		 void *arg)
{
	struct attach_link link;
	__u32 id = 0;
	int err = 0;

	while (!err && !bpf_link_get_next_id(id, &id)) {
		int fd = bpf_link_get_fd_by_id(id);

		if (fd == -ENOENT)
			continue; /* gone since */
		if (fd < 0)
			return fd;
		if (!attach_link_read(&link, fd))
			err = fn(&link, arg);
		close(fd);
	}
	return err;
}

int attach_link_create(uint32_t ifindex, enum xdplab_mode mode, int prog_fd)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .flags = mode_flags[mode]);

	return bpf_link_create(prog_fd, ifindex, BPF_XDP, &opts);
}

struct search {
	uint32_t ifindex, prog_id;
	uint32_t found;
};

static int match_link(const struct attach_link *link, void *arg)
{
	struct search *search = arg;

	if (link->ifindex != search->ifindex ||
	    link->prog_id != search->prog_id)
		return 0;
	if (search->found)
		return -ENOTUNIQ;
	search->found = link->id;
	return 0;
}

/*
 * Links know no namespace: one that fits may belong to an interface of the same
 * index elsewhere.  But the kernel refuses to change by netlink what a link
 * holds, be it to the same program, which would change nothing.
 */
static bool held_by_link(uint32_t ifindex, enum xdplab_mode mode, int prog_fd)
{
	return attach_set(ifindex, mode, prog_fd, prog_fd) == -EBUSY;
}

int attach_link_find(uint32_t ifindex, enum xdplab_mode mode, uint32_t prog_id,
		     int prog_fd)
{
	struct search search = { .ifindex = ifindex, .prog_id = prog_id };
	int err;

	if (!held_by_link(ifindex, mode, prog_fd))
		return -ENOENT;
	err = attach_links(match_link, &search);
	if (err)
		return err;
	return search.found ? bpf_link_get_fd_by_id(search.found) : -ENOENT;
}
