// SPDX-License-Identifier: GPL-2.0-only
/* help-bash - the completion script, made from the tables of commands */
#include <stdio.h>
#include <string.h>

#include "cmd.h"

/*
 * The part that knows no command.  Names of interfaces and namespaces are
 * hostile: they are never expanded, which compgen -W would do, and are quoted
 * when they are offered.
 */
static const char helpers[] =
	"# Offers those of the words given that go on from the one typed.\n"
	"_xdplab_offer()\n"
	"{\n"
	"	local word\n"
	"\n"
	"	for word; do\n"
	"		[[ $word == \"$cur\"* ]] || continue\n"
	"		printf -v word %q \"$word\"\n"
	"		COMPREPLY+=(\"$word\")\n"
	"	done\n"
	"}\n"
	"\n"
	"# Offers the names of those of the files given that exist.\n"
	"_xdplab_offer_names()\n"
	"{\n"
	"	local path\n"
	"\n"
	"	for path; do\n"
	"		path=${path%/}\n"
	"		[[ -e $path ]] && _xdplab_offer \"${path##*/}\"\n"
	"	done\n"
	"}\n"
	"\n"
	"_xdplab_offer_files()\n"
	"{\n"
	"	local path\n"
	"\n"
	"	compopt -o filenames 2>/dev/null\n"
	"	while IFS= read -r path; do\n"
	"		COMPREPLY+=(\"$path\")\n"
	"	done < <(compgen -f -- \"$cur\")\n"
	"}\n"
	"\n"
	"# Offers what the words of a table stand for.\n"
	"_xdplab_offer_table()\n"
	"{\n"
	"	local word\n"
	"\n"
	"	for word; do\n"
	"		case $word in\n"
	"		@iface) _xdplab_offer_names /sys/class/net/*/ ;;\n"
	"		@netns) _xdplab_offer_names /run/netns/* ;;\n"
	"		@file) _xdplab_offer_files ;;\n"
	"		*) _xdplab_offer \"$word\" ;;\n"
	"		esac\n"
	"	done\n"
	"}\n";

/* Begins the program's function: what is typed, and what stands before it, of
 * which --mode=skb makes three words. */
static const char beginning[] =
	"{\n"
	"	local cur=${COMP_WORDS[COMP_CWORD]}\n"
	"	local prev=${COMP_WORDS[COMP_CWORD-1]}\n"
	"	local IFS=$' \\t\\n' options=() words=()\n"
	"\n"
	"	COMPREPLY=()\n"
	"	[[ $cur != = ]] || cur=\n"
	"	[[ $prev != = ]] || prev=${COMP_WORDS[COMP_CWORD-2]}\n"
	"	if ((COMP_CWORD == 1)); then\n"
	"		_xdplab_offer ";

static const char ending[] =
	"	esac\n"
	"	if [[ $cur == -* && ${#options[@]} -gt 0 ]]; then\n"
	"		_xdplab_offer \"${options[@]}\"\n"
	"	else\n"
	"		_xdplab_offer_table \"${words[@]}\"\n"
	"	fi\n"
	"}\n";

static void print_commands(const struct program *program)
{
	const char *blank = "";

	for (const struct cmd *const *cmd = program->cmds; *cmd; cmd++) {
		printf("%s%s", blank, (*cmd)->name);
		blank = " ";
	}
}

static void print_words(const struct program *program, const char *words)
{
	fputs("words=(", stdout);
	if (words && !strcmp(words, "@command"))
		print_commands(program);
	else if (words)
		fputs(words, stdout);
	putchar(')');
}

/* The names by which main() finds the command, as patterns. */
static void print_patterns(const struct program *program, const struct cmd *cmd)
{
	char prefix[64];

	printf("	%s", cmd->name);
	for (size_t length = strlen(cmd->name); --length;) {
		snprintf(prefix, sizeof(prefix), "%.*s", (int)length,
			 cmd->name);
		if (program_cmd(program, prefix) == cmd)
			printf(" | %s", prefix);
	}
	puts(")");
}

/* After an option that takes an argument nothing else can come. */
static void print_argument(const struct program *program,
			   const struct option_spec *option)
{
	fputs("		", stdout);
	if (option->letter)
		printf("-%c | ", option->letter);
	printf("--%s) options=() ", option->name);
	print_words(program, option->words);
	puts(" ;;");
}

static void print_cmd(const struct program *program, const struct cmd *cmd)
{
	struct option_spec options[MAX_OPTIONS];

	cmd_options(cmd, options);
	print_patterns(program, cmd);
	fputs("		options=(", stdout);
	for (int i = 0; options[i].name; i++) {
		if (options[i].letter)
			printf("-%c ", options[i].letter);
		printf("--%s%s", options[i].name,
		       options[i + 1].name ? " " : "");
	}
	fputs(")\n		", stdout);
	print_words(program, cmd->words);
	puts("\n		case $prev in");
	for (int i = 0; options[i].name; i++)
		if (options[i].arg)
			print_argument(program, &options[i]);
	puts("		esac\n		;;");
}

void help_bash(const struct program *program)
{
	printf("# Completion for %s, made by `%s help --bash`.\n\n%s\n",
	       program->name, program->name, helpers);
	printf("_%s()\n%s", program->name, beginning);
	print_commands(program);
	puts(" -h --help -V --version\n		return\n	fi\n"
	     "	case ${COMP_WORDS[1]} in");
	for (const struct cmd *const *cmd = program->cmds; *cmd; cmd++)
		print_cmd(program, *cmd);
	printf("%s\ncomplete -F _%s %s\n", ending, program->name,
	       program->name);
}
