// SPDX-License-Identifier: GPL-2.0-only
/* load-files - puts the programs of files on an interface, by one swap */
#include <stdlib.h>

#include <xdplab.h>

#include "cmd.h"
#include "memory.h"

static int load(struct args *args, struct xdplab_prog **progs, size_t nr,
		const struct xdplab_prog_opts *prog_opts,
		const struct xdplab_load_opts *load_opts, load_report_fn report)
{
	struct xdplab_change change;
	int err = 0;

	for (size_t i = 0; !err && i < nr; i++)
		err = xdplab_prog_open(&progs[i], args_operand(args, i + 1),
				       prog_opts);
	if (!err)
		err = xdplab_chain_load(args_operand(args, 0), progs, nr,
					&change, load_opts);
	if (err)
		return say_failure(args, err);
	return report && report(args, progs, nr, &change) ? EXIT_FAILED
							  : EXIT_DONE;
}

int load_files(struct args *args, const struct xdplab_prog_opts *prog_opts,
	       const struct xdplab_load_opts *load_opts, load_report_fn report)
{
	size_t nr = args->nr_operands - 1;
	struct xdplab_prog **progs =
		need_memory(calloc(nr, sizeof(struct xdplab_prog *)));
	int status;

	status = load(args, progs, nr, prog_opts, load_opts, report);
	for (size_t i = 0; i < nr; i++)
		xdplab_prog_free(progs[i]);
	free(progs);
	return status;
}
