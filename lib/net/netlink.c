// SPDX-License-Identifier: LGPL-2.1-only
/* netlink - asks the kernel over libmnl, and hears its reasons */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include <libmnl/libmnl.h>
#include <linux/netlink.h>

#include "internal.h"
#include "netlink.h"

/* A dump's answers come in pieces as large as we offer room for. */
#define ANSWER_SIZE 65536

static _Thread_local char reason[256];

const char *netlink_reason(void)
{
	return reason;
}

int netlink_open(struct mnl_socket **out, int family)
{
	struct mnl_socket *nl = mnl_socket_open2(family, SOCK_CLOEXEC);
	int on = 1;

	if (!nl)
		return fail(-errno, "netlink: %s", strerror(errno));
	/* Without these a kernel older than 4.20 still answers, in less words */
	mnl_socket_setsockopt(nl, NETLINK_EXT_ACK, &on, sizeof(on));
	mnl_socket_setsockopt(nl, NETLINK_CAP_ACK, &on, sizeof(on));
	mnl_socket_setsockopt(nl, NETLINK_GET_STRICT_CHK, &on, sizeof(on));
	if (mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) < 0) {
		int err = -errno;

		mnl_socket_close(nl);
		return fail(err, "netlink: %s", strerror(-err));
	}
	*out = nl;
	return 0;
}

/* Keeps the kernel's words, which follow the error message as attributes. */
static void keep_reason(const struct nlmsghdr *answer)
{
	const struct nlmsgerr *error = mnl_nlmsg_get_payload(answer);
	size_t offset = sizeof(*error);
	const struct nlattr *attr;

	if (!(answer->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	if (!(answer->nlmsg_flags & NLM_F_CAPPED))
		offset += error->msg.nlmsg_len - sizeof(error->msg);
	mnl_attr_for_each (attr, answer, offset) {
		if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_MSG &&
		    !mnl_attr_validate(attr, MNL_TYPE_NUL_STRING))
			snprintf(reason, sizeof(reason), "%s",
				 mnl_attr_get_str(attr));
	}
}

/* A dump ends with an error number, in kernels that give one. */
static int dump_result(const struct nlmsghdr *answer)
{
	const int *error = mnl_nlmsg_get_payload(answer);

	if (mnl_nlmsg_get_payload_len(answer) >= sizeof(*error) && *error < 0)
		return *error;
	return 1;
}

/* 1: the answer is complete; 0: more follows; negative: the kernel's error. */
static int read_answers(const void *bytes, int length, unsigned int seq,
			int (*fn)(const struct nlmsghdr *, void *), void *arg)
{
	const struct nlmsghdr *answer = bytes;

	for (; mnl_nlmsg_ok(answer, length);
	     answer = mnl_nlmsg_next(answer, &length)) {
		int err = 0;

		if (answer->nlmsg_seq != seq)
			continue; /* left over from an earlier request */
		if (answer->nlmsg_type == NLMSG_DONE)
			return dump_result(answer);
		if (answer->nlmsg_type == NLMSG_ERROR) {
			const struct nlmsgerr *error =
				mnl_nlmsg_get_payload(answer);

			keep_reason(answer);
			return error->error ? error->error : 1;
		}
		if (fn)
			err = fn(answer, arg);
		if (err)
			return err;
	}
	return 0;
}

/* Reads until the answer to `seq` is complete, into `bytes`. */
static int receive(struct mnl_socket *nl, unsigned int seq, char *bytes,
		   int (*fn)(const struct nlmsghdr *, void *), void *arg)
{
	for (;;) {
		ssize_t length = mnl_socket_recvfrom(nl, bytes, ANSWER_SIZE);
		int err;

		if (length < 0 && errno == EINTR)
			continue;
		if (length < 0)
			return -errno;
		err = read_answers(bytes, length, seq, fn, arg);
		if (err)
			return err < 0 ? err : 0;
	}
}

int netlink_talk(struct mnl_socket *nl, struct nlmsghdr *request,
		 int (*fn)(const struct nlmsghdr *answer, void *arg), void *arg)
{
	static _Thread_local unsigned int last_seq;
	char *bytes = malloc(ANSWER_SIZE);
	int err;

	reason[0] = '\0';
	if (!bytes)
		return -ENOMEM;
	request->nlmsg_seq = ++last_seq;
	if (mnl_socket_sendto(nl, request, request->nlmsg_len) < 0)
		err = -errno;
	else
		err = receive(nl, last_seq, bytes, fn, arg);
	free(bytes);
	return err;
}
