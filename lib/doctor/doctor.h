/* SPDX-License-Identifier: LGPL-2.1-only */
/* doctor.h - features, devices and checks */
#ifndef DOCTOR_H
#define DOCTOR_H

#include <stdbool.h>
#include <stdint.h>
#include <net/if.h>

#include "xdplab.h"

/* ---- features.c ---- */

/* The features of an interface.  The kernel's error, without fail();
 * -EOPNOTSUPP: it does not tell. */
int features_query(struct xdplab_features *features, uint32_t ifindex);

/* ---- doctor.c ---- */

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

/* ---- device.c ---- */

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
 * caller's; the driver and the queues in use are reported only there.  The
 * kernel's error, without fail().
 */
int device_read(struct device *device, uint32_t ifindex, int nsid);
/* Whether an offload is on, by ethtool's name: "rx-lro". */
bool device_offload(const char *ifname, const char *offload);

/* ---- probe.c ---- */

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
