// SPDX-License-Identifier: GPL-2.0-only
/* xdp_pass_user - attaches xdp_pass_kern.o to an interface, or detaches all */
#include <stdio.h>
#include <string.h>

#include <xdplab.h>

static int load(const char *ifname)
{
	struct xdplab_prog *prog = NULL;
	struct xdplab_change change;
	int err;

	/* Reads the ELF object and finds the program in it. */
	err = xdplab_prog_open(&prog, "xdp_pass_kern.o", NULL);
	/* Has the kernel verify it, and attaches it to the interface. */
	if (!err)
		err = xdplab_chain_load(ifname, &prog, 1, &change, NULL);
	if (!err)
		printf("Success: loaded %s (id %u) on %s, %s mode\n",
		       xdplab_prog_name(prog), change.prog_id, ifname,
		       xdplab_mode_name(change.mode));
	/* The interface keeps the program when this process lets go of it. */
	xdplab_prog_free(prog);
	return err;
}

static int unload_all(const char *ifname)
{
	struct xdplab_unload_opts opts = { .sz = sizeof(opts), .all = true };
	struct xdplab_change change;
	int err = xdplab_chain_unload(ifname, &change, &opts);

	if (!err)
		printf("Success: programs unloaded from %s: %u\n", ifname,
		       change.nr_removed);
	return err;
}

int main(int argc, char **argv)
{
	int err;

	if (argc == 3 && !strcmp(argv[1], "--dev")) {
		err = load(argv[2]);
	} else if (argc == 4 && !strcmp(argv[1], "--dev") &&
		   !strcmp(argv[3], "--unload-all")) {
		err = unload_all(argv[2]);
	} else {
		fprintf(stderr, "usage: %s --dev IFNAME [--unload-all]\n",
			argv[0]);
		return 2;
	}
	if (err)
		fprintf(stderr, "Error: %s\n", xdplab_error());
	if (err && *xdplab_remedy())
		fprintf(stderr, "  %s\n", xdplab_remedy());
	return err != 0;
}
