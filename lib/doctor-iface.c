// SPDX-License-Identifier: LGPL-2.1-only
/* doctor-iface - what stands in the way of XDP on one interface */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"
#include "netdev.h"

/* All that is known of the interface before the first check. */
struct patient {
	const struct attach_state *state;
	struct device device;
	struct device peer;   /* of a veth that may be looked at; else zero */
	struct device master; /* or zero */
	bool tells_features;  /* the kernel does, since 6.3 */
	uint64_t features;    /* 1 << FEATURE_* */
};

static bool is_veth(const struct patient *patient)
{
	return !strcmp(patient->device.kind, "veth");
}

static bool has_feature(const struct patient *patient, enum netdev_feature bit)
{
	return patient->features & (1ULL << bit);
}

/* Native mode is there, or at least not known to be missing. */
static bool may_be_native(const struct patient *patient)
{
	if (patient->tells_features)
		return has_feature(patient, FEATURE_BASIC);
	return !patient->device.loopback &&
	       strcmp(patient->device.kind, "bridge");
}

/* The peer, where its own namespace has no other name for it here. */
static bool peer_is_here(const struct patient *patient)
{
	return patient->device.peer_nsid == DEVICE_HERE;
}

/* For remedies at the other end: which end that is. */
static const char *elsewhere(const struct patient *patient)
{
	return peer_is_here(patient) ? "" : "in the peer's namespace: ";
}

/* ---- what it is and what runs on it ---- */

static void check_interface(struct finding *f, const struct patient *patient)
{
	const struct device *device = &patient->device;
	const char *driver = *device->driver ? device->driver : device->kind;

	finding_set(f, device->up ? XDPLAB_HEALTH_OK : XDPLAB_HEALTH_WARN,
		    "%s, ifindex %u, driver %s: %s", device->ifname,
		    device->ifindex, *driver ? driver : "unknown",
		    device->up ? "up" : "down, no packet reaches a program");
	if (!device->up)
		finding_cure(f, "ip link set %s up", device->ifname);
}

static void check_running(struct finding *f, const struct patient *patient)
{
	const struct attach_state *state = patient->state;
	size_t length = 0;

	finding_set(f, XDPLAB_HEALTH_INFO, "no program");
	for (int mode = XDPLAB_MODE_NATIVE; mode < NR_MODES; mode++)
		if (state->ids[mode])
			length += snprintf(
				f->text + length, sizeof(f->text) - length,
				"%sprogram id %u (%s)", length ? ", " : "",
				state->ids[mode], xdplab_mode_name(mode));
}

static void check_modes(struct finding *f, const struct patient *patient)
{
	const char *ifname = patient->device.ifname;

	if (!patient->tells_features && may_be_native(patient)) {
		finding_set(
			f, XDPLAB_HEALTH_INFO,
			"skb; before Linux 6.3 the kernel does not tell whether "
			"the driver does native");
		finding_cure(f, "xdplab load --dry-run -m native %s FILE",
			     ifname);
	} else if (may_be_native(patient)) {
		finding_set(f, XDPLAB_HEALTH_OK, "native, skb%s",
			    has_feature(patient, FEATURE_HW_OFFLOAD) ? ", hw"
								     : "");
	} else if (patient->peer.tx_queues > patient->device.rx_queues) {
		finding_set(
			f, XDPLAB_HEALTH_WARN,
			"skb only: the peer sends on more queues (%u) than %s "
			"receives on (%u)",
			patient->peer.tx_queues, ifname,
			patient->device.rx_queues);
		finding_cure(f, "%sethtool -L %s tx %u", elsewhere(patient),
			     patient->peer.ifname, patient->device.rx_queues);
	} else {
		finding_set(f, XDPLAB_HEALTH_INFO,
			    "skb only: the driver has no native mode");
	}
}

static void check_features(struct finding *f, const struct patient *patient)
{
	const size_t prefix = strlen("NETDEV_XDP_ACT_");
	size_t length = 0;

	if (!patient->tells_features)
		return;
	finding_set(f, XDPLAB_HEALTH_INFO, "none");
	for (unsigned int bit = 0; bit < NR_FEATURES; bit++)
		if (has_feature(patient, bit))
			length += snprintf(f->text + length,
					   sizeof(f->text) - length, "%s%s",
					   length ? " " : "",
					   xdplab_feature_name(bit) + prefix);
}

static void check_queues(struct finding *f, const struct patient *patient)
{
	finding_set(f, XDPLAB_HEALTH_INFO, "%u rx, %u tx",
		    patient->device.rx_queues, patient->device.tx_queues);
}

/* ---- packets ---- */

/* What one page leaves for a packet, after the kernel's headroom, the Ethernet
 * header and the skb_shared_info of a 64 bit machine. */
static uint32_t frameless_mtu(void)
{
	const uint32_t headroom = 256, header = 14, shared_info = 320;

	return sysconf(_SC_PAGESIZE) - headroom - header - shared_info;
}

/* It is the sender's MTU that counts, which on a veth is the peer's. */
static void check_mtu(struct finding *f, const struct patient *patient)
{
	const struct device *device =
		patient->peer.ifindex ? &patient->peer : &patient->device;

	if (!may_be_native(patient) || device->mtu <= frameless_mtu()) {
		finding_set(f, XDPLAB_HEALTH_OK, "%u", device->mtu);
		return;
	}
	finding_set(
		f, XDPLAB_HEALTH_WARN,
		"%u of %s is more than the %u that fit in a page: in native mode "
		"only xdp.frags programs load",
		device->mtu, device->ifname, frameless_mtu());
	finding_cure(
		f,
		"%sip link set %s mtu 1500, or SEC(\"xdp.frags\") in the program",
		device == &patient->peer ? elsewhere(patient) : "",
		device->ifname);
}

static void check_lro(struct finding *f, const struct patient *patient)
{
	static const char *const offloads[] = { "rx-lro", "rx-gro-hw" };
	const char *ifname = patient->device.ifname;

	for (size_t i = 0; i < ARRAY_SIZE(offloads); i++) {
		if (!device_offload(ifname, offloads[i]))
			continue;
		finding_set(
			f, XDPLAB_HEALTH_WARN,
			"%s is on: drivers refuse native programs, or turn it "
			"off for them",
			offloads[i]);
		finding_cure(f, "ethtool -K %s %s off", ifname, offloads[i]);
	}
}

/* A checksum that is left to the device to finish is never finished on a
 * device without a wire: after a rewrite the receiver drops the packet. */
static void check_checksums(struct finding *f, const struct patient *patient)
{
	const struct device *sender =
		is_veth(patient) ? &patient->peer : &patient->device;

	if (!sender->ifindex || !(is_veth(patient) || sender->loopback))
		return;
	if (is_veth(patient) && !peer_is_here(patient)) {
		finding_set(
			f, XDPLAB_HEALTH_INFO,
			"%s may send packets with partial checksums, which do "
			"not survive a rewrite",
			sender->ifname);
		finding_cure(f, "%sethtool -K %s tx off", elsewhere(patient),
			     sender->ifname);
	} else if (device_offload(sender->ifname, "tx-checksum-ip-generic")) {
		finding_set(f,
			    sender->loopback ? XDPLAB_HEALTH_INFO
					     : XDPLAB_HEALTH_WARN,
			    "packets that local processes send through %s have "
			    "partial checksums, which do not survive a rewrite",
			    sender->ifname);
		if (!sender->loopback)
			finding_cure(f, "ethtool -K %s tx off", sender->ifname);
	} else {
		finding_set(f, XDPLAB_HEALTH_OK,
			    "packets from %s have whole checksums",
			    sender->ifname);
	}
}

/* ---- neighbours ---- */

/*
 * A veth takes frames from a program only while its receiving end polls, which
 * it does for a native program of its own or for GRO.  The kernel tells just
 * that in our end's features; before it did, we look.
 */
static bool peer_receives(const struct patient *patient)
{
	const struct device *peer = &patient->peer;
	struct attach_state state = { 0 };

	if (patient->tells_features)
		return has_feature(patient, FEATURE_NDO_XMIT);
	return device_offload(peer->ifname, "rx-gro") ||
	       (!attach_read(&state, peer->ifname) &&
		state.ids[XDPLAB_MODE_NATIVE]);
}

static void check_peer(struct finding *f, const struct patient *patient)
{
	const struct device *peer = &patient->peer;
	const char *ifname = patient->device.ifname;
	const char *where =
		peer_is_here(patient) ? "" : ", in another namespace,";

	if (!is_veth(patient))
		return;
	if (!peer->ifindex ||
	    (!patient->tells_features && !peer_is_here(patient))) {
		finding_set(
			f, XDPLAB_HEALTH_INFO,
			"in another namespace and not to be seen from here: "
			"unless it has a native program or GRO, native TX and "
			"REDIRECT to %s are lost",
			ifname);
	} else if (!peer->up) {
		finding_set(f, XDPLAB_HEALTH_WARN,
			    "%s%s is down: nothing passes", peer->ifname,
			    where);
		finding_cure(f, "%sip link set %s up", elsewhere(patient),
			     peer->ifname);
	} else if (peer_receives(patient)) {
		finding_set(f, XDPLAB_HEALTH_OK,
			    "%s%s receives what is sent by TX and REDIRECT",
			    peer->ifname, where);
	} else {
		finding_set(
			f, XDPLAB_HEALTH_WARN,
			"%s%s has neither a native program nor GRO: native TX "
			"and REDIRECT to %s are lost silently",
			peer->ifname, where, ifname);
		finding_cure(f, "%sethtool -K %s gro on", elsewhere(patient),
			     peer->ifname);
	}
}

static void check_master(struct finding *f, const struct patient *patient)
{
	const struct device *master = &patient->master;

	if (!strcmp(patient->device.kind, "bridge")) {
		finding_set(
			f, XDPLAB_HEALTH_WARN,
			"on a bridge itself a program sees only what is for "
			"this host");
		finding_cure(f, "load it on the bridge's ports");
	} else if (!strcmp(patient->device.kind, "bond")) {
		finding_set(f, XDPLAB_HEALTH_INFO,
			    "a native program on a bond runs on all its ports, "
			    "which must not have one of their own");
	} else if (!strcmp(master->kind, "bond")) {
		finding_set(
			f, XDPLAB_HEALTH_INFO,
			"a port of %s: refused while %s has a program, and then "
			"in the way of one there",
			master->ifname, master->ifname);
		finding_cure(f, "xdplab load %s FILE covers all its ports",
			     master->ifname);
	} else if (master->ifindex) {
		finding_set(f, XDPLAB_HEALTH_INFO,
			    "a port of %s: programs see packets before it does",
			    master->ifname);
	}
}

/* ---- all of it ---- */

static const struct {
	const char *name;
	void (*check)(struct finding *f, const struct patient *patient);
} checks[] = {
	{ "interface", check_interface },
	{ "running", check_running },
	{ "modes", check_modes },
	{ "features", check_features },
	{ "queues", check_queues },
	{ "mtu", check_mtu },
	{ "lro", check_lro },
	{ "checksums", check_checksums },
	{ "peer", check_peer },
	{ "master", check_master },
};

int doctor_iface(const struct attach_state *state, xdplab_check_fn fn,
		 void *arg)
{
	struct patient patient = { .state = state };
	struct device *device = &patient.device;
	struct xdplab_features features = { 0 };
	int err = device_read(device, state->ifindex, DEVICE_HERE);

	if (err)
		return fail(err, "%s: %s", state->ifname, strerror(-err));
	/* What cannot be read stays zero: the checks say that it is unknown. */
	if (is_veth(&patient))
		device_read(&patient.peer, device->peer, device->peer_nsid);
	if (device->master)
		device_read(&patient.master, device->master, DEVICE_HERE);
	patient.tells_features = !features_query(&features, state->ifindex);
	patient.features = features.xdp;

	for (size_t i = 0; i < ARRAY_SIZE(checks); i++) {
		struct finding finding = { 0 };

		checks[i].check(&finding, &patient);
		finding_tell(&finding, checks[i].name, fn, arg);
	}
	return 0;
}
