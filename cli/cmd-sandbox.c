// SPDX-License-Identifier: GPL-2.0-only
/* cmd-sandbox - xdplab sandbox: private networks to try programs in */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <xdplab.h>

#include "cmd.h"
#include "out.h"

/* As timeout(1), env(1) and the shells have them. */
enum {
	EXIT_TIMEOUT = 124,
	EXIT_CANNOT_RUN = 126,
	EXIT_NOT_FOUND = 127,
	EXIT_SIGNAL = 128,
};

#define GRACE_SECONDS 2 /* from SIGTERM to SIGKILL */

/* ---- ls ---- */

static const struct out_column sandbox_columns[] = {
	{ .key = "name", .head = "NAME" },
	{ .key = "ports", .head = "PORTS", .right = true },
	{ .key = "namespaces", .head = "NAMESPACES" },
	{ .key = "processes", .head = "PROCESSES", .right = true },
	{ .key = "state", .head = "STATE" },
	{ 0 },
};

static json_t *namespaces(const struct xdplab_sandbox *s)
{
	json_t *names = json_pack("[s]", s->name);

	for (size_t i = 0; i < s->nr_ifaces; i++)
		if (strcmp(s->ifaces[i].netns, s->name))
			json_array_append_new(names,
					      json_string(s->ifaces[i].netns));
	return names;
}

static void show_sandbox(const struct xdplab_sandbox *s, void *arg)
{
	out_row(arg, json_pack("{s:s, s:i, s:o, s:i, s:s}", "name", s->name,
			       "ports", (int)s->ports, "namespaces",
			       namespaces(s), "processes", (int)s->processes,
			       "state", s->broken ? "broken" : "up"));
}

static int list(struct args *args)
{
	struct out *out =
		out_open(args_count(args, "json"), OUT_TABLE, sandbox_columns);
	int err = xdplab_sandbox_list(show_sandbox, out);
	int status = out_close(out) ? EXIT_FAILED : EXIT_DONE;

	return err ? say_failure(args, err) : status;
}

/* ---- up, down ---- */

static const struct out_column iface_columns[] = {
	{ .key = "netns", .head = "NAMESPACE" },
	{ .key = "ifname", .head = "INTERFACE" },
	{ .key = "mac", .head = "MAC" },
	{ .key = "ipv4", .head = "IPV4" },
	{ .key = "ipv6", .head = "IPV6" },
	{ 0 },
};

struct made {
	const char *name;
	struct out *out;
};

static void show_ifaces(const struct xdplab_sandbox *s, void *arg)
{
	const struct made *made = arg;

	if (strcmp(s->name, made->name))
		return;
	for (size_t i = 0; i < s->nr_ifaces; i++) {
		const struct xdplab_sandbox_iface *iface = &s->ifaces[i];

		out_row(made->out,
			json_pack("{s:s, s:s, s:s, s:s, s:s}", "netns",
				  iface->netns, "ifname", iface->ifname, "mac",
				  iface->mac, "ipv4", iface->ipv4, "ipv6",
				  iface->ipv6));
	}
}

static void show_what_next(const char *name)
{
	printf("\n"
	       "What next:\n"
	       "  xdplab sandbox exec %s xdplab load veth0 FILE\n"
	       "  xdplab sandbox exec %s-peer ping 10.11.1.1\n"
	       "  xdplab sandbox enter %s\n",
	       name, name, name);
}

static int up(struct args *args)
{
	struct xdplab_sandbox_opts opts = { .sz = sizeof(opts) };
	struct made made = { .name = args_operand(args, 0) };
	bool json = args_count(args, "json");
	uint64_t ports = 1;
	int err, status;

	status = args_number(args, "ports", 1, 8, &ports);
	if (status)
		return status;
	opts.ports = ports;
	err = xdplab_sandbox_up(made.name, &opts);
	if (err)
		return say_failure(args, err);

	made.out = out_open(json, OUT_TABLE, iface_columns);
	err = xdplab_sandbox_list(show_ifaces, &made);
	if (out_close(made.out))
		status = EXIT_FAILED;
	if (!json && !err)
		show_what_next(made.name);
	return err ? say_failure(args, err) : status;
}

static int down(struct args *args)
{
	int err = xdplab_sandbox_down(args_operand(args, 0));

	return err ? say_failure(args, err) : EXIT_DONE;
}

/* ---- enter, exec ---- */

static int go_inside(const struct args *args, const char *name)
{
	int err = xdplab_sandbox_enter(name);

	if (err)
		return say_failure(args, err);
	/* These would lead to the host's bpffs. */
	unsetenv("XDPLAB_BPFFS");
	unsetenv("LIBXDP_BPFFS");
	setenv("XDPLAB_SANDBOX", name, true);
	return EXIT_DONE;
}

/* Prompts that say where one is: bash's as Debian sets it up has a place for
 * the name of a chroot; other shells take theirs from the environment. */
static void mark_prompt(const char *name)
{
	char prompt[256];

	snprintf(prompt, sizeof(prompt), "(%s) # ", name);
	setenv("PS1", prompt, true);
	setenv("debian_chroot", name, true);
}

static int enter(struct args *args)
{
	const char *name = args_operand(args, 0);
	const char *const shells[] = { getenv("SHELL"), "/bin/bash",
				       "/bin/sh" };
	int status = go_inside(args, name);

	if (status)
		return status;
	mark_prompt(name);
	for (size_t i = 0; i < sizeof(shells) / sizeof(*shells); i++)
		if (shells[i])
			execl(shells[i], shells[i], NULL);
	say(args, "%s: %s", shells[2], strerror(errno));
	return EXIT_FAILED;
}

/* Becomes the command; returns the status that says why it did not. */
static int become(const struct args *args, char **command)
{
	int err;

	execvp(*command, command);
	err = errno;
	say(args, "%s: %s", *command,
	    err == ENOENT ? "command not found" : strerror(err));
	return err == ENOENT ? EXIT_NOT_FOUND : EXIT_CANNOT_RUN;
}

/* Waits for the command, whose process group is its own; what the user sends
 * to us goes to it, and when the alarm rings it is told to end. */
static int wait_for(pid_t command, const sigset_t *signals)
{
	siginfo_t end = { 0 };
	bool late = false;
	int signal;

	while (!sigwait(signals, &signal)) {
		if (signal == SIGALRM) {
			kill(-command, late ? SIGKILL : SIGTERM);
			alarm(GRACE_SECONDS);
			late = true;
		} else if (signal != SIGCHLD) {
			kill(-command, signal);
		} else if (!waitid(P_PID, command, &end,
				   WEXITED | WNOHANG | WNOWAIT) &&
			   end.si_pid) {
			break;
		}
	}
	if (late) {
		kill(-command, SIGKILL); /* what it started */
		return EXIT_TIMEOUT;
	}
	return end.si_code == CLD_EXITED ? end.si_status
					 : EXIT_SIGNAL + end.si_status;
}

static int run_for(const struct args *args, char **command,
		   unsigned int seconds)
{
	static const int watched[] = { SIGCHLD, SIGALRM, SIGINT,
				       SIGTERM, SIGHUP,	 SIGQUIT };
	sigset_t signals, before;
	pid_t child;

	sigemptyset(&signals);
	for (size_t i = 0; i < sizeof(watched) / sizeof(*watched); i++)
		sigaddset(&signals, watched[i]);
	signal(SIGCHLD, SIG_DFL); /* it may have come to us ignored */
	sigprocmask(SIG_BLOCK, &signals, &before);
	child = fork();
	if (child < 0) {
		say(args, "%s: %s", *command, strerror(errno));
		return EXIT_CANNOT_RUN;
	}
	if (!child) {
		setpgid(0, 0);
		sigprocmask(SIG_SETMASK, &before, NULL);
		_exit(become(args, command));
	}
	setpgid(child, child); /* whoever is first */
	alarm(seconds);
	return wait_for(child, &signals);
}

static int run(struct args *args)
{
	char **command = args->operands + 1;
	uint64_t seconds = 0;
	int status;

	if (!strcmp(*command, "--"))
		command++;
	if (!*command)
		return say_usage(args, "exec needs a command");
	status = args_number(args, "timeout", 1, 31536000, &seconds);
	if (!status)
		status = go_inside(args, args_operand(args, 0));
	if (status)
		return status;
	return seconds ? run_for(args, command, seconds)
		       : become(args, command);
}

/* ---- the command ---- */

static const struct action {
	const char *name;
	const char *operands;
	int min, max; /* of operands; max < 0: any number */
	int (*exec)(struct args *args);
} actions[] = {
	{ "up", "NAME", 1, 1, up },
	{ "enter", "NAME", 1, 1, enter },
	{ "exec", "NAME and COMMAND", 2, -1, run },
	{ "ls", "no NAME", 0, 0, list },
	{ "list", "no NAME", 0, 0, list }, /* who guesses means ls */
	{ "down", "NAME", 1, 1, down },
};

/* Reads what stands after the action's name: options may follow operands,
 * except where these are a command, whose options are its own. */
static int read_rest(struct args *args, const struct action *action)
{
	const struct cmd *cmd = args->cmd;
	struct cmd mixed = *cmd;
	int status, number = args->nr_operands;

	mixed.flags &= ~CMD_REST;
	if (action->max >= 0)
		args->cmd = &mixed;
	args->nr_operands = 0;
	status = args_read(args, number, args->operands);
	args->cmd = cmd;
	if (status || args_count(args, "help"))
		return status;
	if (args->nr_operands < action->min ||
	    (action->max >= 0 && args->nr_operands > action->max))
		return say_usage(args, "%s needs %s", action->name,
				 action->operands);
	return EXIT_DONE;
}

static int sandbox(struct args *args)
{
	const char *name = args_operand(args, 0);
	const struct action *action = NULL;
	int status;

	if (!name)
		return list(args);
	for (size_t i = 0; i < sizeof(actions) / sizeof(*actions); i++)
		if (!strcmp(actions[i].name, name))
			action = &actions[i];
	if (!action)
		return say_usage(args,
				 "unknown action \"%s\": expected up, "
				 "enter, exec, ls or down",
				 name);
	status = read_rest(args, action);
	if (status)
		return status;
	if (args_count(args, "help")) {
		help_cmd(args->program, args->cmd);
		return EXIT_DONE;
	}
	return action->exec(args);
}

static const struct option_spec options[] = {
	{ 0, "ports", "N", "up: create N veth pairs, 1 to 8 (default 1)",
	  NULL },
	{ 0, "timeout", "SECONDS",
	  "exec: kill COMMAND after SECONDS, status 124", NULL },
	{ 0 },
};

const struct cmd cmd_sandbox = {
	.name = "sandbox",
	.operands = "[up NAME | enter NAME | exec NAME COMMAND [ARG...] | ls | "
		    "down NAME]",
	.summary = "Manage private networks for experiments",
	.detail =
		"A sandbox is a network namespace that is connected to peer "
		"namespaces by veth pairs and has its own bpffs. The host is "
		"not affected, except that BPF maps are global: `xdplab map` "
		"can change any of them.\n"
		"\n"
		"up creates one: veth0 in the namespace NAME has 10.11.1.1 and "
		"fd00:11:1::1, its peer, peer0 in NAME-peer, has 10.11.1.2 and "
		"fd00:11:1::2. Further ports are veth1 and peer1 in NAME-peer2 "
		"with 10.11.2.1 and so on. Neighbours are static and offloads "
		"are off; the kernel sends no packets of its own. The program "
		"xdplab_pass on the peers is needed for XDP_TX and "
		"XDP_REDIRECT to arrive there.\n"
		"\n"
		"enter starts a shell, exec runs a command, in a sandbox or in "
		"the namespace of a peer. /sys belongs to the namespace, "
		"/sys/fs/bpf to the sandbox, and XDPLAB_SANDBOX is set to its "
		"name. exec returns the exit status of COMMAND, 127 if it is "
		"not found, 126 if it cannot be run. Everything after NAME "
		"belongs to COMMAND, including options.\n"
		"\n"
		"ls (the default) lists the sandboxes; a broken one is partly "
		"created or partly removed. down removes one with everything "
		"in it, unless processes are still inside.\n"
		"\n"
		"Examples:\n"
		"  xdplab sandbox up lab\n"
		"  xdplab sandbox exec lab xdplab load veth0 prog.o\n"
		"  xdplab sandbox exec --timeout 5 lab-peer ping 10.11.1.1\n"
		"  xdplab sandbox down lab",
	.flags = CMD_JSON | CMD_REST,
	.options = options,
	.words = "up enter exec ls down; @sandbox",
	.exec = sandbox,
};
