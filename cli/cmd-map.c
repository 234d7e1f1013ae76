// SPDX-License-Identifier: GPL-2.0-only
/* cmd-map - xdplab map: the maps of the machine, seen and changed */
#include <string.h>

#include "map/map.h"

static const struct option_spec options[] = {
	{ 'a', "all", NULL, "list: include xdplab's own maps", NULL },
	{ 0, "per-cpu", NULL, "show, get: print each CPU's value, not the sum",
	  NULL },
	{ 0, "cpu", "N", "set: set the value of CPU N, or of all", "all" },
	{ 0, "new", NULL, "set: fail if the entry exists", NULL },
	{ 0, "cas", "VALUE",
	  "set: only if the value, or its fields, match VALUE", NULL },
	{ 0, "old", NULL, "set: fail if the entry does not exist", NULL },
	{ 0 },
};

static const struct verb {
	const char *name;
	const char *operands; /* for people */
	int min, max;	      /* how many there are; max < 0: any number */
	const char *options;  /* that it takes, " NAME NAME " */
	int (*exec)(struct args *args);
} verbs[] = {
	{ "list", "no arguments", 0, 0, " all ", map_list },
	{ "show", "MAP", 1, 1, " per-cpu ", map_show },
	{ "get", "MAP KEY", 1, 2, " per-cpu ", map_get },
	{ "set", "MAP KEY VALUE", 2, -1, " cas cpu new old ", map_set },
	{ "del", "MAP KEY", 2, 2, " ", map_del },
	{ "clear", "MAP", 1, 1, " ", map_clear },
	{ "save", "MAP", 1, 1, " ", map_save },
	{ "load", "MAP", 1, 1, " ", map_load },
	{ "diff", "FILE FILE", 2, 2, " ", map_diff },
};

static const size_t nr_verbs = sizeof(verbs) / sizeof(*verbs);

/* The verb of that name, or the only one that it is a prefix of; or NULL. */
static const struct verb *find_verb(const char *name)
{
	const struct verb *found = NULL;
	size_t length = strlen(name);

	for (const struct verb *verb = verbs; verb < verbs + nr_verbs; verb++) {
		if (!strcmp(verb->name, name))
			return verb;
		/* What takes all entries away is to be spelled out. */
		if (verb->exec == map_clear ||
		    strncmp(verb->name, name, length))
			continue;
		if (found)
			return NULL;
		found = verb;
	}
	return found;
}

/* What bpftool calls the same, of which the spelling would tell nothing. */
static const struct {
	const char *theirs, *ours;
} others[] = {
	{ "dump", "show" },  { "lookup", "get" }, { "peek", "get" },
	{ "update", "set" }, { "push", "set" },	  { "enqueue", "set" },
	{ "delete", "del" },
};

static int no_verb(const struct args *args, const char *name)
{
	struct nearest nearest = { .typed = name };

	if (!strcmp(name, "create"))
		return say_usage(args, "create: maps are created by `xdplab "
				       "load`, as declared by the program");
	for (size_t i = 0; i < nr_verbs; i++)
		nearest_try(&nearest, verbs[i].name);
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (!strcmp(name, others[i].theirs))
			nearest.word = others[i].ours;
	return say_usage(args,
			 "unknown action \"%s\": expected list, show, get, "
			 "set, del, clear, save, load or diff%s",
			 name, nearest_hint(&nearest));
}

static int too_many(const struct args *args, const struct verb *verb)
{
	const char *more = map_operand(args, verb->max);

	if (verb->exec == map_load)
		return say_usage(args,
				 "load reads standard input: `xdplab map load "
				 "%s < %s`",
				 map_operand(args, 0), more);
	return say_usage(args, "%s: unexpected argument: %s takes %s", more,
			 verb->name, verb->operands);
}

static int map(struct args *args)
{
	const char *named = args_operand(args, 0), *name = named ?: "list";
	const struct verb *verb = find_verb(name);
	int nr = args->nr_operands - !!named, status;

	if (!verb)
		return no_verb(args, name);
	if (nr < verb->min)
		return say_usage(args, "%s needs %s", verb->name,
				 verb->operands);
	if (verb->max >= 0 && nr > verb->max)
		return too_many(args, verb);
	status = options_of_verb(args, verb->name, verb->options);
	return status ? status : verb->exec(args);
}

const struct cmd cmd_map = {
	.name = "map",
	.operands = "[list | show MAP | get MAP KEY | set MAP KEY VALUE | del "
		    "MAP KEY | clear MAP | save MAP | load MAP | diff FILE "
		    "FILE]",
	.summary = "Show and change the contents of maps",
	.detail =
		"list (the default) shows all maps: key and value size, "
		"maximum entries, the programs and stages that use them, and "
		"where they are pinned. MAP is a name, an id, or the path of a "
		"pin.\n"
		"\n"
		"show prints all entries by their BTF types, get the value of "
		"one. Addresses are printed as addresses and enums by name; "
		"per-CPU values are summed. set writes a value, or some fields "
		"of it (`.limit=100`) and keeps the others: it reads the "
		"value, changes those fields, and writes it back, so that an "
		"update by a program in between is lost. With --cas no update "
		"is lost: the write only happens if the current value matches, "
		"atomically with respect to programs; otherwise the current "
		"value is printed and the exit status is 3. KEY and VALUE are "
		"written as show prints them, or as bytes: `hex 01 02`. A map "
		"or program stored in a map is written as an id or a pin, a "
		"device as its name. del deletes an entry, clear all entries. "
		"For a queue or a stack, show and get print the next value "
		"without removing it; for a ring buffer, show prints its fill "
		"level; for a bloom filter, get says whether a value may be in "
		"the filter, with exit status 3 if not.\n"
		"\n"
		"save prints a line of JSON that describes the map and one for "
		"each entry; load reads them from standard input, checks them "
		"all, and writes them. diff compares two saved maps, and exits "
		"with status 3 if they differ; per-CPU values are compared by "
		"their sums, and `-` is standard input.\n"
		"\n"
		"Examples:\n"
		"  xdplab map\n"
		"  xdplab map show xdp_stats\n"
		"  xdplab map show lpm -j | jq .\n"
		"  xdplab map get blocked 10.0.0.0/8\n"
		"  xdplab map set xdp_conf 0 .limit=100 .mode=STRICT\n"
		"  xdplab map set xdp_conf 0 .limit=200 --cas .limit=100\n"
		"  xdplab map save xdp_stats > before.json\n"
		"  xdplab map load xdp_stats < before.json\n"
		"  xdplab map save xdp_stats | xdplab map diff before.json -",
	.flags = CMD_JSON,
	.options = options,
	.words = ": list | show; @map | get; @map | set; @map | del; @map | "
		 "clear; @map | save; @map | load; @map | diff; @file; @file",
	.exec = map,
};
