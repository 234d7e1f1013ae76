// SPDX-License-Identifier: GPL-2.0-only
/* cmd-chain - xdplab chain: the stages of one interface, seen and changed */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xdplab.h>

#include "cmd.h"
#include "out.h"
#include "view.h"

static const struct option_spec options[] = {
	{ 'm', "mode", "MODE", "Select the chain in MODE", "native skb hw" },
	{ 0, "dot", NULL, "show: print a graph in Graphviz format", NULL },
	{ 'n', "prog-name", "NAME",
	  "replace: select the program by function name", NULL },
	{ 's', "section", "NAME", "replace: select the program by ELF section",
	  NULL },
	{ 'p', "pin-path", "DIR",
	  "replace: pin maps by name in DIR, reuse existing pins", "@file" },
	{ 0, "fresh-maps", NULL, "replace: create new maps", NULL },
	{ 0, "force", NULL, "Allow the chain to lose xdp.frags", NULL },
	{ 0, "dry-run", NULL, "Do everything except attach", NULL },
	{ 0, "timeout", "SECONDS",
	  "Wait up to SECONDS for the lock (default 10)", NULL },
	{ 0 },
};

/* ---- what was done ---- */

/* A change that was asked for, and what came of it. */
struct edit {
	struct args *args;
	const char *ifname, *stage;
	struct xdplab_edit_opts opts;
	struct xdplab_change change;
	json_t *row; /* what is told of it as JSON */
};

static void set(const struct edit *e, const char *key, json_t *value)
{
	json_object_set_new(e->row, key, value);
}

static int tell_dry_run(const struct edit *e)
{
	set(e, "name", out_string(e->stage));
	return out_done(args_count(e->args, "json"), e->row,
			"%s: the new chain passes the verifier; dry run, not "
			"attached",
			e->ifname);
}

/* `name` is what the stage goes by now, and `done` what was done with it. */
static int tell_change(const struct edit *e, const char *name, const char *done)
{
	struct xdplab_status *status = NULL;
	const struct xdplab_stage *stage = NULL;
	char where[64] = "";
	size_t place = 0;
	int err;

	if (!xdplab_status_read(&status, e->ifname))
		stage = view_find_stage(status, e->change.prog_id, name,
					&place);
	set(e, "name", out_string(stage ? stage->name : name));
	if (stage) {
		set(e, "id", json_integer(stage->id));
		set(e, "stage", json_integer(place));
		set(e, "prio", json_integer(stage->prio));
		set(e, "actions", view_actions(stage->actions));
		snprintf(where, sizeof(where), " (stage %zu of %" PRIu32 ")",
			 place, e->change.nr_stages);
	}
	err = out_done(args_count(e->args, "json"), e->row, "%s: %s %s%s",
		       e->ifname, stage ? stage->name : name, done, where);
	xdplab_status_free(status);
	return err;
}

static int finish(struct edit *e, int err, const char *name, const char *done)
{
	if (err) {
		json_decref(e->row);
		return say_failure(e->args, err);
	}
	set(e, "mode", json_string(xdplab_mode_name(e->change.mode)));
	set(e, "chain_id", json_integer(e->change.prog_id));
	set(e, "stages", json_integer(e->change.nr_stages));
	set(e, "dry_run", json_boolean(e->opts.dry_run));
	err = e->opts.dry_run ? tell_dry_run(e) : tell_change(e, name, done);
	return err ? EXIT_FAILED : EXIT_DONE;
}

static int begin(struct edit *e, struct args *args)
{
	int status;

	*e = (struct edit){
		.args = args,
		.ifname = args_operand(args, 0),
		.stage = args_operand(args, 2),
		.opts = { .sz = sizeof(e->opts),
			  .force = args_count(args, "force"),
			  .dry_run = args_count(args, "dry-run"),
			  .fresh_maps = args_count(args, "fresh-maps") },
	};
	status = options_mode(args, &e->opts.mode);
	if (!status)
		status = options_timeout(args, &e->opts.timeout_ms);
	if (!status)
		e->row =
			json_pack("{s:o, s:s}", "ifname", out_string(e->ifname),
				  "action", args_operand(args, 1));
	return status;
}

/* ---- the changes ---- */

static int move(struct args *args)
{
	const char *where = args_operand(args, 3);
	const char *other = args_operand(args, 4);
	bool after = !strcmp(where, "after");
	char done[256];
	struct edit e;
	int err, status;

	if (!after && strcmp(where, "before"))
		return say_usage(args,
				 "%s: expected \"before\" or \"after\": move "
				 "STAGE before|after STAGE",
				 where);
	status = begin(&e, args);
	if (status)
		return status;
	set(&e, where, out_string(other));
	snprintf(done, sizeof(done), "moved %s %s", where, other);
	err = xdplab_chain_move(e.ifname, e.stage, after, other, &e.change,
				&e.opts);
	return finish(&e, err, e.stage, done);
}

static int read_prio(const struct args *args, const char *text, uint32_t *prio)
{
	unsigned long long number;
	char *end;

	errno = 0;
	number = strtoull(text, &end, strncmp(text, "0x", 2) ? 10 : 16);
	if (errno || end == text || *end || strpbrk(text, "-+ \t\n") ||
	    number > INT32_MAX)
		return say_usage(args,
				 "%s: not an integer in the range 0 to %d",
				 text, INT32_MAX);
	*prio = number;
	return EXIT_DONE;
}

static int set_prio(struct args *args)
{
	uint32_t prio = 0;
	char done[64];
	struct edit e;
	int err, status = read_prio(args, args_operand(args, 3), &prio);

	if (!status)
		status = begin(&e, args);
	if (status)
		return status;
	snprintf(done, sizeof(done), "priority set to %" PRIu32, prio);
	err = xdplab_chain_set_prio(e.ifname, e.stage, prio, &e.change,
				    &e.opts);
	return finish(&e, err, e.stage, done);
}

static void print_actions(uint32_t actions, char *text, size_t size)
{
	const char *between = "continues after ";
	size_t length = 0;

	snprintf(text, size, "always ends the chain");
	for (uint32_t i = 0; length < size && xdplab_verdict_name(i); i++) {
		if (!(actions & 1u << i))
			continue;
		length += snprintf(text + length, size - length, "%s%s",
				   between, xdplab_verdict_name(i));
		between = ",";
	}
}

static int set_actions(struct args *args)
{
	const char *list = args_operand(args, 3);
	uint32_t actions = 0;
	char done[128];
	struct edit e;
	int err, status = options_actions(args, list, &actions);

	if (!status)
		status = begin(&e, args);
	if (status)
		return status;
	print_actions(actions, done, sizeof(done));
	err = xdplab_chain_set_actions(e.ifname, e.stage, actions, &e.change,
				       &e.opts);
	return finish(&e, err, e.stage, done);
}

static int replace(struct args *args)
{
	struct xdplab_prog_opts prog_opts = { .sz = sizeof(prog_opts) };
	struct xdplab_prog *prog = NULL;
	char done[256], id[16] = "", reused[40] = "";
	struct edit e;
	int err, status = begin(&e, args);

	if (status)
		return status;
	options_prog(args, &prog_opts);
	prog_opts.pin_all = prog_opts.pin_path;
	set(&e, "replaced", out_string(e.stage));
	err = xdplab_prog_open(&prog, args_operand(args, 3), &prog_opts);
	if (!err)
		err = xdplab_chain_replace(e.ifname, e.stage, prog, &e.change,
					   &e.opts);
	if (!err) {
		snprintf(id, sizeof(id), "%" PRIu32, xdplab_prog_id(prog));
		set(&e, "maps_reused",
		    json_integer(xdplab_prog_maps_reused(prog)));
		options_reused(prog, reused, sizeof(reused));
	}
	snprintf(done, sizeof(done), "(id %s) replaces %s%s", id, e.stage,
		 reused);
	status = finish(&e, err, id, done);
	xdplab_prog_free(prog);
	return status;
}

/* ---- show ---- */

static int show_rows(const struct view *view, const struct xdplab_iface *iface)
{
	const struct view_past past = { 0 };
	struct out *out = out_open(view->json, OUT_TABLE, view->columns);

	view_iface(view, out, iface, &past);
	return out_close(out) ? EXIT_FAILED : EXIT_DONE;
}

static int show_dot(const struct args *args, const struct view *view,
		    const struct xdplab_iface *iface)
{
	if (view_dot(view, iface))
		return EXIT_DONE;
	say(args, "%s: no chain to draw", iface->ifname);
	return EXIT_FAILED;
}

static int show(struct args *args)
{
	bool dot = args_count(args, "dot"), json = args_count(args, "json");
	struct xdplab_status *now = NULL;
	struct view view;
	int err, status;

	if (dot && json)
		return say_usage(args,
				 "--dot and --json are mutually exclusive");
	view_init(&view, json, args_count(args, "verbose"), false);
	status = options_mode(args, &view.mode);
	if (status)
		return status;
	err = xdplab_status_read(&now, args_operand(args, 0));
	if (err)
		return say_failure(args, err);
	status = dot ? show_dot(args, &view, xdplab_status_iface(now, 0))
		     : show_rows(&view, xdplab_status_iface(now, 0));
	xdplab_status_free(now);
	return status;
}

/* ---- the command ---- */

#define OF_CHANGES " mode force dry-run timeout "

static const struct action {
	const char *name;
	const char *operands; /* after the name */
	int nr;		      /* how many they are */
	const char *options;  /* of this file that it takes, between blanks */
	int (*exec)(struct args *args);
} actions[] = {
	{ "show", "no arguments", 0, " mode dot ", show },
	{ "move", "STAGE before|after STAGE", 3, OF_CHANGES, move },
	{ "set-prio", "STAGE N", 2, OF_CHANGES, set_prio },
	{ "set-actions", "STAGE LIST", 2, OF_CHANGES, set_actions },
	{ "replace", "STAGE FILE", 2,
	  OF_CHANGES "prog-name section pin-path fresh-maps ", replace },
};

static const struct action *find_action(const char *name)
{
	for (size_t i = 0; i < sizeof(actions) / sizeof(*actions); i++)
		if (!strcmp(actions[i].name, name))
			return &actions[i];
	return NULL;
}

static int no_such_action(const struct args *args, const char *name)
{
	struct nearest nearest = { .typed = name };

	for (size_t i = 0; i < sizeof(actions) / sizeof(*actions); i++)
		nearest_try(&nearest, actions[i].name);
	return say_usage(args,
			 "unknown action \"%s\": expected show, move, "
			 "set-prio, set-actions or replace%s",
			 name, nearest_hint(&nearest));
}

static int check_operands(const struct args *args, const struct action *action)
{
	int nr = args->nr_operands > 2 ? args->nr_operands - 2 : 0;

	if (nr < action->nr)
		return say_usage(args, "%s needs %s", action->name,
				 action->operands);
	if (nr > action->nr)
		return say_usage(args, "%s: unexpected argument: %s takes %s",
				 args_operand(args, 2 + action->nr),
				 action->name, action->operands);
	return EXIT_DONE;
}

static int chain(struct args *args)
{
	const struct action *action = find_action("show");
	const char *name = args_operand(args, 1);
	int status = args_operands(args, 1, -1);

	if (status)
		return status;
	if (name)
		action = find_action(name);
	if (!action && find_action(args_operand(args, 0)))
		return say_usage(args, "%s: expected the interface first",
				 args_operand(args, 0));
	if (!action)
		return no_such_action(args, name);
	status = options_of_verb(args, action->name, action->options);
	if (!status)
		status = check_operands(args, action);
	return status ? status : action->exec(args);
}

const struct cmd cmd_chain = {
	.name = "chain",
	.operands = "IFACE [show | move STAGE before|after STAGE | set-prio "
		    "STAGE N | set-actions STAGE LIST | replace STAGE FILE]",
	.summary = "Show and change the chain of an interface",
	.detail =
		"The chain of an interface is the ordered list of its programs "
		"(stages). Each stage has a priority and chain actions: the "
		"verdicts after which the next stage runs. `load` adds stages "
		"and `unload` removes them. STAGE is a name or, if several "
		"have that name, an id; `status` shows both.\n"
		"\n"
		"show (the default) shows the chain as `status` does. move "
		"puts a stage right before or after another and gives it that "
		"one's priority. set-prio sets the priority to N; among "
		"equals, the stage is ordered as by `load`. set-actions sets "
		"the chain actions to LIST, such as PASS,DROP, or to none. "
		"replace puts the program of FILE in the place of a stage. It "
		"gets its priority and actions and, unless --fresh-maps is "
		"given, reuses its maps as `load` does; its packet counts "
		"start at zero.\n"
		"\n"
		"Each change is one atomic swap: a packet sees the old chain "
		"or the new one. The other stages keep their maps and "
		"counters.\n"
		"\n"
		"Examples:\n"
		"  xdplab chain eth0\n"
		"  xdplab chain eth0 move count before firewall\n"
		"  xdplab chain eth0 set-prio count 10\n"
		"  xdplab chain eth0 set-actions count PASS,DROP\n"
		"  xdplab chain eth0 replace firewall fw2.o\n"
		"  xdplab chain eth0 show --dot | dot -Tsvg > chain.svg",
	.flags = CMD_JSON | CMD_NETNS,
	.options = options,
	.words = "@iface: show | move; @stage; before after; @stage | "
		 "set-prio; @stage | set-actions; @stage; "
		 "@list PASS DROP ABORTED TX REDIRECT none | "
		 "replace; @stage; @file",
	.exec = chain,
};
