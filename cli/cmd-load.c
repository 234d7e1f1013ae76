// SPDX-License-Identifier: GPL-2.0-only
/* cmd-load - xdplab load: put a program on an interface */
#include <stdio.h>
#include <unistd.h>

#include <xdplab.h>

#include "cmd.h"
#include "out.h"

static const struct option_spec options[] = {
	{ 'm', "mode", "MODE", "Attach in MODE: native, skb, hw or auto",
	  "native skb hw auto" },
	{ 'n', "prog-name", "NAME", "Choose the program by its function",
	  NULL },
	{ 's', "section", "NAME", "Choose the program by its ELF section",
	  NULL },
	{ 'P', "prio", "N", "Priority, lower runs first (50)", NULL },
	{ 'A', "actions", "LIST", "Verdicts after which the next runs (PASS)",
	  "PASS DROP ABORTED TX REDIRECT none" },
	{ 'p', "pin-path", "DIR", "Where maps pinned by name are, in bpffs",
	  "@file" },
	{ 0, "link", NULL, "Hold it by a pinned bpf_link, not by netlink",
	  NULL },
	{ 0, "force", NULL, "Replace a program that is there", NULL },
	{ 0, "dry-run", NULL, "Do all but attach it", NULL },
	{ 0, "timeout", "SECONDS", "Wait so long for other changes (10)",
	  NULL },
	{ 0 },
};

static int read_options(const struct args *args, struct xdplab_prog_opts *prog,
			struct xdplab_load_opts *load)
{
	int status = options_load(args, prog, load);

	load->link = args_count(args, "link");
	load->force = args_count(args, "force");
	load->dry_run = args_count(args, "dry-run");
	return status ? status : options_timeout(args, &load->timeout_ms);
}

static int report(struct args *args, const struct xdplab_prog *prog,
		  const struct xdplab_load_result *result)
{
	bool dry_run = args_count(args, "dry-run");
	const char *ifname = args_operand(args, 0);
	const char *mode = xdplab_mode_name(result->mode);
	json_t *object;
	char old[64] = "";

	object = json_pack(
		"{s:o, s:o, s:s, s:I, s:b}", "ifname", out_string(ifname),
		"name", out_string(xdplab_prog_name(prog)), "mode", mode, "id",
		(json_int_t)result->prog_id, "dry_run", dry_run);
	if (result->replaced_id) {
		snprintf(old, sizeof(old), ", in place of id %u",
			 result->replaced_id);
		json_object_set_new(object, "replaced_id",
				    json_integer(result->replaced_id));
	}
	if (dry_run)
		return out_done(args_count(args, "json"), object,
				"%s: %s passes the verifier; nothing was "
				"changed",
				ifname, xdplab_prog_name(prog));
	return out_done(args_count(args, "json"), object,
			"%s: %s (id %u) runs in %s mode%s", ifname,
			xdplab_prog_name(prog), result->prog_id, mode, old);
}

static int load(struct args *args)
{
	struct xdplab_prog_opts prog_opts = { .sz = sizeof(prog_opts) };
	struct xdplab_load_opts load_opts = { .sz = sizeof(load_opts) };
	struct xdplab_load_result result;
	struct xdplab_prog *prog = NULL;
	int err, status = args_operands(args, 2, 2);

	if (!status)
		status = read_options(args, &prog_opts, &load_opts);
	if (status)
		return status;
	if (access(args_operand(args, 1), F_OK) &&
	    !access(args_operand(args, 0), F_OK))
		return say_usage(args,
				 "%s: is a file; the interface is named "
				 "before it",
				 args_operand(args, 0));
	err = xdplab_prog_open(&prog, args_operand(args, 1), &prog_opts);
	if (!err)
		err = xdplab_chain_load(args_operand(args, 0), prog, &result,
					&load_opts);
	if (err)
		status = say_load_failure(args, err, prog);
	else if (report(args, prog, &result))
		status = EXIT_FAILED;
	xdplab_prog_free(prog);
	return status;
}

const struct cmd cmd_load = {
	.name = "load",
	.operands = "IFACE FILE",
	.summary = "Put an XDP program on an interface",
	.detail =
		"Loads the XDP program of the ELF object FILE and attaches it "
		"to the interface IFACE. With mode auto, the default, it runs "
		"in the driver (native) where the driver can do that, and else "
		"in the stack (skb).\n"
		"\n"
		"A program that is there already is not touched without "
		"--force; then it is replaced in one step, and no packet "
		"passes in between. Whatever fails, what ran before runs on.\n"
		"\n"
		"An interface runs one program so far: priority and actions "
		"are kept with it and shown.\n"
		"\n"
		"Examples:\n"
		"  xdplab load eth0 prog.o            the only XDP program of "
		"prog.o\n"
		"  xdplab load -m skb lo prog.o       generic mode: any "
		"device\n"
		"  xdplab load -n xdp_fw eth0 all.o   one of several\n"
		"  xdplab load --force eth0 new.o     swap, without a gap",
	.flags = CMD_JSON | CMD_NETNS,
	.options = options,
	.words = "@iface; @file",
	.exec = load,
};
