// SPDX-License-Identifier: GPL-2.0-only
/*
 * xdp_pass_user - puts an XDP program on an interface, and takes it off
 *
 * What XDP needs from user space is in load() and unload(); the rest of the
 * file reads the command line.
 */
#include <errno.h>
#include <error.h>
#include <getopt.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>

#include <xdplab.h>

/* What the command line asks for. */
struct config {
	const char *ifname;
	const char *filename; /* NULL: xdp_pass_kern.o, from where we are */
	const char *progname; /* NULL: the only program in the file */
	enum xdplab_mode mode;
	bool mode_chosen;
	bool force;
	uint32_t unload_id;
	bool unload_all;
	bool quiet;
};

/* ---- XDP ---- */

/*
 * The library prints nothing.  It keeps what went wrong, and what to do about
 * it where that is known, for its caller to ask.
 */
static int failed(void)
{
	fprintf(stderr, "Error: %s\n", xdplab_error());
	if (*xdplab_remedy())
		fprintf(stderr, "  %s\n", xdplab_remedy());
	return EXIT_FAILURE;
}

/* A chain of one goes by the id of its program, and else each stage by its own,
 * as in `xdplab status`. */
static void say_loaded(const struct config *config, struct xdplab_prog *prog,
		       const struct xdplab_change *result)
{
	printf("Success: loaded %s (id %u) on %s (ifindex %u), %s mode",
	       xdplab_prog_name(prog),
	       result->nr_stages == 1 ? result->prog_id : xdplab_prog_id(prog),
	       config->ifname, if_nametoindex(config->ifname),
	       xdplab_mode_name(result->mode));
	if (result->replaced_id)
		printf(", in place of id %u", result->replaced_id);
	putchar('\n');
}

static int load(const struct config *config)
{
	struct xdplab_prog_opts prog_opts = {
		.sz = sizeof(prog_opts),
		.name = config->progname,
	};
	struct xdplab_load_opts load_opts = {
		.sz = sizeof(load_opts),
		.mode = config->mode,
		.force = config->force,
	};
	const char *path =
		config->filename ? config->filename : "xdp_pass_kern.o";
	struct xdplab_change result;
	struct xdplab_prog *prog;
	int status = EXIT_SUCCESS;

	/* Reads the ELF object and finds the program in it. */
	if (xdplab_prog_open(&prog, path, &prog_opts))
		return failed();

	/* Has the kernel verify it, and attaches it to the interface. */
	if (xdplab_chain_load(config->ifname, &prog, 1, &result, &load_opts))
		status = failed();
	else if (!config->quiet)
		say_loaded(config, prog, &result);

	/* Our hold on it ends; the interface has its own, and keeps it. */
	xdplab_prog_free(prog);
	return status;
}

static int unload(const struct config *config)
{
	struct xdplab_unload_opts opts = {
		.sz = sizeof(opts),
		.id = config->unload_id,
		.all = config->unload_all,
		.mode = config->mode,
	};
	struct xdplab_change result;

	/* Comes back when the kernel says that they are gone. */
	if (xdplab_chain_unload(config->ifname, &result, &opts))
		return failed();
	if (!config->quiet)
		printf("Success: unloaded %u program%s from %s (ifindex %u)\n",
		       result.nr_removed, result.nr_removed == 1 ? "" : "s",
		       config->ifname, if_nametoindex(config->ifname));
	return EXIT_SUCCESS;
}

/* ---- the command line ---- */

#define EXIT_USAGE 2

/* Options without a letter. */
enum { UNLOAD_ALL = 256, FILENAME, PROGNAME };

static const struct flag {
	int key;
	const char *name;
	const char *arg;
	const char *help;
} flags[] = {
	{ 'd', "dev", "IFNAME", "Work on this interface" },
	{ 'S', "skb-mode", NULL, "Mode skb, or generic: any interface" },
	{ 'N', "native-mode", NULL, "Mode native: in the driver" },
	{ 'A', "auto-mode", NULL, "Native, or skb where it must be (default)" },
	{ 'F', "force", NULL, "Replace a foreign program there" },
	{ 'U', "unload", "ID", "Do not load: take off this program" },
	{ UNLOAD_ALL, "unload-all", NULL, "Do not load: take off every one" },
	{ FILENAME, "filename", "FILE", "Load from FILE (xdp_pass_kern.o)" },
	{ PROGNAME, "progname", "NAME", "Load function NAME (the only one)" },
	{ 'q', "quiet", NULL, "Print nothing but errors" },
	{ 'h', "help", NULL, "Show this help" },
};

#define NR_FLAGS (sizeof(flags) / sizeof(flags[0]))

static void print_help(void)
{
	puts("usage: xdp_pass_user --dev IFNAME [OPTION...]\n\n"
	     "Puts an XDP program on an interface, or takes it off.\n");
	for (const struct flag *flag = flags; flag < flags + NR_FLAGS; flag++) {
		if (flag->key < UNLOAD_ALL)
			printf("  -%c, ", flag->key);
		else
			printf("      ");
		printf("--%-11s %-7s %s\n", flag->name,
		       flag->arg ? flag->arg : "", flag->help);
	}
}

/* The table as getopt_long() wants it. */
static void getopt_tables(struct option *options, char *letters)
{
	for (const struct flag *flag = flags; flag < flags + NR_FLAGS; flag++) {
		options->name = flag->name;
		options->has_arg = flag->arg ? required_argument : no_argument;
		options++->val = flag->key;
		if (flag->key >= UNLOAD_ALL)
			continue;
		*letters++ = flag->key;
		if (flag->arg)
			*letters++ = ':';
	}
}

static void choose_mode(struct config *config, enum xdplab_mode mode)
{
	if (config->mode_chosen)
		error(EXIT_USAGE, 0, "choose one of -S, -N and -A");
	config->mode_chosen = true;
	config->mode = mode;
}

static uint32_t read_id(const char *text)
{
	unsigned long id;
	char *end;

	errno = 0;
	id = strtoul(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || errno || !id ||
	    id > UINT32_MAX)
		error(EXIT_USAGE, 0, "'%s' is not the id of a program", text);
	return id;
}

static void read_option(struct config *config, int option)
{
	switch (option) {
	case 'd':
		config->ifname = optarg;
		break;
	case 'S':
		choose_mode(config, XDPLAB_MODE_SKB);
		break;
	case 'N':
		choose_mode(config, XDPLAB_MODE_NATIVE);
		break;
	case 'A':
		choose_mode(config, XDPLAB_MODE_AUTO);
		break;
	case 'F':
		config->force = true;
		break;
	case 'U':
		config->unload_id = read_id(optarg);
		break;
	case UNLOAD_ALL:
		config->unload_all = true;
		break;
	case FILENAME:
		config->filename = optarg;
		break;
	case PROGNAME:
		config->progname = optarg;
		break;
	case 'q':
		config->quiet = true;
		break;
	case 'h':
		print_help();
		exit(EXIT_SUCCESS);
	default: /* getopt_long() has said what is wrong */
		exit(EXIT_USAGE);
	}
}

static void read_command_line(struct config *config, int argc, char **argv)
{
	struct option options[NR_FLAGS + 1] = { 0 };
	char letters[2 * NR_FLAGS + 1] = "";
	int option;

	getopt_tables(options, letters);
	while ((option = getopt_long(argc, argv, letters, options, NULL)) != -1)
		read_option(config, option);
	if (optind < argc)
		error(EXIT_USAGE, 0, "%s: not an option", argv[optind]);
	if (!config->ifname)
		error(EXIT_USAGE, 0, "--dev is missing: which interface?");
	if (config->unload_id && config->unload_all)
		error(EXIT_USAGE, 0, "choose --unload or --unload-all");
	if ((config->unload_id || config->unload_all) &&
	    (config->force || config->filename || config->progname))
		error(EXIT_USAGE, 0,
		      "--force, --filename and --progname are for loading");
}

int main(int argc, char **argv)
{
	struct config config = { 0 };

	read_command_line(&config, argc, argv);
	if (config.unload_id || config.unload_all)
		return unload(&config);
	return load(&config);
}
