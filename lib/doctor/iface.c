// SPDX-License-Identifier: LGPL-2.1-only
/* iface - what stands in the way of XDP on one interface */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "doctor.h"
#include "internal.h"
#include "net/attach.h"
#include "net/netdev.h"
#include "net/netns.h"

/* The offload by which processes leave checksums to be finished. */
#define PARTIAL_CHECKSUMS "tx-checksum-ip-generic"

/* All that is known of the interface before the first check. */
struct patient {
	const struct attach_state *state;
	struct device device;
	bool tells_features; /* the kernel does, since 6.3 */
	uint64_t features;   /* 1 << FEATURE_* */
	struct device master;
	struct peer {
		struct device device;
		bool seen; /* the rest is known */
		bool has_program, has_gro, leaves_checksums;
		char netns[NAME_MAX + 1];  /* "": here, or without a name */
		char there[NAME_MAX + 32]; /* begins a command for it */
	} peer;
};

static bool is_veth(const struct patient *patient)
{
	return !strcmp(patient->device.kind, "veth");
}

static bool has_feature(const struct patient *patient, enum netdev_feature bit)
{
	return patient->features & (1ULL << bit);
}

/* Native mode is there, or at least not known to be missing.  What a veth can
 * is known on kernels that do not tell it, too. */
static bool may_be_native(const struct patient *patient)
{
	if (patient->tells_features)
		return has_feature(patient, FEATURE_BASIC);
	if (is_veth(patient))
		return patient->peer.device.tx_queues <=
		       patient->device.rx_queues;
	return !patient->device.loopback &&
	       strcmp(patient->device.kind, "bridge");
}

/* ---- the other end of a veth ---- */

/* Looks at it in its own namespace, in which the thread is by now. */
static void look_at_peer(struct peer *peer, uint32_t ifindex)
{
	const char *ifname = peer->device.ifname;
	struct attach_state state = { 0 };

	if (device_read(&peer->device, ifindex, DEVICE_HERE) ||
	    attach_read(&state, ifname))
		return;
	peer->has_program = state.ids[XDPLAB_MODE_NATIVE];
	peer->has_gro = device_offload(ifname, "rx-gro");
	peer->leaves_checksums = device_offload(ifname, PARTIAL_CHECKSUMS);
	peer->seen = true;
}

/* What cannot be read stays zero: the checks say that it is unknown. */
static void find_peer(struct peer *peer, const struct device *device)
{
	int home;

	if (device->peer_nsid == DEVICE_HERE) {
		look_at_peer(peer, device->peer);
		return;
	}
	device_read(&peer->device, device->peer, device->peer_nsid);
	snprintf(peer->there, sizeof(peer->there), "in the peer's namespace: ");
	if (netns_name(peer->netns, sizeof(peer->netns), device->peer_nsid))
		return;
	snprintf(peer->there, sizeof(peer->there), "ip netns exec %s ",
		 peer->netns);
	home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	if (home < 0)
		return;
	if (xdplab_netns_enter(peer->netns)) {
		close(home);
		return;
	}
	look_at_peer(peer, device->peer);
	netns_leave(home);
}

/* ---- what it is and what runs on it ---- */

static void check_interface(struct finding *f, const struct patient *patient)
{
	const struct device *device = &patient->device;
	const char *driver = *device->driver ? device->driver : device->kind;

	finding_set(f, device->up ? XDPLAB_HEALTH_OK : XDPLAB_HEALTH_WARN,
		    "%s, ifindex %u, driver %s: %s", device->ifname,
		    device->ifindex, *driver ? driver : "unknown",
		    device->up ? "up" : "down: programs see no packets");
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

	if (!patient->tells_features && !is_veth(patient) &&
	    may_be_native(patient)) {
		finding_set(f, XDPLAB_HEALTH_INFO,
			    "skb; kernels before 6.3 do not report whether the "
			    "driver supports native");
		finding_cure(f,
			     "xdplab load -m native %s FILE && "
			     "xdplab unload %s",
			     ifname, ifname);
	} else if (may_be_native(patient)) {
		finding_set(f, XDPLAB_HEALTH_OK, "native, skb%s",
			    has_feature(patient, FEATURE_HW_OFFLOAD) ? ", hw"
								     : "");
	} else if (patient->peer.device.tx_queues > patient->device.rx_queues) {
		finding_set(
			f, XDPLAB_HEALTH_WARN,
			"skb only: the peer has more tx queues (%u) than %s "
			"has rx queues (%u)",
			patient->peer.device.tx_queues, ifname,
			patient->device.rx_queues);
		finding_cure(f, "%sethtool -L %s tx %u", patient->peer.there,
			     patient->peer.device.ifname,
			     patient->device.rx_queues);
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
	const struct device *peer = &patient->peer.device;
	const struct device *sender = peer->ifindex ? peer : &patient->device;

	finding_set(f, XDPLAB_HEALTH_OK, "%u", sender->mtu);
	if (sender == peer)
		finding_set(f, XDPLAB_HEALTH_OK, "%u of %s, the peer",
			    sender->mtu, sender->ifname);
	if (!may_be_native(patient) || sender->mtu <= frameless_mtu())
		return;
	finding_set(f, XDPLAB_HEALTH_WARN,
		    "%u of %s exceeds the %u that fit in a page: native mode "
		    "requires xdp.frags programs",
		    sender->mtu, sender->ifname, frameless_mtu());
	finding_cure(f, "%sip link set %s mtu 1500", patient->peer.there,
		     sender->ifname);
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
			"%s is on: drivers refuse native programs, or disable "
			"it for them",
			offloads[i]);
		finding_cure(f, "ethtool -K %s %s off", ifname, offloads[i]);
		return;
	}
}

/* A checksum that is left to the device to finish is never finished on a
 * device without a wire: after a rewrite the receiver drops the packet. */
static void check_checksums(struct finding *f, const struct patient *patient)
{
	const struct peer *peer = &patient->peer;
	const char *ifname = patient->device.ifname;

	if (patient->device.loopback &&
	    device_offload(ifname, PARTIAL_CHECKSUMS)) {
		finding_set(f, XDPLAB_HEALTH_INFO,
			    "packets have partial checksums, which are lost on "
			    "a rewrite");
	} else if (peer->leaves_checksums) {
		finding_set(f, XDPLAB_HEALTH_WARN,
			    "packets from %s have partial checksums, which are "
			    "lost on a rewrite",
			    peer->device.ifname);
		finding_cure(f, "%sethtool -K %s tx off", peer->there,
			     peer->device.ifname);
	} else if (peer->seen) {
		finding_set(f, XDPLAB_HEALTH_OK,
			    "packets from %s have full "
			    "checksums",
			    peer->device.ifname);
	}
}

/* ---- neighbours ---- */

/*
 * A veth takes redirected frames only while its other end polls, which that
 * does for a native program of its own or for GRO.  The kernel tells just this
 * in our end's features; before it did, we look.
 */
static bool takes_redirect(const struct patient *patient)
{
	if (patient->tells_features)
		return has_feature(patient, FEATURE_NDO_XMIT);
	return patient->peer.has_program || patient->peer.has_gro;
}

/* Where it is not seen it has no name here, and `ip netns exec` would hide bpffs
 * from the command.  xdp_pass.o is one of the programs that are installed. */
static void advise_program(struct finding *f, const struct peer *peer)
{
	const char *name = *peer->device.ifname ? peer->device.ifname : "IFACE";

	if (*peer->netns)
		finding_cure(f,
			     "xdplab load --netns %s -m native %s xdp_pass.o",
			     peer->netns, name);
	else
		finding_cure(f, "%sxdplab load -m native %s xdp_pass.o",
			     peer->there, name);
}

/* After XDP_TX veth wakes its other end only if that has a program: for GRO
 * alone the frames stay in the queue (seen on 6.18). */
static void check_peer(struct finding *f, const struct patient *patient)
{
	const struct peer *peer = &patient->peer;
	const char *name = *peer->device.ifname ? peer->device.ifname : "it";
	const char *ifname = patient->device.ifname;

	if (!is_veth(patient))
		return;
	if (peer->device.ifindex && !peer->device.up) {
		finding_set(f, XDPLAB_HEALTH_WARN, "%s is down: no traffic",
			    name);
		finding_cure(f, "%sip link set %s up", peer->there, name);
	} else if (peer->has_program) {
		finding_set(f, XDPLAB_HEALTH_OK,
			    "%s has a native program: TX and REDIRECT to %s "
			    "arrive",
			    name, ifname);
	} else if (!peer->seen && !patient->tells_features) {
		finding_set(f, XDPLAB_HEALTH_INFO,
			    "not visible from here: without a native program, "
			    "TX and REDIRECT to %s do not arrive",
			    ifname);
	} else if (takes_redirect(patient) && peer->seen) {
		finding_set(f, XDPLAB_HEALTH_WARN,
			    "%s has GRO: REDIRECT to %s arrives, native TX "
			    "requires a program there",
			    name, ifname);
		advise_program(f, peer);
	} else if (takes_redirect(patient)) {
		finding_set(f, XDPLAB_HEALTH_INFO,
			    "%s has GRO or a native program, indistinguishable "
			    "from here: REDIRECT to %s arrives, native TX only "
			    "with the program",
			    name, ifname);
		if (*peer->netns)
			finding_cure(f, "run it as root");
	} else {
		finding_set(f, XDPLAB_HEALTH_WARN,
			    "%s has neither a native program nor GRO: native "
			    "TX and REDIRECT to %s are lost silently",
			    name, ifname);
		advise_program(f, peer);
	}
}

static void check_master(struct finding *f, const struct patient *patient)
{
	const struct device *master = &patient->master;

	if (!strcmp(patient->device.kind, "bridge")) {
		finding_set(
			f, XDPLAB_HEALTH_WARN,
			"on the bridge itself, a program only sees packets for "
			"this host");
		finding_cure(f, "load it on the ports instead");
	} else if (!strcmp(patient->device.kind, "bond")) {
		finding_set(f, XDPLAB_HEALTH_INFO,
			    "a native program on a bond runs on all its ports, "
			    "which must not have their own");
	} else if (!strcmp(master->kind, "bond")) {
		finding_set(f, XDPLAB_HEALTH_INFO,
			    "port of %s: native programs exclude one on %s",
			    master->ifname, master->ifname);
		finding_cure(f, "xdplab load %s FILE covers all ports",
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

static int doctor_iface(const struct attach_state *state, xdplab_check_fn fn,
			void *arg)
{
	struct patient patient = { .state = state };
	struct device *device = &patient.device;
	struct xdplab_features features = { 0 };
	int err = device_read(device, state->ifindex, DEVICE_HERE);

	if (err)
		return fail(err, "%s: %s", state->ifname, strerror(-err));
	if (is_veth(&patient))
		find_peer(&patient.peer, device);
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

int xdplab_doctor_run(const char *ifname, xdplab_check_fn fn, void *arg)
{
	struct attach_state state = { 0 };
	int err = ifname ? attach_read(&state, ifname) : 0;

	/* A misspelt name is said at once, not after a page of findings. */
	if (err)
		return err;
	doctor_kernel(fn, arg);
	return ifname ? doctor_iface(&state, fn, arg) : 0;
}
