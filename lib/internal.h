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

#include <limits.h>
#include <net/if.h>
#include <signal.h>
#include <linux/bpf.h>
#include <linux/types.h>
#include <sys/types.h>

#include "prog/code.h"
#include "pin/pin.h"
#include "xdplab.h"

/* Linux 5.18 and 6.3. */
#ifndef BPF_F_XDP_HAS_FRAGS
#define BPF_F_XDP_HAS_FRAGS (1U << 5)
#endif
#ifndef BPF_F_XDP_DEV_BOUND_ONLY
#define BPF_F_XDP_DEV_BOUND_ONLY (1U << 6)
#endif

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* The member of an option struct, or 0 if the caller's does not reach it. */
#define OPT(opts, member)                                                      \
	((opts) && (opts)->sz >= offsetof(__typeof__(*(opts)), member) +       \
					 sizeof((opts)->member)                \
		 ? (opts)->member                                              \
		 : (__typeof__((opts)->member))0)

/* For callers who forgot what .sz is for: their options would be ignored. */
#define OPTS_DEFECT(opts)                                                      \
	((opts) && !(opts)->sz ? fail(-EINVAL,                                 \
				      "%s(): .sz of its options is "           \
				      "not set",                               \
				      __func__)                                \
			       : 0)

/* ---- error.c ---- */

/* Keeps "OBJECT: reason" for xdplab_error(), forgets the remedy, returns err. */
int fail(int err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Keeps what to do about the failure just said; returns err. */
int advise(int err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
#define ERROR_LINE_SIZE 1024
/* Takes over the refusal, and the verifier's log, that the failure just said
 * is about; the next fail() drops them. */
void error_refusal_set(struct xdplab_refusal *refusal, char *log);
/* Hands both over to the caller; NULL if there are none. */
void error_refusal_take(struct xdplab_refusal **refusal, char **log);
/* The same for two layouts that differ. */
struct layout;
void error_layout_set(struct layout *layout);
struct layout *error_layout_take(void);
struct error {
	char error[ERROR_LINE_SIZE], remedy[ERROR_LINE_SIZE];
	struct xdplab_refusal *refusal;
	char *log;
	struct layout *layout;
};
/* What was said last, kept while cleaning up may say other things; to be
 * restored, or else it leaks. */
void error_keep(struct error *kept);
void error_restore(const struct error *kept);
/* fail() for a call that the caller's rights did not allow; returns err. */
int fail_permission(int err, const char *object, const char *what);
/* From here on what libbpf says, in the whole process, goes to our log. */
void take_libbpf_log(void);
void note(enum xdplab_log_level level, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* ---- prog/elf.c, prog/elf-btf.c ---- */

/*
 * Whether `size` bytes are a whole 64 bit ELF object for BPF in this machine's
 * byte order, all of whose sections lie within it, with a BTF that libbpf can
 * follow.  NULL if so, else why not.
 */
const char *elf_defect(const void *bytes, size_t size);
/* The same of the bytes of its section .BTF alone. */
const char *btf_defect(const void *bytes, size_t size);
/* Of an object without a defect: its licence, cut where longer; "" if it has
 * none. */
void elf_licence(char *licence, size_t size, const void *bytes);
/* Likewise, tells `fn` each function that its maps refer to, as the programs
 * that they begin with. */
void elf_slots(const void *bytes, void (*fn)(const char *function, void *arg),
	       void *arg);

/* ---- net/netlink.c ---- */

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

/* ---- verifier/verifier.c ---- */

/* Says by line information, in the order of instructions, what a refusal's log
 * does not: the source before 5.0, the line before 6.9, the file's path. */
int refusal_locate(struct xdplab_refusal *refusal,
		   const struct source_line *lines, size_t nr);

/* ---- prog/extract.c ---- */

struct bpf_map;
struct bpf_object;
struct bpf_program;

/* What was seen of a program on its way into the kernel. */
struct extract {
	struct bpf_object *object;
	const struct bpf_program *program;
	bool divert; /* in: have the kernel load a trivial program instead */
	const struct bpf_program *last; /* the last one that came by */
	struct code code;		/* its BTF is the object's */
	uint32_t prog_flags;		/* BPF_F_XDP_HAS_FRAGS ... */
};

/* To be called before an object is opened that extract_load() is to load. */
void extract_prepare(void);
/* bpf_object__load(), which keeps what it sees of the program. */
int extract_load(struct extract *extract);
void extract_free(struct extract *extract);

/* ---- prog/choose.c, prog/maps.c ---- */

/* The program that the options name, or the only one that is not marked to be
 * loaded already; errors as those of xdplab_prog_open(). */
int prog_choose(struct bpf_program **out, struct bpf_object *object,
		const char *path, const struct xdplab_prog_opts *opts);
/* By what names an object's maps are pinned with its stage, to be freed; asked
 * before any is there already, for then libbpf calls it as the kernel does. */
typedef char prog_map_name[PIN_NAME_SIZE];
int prog_maps_name(prog_map_name **names, const struct bpf_object *object);
/*
 * These have the maps of an object, of the file `path`, be ones that are there
 * already, and add to *reused how many are.  -EEXIST: one does not fit, and
 * xdplab_error_layout() shows why.
 *
 * Maps that are pinned in the directory of a stage's maps; `has_slots`: maps of
 * the object begin with programs.
 */
int prog_maps_of_stage(struct bpf_object *object, const char *path,
		       const char *directory, const prog_map_name *names,
		       bool has_slots, uint32_t *reused);
/*
 * Maps that are pinned where the object's ask to be.  -EINVAL: that is no bpffs;
 * -EEXIST also: programs that one begins with would be put into the one there.
 * `*fresh`, freed before and to be freed, tells of each map whether a load is
 * the first to pin it, and to make the directory; then prog_maps_unpin() takes
 * those away again.
 */
struct fresh_pin {
	bool pin, directory;
};

int prog_maps_pinned(struct bpf_object *object, const char *path,
		     bool has_slots, struct fresh_pin **fresh,
		     uint32_t *reused);
void prog_maps_unpin(struct bpf_object *object, const struct fresh_pin *fresh);
/* All maps but the program's global data, and those that begin with programs,
 * ask to be pinned there. */
int prog_maps_pin_all(struct bpf_object *object, const char *directory,
		      bool has_slots);

/* ---- prog/prog.c ---- */

/*
 * Has its maps created, and if it is not loaded a mark loaded in its place,
 * which stands for it in a chain; its code is then there to be fused.
 */
int prog_extract(struct xdplab_prog *prog);
const struct code *prog_code(const struct xdplab_prog *prog);
/* BPF_F_XDP_HAS_FRAGS, BPF_F_XDP_DEV_BOUND_ONLY. */
uint32_t prog_flags(const struct xdplab_prog *prog);
const char *prog_licence(const struct xdplab_prog *prog);
struct bpf_object *prog_object(const struct xdplab_prog *prog);
/* By what names its maps are pinned, in their order. */
const prog_map_name *prog_map_names(const struct xdplab_prog *prog);
/* Has it go on with the maps pinned in that directory, if it is not loaded;
 * -EEXIST if one does not fit. */
int prog_reuse_maps(struct xdplab_prog *prog, const char *directory);
/* Removes the pins that the program's load has made. */
void prog_take_back(struct xdplab_prog *prog);

/* ---- prog/run.c ---- */

/* Says why BPF_PROG_TEST_RUN failed for a packet of that length; returns err. */
int run_failed(int err, uint32_t length);

/* ---- net/attach.c ---- */

#define NR_MODES (XDPLAB_MODE_HW + 1)

/* An interface, and the ids of the programs on it by mode. */
struct attach_state {
	uint32_t ifindex;
	char ifname[IF_NAMESIZE];
	uint32_t mtu;
	bool up;
	uint32_t ids[NR_MODES];
};

/* Tells `fn` the state of every interface, in one dump. */
int attach_query(int (*fn)(const struct attach_state *state, void *arg),
		 void *arg);
/* The state of one interface. */
int attach_read(struct attach_state *state, const char *ifname);
/* Its state by now, by its ifindex, as it may have been renamed.  -ENODEV,
 * without fail(), if it has gone. */
int attach_reread(struct attach_state *state);
/* Whether the program is one of those on the interface, `state`. */
bool attach_runs(uint32_t prog_id, const void *state);
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
 * A descriptor of the one link that holds `prog_fd`, which runs on the
 * interface in `mode`; -ENOENT: it is attached by netlink; -ENOTUNIQ: links of
 * several namespaces fit.  The kernel's error, without fail().
 */
int attach_link_find(uint32_t ifindex, enum xdplab_mode mode, uint32_t prog_id,
		     int prog_fd);

/* ---- net/netns.c ---- */

/* The kernel's cookie of the calling thread's network namespace. */
int netns_cookie(uint64_t *cookie);
/*
 * Moves the calling thread into the namespace with that cookie, searching
 * named namespaces and those of processes; `home` gets the descriptor to come
 * back with by netns_leave().  -ENOENT if none was found, without fail().
 */
int netns_visit(int *home, uint64_t cookie);
void netns_leave(int home);

/* ---- net/netns-named.c ---- */

#define NETNS_DIR      "/run/netns"
#define NETNS_PATH_MAX (sizeof(NETNS_DIR "/") + NAME_MAX)

/* Where the namespace of that name is, into NETNS_PATH_MAX bytes. */
void netns_path(char *path, const char *name);
/*
 * Makes a namespace of that name, which there must not be yet, and moves the
 * calling thread into it; on failure too it may have moved.
 */
int netns_make(const char *name);
/* By what its processes are known: the inode of their /proc/PID/ns/net.
 * -ENOENT, or -EINVAL for something else of that name; both without fail(). */
int netns_inode(ino_t *inode, const char *name);
/* Removes what there is of that name. */
int netns_remove(const char *name);

/* ---- sandbox/state.c ---- */

#define SANDBOX_DIR	  "/run/xdplab"
#define SANDBOX_NAME_MAX  32
#define SANDBOX_PORTS_MAX 8
#define SANDBOX_NETNS_MAX (SANDBOX_NAME_MAX + sizeof("-peer8"))
#define SANDBOX_PATH_MAX  (sizeof(SANDBOX_DIR "//bpf") + SANDBOX_NAME_MAX)

/* -EINVAL unless a sandbox may have that name. */
int sandbox_name_check(const char *name);
/* How much of a namespace's name is that of its sandbox. */
size_t sandbox_name_length(const char *netns);
/* The namespace of a port's peer, or for port 0 the sandbox's own, into
 * SANDBOX_NETNS_MAX bytes. */
void sandbox_netns(char *netns, const char *name, unsigned int port);
/* Its directory and its bpffs, into SANDBOX_PATH_MAX bytes. */
void sandbox_directory(char *path, const char *name);
void sandbox_bpffs(char *path, const char *name);
/* Locks all sandboxes, by flock's `operation`, making their directory; closing
 * the returned descriptor gives the lock back. */
int sandbox_lock(int operation);

/* What there is of a sandbox. */
struct sandbox_state {
	ino_t netns[1 + SANDBOX_PORTS_MAX]; /* 0: none */
	unsigned int ports;
	bool broken;
};

/* -ENOENT if there is no sandbox of that name. */
int sandbox_read(struct sandbox_state *state, const char *name);
/* How many processes are in it, and the id of one of them. */
int sandbox_processes(const struct sandbox_state *state, unsigned int *number,
		      pid_t *pid);
/* The sandbox whose bpffs the caller has at /sys/fs/bpf, into
 * SANDBOX_NAME_MAX + 1 bytes; "" if none, outside. */
int sandbox_here(char *name);

/* ---- sandbox/net.c ---- */

/* One end of a sandbox's port, 1 to SANDBOX_PORTS_MAX, in words. */
struct sandbox_end {
	char ifname[IF_NAMESIZE];
	char mac[18];
	char ipv4[16];
	char ipv6[46];
};

void sandbox_end(struct sandbox_end *end, unsigned int port, bool peer);
/* Makes the calling thread's new namespace quiet, and its lo up. */
int sandbox_net_prepare(void);
/* Makes a port's two ends: the peer here, the other in namespace `netns`. */
int sandbox_net_pair(unsigned int port, int netns);
/* Sets up the end that is here. */
int sandbox_net_end(unsigned int port, bool peer);
/* Deletes a port, seen from its end in the sandbox; none is none. */
int sandbox_net_delete(unsigned int port);

/* ---- prog/info.c ---- */

#define INFO_MAX_MAPS 64 /* MAX_USED_MAPS, the kernel's limit for a program */

/* What the kernel knows of a program. */
struct info {
	uint32_t id;
	char name[128];
	char tag[17];
	uint32_t map_ids[INFO_MAX_MAPS];
	uint32_t nr_map_ids;
	uint64_t loaded_at; /* seconds since 1970 */
	uint32_t uid;
	bool jited;
	uint64_t run_cnt, run_time_ns;
};

/*
 * Reads it from the program `fd`; the kernel's error, without fail().  A name
 * that may have been cut at 15 characters is looked up in the program's BTF,
 * unless `known_name` is its full name.
 */
int info_read(struct info *info, int fd, const char *known_name);
/* The same by id. */
int info_read_id(struct info *info, uint32_t id);

/* ---- net/netns-id.c ---- */

/* The name that `ip netns` has for the namespace that the caller's knows by
 * the number `id`.  -ENOENT, without fail(), if it has none. */
int netns_name(char *name, size_t size, int id);

/* ---- doctor/features.c ---- */

/* The features of an interface.  The kernel's error, without fail();
 * -EOPNOTSUPP: it does not tell. */
int features_query(struct xdplab_features *features, uint32_t ifindex);

/* ---- doctor/doctor.c ---- */

/* What a check says; without a text it says nothing. */
struct finding {
	enum xdplab_health health;
	char text[512];
	char remedy[512];
};

void finding_set(struct finding *finding, enum xdplab_health health,
		 const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void finding_cure(struct finding *finding, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* Tells it to `fn` under the check's name, if it says something. */
void finding_tell(const struct finding *finding, const char *name,
		  xdplab_check_fn fn, void *arg);
/* The checks that need no interface. */
void doctor_kernel(xdplab_check_fn fn, void *arg);

/* ---- doctor/device.c ---- */

#define DEVICE_HERE (-2) /* -1 is the kernel's "no number" */

/* An interface as a device. */
struct device {
	uint32_t ifindex;
	char ifname[IF_NAMESIZE];
	bool up, loopback;
	uint32_t mtu;
	char kind[16];	 /* "veth", "bridge"; "" for hardware and lo */
	char driver[32]; /* "" if it does not tell */
	uint32_t rx_queues, tx_queues;
	uint32_t master; /* ifindex of the bridge or bond above it, or 0 */
	uint32_t peer;	 /* ifindex of a veth's other end */
	int peer_nsid;	 /* and where that is, or DEVICE_HERE */
};

/*
 * Reads it from the namespace that the caller's knows as `nsid`, or from the
 * caller's; the driver and the queues in use are told only there.  The
 * kernel's error, without fail().
 */
int device_read(struct device *device, uint32_t ifindex, int nsid);
/* Whether an offload is on, by ethtool's name: "rx-lro". */
bool device_offload(const char *ifname, const char *offload);

/* ---- doctor/probe.c ---- */

/* A loaded XDP program that drops: its descriptor, or the kernel's error. */
int probe_load(bool frags);
bool probe_jited(int prog_fd);
/* Runs it on a packet. */
int probe_run(int prog_fd, bool live_frames);
/* Whether XDP programs can be attached by links: 0, or the kernel's error. */
int probe_link(int prog_fd);
/* Loads a program that needs a trampoline. */
int probe_trampoline(void);
/* Whether BPF memory counts against RLIMIT_MEMLOCK, as before Linux 5.11. */
bool probe_memlock(void);

#endif
