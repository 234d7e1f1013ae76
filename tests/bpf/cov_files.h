/* SPDX-License-Identifier: GPL-2.0-only */
/* cov_files.h - lines of another file than the program's */
#ifndef COV_FILES_H
#define COV_FILES_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u64 elsewhere, here;

static __always_inline int go_elsewhere(void)
{
	elsewhere = bpf_get_smp_processor_id() + 7;
	return XDP_TX;
}

#endif
