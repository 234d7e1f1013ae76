/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * internal.h - what the library's objects know of each other
 *
 * Here as in the public header: 0 or -errno, results through pointers that
 * stay untouched on failure.  A function that returns an error it met itself
 * has said why with fail(); one that passes an error on adds nothing.
 */
#ifndef INTERNAL_H
#define INTERNAL_H

#include <net/if.h>
#include <linux/types.h>
#include <sys/types.h>

#include "xdplab.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* The member of an option struct, or 0 if the caller's does not reach it. */
#define OPT(opts, member)                                                      \
	((opts) && (opts)->sz >= offsetof(__typeof__(*(opts)), member) +       \
					 sizeof((opts)->member)                \
		 ? (opts)->member                                              \
		 : (__typeof__((opts)->member))0)

/* ---- error.c ---- */

/* Keeps "OBJECT: reason" for xdplab_error(), forgets the remedy, returns err. */
int fail(int err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Keeps what to do about the failure just said; returns err. */
int advise(int err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* fail() for a call that the caller's rights did not allow; returns err. */
int fail_permission(int err, const char *object, const char *what);
void note(enum xdplab_log_level level, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* ---- elf.c ---- */

/*
 * Whether `size` bytes are a whole 64 bit ELF object for BPF in this machine's
 * byte order, all of whose sections lie within it.  NULL if so, else why not.
 */
const char *elf_defect(const void *bytes, size_t size);

/* ---- netlink.c ---- */

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

/* ---- attach.c ---- */

#define NR_MODES (XDPLAB_MODE_HW + 1)

/* An interface, and the ids of the programs on it by mode. */
struct attach_state {
	uint32_t ifindex;
	char ifname[IF_NAMESIZE];
	uint32_t mtu;
	bool up;
	uint32_t ids[NR_MODES];
};

/* Tells `fn` the state of `ifname`, or of all interfaces if that is NULL. */
int attach_query(const char *ifname,
		 int (*fn)(const struct attach_state *state, void *arg),
		 void *arg);
/* The state of one interface. */
int attach_read(struct attach_state *state, const char *ifname);
/*
 * Sets by netlink the program of an interface in `mode` (never auto) to `fd`,
 * or to none if that is -1, provided that `expected_fd` is what runs there
 * now; -1: that nothing does.  The kernel's error, without fail();
 * netlink_reason() has its words.
 */
int attach_set(uint32_t ifindex, enum xdplab_mode mode, int fd,
	       int expected_fd);

/* An XDP link and what it holds. */
struct attach_link {
	uint32_t id;
	uint32_t ifindex; /* 0: its interface is gone, or it was detached */
	uint32_t prog_id;
};

/* Tells `fn` each XDP link there is, in every namespace. */
int attach_links(int (*fn)(const struct attach_link *link, void *arg),
		 void *arg);
/* What the link `fd` holds; -EINVAL if it is no XDP link.  No fail(). */
int attach_link_read(struct attach_link *link, int fd);
/* A new link's descriptor, or the kernel's error, without fail(). */
int attach_link_create(uint32_t ifindex, enum xdplab_mode mode, int prog_fd);
/*
 * A descriptor of the one link that holds the program on the interface;
 * -ENOENT: by netlink; -ENOTUNIQ: links of several namespaces fit.
 */
int attach_link_find(uint32_t ifindex, uint32_t prog_id);

/* ---- netns.c ---- */

/* The kernel's cookie of the calling thread's network namespace. */
int netns_cookie(uint64_t *cookie);
/*
 * Moves the calling thread into the namespace with that cookie, searching
 * named namespaces and those of processes; `home` gets the descriptor to come
 * back with by netns_leave().  -ENOENT if none was found, without fail().
 */
int netns_visit(int *home, uint64_t cookie);
void netns_leave(int home);

/* ---- pin.c ---- */

#define PIN_PATH_MAX 128

/* A stage as the generation's frozen array map "xdplab_chain" keeps it.  All
 * strings end with a zero byte.  docs/formats.md has it in words. */
struct pin_stage {
	char name[128];
	char section[64];
	char path[256];
	__u32 prio;
	__u32 actions;
	__u64 loaded_at; /* seconds since 1970 */
	__u64 unused[6];
};

/*
 * bpffs's root for our state, from XDPLAB_BPFFS or /sys/fs/bpf.  -ENOENT, with
 * fail(), if no bpffs is mounted there.
 */
int pin_root(const char **root);
/*
 * Takes the lock of all changes, making its directory, and returns its
 * descriptor; closing it gives the lock back.  -EAGAIN after `timeout_ms`.
 */
int pin_lock(uint32_t timeout_ms);
/* Pins generation `prog_id` of the interface, of one stage. */
int pin_publish(uint64_t cookie, uint32_t ifindex, uint32_t prog_id,
		const struct pin_stage *stage);
/* The stage of a generation; -ENOENT, without fail(), if there is none. */
int pin_stage_read(struct pin_stage *stage, uint64_t cookie, uint32_t ifindex,
		   uint32_t prog_id);
/* Pins the link that holds the interface's program, or opens it. */
int pin_link(uint64_t cookie, uint32_t ifindex, int link_fd);
int pin_link_open(uint64_t cookie, uint32_t ifindex);
/*
 * Removes what does not belong to one of the `live` programs: generations, and
 * the link if it holds none of them.
 */
int pin_sweep(uint64_t cookie, uint32_t ifindex, const uint32_t *live,
	      size_t nr_live, void (*report)(const char *path, void *arg),
	      void *arg);
/* Tells `fn` each interface that has state, of any namespace. */
int pin_walk(int (*fn)(uint64_t cookie, uint32_t ifindex, void *arg),
	     void *arg);
/* Tells `fn` each pinned program ("prog") and link ("link") in the whole
 * bpffs, ours or not; at most a few thousand files are looked at. */
int pin_find(void (*fn)(const char *path, bool link, uint32_t id, void *arg),
	     void *arg);

#endif
