// SPDX-License-Identifier: LGPL-2.1-only
/* run - one packet through a loaded program, by BPF_PROG_TEST_RUN */
#include <errno.h>
#include <string.h>

#include <bpf/bpf.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>

#include "internal.h"
#include "run.h"

int run_failed(int err, uint32_t length)
{
	switch (err) {
	case -EPERM:
		return fail_permission(err, "test run", "run BPF programs");
	case -ENOSPC:
		return fail(err, "test run: the output packet exceeds the "
				 "buffer");
	case -EINVAL:
		fail(err,
		     "test run: the kernel rejects the context or a packet of "
		     "%u bytes",
		     length);
		return advise(
			err,
			"packets must have at least %d bytes and, "
			"without frags, fit in a page with their headroom",
			ETH_HLEN);
	default:
		return fail(err, "test run: %s", strerror(-err));
	}
}

int xdplab_run(int prog_fd, const void *packet, uint32_t length, void *out,
	       uint32_t out_size, struct xdplab_run_result *result,
	       const struct xdplab_run_opts *opts)
{
	struct xdp_md context = {
		.data_end = length,
		.ingress_ifindex = OPT(opts, ifindex),
		.rx_queue_index = OPT(opts, queue),
	};
	LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = packet,
		    .data_size_in = length, .data_out = out,
		    .data_size_out = out ? out_size : 0,
		    .repeat = OPT(opts, repeat) ? OPT(opts, repeat) : 1);
	int err = OPTS_DEFECT(opts);

	if (err)
		return err;
	/* Without an interface the kernel takes the namespace's lo. */
	if (context.ingress_ifindex) {
		run.ctx_in = &context;
		run.ctx_size_in = sizeof(context);
	}
	err = bpf_prog_test_run_opts(prog_fd, &run);
	if (err)
		return run_failed(err, length);
	*result = (struct xdplab_run_result){
		.verdict = run.retval,
		.ns = run.duration,
		.length = run.data_size_out,
	};
	return 0;
}
