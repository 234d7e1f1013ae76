// SPDX-License-Identifier: GPL-2.0-only
/* help-mdoc - the manual's sections on commands, made from their tables */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "help.h"

/* A '-' must come out as the one that is typed; a line that begins with a dot
 * or an apostrophe would be a request. */
static void print_escaped(const char *text, size_t length)
{
	bool line_begins = true;

	for (size_t i = 0; i < length; i++) {
		if (line_begins && (text[i] == '.' || text[i] == '\''))
			fputs("\\&", stdout);
		if (text[i] == '\\')
			fputs("\\e", stdout);
		else if (text[i] == '-')
			fputs("\\-", stdout);
		else
			putchar(text[i]);
		line_begins = text[i] == '\n';
	}
}

/* Each sentence begins a line, by which roff knows one. */
static void print_prose(const char *text, size_t length)
{
	const char *end = text + length;
	const char *stop;

	while ((stop = memmem(text, end - text, ". ", 2))) {
		print_escaped(text, stop + 1 - text);
		putchar('\n');
		text = stop + 1 + strspn(stop + 1, " ");
	}
	print_escaped(text, end - text);
	putchar('\n');
}

/*
 * Prints "[IFACE] FILE..." as macros on the line that has been begun: words to
 * be replaced, words to be typed, and the signs around them.
 */
static void print_operands(const char *operands)
{
	const char *text = operands ? operands : "";
	bool blank = true;

	while (*text) {
		size_t length = strcspn(text, " []|.");

		if (*text == ' ') {
			blank = true;
			text++;
			continue;
		}
		fputs(blank ? " " : " Ns ", stdout);
		if (!length) {
			length = strspn(text, ".");
			length += !length;
			printf("No \\&%.*s", (int)length, text);
		} else {
			fputs(isupper((unsigned char)*text) ? "Ar " : "Cm ",
			      stdout);
			print_escaped(text, length);
		}
		blank = false;
		text += length;
	}
	putchar('\n');
}

static void print_synopsis(const struct program *program)
{
	puts(".Sh SYNOPSIS");
	for (const struct cmd *const *cmd = program->cmds; *cmd; cmd++) {
		printf(".Nm %s\n.Cm ", program->name);
		print_escaped((*cmd)->name, strlen((*cmd)->name));
		fputs(" Oo Ar options Oc", stdout);
		print_operands((*cmd)->operands);
	}
}

static void print_detail(const char *detail)
{
	struct help_block block;

	while (help_block(&block, &detail)) {
		if (block.literal) {
			puts(".Bd -literal");
			print_escaped(block.text, block.length);
			puts("\n.Ed");
		} else {
			puts(".Pp");
			print_prose(block.text, block.length);
		}
	}
}

static void print_option(const struct option_spec *option)
{
	if (option->letter)
		printf("Fl %c , ", option->letter);
	fputs("Fl \\-", stdout);
	print_escaped(option->name, strlen(option->name));
}

static void print_own_options(const struct option_spec *options)
{
	puts(".Bl -tag -width Ds");
	for (; options->name; options++) {
		fputs(".It ", stdout);
		print_option(options);
		if (options->arg) {
			fputs(" Ar ", stdout);
			print_escaped(options->arg, strlen(options->arg));
		}
		putchar('\n');
		print_prose(options->help, strlen(options->help));
	}
	puts(".El");
}

static void print_common_options(const struct option_spec *options)
{
	puts("Common options:");
	for (; options->name; options++) {
		putchar('.');
		print_option(options);
		puts(options[1].name ? " ," : " .");
	}
}

static void print_cmd(const struct cmd *cmd)
{
	struct option_spec common[MAX_OPTIONS];
	struct cmd no_own = *cmd;

	no_own.options = NULL;
	cmd_options(&no_own, common);

	fputs(".Ss ", stdout);
	print_prose(cmd->name, strlen(cmd->name));
	print_escaped(cmd->summary, strlen(cmd->summary));
	puts(".");
	print_detail(cmd->detail ? cmd->detail : "");
	if (cmd->options && cmd->options->name)
		print_own_options(cmd->options);
	puts(".Pp");
	print_common_options(common);
}

/* The options that are not a command's own, each explained once. */
static void print_common(const struct program *program)
{
	struct option_spec common[MAX_OPTIONS];
	struct cmd any = { 0 };

	for (const struct cmd *const *cmd = program->cmds; *cmd; cmd++)
		any.flags |= (*cmd)->flags;
	cmd_options(&any, common);
	puts(".Ss Common options");
	puts("Each command lists those that it takes.");
	print_own_options(common);
}

void help_mdoc(const struct program *program)
{
	print_synopsis(program);
	puts(".Sh COMMANDS");
	for (const struct cmd *const *cmd = program->cmds; *cmd; cmd++)
		print_cmd(*cmd);
	print_common(program);
}
