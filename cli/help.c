// SPDX-License-Identifier: GPL-2.0-only
/* help - what --help prints, made from the tables of commands */
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "help.h"

#define WIDTH	  79 /* of a terminal of 80, which some wrap at the 80th */
#define MAX_LABEL 26 /* a longer one gets a line of its own */

bool help_block(struct help_block *block, const char **detail)
{
	const char *text = *detail + strspn(*detail, "\n");
	const char *end = text;

	if (!*text)
		return false;
	block->text = text;
	block->literal = *text == ' ';
	do {
		end += strcspn(end, "\n");
		block->length = end - text;
		end += *end == '\n';
	} while (*end && *end != '\n' && (*end == ' ') == block->literal);
	block->gap = *end == '\n';
	*detail = end;
	return true;
}

/* Prints words from column `at` on, in lines that begin at column `indent`. */
static void print_words(const char *text, size_t length, size_t at,
			size_t indent)
{
	const char *end = text + length;
	const char *gap = "";

	while (text < end) {
		size_t word = strcspn(text, " \n");

		if (word > (size_t)(end - text))
			word = end - text;
		if (at > indent && at + 1 + word > WIDTH) {
			printf("\n%*s", (int)indent, "");
			at = indent;
			gap = "";
		}
		at += printf("%s%.*s", gap, (int)word, text);
		gap = " ";
		text += word;
		text += strspn(text, " \n");
	}
	putchar('\n');
}

/* Prints a label and what it means, which begins at column `indent`. */
static void print_entry(const char *label, const char *text, size_t indent)
{
	int length = printf("  %s", label);

	if (length + 2 > (int)indent)
		printf("\n%*s", (int)indent, "");
	else
		printf("%*s", (int)indent - length, "");
	print_words(text, strlen(text), indent, indent);
}

static void option_label(char *label, size_t size,
			 const struct option_spec *option)
{
	char letter[] = { '-', option->letter, ',', '\0' };

	snprintf(label, size, "%3s --%s%s%s", option->letter ? letter : "",
		 option->name, option->arg ? " " : "",
		 option->arg ? option->arg : "");
}

static size_t widest_label(const struct option_spec *options)
{
	size_t widest = 0;
	char label[128];

	for (; options->name; options++) {
		option_label(label, sizeof(label), options);
		if (strlen(label) > widest && strlen(label) <= MAX_LABEL)
			widest = strlen(label);
	}
	return widest;
}

static void print_options(const struct cmd *cmd)
{
	struct option_spec options[MAX_OPTIONS];
	char label[128];
	size_t widest;

	cmd_options(cmd, options);
	widest = widest_label(options);
	puts("\noptions:");
	for (int i = 0; options[i].name; i++) {
		option_label(label, sizeof(label), &options[i]);
		print_entry(label, options[i].help, widest + 4);
	}
}

static void print_usage(const struct program *program, const struct cmd *cmd)
{
	size_t indent = printf("usage: %s %s ", program->name, cmd->name);
	char rest[512];

	snprintf(rest, sizeof(rest), "[options] %s",
		 cmd->operands ? cmd->operands : "");
	print_words(rest, strlen(rest), indent, indent);
}

void help_cmd(const struct program *program, const struct cmd *cmd)
{
	const char *detail = cmd->detail ? cmd->detail : "";
	struct help_block block;

	print_usage(program, cmd);
	putchar('\n');
	print_words(cmd->summary, strlen(cmd->summary), 0, 0);
	if (*detail)
		putchar('\n');
	while (help_block(&block, &detail)) {
		if (block.literal)
			printf("%.*s\n", (int)block.length, block.text);
		else
			print_words(block.text, block.length, 0, 0);
		if (block.gap)
			putchar('\n');
	}
	print_options(cmd);
}

void help_program(const struct program *program)
{
	size_t widest = 0;

	for (const struct cmd *const *cmd = program->cmds; *cmd; cmd++)
		if (strlen((*cmd)->name) > widest)
			widest = strlen((*cmd)->name);

	printf("usage: %s COMMAND [options] [arguments]\n\n", program->name);
	printf("%s - %s\n\ncommands:\n", program->name, program->summary);
	for (const struct cmd *const *cmd = program->cmds; *cmd; cmd++)
		print_entry((*cmd)->name, (*cmd)->summary, widest + 4);
	printf("\n`%s COMMAND --help` explains a command.\n", program->name);
}
