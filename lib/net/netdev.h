/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * netdev.h - the part of the generic netlink family "netdev" that we speak
 *
 * The kernel documents it in Documentation/netlink/specs/netdev.yaml and has a
 * uapi header for it since 6.3, which Debian 12's headers (6.1) lack.
 */
#ifndef NETDEV_H
#define NETDEV_H

#define NETDEV_FAMILY "netdev"

enum netdev_command {
	NETDEV_DEV_GET = 1,
};

enum netdev_attribute {
	NETDEV_DEV_IFINDEX = 1,		/* u32 */
	NETDEV_DEV_XDP_FEATURES = 3,	/* u64, bits as below */
	NETDEV_DEV_XDP_ZC_MAX_SEGS = 4, /* u32 */
	NETDEV_DEV_RX_METADATA = 5,	/* u64 */
	NETDEV_DEV_XSK_FEATURES = 6,	/* u64 */
};

/* Features, as bit numbers. */
enum netdev_feature {
	FEATURE_BASIC,	      /* native mode: ABORTED, DROP, PASS, TX */
	FEATURE_REDIRECT,     /* REDIRECT from this device */
	FEATURE_NDO_XMIT,     /* REDIRECT to this device */
	FEATURE_XSK_ZEROCOPY, /* AF_XDP without copying */
	FEATURE_HW_OFFLOAD,   /* programs on the device itself */
	FEATURE_RX_SG,	      /* packets in several buffers */
	FEATURE_NDO_XMIT_SG,  /* the same, redirected to this device */
	NR_FEATURES,
};

#endif
