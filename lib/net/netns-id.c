// SPDX-License-Identifier: LGPL-2.1-only
/*
 * netns-id - the name of a namespace that the kernel tells by a number
 *
 * The kernel says where a veth's other end is by a number that only the asking
 * namespace uses; `ip netns` keeps names.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <libmnl/libmnl.h>
#include <linux/net_namespace.h>
#include <linux/rtnetlink.h>

#include "internal.h"
#include "netlink.h"
#include "netns.h"

static int read_id(const struct nlmsghdr *answer, void *arg)
{
	const struct nlattr *attr;

	mnl_attr_for_each (attr, answer, sizeof(struct rtgenmsg)) {
		if (mnl_attr_get_type(attr) == NETNSA_NSID &&
		    !mnl_attr_validate(attr, MNL_TYPE_U32))
			*(int *)arg = (int)mnl_attr_get_u32(attr);
	}
	return 0;
}

/* The number of the namespace behind `fd`; negative if it has none here. */
static int id_of(struct mnl_socket *nl, int fd)
{
	char buffer[128] __attribute__((aligned(8)));
	struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);
	struct rtgenmsg *header;
	int id = NETNSA_NSID_NOT_ASSIGNED;

	request->nlmsg_type = RTM_GETNSID;
	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	header = mnl_nlmsg_put_extra_header(request, sizeof(*header));
	header->rtgen_family = AF_UNSPEC;
	mnl_attr_put_u32(request, NETNSA_FD, fd);
	netlink_talk(nl, request, read_id, &id);
	return id;
}

static bool has_id(struct mnl_socket *nl, int directory, const char *name,
		   int id)
{
	int fd = openat(directory, name, O_RDONLY | O_CLOEXEC);
	bool there;

	if (fd < 0)
		return false;
	there = id_of(nl, fd) == id;
	close(fd);
	return there;
}

int netns_name(char *name, size_t size, int id)
{
	struct mnl_socket *nl = NULL;
	struct dirent *entry;
	int err = -ENOENT;
	DIR *dir;

	dir = opendir(NETNS_DIR);
	if (!dir)
		return -ENOENT;
	if (netlink_open(&nl, NETLINK_ROUTE))
		goto out;
	while (err && (entry = readdir(dir))) {
		if (entry->d_name[0] != '.' &&
		    has_id(nl, dirfd(dir), entry->d_name, id) &&
		    snprintf(name, size, "%s", entry->d_name) < (int)size)
			err = 0;
	}
	mnl_socket_close(nl);
out:
	closedir(dir);
	return err;
}
