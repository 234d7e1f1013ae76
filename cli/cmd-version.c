// SPDX-License-Identifier: GPL-2.0-only
/* version - what runs here, and which JSON its users can count on */
#include <sys/utsname.h>

#include <xdplab.h>

#include "cmd.h"
#include "out.h"

/* Goes up when a key of any command's JSON changes its meaning or is gone; new
 * keys leave it. */
#define JSON_SCHEMA 1

static const struct out_column columns[] = {
	{ .key = "version", .head = "xdplab" },
	{ .key = "libbpf", .head = "libbpf" },
	{ .key = "libbpf_built", .head = "built with libbpf" },
	{ .key = "kernel", .head = "kernel" },
	{ .key = "machine", .head = "machine" },
	{ 0 },
};

static int version(struct args *args)
{
	const char *running, *built;
	struct utsname system = { 0 };
	int err;

	err = args_operands(args, 0, 0);
	if (err)
		return err;
	xdplab_libbpf_versions(&running, &built);
	uname(&system);
	err = out_object(args_count(args, "json"), columns,
			 json_pack("{s:s, s:i, s:s, s:s, s:o, s:o}", "version",
				   xdplab_version(), "schema", JSON_SCHEMA,
				   "libbpf", running, "libbpf_built", built,
				   "kernel", out_string(system.release),
				   "machine", out_string(system.machine)));
	return err ? EXIT_FAILED : EXIT_DONE;
}

const struct cmd cmd_version = {
	.name = "version",
	.summary = "Show the versions of xdplab, libbpf and the kernel",
	.detail =
		"With --json, \"schema\" is the version of the JSON output of "
		"all commands: keys may be added without notice; it is "
		"incremented when a key changes its meaning or is removed.",
	.flags = CMD_JSON,
	.exec = version,
};
