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
	"# Offers the names of the stages of the interface that is the first operand.\n"
	"_xdplab_offer_stages()\n"
	"{\n"
	"	local name\n"
	"\n"
	"	while IFS= read -r name; do\n"
	"		_xdplab_offer \"$name\"\n"
	"	done < <(\"${COMP_WORDS[0]}\" chain -j \"${netns[@]}\" -- \"${operands[0]-}\" \\\n"
	"		2>/dev/null |\n"
	"		sed -n 's/.*\"stage\":[0-9]*,\"name\":\"\\([^\"\\\\]*\\)\".*/\\1/p' | sort -u)\n"
	"}\n"
	"\n"
	"# Offers the names of maps, or the paths of pins.\n"
	"_xdplab_offer_maps()\n"
	"{\n"
	"	local name\n"
	"\n"
	"	if [[ $cur == */* ]]; then\n"
	"		_xdplab_offer_files\n"
	"		return\n"
	"	fi\n"
	"	while IFS= read -r name; do\n"
	"		_xdplab_offer \"$name\"\n"
	"	done < <(\"${COMP_WORDS[0]}\" map list -j 2>/dev/null |\n"
	"		sed -n 's/.*\"name\":\"\\([^\"\\\\]\\{1,\\}\\)\".*/\\1/p' | sort -u)\n"
	"}\n"
	"\n"
	"# Keeps the operands before the cursor, given the options whose argument is no\n"
	"# operand.\n"
	"_xdplab_read()\n"
	"{\n"
	"	local i word\n"
	"\n"
	"	for ((i = 2; i < COMP_CWORD; i++)); do\n"
	"		word=${COMP_WORDS[i]}\n"
	"		if [[ \" $* \" == *\" $word \"* ]]; then\n"
	"			[[ ${COMP_WORDS[++i]} != = ]] || ((i++))\n"
	"			[[ $word != --netns ]] || netns=(--netns \"${COMP_WORDS[i]}\")\n"
	"		elif [[ $word != -* ]]; then\n"
	"			operands+=(\"$word\")\n"
	"		fi\n"
	"	done\n"
	"}\n"
	"\n"
	"# Offers those of the words given that may stand behind the last comma.\n"
	"_xdplab_offer_list()\n"
	"{\n"
	"	local list=${cur%\"${cur##*,}\"} word\n"
	"\n"
	"	for word; do\n"
	"		[[ ,$list == *\",$word,\"* || ($list && $word == none) ]] && continue\n"
	"		[[ $list$word != \"$cur\"* ]] || COMPREPLY+=(\"$list$word\")\n"
	"	done\n"
	"}\n"
	"\n"
	"# Offers what the words of a table stand for.\n"
	"_xdplab_offer_table()\n"
	"{\n"
	"	local word\n"
	"\n"
	"	if [[ ${1-} == @list ]]; then\n"
	"		_xdplab_offer_list \"${@:2}\"\n"
	"		return\n"
	"	fi\n"
	"	for word; do\n"
	"		case $word in\n"
	"		@iface) _xdplab_offer_names /sys/class/net/*/ ;;\n"
	"		@netns) _xdplab_offer_names /run/netns/* ;;\n"
	"		@sandbox) _xdplab_offer_names /run/xdplab/* ;;\n"
	"		@file) _xdplab_offer_files ;;\n"
	"		@stage) _xdplab_offer_stages ;;\n"
	"		@map) _xdplab_offer_maps ;;\n"
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
	"	local IFS=$' \\t\\n' options=() words=() operands=() netns=()\n"
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

/* ---- operands ---- */

/* Copies what stands before the first of `ends`, without blanks around it, and
 * returns where that is. */
static const char *take(char *part, size_t size, const char *words,
			const char *ends)
{
	const char *end;
	size_t length;

	words += strspn(words, " ");
	end = words + strcspn(words, ends);
	length = end - words;
	while (length && words[length - 1] == ' ')
		length--;
	snprintf(part, size, "%.*s", (int)length, words);
	return end;
}

/* What is offered for an operand, where a pattern fits its place, from 0, and
 * the verb. */
static void print_place(const struct program *program, const char *pattern,
			const char *words)
{
	printf("		%s) ", pattern);
	print_words(program, words);
	puts(" ;;");
}

/* The places from `place` on, up to where verbs begin or another one's places.
 * A last one that `repeats` is for all that come. */
static const char *print_places(const struct program *program,
				const char *words, int place, const char *verb,
				bool repeats)
{
	char part[256], pattern[64];

	while (*words && !strchr(":|", *words)) {
		words = take(part, sizeof(part), words, ";:|");
		snprintf(pattern, sizeof(pattern), "%d.%s", place++, verb);
		print_place(program, repeats && !*words ? "*" : pattern, part);
		words += *words == ';';
	}
	return words;
}

/* The verbs themselves, at `place`, and then the places of each. */
static void print_verbs(const struct program *program, const char *words,
			int place)
{
	char verb[32];
	const char *verbs = words;

	printf("		%d.*) words=(", place);
	while (*verbs) {
		verbs = take(verb, sizeof(verb), verbs, ";|");
		verbs += strcspn(verbs, "|");
		verbs += *verbs == '|';
		printf("%s%s", verb, *verbs ? " " : "");
	}
	puts(") ;;");
	while (*words) {
		words = take(verb, sizeof(verb), words, ";|");
		words += *words == ';';
		words = print_places(program, words, place + 1, verb, false);
		words += *words == '|';
	}
}

/* Which operand is the verb, if one is. */
static int verb_place(const char *words)
{
	const char *end = strchr(words, ':');
	int place = 1;

	if (!end || end == words)
		return 0;
	for (; words < end; words++)
		place += *words == ';';
	return place;
}

static void print_operands(const struct program *program, const struct cmd *cmd)
{
	size_t length = strlen(cmd->operands);
	bool repeats = length > 3 && !strcmp(cmd->operands + length - 3, "...");
	int place = verb_place(cmd->words);
	const char *words;

	printf("		case ${#operands[@]}.${operands[%d]-} in\n",
	       place);
	words = print_places(program, cmd->words, 0, "*", repeats);
	if (*words == ':')
		print_verbs(program, words + 1, place);
	puts("		esac");
}

/* ---- options ---- */

/* After an option that takes an argument nothing else can come.  What is called
 * a LIST is one, with commas between its words. */
static void print_argument(const struct program *program,
			   const struct option_spec *option)
{
	char words[256];

	fputs("		", stdout);
	if (option->letter)
		printf("-%c | ", option->letter);
	printf("--%s) options=() ", option->name);
	snprintf(words, sizeof(words), "%s%s",
		 strcmp(option->arg, "LIST") ? "" : "@list ",
		 option->words ? option->words : "");
	print_words(program, words);
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
	fputs(")\n		_xdplab_read", stdout);
	print_options(options, true);
	putchar('\n');
	if (cmd->words)
		print_operands(program, cmd);
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
