// SPDX-License-Identifier: GPL-2.0-only
/* cmd-features - what an interface says that it can do for XDP */
#include <xdplab.h>

#include "cmd.h"
#include "out.h"

/* Of linux/netdev.h, in the order of their bits. */
static const char *const rx_metadata_names[] = {
	"NETDEV_XDP_RX_METADATA_TIMESTAMP",
	"NETDEV_XDP_RX_METADATA_HASH",
	"NETDEV_XDP_RX_METADATA_VLAN_TAG",
};
static const char *const xsk_names[] = {
	"NETDEV_XSK_FLAGS_TX_TIMESTAMP",
	"NETDEV_XSK_FLAGS_TX_CHECKSUM",
	"NETDEV_XSK_FLAGS_TX_LAUNCH_TIME_FIFO",
};

#define ZC_MAX_SEGS "NETDEV_A_DEV_XDP_ZC_MAX_SEGS"

#define COUNT(names) (sizeof(names) / sizeof((names)[0]))

/* Tells `fn` each feature by its name, and whether it is there. */
static void each_feature(const struct xdplab_features *features,
			 void (*fn)(const char *name, bool there, void *arg),
			 void *arg)
{
	for (unsigned int bit = 0; xdplab_feature_name(bit); bit++)
		fn(xdplab_feature_name(bit), features->xdp >> bit & 1, arg);
	for (size_t bit = 0; bit < COUNT(rx_metadata_names); bit++)
		fn(rx_metadata_names[bit], features->rx_metadata >> bit & 1,
		   arg);
	for (size_t bit = 0; bit < COUNT(xsk_names); bit++)
		fn(xsk_names[bit], features->xsk >> bit & 1, arg);
}

static const struct out_column columns[] = {
	{ .key = "name", .head = "Feature" },
	{ .key = "value", .head = "Value" },
	{ 0 },
};

static void add_row(const char *name, bool there, void *arg)
{
	out_row(arg, json_pack("{s:s, s:s}", "name", name, "value",
			       there ? "yes" : "no"));
}

static int print_table(const struct xdplab_features *features)
{
	struct out *out = out_open(false, OUT_TABLE, columns);

	each_feature(features, add_row, out);
	out_row(out, json_pack("{s:s, s:i}", "name", ZC_MAX_SEGS, "value",
			       (int)features->zc_max_segs));
	return out_close(out);
}

static void add_feature(const char *name, bool there, void *arg)
{
	json_object_set_new(arg, name, json_boolean(there));
}

static json_t *features_json(const char *ifname,
			     const struct xdplab_features *features)
{
	json_t *object = json_pack("{s:o, s:i}", "ifname", out_string(ifname),
				   ZC_MAX_SEGS, (int)features->zc_max_segs);

	each_feature(features, add_feature, object);
	return object;
}

static int features(struct args *args)
{
	struct xdplab_features read;
	int err, status = args_operands(args, 1, 1);
	const char *ifname = args_operand(args, 0);

	if (status)
		return status;
	err = xdplab_features_read(&read, ifname);
	if (err)
		return say_failure(args, err);
	if (args_count(args, "json"))
		err = out_object(true, NULL, features_json(ifname, &read));
	else
		err = print_table(&read);
	return err ? EXIT_FAILED : EXIT_DONE;
}

const struct cmd cmd_features = {
	.name = "features",
	.operands = "IFACE",
	.summary = "Show an interface's XDP features",
	.detail =
		"The feature flags as reported by the kernel, with their names "
		"in linux/netdev.h: BASIC is native mode, NDO_XMIT being the "
		"target of a REDIRECT, RX_SG multi-buffer packets (xdp.frags). "
		"Kernels before 6.3 do not report them: the exit status is 5.\n"
		"\n"
		"  xdplab features eth0\n"
		"  xdplab features -j eth0 | jq .NETDEV_XDP_ACT_BASIC",
	.flags = CMD_JSON | CMD_NETNS,
	.words = "@iface",
	.exec = features,
};
