/* SPDX-License-Identifier: LGPL-2.1-only */
/* netlink.h - questions to the kernel */
#ifndef NETLINK_H
#define NETLINK_H

struct mnl_socket;
struct nlmsghdr;

/* Opens a netlink socket of the family (NETLINK_ROUTE ...) that reports errors
 * with the kernel's own words. */
int netlink_open(struct mnl_socket **out, int family);
/*
 * Sends `request`, whose sequence number it sets, and hands each answer to
 * `fn` (which returns 0 or -errno) until the kernel has acknowledged it or its
 * dump is complete.  Returns the kernel's error, without fail().
 */
int netlink_talk(struct mnl_socket *nl, struct nlmsghdr *request,
		 int (*fn)(const struct nlmsghdr *answer, void *arg),
		 void *arg);
/* The kernel's words on the thread's last failed netlink_talk(), or "". */
const char *netlink_reason(void);

#endif
