/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cmd.h - what a command is
 *
 * A command is one file, cmd-NAME.c, and exports one struct cmd.  That table
 * entry is the only source of its help, of the manual's synopsis and options,
 * and of the shell completion.
 */
#ifndef CMD_H
#define CMD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xdplab.h>

/* Exit statuses, the same for every command. */
enum {
	EXIT_DONE = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,
	EXIT_NO = 3, /* a check said no */
	EXIT_PERMISSION = 4,
	EXIT_UNSUPPORTED = 5, /* the kernel lacks it */
};

struct option_spec {
	char letter;	   /* 0: long only */
	const char *name;  /* the long form, by which the command asks for it */
	const char *arg;   /* what its argument is called; NULL: takes none */
	const char *help;  /* one sentence, no full stop */
	const char *words; /* completion: "native skb hw", or @iface, @file,
			      @netns, @sandbox, @stage, @map, @command */
};

enum {
	CMD_JSON = 1 << 0,  /* takes -j, --json */
	CMD_NETNS = 1 << 1, /* takes --netns NAME */
	CMD_REST = 1 << 2,  /* options end at the first operand */
};

#define MAX_OPTIONS 32
#define MAX_GIVEN   64 /* arguments of options in one command line */

struct args;

struct cmd {
	const char *name;
	const char *operands; /* "IFACE FILE..." */
	const char *summary;  /* one line, no full stop */
	const char *detail;   /* paragraphs of the help, with empty lines
				 between; lines that begin with a blank, such
				 as examples, are shown as they are */
	unsigned int flags;
	const struct option_spec *options; /* ends with a zeroed one */
	const char *words; /* completion as in option_spec, of each operand:
			      "@iface; @file", the last one's for all others
			      where `operands` ends in "...".  Verbs stand
			      after a colon, each with the operands that
			      follow it: "@iface: show | move; @stage"; nothing
			      is before it where the verb comes first */
	int (*exec)(struct args *args); /* returns an exit status */
};

/* A set of commands under one name: "xdplab", or "xdp-loader". */
struct program {
	const char *name;
	const char *summary;
	const struct cmd *const *cmds; /* ends with NULL */
	bool prefixes; /* unambiguous prefixes of commands and options work */
};

/* ---- programs.c ---- */

extern const struct program program_xdplab, program_xdp_loader;

/* ---- find-cmd.c ---- */

/* The command of that name, or the only one that it is a prefix of; or NULL. */
const struct cmd *program_cmd(const struct program *program, const char *name);
/* Why there is none: "no such command", or which it could be. */
void program_no_cmd(const struct program *program, const char *name, char *text,
		    size_t size);

/* ---- args.c: which options there are, and what a command was given ---- */

struct args {
	const struct program *program;
	const struct cmd *cmd;
	const char *values[MAX_OPTIONS];
	unsigned int counts[MAX_OPTIONS];
	struct args_given {
		int option;
		const char *value;
	} given[MAX_GIVEN]; /* all arguments, in their order */
	int nr_given;
	char **operands;
	int nr_operands;
};

/*
 * Every option of a command, its own and the common ones, into `all`, which
 * has room for MAX_OPTIONS and is ended by a zeroed one.  Returns how many.
 */
size_t cmd_options(const struct cmd *cmd, struct option_spec *all);
/* How often the option was given; it must be in the table. */
unsigned int args_count(const struct args *args, const char *name);
/* The option's (last) argument, or NULL. */
const char *args_value(const struct args *args, const char *name);
/* Of one that was given several times its argument at `index`, or NULL. */
const char *args_value_at(const struct args *args, const char *name, int index);
/* The operand at `index`, or NULL. */
const char *args_operand(const struct args *args, int index);

/* ---- args-read.c: a command line, read by the command's own table ---- */

/* Reads argv[1..] by the command's table.  EXIT_USAGE after having said what
 * is wrong, EXIT_DONE to go on. */
int args_read(struct args *args, int argc, char **argv);
/*
 * The option's argument as a number in min..max, read whole, decimal or 0x.
 * Not given: leaves *number alone.  EXIT_USAGE after having said so.
 */
int args_number(const struct args *args, const char *name, uint64_t min,
		uint64_t max, uint64_t *number);
/* Likewise as seconds, with or without a fraction. */
int args_seconds(const struct args *args, const char *name, double min,
		 double max, double *seconds);
/* EXIT_USAGE, after having said so, unless min..max operands were given;
 * max < 0: any number. */
int args_operands(const struct args *args, int min, int max);

/* ---- options.c: options that several commands have; EXIT_USAGE as above ----
 */

/* --mode, if it was given. */
int options_mode(const struct args *args, enum xdplab_mode *mode);
/* --timeout, from seconds; 0 if it was not given. */
int options_timeout(const struct args *args, uint32_t *timeout_ms);
/* A list of chain actions, if there is one. */
int options_actions(const struct args *args, const char *list,
		    uint32_t *actions);
/* --prog-name, --section and --pin-path. */
void options_prog(const struct args *args, struct xdplab_prog_opts *prog);
/* These, and --mode, --prio and --actions. */
int options_load(const struct args *args, struct xdplab_prog_opts *prog,
		 struct xdplab_load_opts *load);

/* What is to be said of maps that were there before: ", reuses 2 maps", or
 * nothing. */
void options_reused(const struct xdplab_prog *prog, char *text, size_t size);

/* Of a command with verbs: only options that are in `allowed`, " NAME NAME ".
 */
int options_of_verb(const struct args *args, const char *verb,
		    const char *allowed);

/* ---- load-files.c ---- */

/* Tells what became of the programs; not 0 if stdout was lost. */
typedef int (*load_report_fn)(struct args *args,
			      struct xdplab_prog *const *progs, size_t nr,
			      const struct xdplab_change *change);

/* Puts the program of each file, the operands from the second on, on the
 * interface, which is the first; `report` may be NULL.  An exit status. */
int load_files(struct args *args, const struct xdplab_prog_opts *prog_opts,
	       const struct xdplab_load_opts *load_opts, load_report_fn report);

/* ---- nearest.c: of the words tried the one that is nearest to what was typed
 */

struct nearest {
	const char *typed;
	const char *word; /* NULL: none is near */
	size_t off;	  /* how far off it is */
	char hint[64];
};

void nearest_try(struct nearest *nearest, const char *word);
/* "; did you mean WORD?", or "". */
const char *nearest_hint(struct nearest *nearest);

/* ---- say.c: words for the terminal's user, on stderr ---- */

/* Says "PROGRAM VERB: message" and returns EXIT_USAGE, with a hint at --help.
 */
int say_usage(const struct args *args, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* Says the library's last error, and its remedy on a line of its own; when the
 * verifier refused something, the source line and what it means, and with -v
 * its whole log.  Returns the exit status that suits `err`. */
int say_failure(const struct args *args, int err);
/* A note or warning, "PROGRAM VERB: message". */
void say(const struct args *args, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* ---- help.c ---- */

void help_program(const struct program *program);
void help_cmd(const struct program *program, const struct cmd *cmd);

/* ---- help-mdoc.c, help-bash.c ---- */

/* The sections SYNOPSIS and COMMANDS of the program's manual, as mdoc. */
void help_mdoc(const struct program *program);
/* The program's completion, as a script for bash. */
void help_bash(const struct program *program);

#endif
