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
	"# Adds to `place` the operands before the cursor, given the options whose\n"
	"# argument is no operand.\n"
	"_xdplab_count()\n"
	"{\n"
	"	local i word\n"
	"\n"
	"	for ((i = 2; i < COMP_CWORD; i++)); do\n"
	"		word=${COMP_WORDS[i]}\n"
	"		if [[ \" $* \" == *\" $word \"* ]]; then\n"
	"			[[ ${COMP_WORDS[++i]} != = ]] || ((i++))\n"
	"		elif [[ $word != -* ]]; then\n"
	"			((place++))\n"
	"		fi\n"
	"	done\n"
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
	"		@sandbox) _xdplab_offer_names /run/xdplab/* ;;\n"
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
	"	local IFS=$' \\t\\n' options=() words=() place=0\n"
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

/* What is offered for the operands, each at its place. */
static void print_places(const struct program *program, const char *words)
{
	fputs("		case $place in\n", stdout);
	for (int place = 0; *words; place++) {
		size_t length = strcspn(words, ";");
		char part[256];

		snprintf(part, sizeof(part), "%.*s", (int)length, words);
		printf("		%d) ", place);
		print_words(program, part);
		puts(" ;;");
		words += length + strspn(words + length, "; ");
	}
	puts("		esac");
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

/* All of them, or those that take an argument, a blank before each. */
static void print_options(const struct option_spec *options, bool with_argument)
{
	for (; options->name; options++) {
		if (with_argument && !options->arg)
			continue;
		if (options->letter)
			printf(" -%c", options->letter);
		printf(" --%s", options->name);
	}
}

static void print_cmd(const struct program *program, const struct cmd *cmd)
{
	struct option_spec options[MAX_OPTIONS];

	cmd_options(cmd, options);
	print_patterns(program, cmd);
	fputs("		options=(", stdout);
	print_options(options, false);
	fputs(")\n		_xdplab_count", stdout);
	print_options(options, true);
	putchar('\n');
	if (cmd->words)
		print_places(program, cmd->words);
	puts("		case $prev in");
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
